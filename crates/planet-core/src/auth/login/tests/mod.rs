//! Logins against a scripted authority.

mod browser;
mod device;
#[cfg(feature = "oauth-browser")]
mod listener;
mod public;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::super::authority::{Authority, Wire};
use super::super::keeper::Keeper;
use super::super::problem::{AuthError, AuthFailure};
use super::super::profile::{Flow, OidcClient, user_client};
use super::super::storage::{MemoryStorage, TokenStorage};
use super::LoginEvent;
use crate::testing::{Answer, ScriptedTransport};
use crate::{Clock, Error};

const SERVER: &str = "https://login.example.com";

pub(super) fn discovery() -> Answer {
    Answer::json(&json!({
        "issuer": format!("{SERVER}/"),
        "authorization_endpoint": format!("{SERVER}/authorize"),
        "device_authorization_endpoint": format!("{SERVER}/oauth/device/code"),
        "token_endpoint": format!("{SERVER}/oauth/token"),
    }))
}

fn token() -> Answer {
    Answer::json(&json!({
        "access_token": "the-access-token", "refresh_token": "the-refresh-token", "expires_in": 3600, "token_type": "Bearer",
    }))
}

fn refusal(code: &str) -> Answer {
    Answer::json(&json!({"error": code, "error_description": "that is why"})).with_status(400)
}

fn client(flow: Flow) -> OidcClient {
    OidcClient { auth_server: format!("{SERVER}/"), ..user_client("my-client", None, flow) }
}

fn keeper(client: OidcClient, script: &ScriptedTransport) -> (Keeper, MemoryStorage) {
    let storage = MemoryStorage::default();
    let authority = Authority::new(client, Wire::own(script.clone()));
    let keeper = Keeper::new(authority, Some(Arc::new(storage.clone())), Clock::system(), "a test".into());
    (keeper, storage)
}

/// What of a token is kept.
fn kept(storage: &MemoryStorage) -> Option<Value> {
    let text = storage.load().unwrap()?;
    Some(serde_json::from_str(text.expose()).unwrap())
}

fn fields(text: &str) -> BTreeMap<String, String> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (decode(name), decode(value))).collect()
}

fn form(request: &http::Request<Bytes>) -> BTreeMap<String, String> {
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    fields(std::str::from_utf8(request.body()).unwrap())
}

fn map<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// The failure, the code and all that is printed, which must hold no secret.
fn told(error: &Error) -> (AuthFailure, Option<String>, String) {
    let why = AuthError::of(error).unwrap_or_else(|| panic!("{error:?}"));
    let printed = format!("{error} {error:?} {why} {why:?}");
    for secret in ["the-device-code", "the-code", "the-access-token", "the-refresh-token", "state="] {
        assert!(!printed.contains(secret), "{printed}");
    }
    (why.failure(), why.code().map(str::to_owned), printed)
}

/// Writes down what a login tells.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn listener(&self) -> impl FnMut(&LoginEvent) + Send + 'static {
        let heard = Arc::clone(&self.0);
        move |event| heard.lock().unwrap().push(event.to_string())
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}
