//! The profile of a recorded client, as it lies on the disk.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::recorded::{Flow, Goal, Request};
use crate::auth::home::Home;

pub(super) const PROFILE: &str = "recorded";
pub(super) const TOKEN_FILE: &str = "~/.planet/recorded/token.json";
const CONFIG_FILE: &str = "~/.planet/recorded/auth_client.json";

const USER_SERVER: &str = "https://login.planet.com/";
const M2M_SERVER: &str = "https://services.sentinel-hub.com/auth/realms/main";

/// Writes the configuration that makes a client send what was recorded.
pub(super) fn write(flow: &Flow, goal: Goal, home: &Home) -> Result<(), String> {
    home.put(CONFIG_FILE, Value::Object(config(flow, goal)?).to_string().as_bytes())
}

fn config(flow: &Flow, goal: Goal) -> Result<Map<String, Value>, String> {
    let mut config = Map::new();
    let mut set = |name: &str, value: Option<&str>| {
        value.map(|value| config.insert(name.to_owned(), value.into()));
    };
    let basic = flow.of_the_client().find_map(|exchange| basic(&exchange.request));
    let (id, secret) = basic.unwrap_or_default();
    let given = |name: &str| {
        field(flow, name).or(match name {
            "client_id" => Some(id.as_str()).filter(|id| !id.is_empty()),
            "client_secret" => Some(secret.as_str()).filter(|secret| !secret.is_empty()),
            _ => None,
        })
    };
    let client_type = match goal {
        Goal::ClientCredentials => "oidc_client_credentials",
        Goal::Browser => "oidc_auth_code",
        _ => "oidc_device_code",
    };
    let is_secret = given("client_secret").is_some();
    set("client_type", Some(&format!("{client_type}{}", if is_secret { "_secret" } else { "" })));
    for name in ["client_id", "client_secret", "redirect_uri", "organization", "project_id"] {
        set(name, given(name));
    }
    let discovered = flow.of_the_client().find_map(|exchange| exchange.request.discovers());
    let server = if goal == Goal::ClientCredentials { M2M_SERVER } else { USER_SERVER };
    set("auth_server", Some(discovered.unwrap_or(server)));
    if discovered.is_none() {
        for exchange in flow.of_the_client() {
            let request = &exchange.request;
            let is_revocation = request.field("token").is_some();
            set(if is_revocation { "revocation_endpoint" } else { "token_endpoint" }, Some(&request.url));
        }
    }
    if let Some(audience) = field(flow, "audience") {
        config.insert("audiences".to_owned(), json!([audience]));
    }
    let scopes: Vec<&str> = field(flow, "scope").map(|scope| scope.split(' ').collect()).unwrap_or_default();
    config.insert("scopes".to_owned(), json!(scopes));
    if config.contains_key("client_id") { Ok(config) } else { Err("the flow names no client".to_owned()) }
}

/// A field of any request, or of the page that the browser opens.
fn field<'a>(flow: &'a Flow, name: &str) -> Option<&'a str> {
    let requests = flow.exchanges.iter().map(|exchange| &exchange.request);
    let given = |request: &'a Request| {
        request.field(name).or(request.query.as_ref().and_then(|query| query.get(name).map(String::as_str)))
    };
    requests.into_iter().find_map(given)
}

/// Id and secret in an `Authorization` header.
fn basic(request: &Request) -> Option<(String, String)> {
    let header = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?.1;
    let pair = BASE64_STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let (id, secret) =
        String::from_utf8(pair).ok()?.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))?;
    Some((id, secret))
}
