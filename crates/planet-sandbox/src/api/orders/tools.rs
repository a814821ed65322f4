//! The tools of an order. `clip` and `composite` change pixels; some others change file names.

use std::sync::Arc;

use geo::{Area as _, BooleanOps as _, Contains as _, Geometry, MultiPolygon};
use serde_json::{Map, Value};

use super::create::{refused, unacceptable};
use super::plan::Product;
use crate::api::area::{Flaw, crossing_text, is_tiny, read_area};
use crate::api::features::resolve;
use crate::respond::{Response, not_modelled};
use crate::state::Service;
use crate::world::Item;

/// The tools in the order of processing.
#[derive(Debug)]
pub(super) struct Tools(Vec<Tool>);

#[derive(Debug)]
enum Tool {
    Clip(MultiPolygon<f64>),
    Composite,
    /// With the item that stays where it is.
    Coregister(String),
    Harmonize,
    /// A tool that adds this to the names of files.
    Renames(&'static str),
    /// A tool that leaves no trace in names.
    Traceless,
}

/// What an order is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Scenes,
    Basemaps,
}

/// What a clip leaves of an item.
#[derive(Clone, Debug)]
pub(super) enum Cut {
    Whole,
    Part(Arc<Geometry<f64>>),
    Nothing,
}

impl Cut {
    /// What is cut with, where something is left.
    pub(super) fn area(&self) -> Option<Arc<Geometry<f64>>> {
        match self {
            Self::Part(area) => Some(Arc::clone(area)),
            Self::Whole | Self::Nothing => None,
        }
    }
}

/// Square degrees: some square metres.
const NO_AREA: f64 = 1e-9;

const REPROJECT: &str = "_reproject";
const KERNELS: [&str; 7] = ["near", "bilinear", "cubic", "cubicspline", "lanczos", "average", "mode"];
const PIXEL_TYPES: [&str; 5] = ["Auto", "8U", "16U", "16S", "32R"];
/// Bands that `bandmath` can make.
const MOST_BANDS: usize = 15;
const HARMONIZED: [&str; 2] = ["analytic_sr_udm2", "analytic_8b_sr_udm2"];

impl Tools {
    /// What a clip does to an item.
    pub(super) fn cut(&self, item: &Item) -> Cut {
        let Some(area) = self.clip_area() else {
            return Cut::Whole;
        };
        if area.contains(&item.footprint) {
            Cut::Whole
        } else if area.intersection(&item.footprint).unsigned_area() > NO_AREA {
            Cut::Part(Arc::new(area.clone().into()))
        } else {
            Cut::Nothing
        }
    }

    fn clip_area(&self) -> Option<&MultiPolygon<f64>> {
        self.0.iter().find_map(|tool| match tool {
            Tool::Clip(area) => Some(area),
            _ => None,
        })
    }

    /// Whether all images become one.
    pub(super) fn composite(&self) -> bool {
        self.0.iter().any(|tool| matches!(tool, Tool::Composite))
    }

    pub(super) fn suit_earth_engine(&self) -> bool {
        self.0.iter().all(|tool| matches!(tool, Tool::Clip(_) | Tool::Harmonize))
    }

    /// Refuses products that a tool cannot work on.
    pub(super) fn check(&self, products: &[Product]) -> Result<(), Response> {
        for tool in &self.0 {
            let mut products = products.iter();
            let wrong = match tool {
                Tool::Clip(_) => products.find_map(not_clipped),
                Tool::Harmonize => products.find_map(not_harmonized),
                Tool::Coregister(anchor) => {
                    let ordered = products.any(|product| product.item_ids.contains(anchor));
                    (!ordered).then(|| format!("The anchor item {anchor} is not in the order"))
                }
                Tool::Composite | Tool::Renames(_) | Tool::Traceless => None,
            };
            if let Some(text) = wrong {
                return Err(bad(text));
            }
        }
        Ok(())
    }

    /// What is added to the name of an asset's file.
    pub(super) fn suffix(&self, cut: &Cut, asset_type: &str) -> String {
        let suffix = |tool: &Tool| match tool {
            Tool::Clip(_) if !matches!(cut, Cut::Whole) => "_clip",
            // The service leaves the names of metadata alone here.
            Tool::Renames(REPROJECT) if asset_type.ends_with("_xml") => "",
            Tool::Renames(suffix) => suffix,
            _ => "",
        };
        self.0.iter().map(suffix).collect()
    }
}

/// `basic_` products and videos are not on a map, so that nothing can be cut out of them.
fn not_clipped(product: &Product) -> Option<String> {
    if product.item_type == "SkySatVideo" {
        return Some("Tool clip is not available for item type 'SkySatVideo'".to_owned());
    }
    let (bundle, _) = product.bundles.iter().find(|(bundle, _)| bundle.starts_with("basic_"))?;
    Some(format!("Tool clip is not available for bundle type '{bundle}'"))
}

fn not_harmonized(product: &Product) -> Option<String> {
    let (bundle, _) = product
        .bundles
        .iter()
        .find(|(bundle, _)| product.item_type != "PSScene" || !HARMONIZED.contains(&bundle.as_str()))?;
    let item_type = &product.item_type;
    Some(format!("Tool harmonize is not available for '{item_type}' and bundle type '{bundle}'"))
}

