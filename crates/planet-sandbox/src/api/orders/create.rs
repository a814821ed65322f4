//! Taking orders.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{basemaps, deliver, plan, tools, view};
use crate::request::Request;
use crate::respond::{self, Response, not_modelled};
use crate::state::delivery::Delivery;
use crate::state::order::{OrderState, Outcome};
use crate::state::{Service, lock, new_uuid};

/// Fields that come back as they were sent; all others are ignored.
const ECHOED: [&str; 6] = ["products", "source_type", "order_type", "subscription_id", "tools", "notifications"];

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
    let partial = match given(&body, "order_type").map(Value::as_str) {
        None | Some(Some("full")) => false,
        Some(Some("partial")) => true,
        Some(other) => {
            let text = format!("Bad order type '{}'", other.unwrap_or_default());
            return Err(unacceptable("OrderType", &[text]));
        }
    };
    let id = new_uuid();
    let outcome = outcome(service, &body, &id, partial)?;
    let echoed = echoed(&body)?;
    let now = service.time.now();
    let order = lock(&service.orders).create(id, name, echoed, outcome, now, &service.settings);
    let order = order.ok_or_else(|| respond::message(StatusCode::CONFLICT, "order concurrency limit reached"))?;
    Ok(Value::Object(view::summary(service, &order, OrderState::Queued)))
}

/// What a field holds, if it is not left out.
pub(super) fn given<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    body.get(name).filter(|value| !value.is_null())
}

fn refuse_unmodelled(body: &Map<String, Value>) -> Result<(), Response> {
    if given(body, "metadata").is_some() {
        return Err(not_modelled("STAC metadata"));
    }
    let notifications = body.get("notifications").and_then(Value::as_object);
    if notifications.is_some_and(|kinds| kinds.contains_key("webhook")) {
        return Err(not_modelled("A webhook"));
    }
    Ok(())
}

/// What the order will come to.
fn outcome(service: &Service, body: &Map<String, Value>, id: &str, partial: bool) -> Result<Outcome, Response> {
    let way = deliver::read(body)?;
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    if basemaps::are_ordered(body)? {
        tools::read(service, body, tools::Source::Basemaps)?;
        basemaps::check(body)?;
        let delivery = Delivery::new(Vec::new(), None);
        return Ok(Outcome { state: OrderState::Success, hints: Vec::new(), delivery });
    }
    let tools = tools::read(service, body, tools::Source::Scenes)?;
    if way.to_earth_engine && !tools.suit_earth_engine() {
        let text = "Only clip and harmonize go with google_earth_engine".to_owned();
        return Err(unacceptable("Tools", &[text]));
    }
    let plan = plan::plan(service, body, &tools, partial, way.is_zipped())?;
    let delivery = Delivery::new(plan.files, way.archive(id, name));
    Ok(Outcome { state: plan.state, hints: plan.hints, delivery })
}

/// The request as it comes back.
fn echoed(body: &Map<String, Value>) -> Result<Map<String, Value>, Response> {
    let sent = ECHOED.iter().filter_map(|name| Some(((*name).to_owned(), body.get(*name)?.clone())));
    let mut echoed: Map<String, Value> = sent.collect();
    if let Some(delivery) = body.get("delivery") {
        echoed.insert("delivery".to_owned(), deliver::redacted(delivery));
    }
    if let Some(hosting) = deliver::hosting(body)? {
        echoed.insert("hosting".to_owned(), hosting);
        add_file_format(&mut echoed);
    }
    Ok(echoed)
}

/// What is hosted is made a COG, whether asked for or not.
fn add_file_format(echoed: &mut Map<String, Value>) {
    let tools = echoed.entry("tools").or_insert(Value::Null);
    if tools.is_null() {
        *tools = json!([]);
    }
    let Some(tools) = tools.as_array_mut() else {
        return;
    };
    if tools.iter().all(|tool| tool.get("file_format").is_none()) {
        tools.push(json!({ "file_format": { "format": "COG" } }));
    }
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
