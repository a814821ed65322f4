//! Raw requests: JSON to and from any URL of the service, and a body as a stream.
//!
//! `cargo run --example raw_request` starts the sandbox in this process; no account, no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::time::Duration;

use futures_util::TryStreamExt;
use http::Method;
use planet::{Auth, Endpoint, Session};
use planet_sandbox::Sandbox;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let session =
        Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?).build()?;

    // A search is a POST, but asking twice does no harm: we say so, and it is sent again where a GET would be.
    let filter = json!({"type": "AndFilter", "config": [
        {"type": "PermissionFilter", "config": ["assets:download"]},
        {"type": "AssetFilter", "config": ["ortho_analytic_4b"]},
    ]});
    let found = session
        .request(Method::POST, "/data/v1/quick-search")
        .query("_page_size", 1)
        .json(&json!({"item_types": ["PSScene"], "filter": filter}))
        .idempotent(true)
        .await?;
    let assets = text(&found, "/features/0/_links/assets")?;

    let listed = loop {
        let listed = session.request(Method::GET, assets).await?;
        match text(&listed, "/ortho_analytic_4b/status")? {
            "active" => break listed,
            "inactive" => {
                session.request(Method::GET, text(&listed, "/ortho_analytic_4b/_links/activate")?).await?;
            }
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    // The link redirects to a storage of another origin: the credential stays behind.
    let answer = session.request(Method::GET, text(&listed, "/ortho_analytic_4b/location")?).stream().await?;
    let announced = answer.headers().get("content-length").cloned().ok_or("a file without a length")?;
    let mut bytes = answer.into_value();
    let mut received = 0;
    while let Some(piece) = bytes.try_next().await? {
        received += piece.len();
    }
    let leaked = sandbox.requests().iter().any(|request| {
        request.listener == planet_sandbox::Listener::Storage && request.header("authorization").is_some()
    });
    println!("received all of the file: {}", announced.to_str()? == received.to_string());
    println!("the storage saw our key: {leaked}");
    Ok(())
}

fn text<'a>(document: &'a Value, pointer: &str) -> Result<&'a str, String> {
    document.pointer(pointer).and_then(Value::as_str).ok_or_else(|| format!("nothing at {pointer}"))
}
