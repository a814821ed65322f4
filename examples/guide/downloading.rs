//! The page docs/downloading.md as one program.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: sandbox
    use std::time::Duration;

    drop((planet, sandbox)); // on this page images are a megabyte larger, and orders take no time
    let builder = planet_sandbox::Sandbox::builder().padding(1_000_000).order_time(Duration::ZERO);
    let sandbox = builder.start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR_END: sandbox

    // ANCHOR: order
    use planet::{Bundle, ItemType, OrderRequest, Product};

    let orders = planet.orders();
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20251028_192515_32_24dc"]);
    let order = orders.create(OrderRequest::builder("fields").product(product).build()?).await?;
    let order = orders.wait(order.id()).await?;

    let report = orders.download(order.id()).to("imagery").await?;
    for file in report.files() {
        println!("{}: {} bytes, {:?}", file.path.display(), file.size, file.verified);
    }
    // ANCHOR_END: order

    // ANCHOR: layout
    let rasters = orders.download(order.id()).to("rasters").layout("{order_name}/{item_id}/{file_name}");
    let rasters = rasters.media_types(["image/tiff"]).asset_types(["ortho_analytic_*"]).await?;
    for file in rasters.files() {
        println!("{}", file.path.display());
    }
    // ANCHOR_END: layout

    // ANCHOR: asset
    let data = planet.data();
    let asset = data.get_asset(ItemType::PSSCENE, "20251028_192515_32_24dc", "ortho_udm2").await?;
    data.activate(&asset).await?;
    let asset = data.wait(&asset).await?;
    let file = data.download(&asset).to("imagery").name("clouds.tif").await?;
    println!("{}: {:?}", file.path.display(), file.verified);
    // ANCHOR_END: asset

    // ANCHOR: elsewhere
    use std::sync::Arc;

    use planet::object_store::memory::InMemory;
    use planet::prelude::*;

    let bytes = data.download(&asset).bytes(64 << 20).await?; // of at most 64 MiB

    let writer = data.download(&asset).write_to(tokio::io::sink()).await?;

    let mut pieces = data.download(&asset).stream();
    let mut streamed = 0;
    while let Some(piece) = pieces.try_next().await? {
        streamed += piece.len() as u64;
    }

    let store = Arc::new(InMemory::new()); // or Amazon S3, Azure, Google
    let object = data.download(&asset).to_store(store, "imagery/clouds.tif").await?;

    let sizes = [bytes.len() as u64, writer.size, streamed, object.size];
    println!("the same everywhere: {}", sizes.iter().all(|size| *size == file.size));
    // ANCHOR_END: elsewhere

    // ANCHOR: stopped
    use planet_sandbox::Fault;

    // A storage that hangs after 600,000 bytes of each image.
    sandbox.fault(Fault::on("GET", "*.tif").stall_at(600_000));
    let download = orders.download(order.id()).to("stopped");
    if tokio::time::timeout(Duration::from_secs(1), download.clone()).await.is_err() {
        println!("stopped"); // as Ctrl-C, a lost network, or kill -9 would have done
    }
    sandbox.clear_faults();
    let report = download.await?;
    for file in report.files().iter().filter(|file| file.resumed > 0) {
        println!("{}: {} of {} bytes were there", file.path.display(), file.resumed, file.size);
    }
    // ANCHOR_END: stopped

    // ANCHOR: repair
    use planet::orders::Checksum;

    let damaged = report.files().first().ok_or("the order has files")?;
    std::fs::write(&damaged.path, "damaged")?;
    let problem = orders.validate_checksum(report.directory(), Checksum::Sha256).await;
    println!("{:?}", problem.err().map(|error| error.kind()));

    let repaired = orders.repair(order.id()).to("stopped").await?;
    println!("{} right, {} fetched again", repaired.right().len(), repaired.repaired().len());

    let checked = orders.validate_checksum(repaired.directory(), Checksum::Sha256).await?;
    println!("{} files, {} bytes, all right", checked.files, checked.bytes);
    // ANCHOR_END: repair

    // ANCHOR: incomplete
    use std::error::Error as _;

    use planet::orders::IncompleteDownload;

    // One file cannot be had; the others come.
    sandbox.fault(Fault::on("GET", "*udm2*").status(403));
    if let Err(error) = orders.download(order.id()).to("incomplete").await {
        println!("{error}");
        let incomplete = error.source().and_then(|source| source.downcast_ref::<IncompleteDownload>());
        for (file, reason) in incomplete.map(IncompleteDownload::failed).unwrap_or_default() {
            println!("{file}: {:?}, status {:?}", reason.kind(), reason.status());
        }
        println!("{:?} files are there", incomplete.map(|incomplete| incomplete.report().files().len()));
    }
    // ANCHOR_END: incomplete
    Ok(())
}
