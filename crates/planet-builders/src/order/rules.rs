//! What goes together in an order, and how much of it, according to the service's reference.

use std::collections::HashSet;

use planet_core::{Fault, FaultKind};

use super::hint::Hint;
use super::members::missing;
use super::product::{Product, Scenes};
use super::tool::{Kind, Tool};
use super::values::ArchiveType;
use super::{OrderRequest, SourceType};
use crate::ItemType;

const MAX_ITEMS: usize = 500;
const MAX_QUADS: usize = 100;
/// Items of these types are large.
const MAX_LARGE_ITEMS_IN_ARCHIVES: usize = 50;
const LARGE: [ItemType; 3] = [ItemType::SKYSAT_COLLECT, ItemType::TANAGER_SCENE, ItemType::PELICAN_SCENE];

const SCENES_TOOLS: [&str; 9] =
    ["bandmath", "clip", "composite", "coregister", "file_format", "harmonize", "reproject", "tile", "toar"];
const BASEMAPS_TOOLS: [&str; 4] = ["bandmath", "clip", "merge", "reproject"];
const EARTH_ENGINE: &str = "google_earth_engine";
const EARTH_ENGINE_TOOLS: [&str; 2] = ["clip", "harmonize"];
const HARMONIZED_BUNDLES: [&str; 2] = ["analytic_sr_udm2", "analytic_8b_sr_udm2"];

/// The tools before which clip is recommended: they have less to do then.
const BETTER_AFTER_CLIP: [&str; 2] = ["reproject", "bandmath"];

pub(super) fn faults(request: &OrderRequest) -> Vec<Fault> {
    let mut faults = limits(request);
    let source = source(request, &mut faults);
    let earth_engine = request.delivery.iter().flat_map(|delivery| delivery.targets()).any(|name| name == EARTH_ENGINE);
    let mut seen = HashSet::new();
    for (index, tool) in request.tools.iter().enumerate() {
        let at = format!("tools[{index}]");
        let conflict = |message: String| Fault::new(FaultKind::Conflict, &at, message).with_value(tool.name());
        if !tool.name().is_empty() && !seen.insert(tool.name()) {
            faults.push(conflict("a tool is used at most once in an order".to_owned()));
        }
        if let Some(source) = source.as_ref().filter(|source| !fits(tool, source)) {
            faults.push(conflict(format!("the tool does not work on {source}")).with_allowed(tools_of(source)));
        }
        if earth_engine && !EARTH_ENGINE_TOOLS.contains(&tool.name()) {
            let message = "the tool does not go with a delivery to Google Earth Engine".to_owned();
            faults.push(conflict(message).with_allowed(EARTH_ENGINE_TOOLS));
        }
        faults.extend(with_products(request, tool).map(|fault| fault.under(&at)));
    }
    faults.extend(stac(request, earth_engine));
    faults
}

/// The tools in another order than the recommended one.
pub(super) fn recommended_order(tools: &[Tool]) -> Option<Hint> {
    let clip = tools.iter().position(|tool| tool.name() == "clip")?;
    let before = tools.iter().take(clip).find(|tool| BETTER_AFTER_CLIP.contains(&tool.name()))?;
    let message = format!("clip is recommended before {}, which has less to do then", before.name());
    Some(Hint::new(format!("tools[{clip}]"), message))
}

fn limits(request: &OrderRequest) -> Vec<Fault> {
    let over = |limit: usize, count: usize, what: &str| {
        let fault = || Fault::new(FaultKind::OutOfRange, "products", format!("an order takes at most {limit} {what}"));
        (count > limit).then(|| fault().with_value(count))
    };
    let products = &request.products;
    let items = products.iter().map(|product| product.item_ids().len()).sum();
    let quads = products.iter().map(|product| product.quad_ids().len()).sum();
    let large = products.iter().filter(|product| product.item_type().is_some_and(|kind| LARGE.contains(kind)));
    let large = large.map(|product| product.item_ids().len()).sum();
    let zipped = request.delivery.as_ref().and_then(|delivery| delivery.archive_type()) == Some(ArchiveType::Zip);
    let mut faults: Vec<Fault> =
        over(MAX_ITEMS, items, "items").into_iter().chain(over(MAX_QUADS, quads, "quads")).collect();
    if zipped {
        let types = LARGE.map(|kind| kind.to_string()).join(", ");
        faults.extend(over(MAX_LARGE_ITEMS_IN_ARCHIVES, large, &format!("items of {types} in archives")));
    }
    faults
}

