//! Item types and asset types.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};

use crate::respond::{self, Response, ok};
use crate::state::Service;
use crate::world;

pub(super) fn root(service: &Service) -> Response {
    let base = format!("{}/data/v1", service.url);
    ok(&json!({
        "_links": {
            "_self": format!("{base}/"),
            "asset-types": format!("{base}/asset-types/"),
            "item-types": format!("{base}/item-types/"),
            "spec": format!("{base}/spec"),
        },
    }))
}

pub(super) fn item_types(service: &Service) -> Response {
    let types = world::item_types().iter();
    let documents: Vec<Value> =
        types.map(|known| item_type_document(service, &known.id, &known.title, &known.asset_types)).collect();
    ok(&json!({
        "_links": { "_self": format!("{}/data/v1/item-types/", service.url) },
        "item_types": documents,
    }))
}

pub(super) fn item_type(service: &Service, id: &str) -> Response {
    match world::item_types().iter().find(|known| known.id == id) {
        Some(known) => ok(&item_type_document(service, id, &known.title, &known.asset_types)),
        None => no_such_type("item type", id),
    }
}

pub(super) fn asset_types_of(service: &Service, item_type: &str) -> Response {
    match world::item_types().iter().find(|known| known.id == item_type) {
        Some(known) => ok(&asset_type_list(
            service,
            &format!("item-types/{item_type}/asset-types/"),
            known.asset_types.iter().map(String::as_str),
        )),
        None => no_such_type("item type", item_type),
    }
}

pub(super) fn asset_types(service: &Service) -> Response {
    ok(&asset_type_list(service, "asset-types/", all_asset_types().into_iter()))
}

pub(super) fn asset_type(service: &Service, id: &str) -> Response {
    if all_asset_types().contains(id) { ok(&asset_type_document(service, id)) } else { no_such_type("asset type", id) }
}

fn all_asset_types() -> BTreeSet<&'static str> {
    let types = world::item_types().iter();
    types.flat_map(|known| &known.asset_types).map(String::as_str).collect()
}

fn item_type_document(service: &Service, id: &str, title: &str, asset_types: &[String]) -> Value {
    json!({
        "_links": { "_self": format!("{}/data/v1/item-types/{id}", service.url) },
        "display_description": title,
        "display_name": title,
        "id": id,
        "supported_asset_types": asset_types,
    })
}

fn asset_type_list(service: &Service, path: &str, ids: impl Iterator<Item: AsRef<str>>) -> Value {
    let documents: Vec<Value> = ids.map(|id| asset_type_document(service, id.as_ref())).collect();
    json!({
        "_links": { "_self": format!("{}/data/v1/{path}", service.url) },
        "asset_types": documents,
    })
}

fn asset_type_document(service: &Service, id: &str) -> Value {
    let name = id.replace('_', " ");
    json!({
        "_links": { "_self": format!("{}/data/v1/asset-types/{id}", service.url) },
        "display_description": name,
        "display_name": name,
        "id": id,
    })
}

fn no_such_type(kind: &str, id: &str) -> Response {
    let text = format!("The requested {kind} does not exist: {id}");
    respond::message(StatusCode::NOT_FOUND, &text)
}
