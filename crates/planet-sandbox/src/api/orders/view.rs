//! An order as the service shows it.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::api::files;
use crate::clock::later;
use crate::state::Service;
use crate::state::order::{Order, OrderState};
use crate::state::token::seconds;

/// Where the service has no time to tell.
const NO_TIME: &str = "0001-01-01T00:00:00.000Z";

/// The order in a state, without results, as in lists.
pub(super) fn summary(service: &Service, order: &Order, state: OrderState) -> Map<String, Value> {
    let mut document = order.echoed.clone();
    let fields = [
        ("_links", json!({ "_self": link(service, &order.id) })),
        ("created_on", json!(order.created.to_string())),
        ("error_hints", json!(order.hints(state))),
        ("id", json!(order.id)),
        ("last_message", json!(state.last_message())),
        ("last_modified", json!(order.last_modified(state).to_string())),
        ("name", json!(order.name)),
        ("state", json!(state.as_str())),
    ];
    for (name, value) in fields {
        document.insert(name.to_owned(), value);
    }
    document
}

/// With fresh links to the files, if there are any yet.
pub(super) fn with_results(service: &Service, order: &Order) -> Value {
    let now = service.time.now();
    let mut document = summary(service, order, order.state(now));
    let results = results(service, order, now);
    if let (Some(results), Some(Value::Object(links))) = (results, document.get_mut("_links")) {
        links.insert("results".to_owned(), results);
    }
    Value::Object(document)
}

fn results(service: &Service, order: &Order, now: Timestamp) -> Option<Value> {
    // What is hosted lies in a collection of another service, and not in files.
    let delivery = order.delivered(now).filter(|_| !order.is_hosted())?;
    if order.goes_to_cloud() {
        let result = |path: &str| json!({ "delivery": "success", "expires_at": NO_TIME, "name": format!("{}/{path}", order.id) });
        return Some(delivery.paths().map(result).collect());
    }
    let expires = later(now, service.settings.order_link_lifetime);
    let expires_at = expires.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let result = |path: &str| {
        let token = service.signer.token(&json!({
            "sub": "sandbox",
            "exp": seconds(expires),
            "token_type": "download-asset-stack",
            "aoi": "",
            "assets": [],
            "url": files::order_file_url(service, &order.id, path, expires),
            "source": "Orders Service",
        }));
        json!({
            "delivery": "success",
            "expires_at": expires_at,
            "location": format!("{}/compute/ops/download/?token={token}", service.url),
            "name": format!("{}/{path}", order.id),
        })
    };
    Some(delivery.paths().map(result).collect())
}

fn link(service: &Service, id: &str) -> String {
    format!("{}/compute/ops/orders/v2/{id}", service.url)
}
