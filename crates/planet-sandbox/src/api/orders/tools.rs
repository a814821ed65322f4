//! The tools of an order. Only `clip` changes pixels; some others change file names.

use std::sync::Arc;

use geo::{Area as _, BooleanOps as _, Contains as _, Geometry, MultiPolygon};
use serde_json::{Map, Value};

use super::create::{refused, unacceptable};
use crate::api::area::{Flaw, crossing_text, read_area};
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
    /// A tool that adds this to the names of files.
    Renames(&'static str),
}

impl Tool {
    fn clip_area(&self) -> Option<&MultiPolygon<f64>> {
        match self {
            Self::Clip(area) => Some(area),
            Self::Renames(_) => None,
        }
    }
}

/// What a clip leaves of an item.
#[derive(Debug)]
pub(super) enum Cut {
    Whole,
    Part(Arc<Geometry<f64>>),
    Nothing,
}

/// Square degrees: some square metres.
const NO_AREA: f64 = 1e-9;

const REPROJECT: &str = "_reproject";

impl Tools {
    /// What a clip does to an item.
    pub(super) fn cut(&self, item: &Item) -> Cut {
        let mut areas = self.0.iter().filter_map(Tool::clip_area);
        let Some(area) = areas.next() else {
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

    pub(super) fn clips(&self) -> bool {
        self.0.iter().any(|tool| tool.clip_area().is_some())
    }

    /// What is added to the name of an asset's file.
    pub(super) fn suffix(&self, cut: &Cut, asset_type: &str) -> String {
        let suffix = |tool: &Tool| match tool {
            Tool::Clip(_) if matches!(cut, Cut::Whole) => "",
            Tool::Clip(_) => "_clip",
            // The service leaves the names of metadata alone here.
            Tool::Renames(REPROJECT) if asset_type.ends_with("_xml") => "",
            Tool::Renames(suffix) => suffix,
        };
        self.0.iter().map(suffix).collect()
    }
}

/// Reads `tools`: an array of objects with one key each.
pub(super) fn read(service: &Service, body: &Map<String, Value>) -> Result<Tools, Response> {
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
        tools.extend(read_tool(service, name, parameters)?);
    }
    Ok(Tools(tools))
}

fn read_tool(service: &Service, name: &str, parameters: &Value) -> Result<Option<Tool>, Response> {
    let required = |key: &str| match parameters.get(key) {
        None | Some(Value::Null) => Err(bad(format!("Tool {name} needs {key}"))),
        Some(value) => Ok(value),
    };
    match name {
        "clip" => clip_area(service, required("aoi")?).map(|area| Some(Tool::Clip(area))),
        "reproject" => required("projection").map(|_| Some(Tool::Renames(REPROJECT))),
        "toar" => Ok(Some(Tool::Renames("_toar"))),
        "bandmath" => required("b1").map(|_| Some(Tool::Renames("_bandmath"))),
        "harmonize" => required("target_sensor").map(|_| None),
        "coregister" => required("anchor_item").map(|_| None),
        "file_format" => match required("format")?.as_str() {
            Some("COG") => Ok(None),
            Some("PL_NITF") => Err(not_modelled("The format PL_NITF")),
            _ => Err(bad("Bad file format".to_owned())),
        },
        "composite" | "tile" | "merge" | "tiff_optimize" => Err(not_modelled(&format!("The tool {name}"))),
        _ => Err(bad(format!("Unknown tool '{name}'"))),
    }
}

/// The area of a clip: GeoJSON, or a reference to features.
fn clip_area(service: &Service, aoi: &Value) -> Result<MultiPolygon<f64>, Response> {
    if aoi.get("type").and_then(Value::as_str) == Some("ref") {
        let reference = aoi.get("content").and_then(Value::as_str).unwrap_or_default();
        let text = format!("Unable to accept order: no such feature: {reference}");
        return resolve(service, reference).ok_or_else(|| refused(&text));
    }
    read_area(aoi).map_err(|flaw| {
        refused(&match flaw {
            Flaw::NotAnArea(_) => "Unable to accept order: geojson: invalid geometry".to_owned(),
            Flaw::TooManyVertices => "Unable to accept order: AOI has more than 1500 vertices".to_owned(),
            Flaw::SelfIntersection(place) => {
                format!("Unable to accept order: AOI is invalid: {}", crossing_text(place))
            }
        })
    })
}

fn bad(text: String) -> Response {
    unacceptable("Tools", &[text])
}
