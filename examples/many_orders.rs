//! Many orders at once. Each clips its scenes to an area of its own, so they cannot be one order: each is placed, waited for,
//! downloaded and checked, side by side with the others.
//!
//! `cargo run --example many_orders` starts the sandbox in this process; no account, no network. With `-- --live` it talks to
//! Planet with the key in `PL_API_KEY`; the orders then cost quota.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;

use futures_util::future::try_join_all;
use planet::orders::{Checksum, OrderReport, OrdersClient, validate_checksum};
use planet::reporting::{FileBars, StateBar};
use planet::{Auth, Bundle, Endpoint, ItemType, OrderRequest, Planet, Product, Tool};
use planet_sandbox::Sandbox;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let live = std::env::args().any(|argument| argument == "--live");
    let (planet, _sandbox) = connect(live).await?;

    let orders = planet.orders();
    let bars = (StateBar::new().state("creating"), FileBars::new());
    let jobs = requests()?.into_iter().map(|request| create_and_download(&orders, request, bars.clone()));
    let reports = try_join_all(jobs).await?;
    drop(bars); // they are taken away before anything is printed

    for report in &reports {
        let checked = validate_checksum(report.directory(), Checksum::Md5).await?;
        println!("{}: {} files, {} bytes, all right", report.order().name(), checked.files, checked.bytes);
    }
    println!("{} orders in folders of their own below orders", reports.len());
    Ok(())
}

/// From a request to the files. The first order that fails ends the program; what the others have fetched stays.
async fn create_and_download(
    orders: &OrdersClient,
    request: OrderRequest,
    (states, files): (StateBar, FileBars),
) -> planet::Result<OrderReport> {
    let order = orders.create(request).await?;
    states.update(order.id(), "created");
    orders.wait(order.id()).progress(states).await?;
    orders.download(order.id()).to("orders").progress(files).await
}

/// In practice a search finds the scenes.
fn requests() -> planet::Result<[OrderRequest; 2]> {
    let iowa = rectangle([-91.198465, 42.893071, -91.121931, 42.946205]);
    let oregon = rectangle([-117.558734, 45.229745, -117.452447, 45.301865]);
    Ok([
        request("iowa_order", ["20200925_161029_69_2223", "20200925_161027_48_2223"], iowa)?,
        request("oregon_order", ["20200909_182525_1014", "20200909_182524_1014"], oregon)?,
    ])
}

fn request(name: &str, scenes: [&str; 2], area: Value) -> planet::Result<OrderRequest> {
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, scenes);
    OrderRequest::builder(name).product(product).tool(Tool::clip(area)).build()
}

fn rectangle([west, south, east, north]: [f64; 4]) -> Value {
    let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
    json!({"type": "Polygon", "coordinates": [ring]})
}

/// The sandbox in this process, or the real service with the user's key.
async fn connect(live: bool) -> Result<(Planet, Option<Sandbox>), Box<dyn Error>> {
    if live {
        return Ok((Planet::from_env()?, None));
    }
    let sandbox = Sandbox::start().await?;
    let planet = Planet::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?);
    Ok((planet.build()?, Some(sandbox)))
}
