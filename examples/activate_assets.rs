//! Many assets at once: each is activated and waited for on its own, side by side with the others.
//!
//! `cargo run --example activate_assets` needs no account and no network: it runs against a sandbox.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use planet::data::Asset;
use planet::{Auth, DataClient, Endpoint, Filter, ItemType, Planet, Result, Session};
use planet_sandbox::Sandbox;

/// How many items are worked on at once.
const AT_ONCE: usize = 20;

// ANCHOR: asset
/// From an item to an asset that can be downloaded.
async fn prepare(data: &DataClient, item_id: &str) -> Result<Asset> {
    let asset = data.get_asset(ItemType::PSSCENE, item_id, "ortho_udm2").await?;
    data.activate(&asset).await?;
    data.wait(&asset).timeout(Duration::from_secs(1800)).await
}
// ANCHOR_END: asset

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let session = Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?);
    let data = Planet::new(session.build()?).data();

    let offered = Filter::permission() & Filter::asset(["ortho_udm2"])?;
    let items: Vec<_> = data.search([ItemType::PSSCENE], offered).limit(20).items().try_collect().await?;

    // ANCHOR: many
    let prepared = stream::iter(&items).map(|item| prepare(&data, item.id()));
    let assets: Vec<Asset> = prepared.buffer_unordered(AT_ONCE).try_collect().await?;
    // ANCHOR_END: many

    let located = assets.iter().filter(|asset| asset.location().is_some()).count();
    println!("{located} of {} assets can be downloaded", items.len());
    let refused = sandbox.requests().iter().filter(|request| request.status == Some(429)).count();
    println!("refused for speed: {refused}");
    Ok(())
}
