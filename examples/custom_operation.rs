//! An operation of your own, for an endpoint that the SDK lacks: the orders in the queue (Orders API, `GET
//! /stats/orders/v2`). It gets everything that other calls have.
//!
//! `cargo run --example custom_operation` starts the sandbox in this process; no account, no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use planet::{Auth, Endpoint, Operation, Result, Route, Session, operation};
use planet_sandbox::{Fault, Sandbox};
use serde::Deserialize;

struct OrderStats;

#[derive(Deserialize)]
struct Stats {
    user: Counts,
}

#[derive(Deserialize)]
struct Counts {
    queued_orders: u64,
    running_orders: u64,
}

impl Operation for OrderStats {
    type Output = Stats;
    const NAME: &'static str = "orders.stats";
    const ROUTE: Route = Route::new("orders.stats", 5.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(endpoint.url("/compute/ops/stats/orders/v2").build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Stats> {
        operation::json(response)
    }
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    sandbox.fault(Fault::on("GET", "/compute/ops/stats/orders/v2").nth(1).status(502));
    let session =
        Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?).build()?;
    let response = session.call(OrderStats).deadline(Duration::from_secs(30)).send().await?;
    let Counts { queued_orders, running_orders } = response.value().user;
    println!("{queued_orders} orders queued, {running_orders} running, told at attempt {}", response.attempts());
    Ok(())
}
