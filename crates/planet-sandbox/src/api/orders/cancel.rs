//! Cancelling orders.

use http::StatusCode;
use serde_json::{Value, json};

use super::view;
use crate::request::Request;
use crate::respond::{self, Response, general_error, not_modelled, ok};
use crate::state::order::OrderState;
use crate::state::{Service, lock};

const NOT_QUEUED: &str = "Order not in a cancellable state";

pub(super) fn one(service: &Service, id: &str) -> Response {
    match lock(&service.orders).cancel(id, service.time.now()) {
        None => respond::message(StatusCode::NOT_FOUND, &no_such_order(id)),
        Some(Err(_)) => respond::message(StatusCode::CONFLICT, NOT_QUEUED),
        Some(Ok(order)) => ok(&Value::Object(view::summary(service, order, OrderState::Cancelled))),
    }
}

/// `{}` cancels every queued order, `{"order_ids": [...]}` these; each succeeds or fails on its own.
pub(super) fn many(service: &Service, request: &Request) -> Response {
    let body = match request.json_object() {
        Ok(body) => body,
        Err(error) => return error,
    };
    let now = service.time.now();
    let mut orders = lock(&service.orders);
    let ids: Vec<String> = match body.get("order_ids") {
        None => {
            let queued = orders.all(now).filter(|order| order.state(now) == OrderState::Queued);
            queued.map(|order| order.id.clone()).collect()
        }
        // Whether it means none or all is not documented.
        Some(Value::Array(ids)) if ids.is_empty() => return not_modelled("A bulk cancel of no orders"),
        Some(Value::Array(ids)) if ids.iter().all(Value::is_string) => {
            ids.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Some(_) => {
            return general_error(StatusCode::BAD_REQUEST, "order_ids must be an array of order ids");
        }
    };
    let mut succeeded = 0;
    let mut failures = Vec::new();
    for id in ids {
        let message = match orders.cancel(&id, now) {
            Some(Ok(_)) => {
                succeeded += 1;
                continue;
            }
            Some(Err(_)) => NOT_QUEUED.to_owned(),
            None => no_such_order(&id),
        };
        failures.push(json!({ "message": message, "order_id": id }));
    }
    ok(&json!({
        "result": {
            "failed": { "count": failures.len(), "failures": failures },
            "succeeded": { "count": succeeded },
        },
    }))
}

fn no_such_order(id: &str) -> String {
    format!("No such order ID: {id}.")
}
