//! What an order will come to: its files, or why there are none.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::create::{refused, unacceptable};
use super::tools::{Cut, Tools};
use crate::respond::Response;
use crate::state::Service;
use crate::state::delivery::{Delivery, Planned};
use crate::state::order::{OrderState, Outcome};
use crate::world::{self, Item};

const ITEM_LIMIT: usize = 500;

/// One entry of `products`.
struct Product {
    item_ids: Vec<String>,
    item_type: String,
    /// The bundles in the order of preference, each with its assets.
    bundles: Vec<(String, Vec<String>)>,
}

/// Checks the products and decides on the outcome.
pub(super) fn plan(
    service: &Service,
    body: &Map<String, Value>,
    tools: &Tools,
    partial: bool,
) -> Result<Outcome, Response> {
    let products = read_products(body)?;
    let items: usize = products.iter().map(|product| product.item_ids.len()).sum();
    if items > ITEM_LIMIT {
        let text = format!("Order has {items} items, the limit is {ITEM_LIMIT}");
        return Err(unacceptable("Products", &[text]));
    }
    refuse_unknown_items(service, &products)?;
    let mut files = Vec::new();
    let mut hints = Vec::new();
    for product in &products {
        if tools.clips() {
            refuse_basic_bundles(product)?;
        }
        for id in &product.item_ids {
            let at = service.catalogue.find(&product.item_type, id);
            let Some((at, item)) = at.and_then(|at| Some((at, service.catalogue.items().get(at)?))) else {
                continue;
            };
            match product.bundles.iter().find(|(_, assets)| available(item, assets)) {
                Some((bundle, assets)) => files.extend(item_files(at, item, bundle, assets, tools)),
                None => hints.push(no_access(item, product)),
            }
        }
    }
    if files.is_empty() {
        return Err(refused("Order request resulted in no acceptable assets. Likely due to lack of permissions."));
    }
    let state = match (hints.is_empty(), partial) {
        (true, _) => OrderState::Success,
        (false, true) => OrderState::Partial,
        (false, false) => OrderState::Failed,
    };
    let mut seen = HashSet::new();
    files.retain(|file: &Planned| seen.insert(file.path.clone()));
    Ok(Outcome { state, hints, delivery: Delivery::new(files) })
}

fn read_products(body: &Map<String, Value>) -> Result<Vec<Product>, Response> {
    let products = body.get("products").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if products.is_empty() {
        return Err(unacceptable("Products", &["Products empty".to_owned()]));
    }
    products.iter().map(read_product).collect()
}

fn read_product(product: &Value) -> Result<Product, Response> {
    let text = |name| product.get(name).and_then(Value::as_str).unwrap_or_default();
    let ids = product.get("item_ids").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let item_ids: Vec<String> = ids.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let item_type = text("item_type").to_owned();
    if item_ids.is_empty() || item_ids.iter().any(String::is_empty) || item_type.is_empty() {
        return Err(unacceptable("Products", &["Item ID or Item Type empty".to_owned()]));
    }
    let bundles = text("product_bundle").split(',').map(str::trim);
    let bundles = bundles.map(|bundle| match world::bundle_assets(bundle, &item_type) {
        Some(assets) => Ok((bundle.to_owned(), assets)),
        None => Err(unacceptable("Products", &[bad_bundle(bundle, &item_type)])),
    });
    Ok(Product { bundles: bundles.collect::<Result<_, _>>()?, item_ids, item_type })
}

fn bad_bundle(bundle: &str, item_type: &str) -> String {
    let known = world::bundles_wire_document();
    if known.get("bundles").and_then(|bundles| bundles.get(bundle)).is_none() {
        return format!("Bad bundle type '{bundle}'");
    }
    format!("Bad item type '{item_type}' for bundle type '{bundle}'")
}

fn refuse_unknown_items(service: &Service, products: &[Product]) -> Result<(), Response> {
    let mut unknown = Vec::new();
    for product in products {
        for id in &product.item_ids {
            if service.catalogue.find(&product.item_type, id).is_none() {
                let item_type = &product.item_type;
                unknown.push(format!("Item ID {id} / Item Type {item_type} doesn't exist"));
            }
        }
    }
    if unknown.is_empty() { Ok(()) } else { Err(unacceptable("Details", &unknown)) }
}

/// `basic_` products are not on a map, so that nothing can be cut out of them.
fn refuse_basic_bundles(product: &Product) -> Result<(), Response> {
    match product.bundles.iter().find(|(bundle, _)| bundle.starts_with("basic_")) {
        Some((bundle, _)) => {
            let text = format!("Tool clip is not available for bundle type '{bundle}'");
            Err(unacceptable("Tools", &[text]))
        }
        None => Ok(()),
    }
}

fn available(item: &Item, assets: &[String]) -> bool {
    assets.iter().all(|asset| item.assets.contains(asset) && item.may_download(asset))
}

fn no_access(item: &Item, product: &Product) -> String {
    let assets = product.bundles.first().map_or(&[][..], |(_, assets)| assets);
    let Item { item_type, id, .. } = item;
    format!("No access to assets: {item_type}/{id}/[{}]", assets.join(" "))
}

fn item_files(at: usize, item: &Item, bundle: &str, assets: &[String], tools: &Tools) -> Vec<Planned> {
    let Item { item_type, id, .. } = item;
    let cut = tools.cut(item);
    let (assets, clip) = match &cut {
        Cut::Whole => (assets, None),
        Cut::Part(area) => (assets, Some(area)),
        Cut::Nothing => (&[][..], None),
    };
    let metadata =
        Planned { path: format!("{item_type}/{id}_metadata.json"), item: at, asset: None, clip: clip.cloned() };
    let files = assets.iter().map(|asset_type| {
        let name = world::asset_file_name(id, asset_type, &tools.suffix(&cut, asset_type));
        Planned {
            path: format!("{item_type}/{name}"),
            item: at,
            asset: Some((asset_type.clone(), bundle.to_owned())),
            clip: clip.cloned(),
        }
    });
    std::iter::once(metadata).chain(files).collect()
}
