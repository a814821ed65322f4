//! The Features API, `/features/v1/ogc/my`.

mod collections;
mod filter;
mod items;
mod validate;

use geo::MultiPolygon;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::request::Request;
use crate::respond::{self, Response, ok};
use crate::state::{Service, lock};

pub(crate) fn route(service: &Service, request: &Request, path: &[&str]) -> Option<Response> {
    let get = request.method == Method::GET;
    let post = request.method == Method::POST;
    let delete = request.method == Method::DELETE;
    let answer = match path {
        [] if get => landing(service),
        ["conformance"] if get => conformance(),
        ["collections"] if get => collections::list(service, request),
        ["collections"] if post => collections::create(service, request),
        ["collections", "validate"] if post => validate::validate(service, request),
        ["collections", "alternates"] if post => validate::alternates(request),
        ["collections", c] if get => collections::get(service, c),
        ["collections", c] if delete => collections::delete(service, c),
        ["collections", c, "items"] if get => items::list(service, request, c),
        ["collections", c, "items"] if post => items::add(service, request, c),
        ["collections", c, "items", f] if get => items::get(service, c, f),
        ["collections", c, "items", f] if delete => items::delete(service, c, f),
        _ => return None,
    };
    Some(answer)
}

/// The area behind a reference such as `pl:features/my/<collection>/<feature>`.
pub(crate) fn resolve(service: &Service, reference: &str) -> Option<MultiPolygon<f64>> {
    lock(&service.collections).resolve(reference)
}

fn base(service: &Service) -> String {
    format!("{}/features/v1/ogc/my", service.url)
}

fn landing(service: &Service) -> Response {
    let base = base(service);
    let link = |rel: &str, path: &str| json!({ "rel": rel, "href": format!("{base}{path}") });
    ok(&json!({
        "title": "Features",
        "description": "Collections of features",
        "links": [
            link("self", ""),
            link("conformance", "/conformance"),
            link("data", "/collections"),
        ],
    }))
}

fn conformance() -> Response {
    let classes =
        ["core", "geojson"].map(|class| format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{class}"));
    ok(&json!({ "conformsTo": classes }))
}

fn not_found(what: &str, name: &str) -> Response {
    respond::message(StatusCode::NOT_FOUND, &format!("{what} not found: {name}"))
}

/// A page of a list by `limit` and `offset`, and the links that go with it.
fn page<T>(request: &Request, url: &str, all: Vec<T>) -> Result<(Vec<T>, Vec<Value>), Response> {
    let number = |name: &str, default: usize| match request.query_value(name) {
        None => Ok(default),
        Some(text) => text.parse::<usize>().map_err(|_| bad_number(name, text)),
    };
    let limit = number("limit", 10)?;
    if !(1..=10_000).contains(&limit) {
        return Err(bad_number("limit", &limit.to_string()));
    }
    let offset = number("offset", 0)?;
    let with_query = |changes: &[(&str, String)]| filter::with_query(url, request, changes);
    let mut links = vec![json!({ "href": with_query(&[]), "rel": "self", "title": "This page of results" })];
    let end = offset.saturating_add(limit);
    if end < all.len() {
        let href = with_query(&[("limit", limit.to_string()), ("offset", end.to_string())]);
        links.push(json!({ "href": href, "rel": "next", "title": "Next page of results" }));
    }
    Ok((all.into_iter().skip(offset).take(limit).collect(), links))
}

fn bad_number(name: &str, text: &str) -> Response {
    respond::message(StatusCode::BAD_REQUEST, &format!("'{text}' is not a valid {name}"))
}
