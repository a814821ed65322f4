//! An order as the service shows it.

use serde_json::{Map, Value, json};

use crate::api::files;
use crate::clock::later;
use crate::state::Service;
use crate::state::order::Order;
use crate::state::token::seconds;

/// Without results, as in lists.
pub(super) fn summary(service: &Service, order: &Order) -> Map<String, Value> {
    let now = service.time.now();
    let state = order.state(now);
    let mut document = order.echoed.clone();
    let fields = [
        ("_links", json!({ "_self": link(service, &order.id) })),
        ("created_on", json!(order.created.to_string())),
        ("error_hints", json!(order.hints(now))),
        ("id", json!(order.id)),
        ("last_message", json!(state.last_message())),
        ("last_modified", json!(order.last_modified(now).to_string())),
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
    let mut document = summary(service, order);
    let results = results(service, order);
    if let (Some(results), Some(Value::Object(links))) = (results, document.get_mut("_links")) {
        links.insert("results".to_owned(), results);
    }
    Value::Object(document)
}

fn results(service: &Service, order: &Order) -> Option<Value> {
    let now = service.time.now();
    let files = order.delivered(now)?.files(&service.catalogue).iter();
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
    Some(files.map(|file| result(&file.path)).collect())
}

fn link(service: &Service, id: &str) -> String {
    format!("{}/compute/ops/orders/v2/{id}", service.url)
}
