//! A thousand orders: one for each of a thousand fields, clipped to it. Placed, waited for by way of their list, downloaded.
//! It is stopped halfway and begun again: no field is ordered twice.
//!
//! `cargo run --example thousand_orders` starts the sandbox in this process; no account, no network. Planet takes three new
//! orders a second, to which a session keeps by itself, so a thousand of them take six minutes there. Here there is no limit.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::collections::HashMap;
use std::error::Error;
use std::time::Instant;

use futures_util::{StreamExt, TryStreamExt, stream};
use planet::orders::{Order, OrderState, OrdersClient};
use planet::{Auth, Bundle, Endpoint, ItemType, OrderRequest, Pace, Planet, Product, Tool};
use planet_sandbox::Sandbox;
use serde_json::{Value, json};

const FIELDS: usize = 1000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::builder().limits(false).start().await?;
    let planet = Planet::builder()
        .auth(Auth::from_key(sandbox.api_key()))
        .endpoint(Endpoint::parse(sandbox.url())?)
        .pace(Pace::off()) // as the sandbox has no limits; leave it out for Planet
        .build()?;
    let orders = planet.orders();
    let started = Instant::now();
    let seconds = || started.elapsed().as_secs();

    place(&orders, FIELDS / 2).await?; // and then the power went
    println!("{} s: stopped with {} orders", seconds(), sandbox.order_ids().len());
    let placed = place(&orders, FIELDS).await?;
    println!("{} s: {} fields, {} orders", seconds(), placed.len(), sandbox.order_ids().len());

    let before = sandbox.requests().len();
    let report = orders.wait_many(placed.values().map(Order::id)).await?;
    for end in report.failed() {
        println!("{}: {:?}", end.id(), end.last().map(Order::error_hints));
    }
    let asked = sandbox.requests().len() - before;
    println!("{} s: {} delivered; asked fewer than 200 times: {}", seconds(), report.done().count(), asked < 200);

    let downloads = report.done().map(|order| orders.download(order.id()).to("fields").asset_types(["ortho_visual"]));
    let downloads = stream::iter(downloads).map(IntoFuture::into_future).buffer_unordered(16);
    let files =
        downloads.map_ok(|report| report.files().len()).try_fold(0, |all, files| async move { Ok(all + files) });
    println!("{} files downloaded", files.await?);
    println!("{} s in all", seconds());
    Ok(())
}

/// Places an order for each of the first fields that has none yet, or one that came to nothing. The name of an order tells its
/// field. After a crash give the service a minute before this: a new order may come into its list late.
async fn place(orders: &OrdersClient, fields: usize) -> planet::Result<HashMap<String, Order>> {
    let listed: Vec<Order> = orders.list().name_contains("field-").items().try_collect().await?;
    let known = listed.into_iter().filter(|order| !matches!(order.state(), OrderState::Failed | OrderState::Cancelled));
    let mut known: HashMap<String, Order> = known.map(|order| (order.name().to_owned(), order)).collect();
    let missing: Vec<OrderRequest> =
        (0..fields).filter(|number| !known.contains_key(&name(*number))).map(request).collect::<Result<_, _>>()?;
    let mut placed = stream::iter(missing).map(|request| orders.create(request).into_future()).buffer_unordered(8);
    while let Some(order) = placed.try_next().await? {
        known.insert(order.name().to_owned(), order);
    }
    Ok(known)
}

fn name(number: usize) -> String {
    format!("field-{number:04}")
}

fn request(number: usize) -> planet::Result<OrderRequest> {
    let product = Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["20200909_182525_1014"]);
    OrderRequest::builder(name(number)).product(product).tool(Tool::clip(field(number))).build()
}

/// A field of a grid of 40 by 25, all of which the scene shows.
fn field(number: usize) -> Value {
    let (column, row) = ((number % 40) as f64, (number / 40) as f64);
    let (west, south) = (-117.6 + column * 0.0045, 45.212 + row * 0.0018);
    let (east, north) = (west + 0.004, south + 0.0015);
    json!({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]})
}
