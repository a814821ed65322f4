//! What the official library sends, as it was recorded in vectors/auth/wire.json.

use serde_json::{Map, Value, json};

use super::authority::{Authority, Exchange};

const WIRE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/auth/wire.json");

/// Fields that differ from run to run.
const VOLATILE: &[&str] = &[
    "code",
    "code_challenge",
    "code_verifier",
    "device_code",
    "nonce",
    "redirect_uri",
    "refresh_token",
    "state",
    "token",
];
const HEADERS: &[&str] = &["accept", "authorization", "content-type"];

/// Checks that an authority was sent what the official library sent in a recorded flow.
#[track_caller]
pub(crate) fn assert_sent(flow: &str, exchanges: &[Exchange]) {
    let ours: Vec<_> = exchanges.iter().map(of_ours).collect();
    assert_eq!(once(ours), once(of_recording(flow)), "{flow}");
}

/// As [`assert_sent`], of all that an authority was sent.
pub(crate) async fn assert_all_sent(flow: &str, authority: &Authority) {
    assert_sent(flow, &authority.exchanges().await);
}

/// How often a client asks depends on the time of day; what it asks does not.
fn once(mut requests: Vec<Value>) -> Vec<Value> {
    requests.dedup();
    requests
}

fn of_ours(exchange: &Exchange) -> Value {
    request(&exchange.method, &exchange.path, &exchange.fields, &exchange.headers)
}

fn of_recording(name: &str) -> Vec<Value> {
    let wire: Value = serde_json::from_slice(&std::fs::read(WIRE).unwrap()).unwrap();
    let flow = wire["flows"].as_array().unwrap().iter().find(|flow| flow["name"] == name).expect("a recorded flow");
    let requests = flow["exchanges"].as_array().unwrap().iter().map(|exchange| &exchange["request"]);
    let to_authority = |request: &&Value| request["url"].as_str().is_some_and(|url| url.contains("authority}"));
    requests
        .filter(to_authority)
        .map(|recorded| {
            let (_, path) = recorded["url"].as_str().unwrap().split_once('}').unwrap();
            let fields = recorded.get("form").or(recorded.get("query")).cloned().unwrap_or_else(|| json!({}));
            request(recorded["method"].as_str().unwrap(), path, &fields, &recorded["headers"])
        })
        .collect()
}

fn request(method: &str, path: &str, fields: &Value, headers: &Value) -> Value {
    let fields = fields.as_object().unwrap().iter().map(|(name, value)| {
        let filled = value.as_str().is_some_and(|value| !value.is_empty());
        let any = VOLATILE.contains(&name.as_str()) && filled;
        (name.clone(), if any { json!("any") } else { value.clone() })
    });
    let mut shown = json!({"method": method, "path": path, "fields": fields.collect::<Map<_, _>>()});
    if path != "/authorize" {
        // A browser's headers are its own.
        shown["headers"] = known_headers(headers);
    }
    shown
}

fn known_headers(headers: &Value) -> Value {
    let headers = headers.as_object().into_iter().flatten().map(|(name, value)| (name.to_lowercase(), value.clone()));
    headers.filter(|(name, _)| HEADERS.contains(&name.as_str())).collect::<Map<_, _>>().into()
}
