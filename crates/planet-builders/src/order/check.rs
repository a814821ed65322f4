//! What is wrong with an order request: all of it, each fault at its place in the JSON.

use std::collections::HashSet;

use planet_core::{Fault, FaultKind};

use super::product::{Kind as ProductKind, Product, Scenes};
use super::tool::{Area, Kind as ToolKind, Tool};
use super::{OrderRequest, OrderType};
use crate::Geometry;

/// How many items the service takes in one order.
const MAX_ITEMS: usize = 500;

const CLIP_TYPES: [&str; 3] = ["Polygon", "MultiPolygon", "ref"];

pub(super) fn request(request: &OrderRequest) -> Vec<Fault> {
    let mut faults = Vec::new();
    if request.name.trim().is_empty() {
        faults.push(missing("name", "an order needs a name"));
    }
    products(&request.products, &mut faults);
    if let Some(OrderType::Unknown(given)) = &request.order_type {
        let fault = Fault::new(FaultKind::Invalid, "order_type", "not a type of order");
        faults.push(fault.with_value(given).with_allowed(["full", "partial"]));
    }
    tools(&request.tools, &mut faults);
    faults
}

fn products(products: &[Product], faults: &mut Vec<Fault>) {
    if products.is_empty() {
        faults.push(missing("products", "an order needs at least one product"));
    }
    for (index, product) in products.iter().enumerate() {
        if let ProductKind::Scenes(scenes) = &product.0 {
            let at = format!("products[{index}]");
            faults.extend(scenes_faults(scenes).into_iter().map(|fault| fault.under(&at)));
        }
    }
    let items: usize = products.iter().map(|product| product.item_ids().len()).sum();
    if items > MAX_ITEMS {
        let message = format!("an order takes at most {MAX_ITEMS} items");
        faults.push(Fault::new(FaultKind::OutOfRange, "products", message).with_value(items));
    }
}

fn scenes_faults(scenes: &Scenes) -> Vec<Fault> {
    let mut faults = Vec::new();
    if scenes.item_ids.is_empty() {
        faults.push(missing("item_ids", "a product needs at least one item"));
    }
    let mut seen = HashSet::new();
    for (index, id) in scenes.item_ids.iter().enumerate() {
        let at = format!("item_ids[{index}]");
        if id.trim().is_empty() {
            faults.push(missing(&at, "an item id is not empty"));
        } else if !seen.insert(id) {
            let message = "the same item stands in the product before";
            faults.push(Fault::new(FaultKind::Conflict, at, message).with_value(id));
        }
    }
    if scenes.item_type.as_str().trim().is_empty() {
        faults.push(missing("item_type", "a product needs the type of its items"));
    }
    if scenes.product_bundle.split(',').any(|bundle| bundle.trim().is_empty()) {
        let fault = missing("product_bundle", "a bundle and each fallback need a name");
        faults.push(fault.with_value(&scenes.product_bundle));
    }
    faults
}

fn tools(tools: &[Tool], faults: &mut Vec<Fault>) {
    let mut seen = HashSet::new();
    for (index, tool) in tools.iter().enumerate() {
        if !seen.insert(tool.name()) {
            let message = "a tool is used at most once in an order";
            let fault = Fault::new(FaultKind::Conflict, format!("tools[{index}]"), message);
            faults.push(fault.with_value(tool.name()));
        }
        if let ToolKind::Clip(area) = &tool.0 {
            let at = format!("tools[{index}].clip.aoi");
            faults.extend(area_faults(area).into_iter().map(|fault| fault.under(&at)));
        }
    }
}

fn area_faults(area: &Area) -> Vec<Fault> {
    match area {
        Area::Faulty { faults, .. } => faults.clone(),
        Area::Valid(area) => clip_type(area).into_iter().collect(),
    }
}

fn clip_type(area: &Geometry) -> Option<Fault> {
    let kind = area.type_name();
    if CLIP_TYPES.contains(&kind) {
        return None;
    }
    let fault = Fault::new(FaultKind::Geometry, "type", "not a type that clips");
    Some(fault.with_value(kind).with_allowed(CLIP_TYPES))
}

fn missing(path: &str, message: &str) -> Fault {
    Fault::new(FaultKind::Missing, path, message)
}
