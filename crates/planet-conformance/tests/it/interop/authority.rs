//! An authority of a test's own: see provider.mjs.

use std::env;

use serde_json::{Value, json};

use super::http;

/// One authority. Its tokens and its log are nobody else's.
pub(crate) struct Authority {
    url: String,
    private_key: String,
}

/// One request that an authority was sent, with what it answered.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    /// The path behind that of the authority.
    pub(crate) path: String,
    pub(crate) fields: Value,
    pub(crate) headers: Value,
    pub(crate) status: u64,
}

impl Authority {
    /// As it stands for users: codes, refresh tokens with rotation.
    pub(crate) async fn of_users() -> Self {
        Self::start(json!({})).await
    }

    /// As it stands for programs, below a path.
    pub(crate) async fn of_programs() -> Self {
        Self::start(json!({"realm": true})).await
    }

    pub(crate) async fn start(settings: Value) -> Self {
        let place = env::var("PLANET_TEST_OIDC").expect("cargo xtask interop says where authorities are started");
        let started = http::post(&format!("{place}/authorities"), &settings).await;
        let text = |name: &str| started[name].as_str().unwrap().to_owned();
        Self { url: text("url"), private_key: text("private_key") }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The key of `fake-key-client`, in PEM.
    pub(crate) fn private_key(&self) -> &str {
        &self.private_key
    }

    /// Other settings from now on.
    pub(crate) async fn set(&self, settings: Value) {
        self.test("settings", &settings).await;
    }

    /// The user's answer to a code.
    pub(crate) async fn decide(&self, user_code: &str, approve: bool) {
        self.test("device", &json!({"user_code": user_code, "approve": approve})).await;
    }

    async fn test(&self, what: &str, body: &Value) -> Value {
        let (origin, _) = http::split(&self.url);
        http::post(&format!("http://{origin}/test/{what}"), body).await
    }

    /// All that it was sent so far, without what a browser asked it.
    pub(crate) async fn exchanges(&self) -> Vec<Exchange> {
        let log = self.test("log", &json!({})).await;
        let (_, base) = http::split(&self.url);
        let base = base.trim_end_matches('/');
        let exchange = |entry: &Value| {
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            let method = text("method");
            Exchange {
                path: text("path").strip_prefix(base).expect("a path of this authority").to_owned(),
                fields: entry[if method == "POST" { "form" } else { "query" }].clone(),
                headers: entry["headers"].clone(),
                status: entry["status"].as_u64().unwrap_or_default(),
                method,
            }
        };
        let mut exchanges: Vec<_> = log.as_array().unwrap().iter().map(exchange).collect();
        exchanges.retain(|exchange| !exchange.path.starts_with("/authorize/"));
        exchanges
    }

    /// How many requests it was sent so far.
    pub(crate) async fn asked(&self) -> usize {
        self.exchanges().await.len()
    }
}
