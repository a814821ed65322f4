//! The Orders API, `/compute/ops`.

mod basemaps;
mod cancel;
mod composite;
mod create;
mod deliver;
mod list;
mod plan;
mod tools;
mod view;

use http::{Method, StatusCode};
use serde_json::json;

use crate::api::links;
use crate::request::Request;
use crate::respond::{self, Response, not_modelled, ok};
use crate::state::order::OrderState;
use crate::state::{Service, lock};
use crate::world;

pub(crate) fn route(service: &Service, request: &Request, path: &[&str]) -> Option<Response> {
    let get = request.method == Method::GET;
    let post = request.method == Method::POST;
    let answer = match path {
        ["orders", "v2"] if post => create::create(service, request),
        ["orders", "v2"] if get => list::list(service, request),
        ["orders", "v2", id] if get => get_order(service, id),
        ["orders", "v2", id] if request.method == Method::PUT => cancel::one(service, id),
        ["bulk", "orders", "v2", "cancel"] if post => cancel::many(service, request),
        ["stats", "orders", "v2"] if get => stats(service),
        ["download"] if get || request.method == Method::HEAD => links::follow(service, request),
        ["bundles", "spec"] if get => ok(&world::bundles_wire_document()),
        _ => return None,
    };
    Some(answer)
}

fn get_order(service: &Service, id: &str) -> Response {
    let now = service.time.now();
    let order = lock(&service.orders).get(id, now).cloned();
    match order {
        Some(order) if order.is_of_basemaps() && order.is_delivered(now) => {
            not_modelled("What is delivered for an order of basemaps")
        }
        Some(order) => ok(&view::with_results(service, &order)),
        None => {
            let text = format!("Could not load order ID: {id}.");
            respond::message(StatusCode::NOT_FOUND, &text)
        }
    }
}

fn stats(service: &Service) -> Response {
    let now = service.time.now();
    let orders = lock(&service.orders);
    let count = |state| orders.all(now).filter(|order| order.state(now) == state).count();
    let counts = json!({
        "queued_orders": count(OrderState::Queued),
        "running_orders": count(OrderState::Running),
    });
    ok(&json!({ "organization": counts, "user": counts }))
}
