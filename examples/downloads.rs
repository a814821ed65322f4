//! Files in every way: an order's, some of them in a layout of their own, one asset, elsewhere than on the disk, stopped and
//! continued, damaged and repaired.
//!
//! `cargo run --example downloads` needs no account and no network: it starts the sandbox in this process.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use planet::data::Item;
use planet::object_store::memory::InMemory;
use planet::orders::Checksum;
use planet::{Auth, Bundle, Endpoint, Filter, ItemType, OrderRequest, Planet, Product, ProgressEvent, Session};
use planet_sandbox::{Fault, Sandbox};
use tokio::fs;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let sandbox = Sandbox::builder().padding(2_000_000).start().await?; // bytes more in each image
    let session = Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?);
    let planet = Planet::new(session.build()?);
    let search = planet.data().search([ItemType::PSSCENE], Filter::asset(["ortho_analytic_4b"])?);
    let items: Vec<Item> = search.limit(2).items().try_collect().await?;
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, items.iter().map(Item::id));
    let order = planet.orders().create(OrderRequest::builder("fields").product(product).build()?).await?;
    planet.orders().wait(order.id()).await?;

    whole_and_some(&planet, order.id()).await?;
    stopped(&planet, &sandbox, order.id()).await?;
    repaired(&planet, order.id()).await?;
    let first = items.first().ok_or("the sandbox has items")?;
    one(&planet, first.id()).await
}

async fn whole_and_some(planet: &Planet, id: &str) -> Result<()> {
    let report = planet.orders().download(id).to("imagery").await?;
    for file in report.files() {
        println!("{}: {} bytes, {:?}", file.path.display(), file.size, file.verified);
    }
    println!("{} files of the order", report.files().len());

    let rasters = planet.orders().download(id).to("rasters").layout("{order_name}/{item_id}/{file_name}");
    let rasters = rasters.media_types(["image/tiff"]).asset_types(["ortho_analytic_*"]).await?;
    println!("{} rasters below rasters/fields", rasters.files().len());
    Ok(())
}

async fn stopped(planet: &Planet, sandbox: &Sandbox, id: &str) -> Result<()> {
    sandbox.fault(Fault::on("GET", "*.tif").stall_at(1_800_000));
    let download = planet.orders().download(id).to("stopped");
    if tokio::time::timeout(Duration::from_secs(3), download.clone()).await.is_err() {
        println!("stopped"); // as Ctrl-C, a lost network, or kill -9 would have done
    }
    sandbox.clear_faults();
    let report = download.progress(|event: &ProgressEvent| println!("{event}")).await?;
    let resumed: u64 = report.files().iter().map(|file| file.resumed).sum();
    println!("bytes that were not fetched again: {}", resumed > 0);
    Ok(())
}

async fn repaired(planet: &Planet, id: &str) -> Result<()> {
    let report = planet.orders().download(id).to("imagery").await?;
    let damaged = report.files().first().ok_or("the order has files")?;
    fs::write(&damaged.path, "damaged").await?;
    let report = planet.orders().repair(id).to("imagery").await?;
    println!("{} right, {} fetched again", report.right().len(), report.repaired().len());

    let checked = planet.orders().validate_checksum(report.directory(), Checksum::Sha256).await?;
    println!("{} files, {} bytes, all right", checked.files, checked.bytes);
    Ok(())
}

async fn one(planet: &Planet, item_id: &str) -> Result<()> {
    let data = planet.data();
    let asset = data.get_asset(ItemType::PSSCENE, item_id, "ortho_udm2").await?;
    data.activate(&asset).await?;
    let asset = data.wait(&asset).await?;
    let file = data.download(&asset).to("imagery").name("clouds.tif").await?;

    let bytes = data.download(&asset).bytes(64 << 20).await?;

    let writer = data.download(&asset).write_to(tokio::io::sink()).await?;

    let mut pieces = data.download(&asset).stream();
    let mut streamed = 0;
    while let Some(piece) = pieces.try_next().await? {
        streamed += piece.len();
    }

    let store = Arc::new(InMemory::new()); // or Amazon S3, Azure, Google
    let object = data.download(&asset).to_store(store, "imagery/clouds.tif").await?;
    let sizes = [bytes.len() as u64, writer.size, streamed as u64, object.size];
    println!("the same everywhere: {}", sizes.iter().all(|size| *size == file.size));
    Ok(())
}
