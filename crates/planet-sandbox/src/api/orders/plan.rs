//! What an order will come to: its files, or why there are none.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::composite;
use super::create::{refused, unacceptable};
use super::tools::{Cut, Tools};
use crate::respond::Response;
use crate::state::Service;
use crate::state::delivery::{Content, Planned};
use crate::state::order::OrderState;
use crate::world::{self, Item};

const ITEM_LIMIT: usize = 500;
/// Items of large types in an order that is zipped.
const ZIP_LIMIT: usize = 50;
const LARGE_TYPES: [&str; 3] = ["SkySatCollect", "TanagerScene", "PelicanScene"];

/// One entry of `products`.
pub(super) struct Product {
    pub(super) item_ids: Vec<String>,
    pub(super) item_type: String,
    /// The bundles in the order of preference, each with its assets.
    pub(super) bundles: Vec<(String, Vec<String>)>,
}

/// What an order will come to.
pub(super) struct Plan {
    pub(super) state: OrderState,
    pub(super) hints: Vec<String>,
    pub(super) files: Vec<Planned>,
}

/// An item, and the bundle that it is delivered in.
pub(super) struct Chosen<'a> {
    /// Its place in the catalogue.
    pub(super) at: usize,
    pub(super) item: &'a Item,
    pub(super) bundle: &'a str,
    pub(super) assets: &'a [String],
    pub(super) cut: Cut,
}

/// Checks the products and decides on the outcome.
pub(super) fn plan(
    service: &Service,
    body: &Map<String, Value>,
    tools: &Tools,
    partial: bool,
    zipped: bool,
) -> Result<Plan, Response> {
    let products = read_products(body)?;
    refuse_too_many(&products, zipped)?;
    refuse_unknown_items(service, &products)?;
    tools.check(&products)?;
    let mut chosen = Vec::new();
    let mut hints = Vec::new();
    for product in &products {
        for id in &product.item_ids {
            let at = service.catalogue.find(&product.item_type, id);
            let Some((at, item)) = at.and_then(|at| Some((at, service.catalogue.items().get(at)?))) else {
                continue;
            };
            match product.bundles.iter().find(|(_, assets)| available(item, assets)) {
                Some((bundle, assets)) => chosen.push(Chosen { at, item, bundle, assets, cut: tools.cut(item) }),
                None => hints.push(no_access(item, product)),
            }
        }
    }
    if chosen.is_empty() {
        return Err(refused("Order request resulted in no acceptable assets. Likely due to lack of permissions."));
    }
    let state = match (hints.is_empty(), partial) {
        (true, _) => OrderState::Success,
        (false, true) => OrderState::Partial,
        (false, false) => OrderState::Failed,
    };
    let mut files = if tools.composite() {
        composite::files(&chosen, tools)?
    } else {
        chosen.iter().flat_map(|chosen| item_files(chosen, tools)).collect()
    };
    let mut seen = HashSet::new();
    files.retain(|file: &Planned| seen.insert(file.path.clone()));
    Ok(Plan { state, hints, files })
}

fn refuse_too_many(products: &[Product], zipped: bool) -> Result<(), Response> {
    let count = |wanted: &dyn Fn(&Product) -> bool| -> usize {
        products.iter().filter(|product| wanted(product)).map(|product| product.item_ids.len()).sum()
    };
    let items = count(&|_| true);
    if items > ITEM_LIMIT {
        let text = format!("Order has {items} items, the limit is {ITEM_LIMIT}");
        return Err(unacceptable("Products", &[text]));
    }
    let large = count(&|product| LARGE_TYPES.contains(&product.item_type.as_str()));
    if zipped && large > ZIP_LIMIT {
        let text = format!("Order to be zipped has {large} items, the limit is {ZIP_LIMIT}");
        return Err(unacceptable("Products", &[text]));
    }
    Ok(())
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
    let item_ids: Vec<String> = ids.iter().map(|id| id.as_str().unwrap_or_default().to_owned()).collect();
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

fn available(item: &Item, assets: &[String]) -> bool {
    assets.iter().all(|asset| item.assets.contains(asset) && item.may_download(asset))
}

fn no_access(item: &Item, product: &Product) -> String {
    let assets = product.bundles.first().map_or(&[][..], |(_, assets)| assets);
    let Item { item_type, id, .. } = item;
    format!("No access to assets: {item_type}/{id}/[{}]", assets.join(" "))
}

fn item_files(chosen: &Chosen<'_>, tools: &Tools) -> Vec<Planned> {
    let Item { item_type, id, .. } = chosen.item;
    let assets = if matches!(chosen.cut, Cut::Nothing) { &[][..] } else { chosen.assets };
    let metadata = Planned {
        path: format!("{item_type}/{id}_metadata.json"),
        items: vec![chosen.at],
        content: Content::Metadata,
        clip: chosen.cut.area(),
    };
    let files = assets.iter().map(|asset_type| {
        let name = world::asset_file_name(id, asset_type, &tools.suffix(&chosen.cut, asset_type));
        Planned {
            path: format!("{item_type}/{name}"),
            items: vec![chosen.at],
            content: Content::Asset { asset_type: asset_type.clone(), bundle: chosen.bundle.to_owned() },
            clip: chosen.cut.area(),
        }
    });
    std::iter::once(metadata).chain(files).collect()
}
