//! An authority by its script, under a paused clock, and a few over sockets.

mod answers;
mod discovery;
mod requests;
mod retries;
mod secrets;
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
mod signing;
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
mod sockets;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderValue, header};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::super::problem::{AuthError, AuthFailure};
use super::super::profile::{ClientAuthentication, Endpoints, Flow, OidcClient};
use super::{Authority, Wire};
use crate::testing::{Answer, ScriptedTransport};
use crate::{Error, ErrorKind, Outcome, Secret};

const SERVER: &str = "https://login.example.com/";
const TOKEN: &str = "https://login.example.com/oauth/token";

fn client(authentication: ClientAuthentication) -> OidcClient {
    OidcClient {
        auth_server: SERVER.into(),
        client_id: "a-client".into(),
        audience: Some("https://api.planet.com/".into()),
        scopes: vec!["planet".into(), "offline_access".into()],
        organization: None,
        project_id: None,
        endpoints: Endpoints::default(),
        authentication,
        flow: Flow::DeviceCode,
    }
}

/// A client whose profile names all endpoints, so that nothing is discovered.
fn settled(authentication: ClientAuthentication) -> OidcClient {
    let at = |path: &str| Some(format!("https://login.example.com{path}"));
    let endpoints = Endpoints {
        issuer: None,
        authorization: at("/authorize"),
        device_authorization: at("/oauth/device/code"),
        token: at("/oauth/token"),
        revocation: at("/oauth/revoke"),
    };
    OidcClient { endpoints, ..client(authentication) }
}

fn secret_client(secret: &str) -> OidcClient {
    settled(ClientAuthentication::Secret(Secret::new(secret)))
}

fn authority(client: OidcClient, answers: impl IntoIterator<Item = Answer>) -> (Authority, ScriptedTransport) {
    let script = ScriptedTransport::new(answers);
    (Authority::new(client, Wire::own(script.clone())), script)
}

fn public(answers: impl IntoIterator<Item = Answer>) -> (Authority, ScriptedTransport) {
    authority(settled(ClientAuthentication::Public), answers)
}

fn token() -> Answer {
    Answer::json(&json!({"access_token": "an-access-token", "expires_in": 3600, "token_type": "Bearer"}))
}

fn refused(status: u16, code: &str) -> Answer {
    Answer::json(&json!({ "error": code })).with_status(status)
}

fn page(status: u16) -> Answer {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    Answer::bytes("<html>oops</html>").with_status(status).with_header(header::CONTENT_TYPE, html)
}

/// The connection was not made.
fn unsent() -> Answer {
    Answer::failure(Error::new(ErrorKind::Connect, "cannot connect").with_help("Check the network"))
}

/// The connection broke after the request was sent.
fn lost() -> Answer {
    Answer::failure(Error::new(ErrorKind::Transport, "it broke").with_outcome(Outcome::Unknown))
}

fn fields(request: &http::Request<Bytes>) -> BTreeMap<String, String> {
    let text = std::str::from_utf8(request.body()).unwrap();
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    text.split('&')
        .map(|field| field.split_once('=').unwrap())
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn map(fields: Value) -> BTreeMap<String, String> {
    serde_json::from_value(fields).unwrap()
}

fn failure(error: &Error) -> AuthFailure {
    AuthError::of(error).unwrap().failure()
}

fn code(error: &Error) -> Option<&str> {
    AuthError::of(error).unwrap().code()
}