/// Reads `tools`: an array of objects with one key each.
pub(super) fn read(service: &Service, body: &Map<String, Value>, source: Source) -> Result<Tools, Response> {
    let entries = match body.get("tools") {
        None | Some(Value::Null) => return Ok(Tools(Vec::new())),
        Some(Value::Array(entries)) => entries,
        Some(_) => return Err(bad("Tools are not an array".to_owned())),
    };
    let mut tools = Vec::new();
    for entry in entries {
        let mut keys = entry.as_object().into_iter().flatten();
        let (Some((name, parameters)), None) = (keys.next(), keys.next()) else {
            return Err(bad("A tool is not an object with one key".to_owned()));
        };
        let tool = match source {
            Source::Scenes => scene_tool(service, name, parameters)?,
            Source::Basemaps => basemap_tool(service, name, parameters)?,
        };
        tools.push(tool);
    }
    Ok(Tools(tools))
}

fn scene_tool(service: &Service, name: &str, parameters: &Value) -> Result<Tool, Response> {
    match name {
        "clip" => clip_area(service, required(name, parameters, "aoi")?).map(Tool::Clip),
        "reproject" => reproject(parameters),
        "toar" => Ok(Tool::Renames("_toar")),
        "bandmath" => bandmath(parameters),
        "composite" => match optional(parameters, "group_by").map(Value::as_str) {
            None | Some(Some("order")) => Ok(Tool::Composite),
            Some(Some("strip_id")) => Err(not_modelled("A composite of each strip")),
            Some(_) => Err(bad("Bad group_by of composite".to_owned())),
        },
        "coregister" => text(name, parameters, "anchor_item").map(|anchor| Tool::Coregister(anchor.to_owned())),
        "harmonize" => match text(name, parameters, "target_sensor")? {
            "Sentinel-2" => Ok(Tool::Harmonize),
            "PS2" => Err(not_modelled("Harmonizing with PS2")),
            other => Err(bad(format!("Bad target sensor '{other}'"))),
        },
        "file_format" => match text(name, parameters, "format")? {
            "COG" => Ok(Tool::Traceless),
            "PL_NITF" => Err(not_modelled("The format PL_NITF")),
            other => Err(bad(format!("Bad file format '{other}'"))),
        },
        "tile" | "tiff_optimize" => Err(not_modelled(&format!("The tool {name}"))),
        "merge" => Err(bad("Tool merge is for basemaps only".to_owned())),
        _ => Err(bad(format!("Unknown tool '{name}'"))),
    }
}

fn basemap_tool(service: &Service, name: &str, parameters: &Value) -> Result<Tool, Response> {
    match (name, optional(parameters, "aoi")) {
        ("merge", _) => Ok(Tool::Traceless),
        // The area of the product is meant.
        ("clip", None) => Ok(Tool::Traceless),
        ("clip", Some(aoi)) => clip_area(service, aoi).map(Tool::Clip),
        ("bandmath", _) => bandmath(parameters),
        ("reproject", _) => reproject(parameters),
        _ => Err(bad(format!("Tool {name} is not available for basemaps"))),
    }
}

fn reproject(parameters: &Value) -> Result<Tool, Response> {
    let projection = text("reproject", parameters, "projection")?;
    let code = projection.strip_prefix("EPSG:").is_some_and(|code| code.parse::<u32>().is_ok());
    if !code && projection != "WGS84" {
        return Err(bad(format!("Bad projection '{projection}'")));
    }
    match optional(parameters, "kernel") {
        Some(kernel) if !KERNELS.iter().any(|known| kernel == known) => Err(bad(format!("Bad kernel {kernel}"))),
        _ => Ok(Tool::Renames(REPROJECT)),
    }
}

/// Bands are numbered from 1, without gaps.
fn bandmath(parameters: &Value) -> Result<Tool, Response> {
    let has = |n: usize| optional(parameters, &format!("b{n}")).is_some();
    let given = (1..=MOST_BANDS).filter(|n| has(*n)).count();
    if given == 0 || !(1..=given).all(has) {
        return Err(bad("The bands of bandmath do not go from b1 on without a gap".to_owned()));
    }
    match optional(parameters, "pixel_type") {
        Some(kind) if !PIXEL_TYPES.iter().any(|known| kind == known) => Err(bad(format!("Bad pixel type {kind}"))),
        _ => Ok(Tool::Renames("_bandmath")),
    }
}

fn optional<'a>(parameters: &'a Value, key: &str) -> Option<&'a Value> {
    parameters.get(key).filter(|value| !value.is_null())
}

fn required<'a>(tool: &str, parameters: &'a Value, key: &str) -> Result<&'a Value, Response> {
    optional(parameters, key).ok_or_else(|| bad(format!("Tool {tool} needs {key}")))
}

fn text<'a>(tool: &str, parameters: &'a Value, key: &str) -> Result<&'a str, Response> {
    let value = required(tool, parameters, key)?;
    value.as_str().ok_or_else(|| bad(format!("{key} of tool {tool} is not a string")))
}

/// The area of a clip: GeoJSON, or a reference to features.
fn clip_area(service: &Service, aoi: &Value) -> Result<MultiPolygon<f64>, Response> {
    if aoi.get("type").and_then(Value::as_str) == Some("ref") {
        let reference = aoi.get("content").and_then(Value::as_str).unwrap_or_default();
        let text = format!("Unable to accept order: no such feature: {reference}");
        return resolve(service, reference).ok_or_else(|| refused(&text));
    }
    let area = read_area(aoi).map_err(|flaw| {
        refused(&match flaw {
            Flaw::NotAnArea(_) => "Unable to accept order: geojson: invalid geometry".to_owned(),
            Flaw::TooManyVertices => "Unable to accept order: AOI has more than 1500 vertices".to_owned(),
            Flaw::SelfIntersection(place) => {
                format!("Unable to accept order: AOI is invalid: {}", crossing_text(place))
            }
        })
    })?;
    if is_tiny(&area) {
        return Err(refused("Unable to accept order: AOI is smaller than a square metre"));
    }
    Ok(area)
}

fn bad(text: String) -> Response {
    unacceptable("Tools", &[text])
}