/// What the order is made of, said or seen. Products of another source are faults.
fn source(request: &OrderRequest, faults: &mut Vec<Fault>) -> Option<SourceType> {
    let made_of = |product: &Product| match (product.scenes(), product.basemap()) {
        (Some(_), _) => Some(SourceType::Scenes),
        (_, Some(_)) => Some(SourceType::Basemaps),
        _ => None,
    };
    let source = request.source_type.clone().or_else(|| request.products.iter().find_map(made_of))?;
    for (index, product) in request.products.iter().enumerate() {
        if let Some(other) = made_of(product).filter(|made_of| *made_of != source) {
            let message = format!("a product of {other} in an order of {source}");
            faults.push(Fault::new(FaultKind::Conflict, format!("products[{index}]"), message));
        }
        if product.basemap().is_some_and(|basemap| basemap.quad_ids.is_some() && basemap.geometry.is_some()) {
            let message = "a basemap is ordered by quads or by a geometry, not by both";
            faults.push(Fault::new(FaultKind::Conflict, format!("products[{index}].geometry"), message));
        }
    }
    Some(source)
}

fn tools_of(source: &SourceType) -> &'static [&'static str] {
    match source {
        SourceType::Scenes => &SCENES_TOOLS,
        SourceType::Basemaps => &BASEMAPS_TOOLS,
        SourceType::Unknown(_) => &[],
    }
}

/// Of tools and sources that are unknown here it is unknown whether they go together.
fn fits(tool: &Tool, source: &SourceType) -> bool {
    let known = SCENES_TOOLS.iter().chain(&BASEMAPS_TOOLS).any(|name| *name == tool.name());
    let tools = tools_of(source);
    !known || tools.is_empty() || tools.contains(&tool.name())
}

/// What a tool asks of the products, below the place of the tool.
fn with_products(request: &OrderRequest, tool: &Tool) -> impl Iterator<Item = Fault> {
    let products = || request.products.iter();
    let scenes = || products().filter_map(Product::scenes);
    let mut faults = Vec::new();
    match (&tool.0, tool.name()) {
        (Kind::Clip { area: None, .. }, _) => {
            let whole =
                products().position(|product| product.basemap().is_none_or(|basemap| basemap.geometry.is_none()));
            faults.extend(whole.map(|index| {
                missing(
                    "clip.aoi",
                    &format!("without it the product's geometry is used, and products[{index}] has none"),
                )
            }));
        }
        (Kind::Named { parameters, .. }, "coregister") => {
            let anchor = parameters.get("anchor_item").and_then(|anchor| anchor.as_str());
            let ordered = |anchor: &str| scenes().any(|scenes| scenes.item_ids.iter().any(|id| id == anchor));
            faults.extend(anchor.filter(|anchor| !ordered(anchor)).map(|anchor| {
                let fault = Fault::new(FaultKind::Invalid, "coregister.anchor_item", "not an item of the order");
                fault.with_value(format_args!("{anchor:?}"))
            }));
        }
        (_, "harmonize") if !scenes().all(is_harmonized) => {
            let message = "the tool works on PSScene, as the bundles of surface reflectance";
            faults.push(Fault::new(FaultKind::Conflict, "harmonize", message).with_allowed(HARMONIZED_BUNDLES));
        }
        _ => {}
    }
    if let Kind::Clip { .. } = &tool.0
        && !scenes().all(can_be_clipped)
    {
        let message = "neither SkySatVideo nor basic bundles can be clipped";
        faults.push(Fault::new(FaultKind::Conflict, "clip", message));
    }
    faults.into_iter()
}

fn is_harmonized(scenes: &Scenes) -> bool {
    scenes.item_type == ItemType::PSSCENE
        && scenes.product_bundle.split(',').all(|bundle| HARMONIZED_BUNDLES.contains(&bundle.trim()))
}

fn can_be_clipped(scenes: &Scenes) -> bool {
    scenes.item_type != ItemType::SKYSAT_VIDEO
        && !scenes.product_bundle.split(',').any(|bundle| bundle.trim().starts_with("basic_"))
}

fn stac(request: &OrderRequest, earth_engine: bool) -> Vec<Fault> {
    if request.metadata.as_ref().is_none_or(|metadata| !metadata.contains_key("stac")) {
        return Vec::new();
    }
    let conflict =
        |with: &str| Fault::new(FaultKind::Conflict, "metadata.stac", format!("STAC metadata does not go with {with}"));
    let composite = request.tools.iter().any(|tool| tool.name() == "composite").then(|| conflict("composite"));
    composite.into_iter().chain(earth_engine.then(|| conflict("a delivery to Google Earth Engine"))).collect()
}
