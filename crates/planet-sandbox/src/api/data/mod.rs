//! The Data API, `/data/v1`.

mod assets;
mod catalog;
mod coverage;
mod page;
mod query;
mod quick;
mod saved;
mod stats;

use http::{Method, StatusCode};

use crate::api::links;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::state::Service;

pub(crate) fn route(service: &Service, request: &Request, path: &[&str]) -> Option<Response> {
    let get = request.method == Method::GET;
    let post = request.method == Method::POST;
    let answer = match path {
        [] if get => catalog::root(service),
        ["item-types"] if get => catalog::item_types(service),
        ["item-types", item_type] if get => catalog::item_type(service, item_type),
        ["item-types", item_type, "asset-types"] if get => catalog::asset_types_of(service, item_type),
        ["asset-types"] if get => catalog::asset_types(service),
        ["asset-types", asset_type] if get => catalog::asset_type(service, asset_type),
        ["item-types", item_type, "items", id] if get => item(service, item_type, id),
        ["item-types", item_type, "items", id, "assets"] if get => assets::list(service, item_type, id),
        ["item-types", item_type, "items", id, "coverage"] if post => {
            coverage::coverage(service, request, item_type, id)
        }
        ["assets", token] if get => assets::get(service, token),
        ["assets", token, "activate"] if get || post => assets::activate(service, token),
        ["download"] if get || request.method == Method::HEAD => links::follow(service, request),
        ["quick-search"] if post => quick::search(service, request),
        ["searches"] if get => saved::list(service, request),
        ["searches"] if post => saved::create(service, request),
        ["searches", id] => match request.method {
            Method::GET => saved::get(service, id),
            Method::PUT => saved::update(service, request, id),
            Method::DELETE => saved::delete(service, id),
            _ => return None,
        },
        ["searches", id, "results"] if get => quick::results(service, request, id),
        ["stats"] if post => stats::stats(service, request),
        _ => return None,
    };
    Some(answer)
}

fn item(service: &Service, item_type: &str, id: &str) -> Response {
    match service.catalogue.get(item_type, id) {
        Some(item) => respond::json_bytes(StatusCode::OK, item.json(&service.url)),
        None => no_such_item(item_type, id),
    }
}

fn no_such_item(item_type: &str, id: &str) -> Response {
    let text = format!("The requested item does not exist: {item_type}/{id}");
    respond::message(StatusCode::NOT_FOUND, &text)
}
