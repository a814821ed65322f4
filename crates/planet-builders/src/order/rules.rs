//! What goes together in an order, and how much of it, according to the service's reference.

use std::collections::HashSet;

use planet_core::{Fault, FaultKind};
use serde_json::Value;

use super::members::{Leave, missing};
use super::product::Product;
use super::tool::{Kind, Tool};
use super::values::ArchiveType;
use super::{OrderRequest, SourceType};
use crate::catalog::limits::{ITEMS_PER_ORDER, ITEMS_PER_ZIPPED_ORDER, LARGE_ITEM_TYPES, QUADS_PER_ORDER};
use crate::catalog::{BASEMAP_TOOLS, SCENE_TOOLS};
use crate::{Bundle, Catalogue, Hint, ItemType};

const EARTH_ENGINE: &str = "google_earth_engine";
const EARTH_ENGINE_TOOLS: [&str; 2] = ["clip", "harmonize"];

/// The tools before which clip is recommended: they have less to do then.
const BETTER_AFTER_CLIP: [&str; 2] = ["reproject", "bandmath"];

pub(super) fn faults(request: &OrderRequest, leave: Leave) -> Vec<Fault> {
    let mut faults = if leave.split { Vec::new() } else { limits(request) };
    let source = source(request, &mut faults);
    let earth_engine = request.delivery.iter().flat_map(|delivery| delivery.targets()).any(|name| name == EARTH_ENGINE);
    for (index, tool) in request.tools.iter().enumerate() {
        let at = format!("tools[{index}]");
        let conflict = |message: String| Fault::new(FaultKind::Conflict, &at, message).with_value(tool.name());
        if let Some(source) = source.as_ref().filter(|source| !fits(tool, source)) {
            faults.push(conflict(format!("the tool does not work on {source}")).with_allowed(tools_of(source)));
        }
        if earth_engine && !EARTH_ENGINE_TOOLS.contains(&tool.name()) {
            let message = "the tool does not go with a delivery to Google Earth Engine".to_owned();
            faults.push(conflict(message).with_allowed(EARTH_ENGINE_TOOLS));
        }
        faults.extend(with_products(request, tool).into_iter().map(|fault| fault.under(&at)));
    }
    faults.extend(stac(request, earth_engine));
    faults
}

/// Tools that are there twice. The reference says nothing of it: it may be meant.
pub(super) fn repeated(tools: &[Tool]) -> Vec<Hint> {
    let mut seen = HashSet::new();
    let again = tools.iter().enumerate().filter(|(_, tool)| !tool.name().is_empty() && !seen.insert(tool.name()));
    again.map(|(index, tool)| Hint::new(format!("tools[{index}]"), format!("{} is used twice", tool.name()))).collect()
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
    let large =
        products.iter().filter(|product| product.item_type().is_some_and(|kind| LARGE_ITEM_TYPES.contains(kind)));
    let large = large.map(|product| product.item_ids().len()).sum();
    let zipped = request.delivery.as_ref().and_then(|delivery| delivery.archive_type()) == Some(ArchiveType::Zip);
    let mut faults: Vec<Fault> =
        over(ITEMS_PER_ORDER, items, "items").into_iter().chain(over(QUADS_PER_ORDER, quads, "quads")).collect();
    if zipped {
        let types = LARGE_ITEM_TYPES.iter().map(ItemType::as_str).collect::<Vec<_>>().join(", ");
        faults.extend(over(ITEMS_PER_ZIPPED_ORDER, large, &format!("items of {types} in archives")));
    }
    faults
}

/// What the order is made of, said, if that is known here, or seen. Products of another source are faults.
fn source(request: &OrderRequest, faults: &mut Vec<Fault>) -> Option<SourceType> {
    let made_of = |product: &Product| match (product.scenes(), product.basemap()) {
        (Some(_), _) => Some(SourceType::Scenes),
        (_, Some(_)) => Some(SourceType::Basemaps),
        _ => None,
    };
    let said = request.source_type.clone().filter(|source| !tools_of(source).is_empty());
    let source = said.or_else(|| request.products.iter().find_map(made_of))?;
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
        SourceType::Scenes => SCENE_TOOLS,
        SourceType::Basemaps => BASEMAP_TOOLS,
        SourceType::Unknown(_) => &[],
    }
}

/// Of tools that are unknown here it is unknown what they work on.
fn fits(tool: &Tool, source: &SourceType) -> bool {
    let known = SCENE_TOOLS.iter().chain(BASEMAP_TOOLS).any(|name| *name == tool.name());
    !known || tools_of(source).contains(&tool.name())
}

/// What a tool asks of the products, below the place of the tool.
fn with_products(request: &OrderRequest, tool: &Tool) -> Vec<Fault> {
    let mut faults: Vec<Fault> = request.products.iter().filter_map(|product| with_product(product, tool)).collect();
    if let Kind::Clip { area: None, .. } = &tool.0 {
        let has_area = |product: &Product| product.basemap().is_some_and(|basemap| basemap.geometry.is_some());
        faults.extend(request.products.iter().position(|product| !has_area(product)).map(|index| {
            let message = format!("without it the product's geometry is used, and products[{index}] has none");
            missing("clip.aoi", &message)
        }));
    }
    if let Kind::Named { name, parameters } = &tool.0
        && name == "coregister"
        && let Some(anchor) = parameters.get("anchor_item").and_then(Value::as_str)
        && !request.products.iter().any(|product| product.item_ids().iter().any(|id| id == anchor))
    {
        let fault = Fault::new(FaultKind::Invalid, "coregister.anchor_item", "not an item of the order");
        faults.push(fault.with_value(anchor));
    }
    faults
}

/// The first bundle of a product that the tool does not take.
fn with_product(product: &Product, tool: &Tool) -> Option<Fault> {
    let item_type = product.item_type().filter(|_| SCENE_TOOLS.contains(&tool.name()))?;
    let fits = |bundle: &Bundle| Catalogue::embedded().tools_for(bundle, item_type).any(|name| name == tool.name());
    let bundle = product.bundles().find(|bundle| !fits(bundle))?;
    let message = format!("the tool does not take {bundle} of {item_type}");
    Some(Fault::new(FaultKind::Conflict, tool.name(), message))
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
