//! The authority: users, machines, and the legacy login.

mod browser;
mod device;
mod machine;
mod replay;
mod tokens;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use planet_sandbox::Sandbox;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::{Map, Value};

use crate::http::{Answer, send};

pub(super) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
pub(super) const AUDIENCE: (&str, &str) = ("audience", "https://api.planet.com/");
pub(super) const SCOPE: (&str, &str) = ("scope", "planet offline_access");

pub(super) fn form<S: AsRef<str>>(fields: impl IntoIterator<Item = (S, String)>) -> String {
    let pair =
        |(name, value): (S, String)| format!("{}={}", name.as_ref(), utf8_percent_encode(&value, NON_ALPHANUMERIC));
    fields.into_iter().map(pair).collect::<Vec<_>>().join("&")
}

pub(super) async fn post_form(url: &str, fields: &[(&str, &str)]) -> Answer {
    let body = form(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let kind = ("content-type", "application/x-www-form-urlencoded");
    send("POST", url, &[kind], body.as_bytes()).await.unwrap()
}

pub(super) fn header(answer: &Answer, name: &str) -> String {
    answer.header(name).unwrap_or_else(|| panic!("no header {name}")).to_owned()
}

pub(super) fn path_of(url: &str) -> &str {
    url.split_once('?').map_or(url, |(path, _)| path)
}

pub(super) fn query(url: &str) -> std::collections::HashMap<String, String> {
    let (_, query) = url.split_once('?').unwrap_or((url, ""));
    let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// A part of a JSON Web Token: 0 is the header, 1 the claims.
pub(super) fn token_part(token: &str, part: usize) -> Value {
    let text = token.split('.').nth(part).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

pub(super) fn claims(token: &str) -> Map<String, Value> {
    token_part(token, 1).as_object().unwrap().clone()
}

/// The error that an authority answers with.
#[track_caller]
pub(super) fn error(answer: &Answer) -> (u16, String) {
    let name = answer.json()["error"].as_str().unwrap_or_default().to_owned();
    (answer.status, name)
}

pub(super) fn refused(status: u16, name: &str) -> (u16, String) {
    (status, name.to_owned())
}

/// Whether the API takes this access token.
pub(super) async fn is_accepted(sandbox: &Sandbox, token: &Value) -> bool {
    let url = format!("{}/features/v1/ogc/my/collections", sandbox.url());
    let header = format!("Bearer {}", token.as_str().unwrap());
    let answer = send("GET", &url, &[("authorization", &header)], b"").await.unwrap();
    assert!(matches!(answer.status, 200 | 401), "{}", answer.status);
    answer.status == 200
}

/// A request of the public device client to the users' authority.
pub(super) async fn as_device(sandbox: &Sandbox, path: &str, fields: &[(&str, &str)]) -> Answer {
    let client = ("client_id", sandbox.device_client());
    post_form(&format!("{}{path}", sandbox.authority_url()), &[&[client], fields].concat()).await
}

pub(super) async fn begin(sandbox: &Sandbox) -> (String, String) {
    let begun = as_device(sandbox, "oauth/device/code", &[SCOPE, AUDIENCE]).await.expect(200).json();
    (begun["device_code"].as_str().unwrap().to_owned(), begun["user_code"].as_str().unwrap().to_owned())
}

pub(super) async fn poll(sandbox: &Sandbox, device_code: &str) -> Answer {
    as_device(sandbox, "oauth/token", &[("grant_type", DEVICE_CODE), ("device_code", device_code)]).await
}

pub(super) async fn log_in(sandbox: &Sandbox) -> Value {
    let (device_code, user_code) = begin(sandbox).await;
    assert!(sandbox.approve(&user_code));
    poll(sandbox, &device_code).await.expect(200).json()
}

pub(super) async fn refresh(sandbox: &Sandbox, token: &Value) -> Answer {
    let token = token.as_str().unwrap();
    as_device(sandbox, "oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

/// Checks a token against the key set at this URL.
pub(super) async fn is_signed(token: &str, key_set: &str) -> bool {
    let keys = send("GET", key_set, &[], b"").await.unwrap().expect(200).json();
    let kid = token_part(token, 0)["kid"].clone();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid);
    let Some(key) = key else { return false };
    let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let key = RsaPublicKeyComponents { n: number("n"), e: number("e") };
    let (text, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    key.verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), &signature).is_ok()
}
