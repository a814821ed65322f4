//! A login with a browser: the runner is the browser, and the user.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::Uri;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use planet::Auth;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::drive::Outcome;
use super::recorded::{Exchange, Flow};
use super::script::{self, Script};
use crate::auth::double::pairs;
use crate::auth::stuck;

/// What Python makes up in another way than ours.
const MADE_UP: [&str; 3] = ["state", "nonce", "code_challenge"];

pub(super) async fn login(flow: &Flow, auth: &Auth, script: &Script) -> Result<Outcome, String> {
    let login = match auth.browser_login().await {
        Ok(login) => login,
        Err(error) => return Ok(Err(error)),
    };
    let mut by_browser = flow.exchanges.iter().filter(|exchange| exchange.request.by.is_some());
    let (Some(page), Some(callback), None) = (by_browser.next(), by_browser.next(), by_browser.next()) else {
        return Err("a browser opens a page and comes back, once".to_owned());
    };
    let (url, query) = login.url().split_once('?').unwrap_or((login.url(), ""));
    let query = pairs(query);
    if url != page.request.url {
        return Err(format!("the page is {url}, not {}", page.request.url));
    }
    script::fields(query.clone(), &page.request.query.clone().unwrap_or_default(), &MADE_UP)?;
    let value =
        |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default();

    let state = value("state");
    let (outcome, came) = tokio::join!(login.complete(), come_back(callback, &state));
    came?;
    for asked in script.authority().asked() {
        let form = asked.form().unwrap_or_default();
        let verifier = form.into_iter().find(|(name, _)| name == "code_verifier").map(|(_, verifier)| verifier);
        let challenge = |verifier: String| BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        if verifier.is_some_and(|verifier| challenge(verifier) != value("code_challenge")) {
            return Err("the code_verifier does not fit the code_challenge".to_owned());
        }
    }
    Ok(outcome)
}

/// The browser at the listener, with the state of this login in place of the recorded one.
async fn come_back(callback: &Exchange, state: &str) -> Result<(), String> {
    let uri: Uri = callback.request.url.parse().map_err(stuck)?;
    let query = callback.request.query.clone().unwrap_or_default();
    let query: Vec<String> = query
        .iter()
        .map(|(name, value)| (name, if name == "state" { state } else { value }))
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
    let request =
        format!("GET {}?{} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n", uri.path(), query.join("&"));
    let mut answer = String::new();
    let talk = async {
        let mut stream = TcpStream::connect(&authority).await?;
        stream.write_all(request.as_bytes()).await?;
        stream.read_to_string(&mut answer).await
    };
    talk.await.map_err(|error| format!("the browser gets no page: {error}"))?;
    let status: Option<u16> = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    if status != callback.response.status {
        return Err(format!("the browser gets {status:?}, not {:?}", callback.response.status));
    }
    match query.iter().chain([&state.to_owned()]).find(|secret| answer.contains(secret.as_str())) {
        Some(_) => Err("the page of the listener tells what the browser brought".to_owned()),
        None => Ok(()),
    }
}
