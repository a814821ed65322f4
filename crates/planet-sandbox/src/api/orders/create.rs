//! Taking orders.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{plan, tools, view};
use crate::request::Request;
use crate::respond::{self, Response, not_modelled};
use crate::state::order::OrderState;
use crate::state::{Service, lock};

/// Fields that come back as they were sent; all others are ignored.
const ECHOED: [&str; 7] =
    ["products", "source_type", "order_type", "subscription_id", "tools", "delivery", "notifications"];

pub(super) fn create(service: &Service, request: &Request) -> Response {
    match accept(service, request) {
        Ok(document) => respond::json(StatusCode::ACCEPTED, &document),
        Err(refusal) => refusal,
    }
}

fn accept(service: &Service, request: &Request) -> Result<Value, Response> {
    let body = request.json_object()?;
    refuse_unmodelled(&body)?;
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    if name.is_empty() {
        return Err(unacceptable("Name", &["Order name is empty".to_owned()]));
    }
    let partial = match body.get("order_type").and_then(Value::as_str) {
        None | Some("full") => false,
        Some("partial") => true,
        Some(other) => {
            let text = format!("Bad order type '{other}'");
            return Err(unacceptable("OrderType", &[text]));
        }
    };
    let tools = tools::read(service, &body)?;
    let outcome = plan::plan(service, &body, &tools, partial)?;
    let now = service.time.now();
    let takes = service.settings.order_time;
    let order = lock(&service.orders).create(name.to_owned(), echoed(&body), outcome, now, takes);
    Ok(Value::Object(view::summary(service, &order, OrderState::Queued)))
}

fn refuse_unmodelled(body: &Map<String, Value>) -> Result<(), Response> {
    if body.get("source_type").and_then(Value::as_str) == Some("basemaps") {
        return Err(not_modelled("An order of basemaps"));
    }
    for (field, what) in [("hosting", "Hosting"), ("metadata", "STAC metadata")] {
        if body.get(field).is_some_and(|value| !value.is_null()) {
            return Err(not_modelled(what));
        }
    }
    let delivery = body.get("delivery").and_then(Value::as_object);
    if let Some((key, _)) = delivery.into_iter().flatten().next() {
        return Err(not_modelled(&format!("Delivery with '{key}'")));
    }
    let notifications = body.get("notifications").and_then(Value::as_object);
    if notifications.is_some_and(|kinds| kinds.contains_key("webhook")) {
        return Err(not_modelled("A webhook"));
    }
    Ok(())
}

fn echoed(body: &Map<String, Value>) -> Map<String, Value> {
    let sent = ECHOED.iter().filter_map(|name| Some(((*name).to_owned(), body.get(*name)?.clone())));
    sent.collect()
}

/// A 400 that blames a field.
pub(super) fn unacceptable(field: &str, messages: &[String]) -> Response {
    let messages: Vec<Value> = messages.iter().map(|text| json!({ "message": text })).collect();
    respond::json(
        StatusCode::BAD_REQUEST,
        &json!({
            "field": { field: messages },
            "general": [{ "message": "Unable to accept order" }],
        }),
    )
}

/// A 400 that blames the whole order.
pub(super) fn refused(text: &str) -> Response {
    respond::json(StatusCode::BAD_REQUEST, &json!({ "field": null, "general": [{ "message": text }] }))
}
