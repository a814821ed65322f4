//! An operation of your own, for an endpoint that the SDK lacks: what an item type offers (Data API, `GET
//! /item-types/{item_type}`). It gets everything that other calls have.
//!
//! `cargo run --example custom_operation` starts the sandbox in this process; no account, no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use planet::{Auth, Endpoint, ItemType, Operation, Result, Route, Session, operation};
use planet_sandbox::{Fault, Sandbox};
use serde::Deserialize;

struct DescribeItemType(ItemType);

#[derive(Deserialize)]
struct Description {
    id: String,
    supported_asset_types: Vec<String>,
}

impl Operation for DescribeItemType {
    type Output = Description;
    const NAME: &'static str = "data.describe_item_type";
    const ROUTE: Route = Route::new("data", 10.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(endpoint.url("/data/v1/item-types").id("item_type", self.0.as_str()).build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Description> {
        operation::json(response)
    }
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    sandbox.fault(Fault::on("GET", "/data/v1/item-types/").nth(1).status(502));
    let session =
        Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?).build()?;
    let call = session.call(DescribeItemType(ItemType::PSSCENE));
    let response = call.deadline(Duration::from_secs(30)).send().await?;
    let Description { id, supported_asset_types } = response.value();
    println!("{id} has {} asset types, told at attempt {}", supported_asset_types.len(), response.attempts());
    Ok(())
}
