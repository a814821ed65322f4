//! Tests without a network: the SDK over a script of answers, and over a service of your own.
//!
//! The feature `testing` brings the script. Retries, paging, decoding and errors work as in production.
//!
//! `cargo run --example custom_transport` needs no account and no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::convert::Infallible;
use std::error::Error;

use bytes::Bytes;
use planet::middleware::{Request, ResponseBody};
use planet::testing::{Answer, ScriptedTransport};
use planet::{Auth, ErrorKind, Planet, Session};
use serde_json::json;
use tower::service_fn;

/// The code under test: may the files of an order be fetched?
async fn is_ready(planet: &Planet, order: &str) -> planet::Result<bool> {
    match planet.orders().get(order).await {
        Ok(order) => Ok(order.state().as_str() == "success"),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let [one, two, three] = [1, 2, 3].map(|number| format!("00000000-0000-4000-8000-00000000000{number}"));
    let script = ScriptedTransport::new([
        Answer::status(503), // worth another try
        Answer::json(&json!({"id": one, "state": "success"})),
        Answer::json(&json!({"message": "Could not load the order."})).with_status(404),
    ]);
    let planet = Planet::new(script.session().build()?);
    assert!(is_ready(&planet, &one).await?);
    assert!(!is_ready(&planet, &two).await?);
    let paths: Vec<String> = script.requests().iter().map(|request| request.uri().path().to_owned()).collect();
    println!("{} requests, {} answers left, the last to {:?}", paths.len(), script.left(), paths.last());

    // One request too many is an error that names it.
    let error = is_ready(&planet, &three).await.err().ok_or("the script went on")?;
    println!("{error}");

    // Any tower service can take the place of the network.
    let every_order_runs = service_fn(|request: Request| async move {
        let id = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let order = json!({"id": id, "state": "running"}).to_string();
        Ok::<_, Infallible>(http::Response::new(ResponseBody::from(Bytes::from(order))))
    });
    let session = Session::builder().auth(Auth::anonymous()).transport(every_order_runs).build()?;
    println!("order 3 ready: {}", is_ready(&Planet::new(session), &three).await?);
    Ok(())
}
