//! Many assets at once: each is activated, waited for and downloaded on its own, side by side with the others.
//!
//! `cargo run --example activate_assets` needs no account and no network: it runs against a sandbox.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use planet::data::{FileReport, validate_checksum};
use planet::reporting::{AssetStatusBar, FileBars};
use planet::{Auth, DataClient, Endpoint, Filter, ItemType, Planet, Result, Session};
use planet_sandbox::Sandbox;

/// How many items are worked on at once.
const AT_ONCE: usize = 20;

/// What is waited for, and what is fetched.
type Bars = (AssetStatusBar, FileBars);

/// From an item to a file that is whole.
async fn fetch(data: &DataClient, item_id: &str, folder: &Path, (status, files): Bars) -> Result<FileReport> {
    let asset = data.get_asset(ItemType::PSSCENE, item_id, "ortho_udm2").await?;
    data.activate(&asset).await?;
    let asset = data.wait(&asset).timeout(Duration::from_secs(1800)).progress(status).await?;
    let file = data.download(&asset).to(folder).progress(files).await?;
    // The download has checked it already; this checks what lies on the disk.
    validate_checksum(&asset, &file.path).await?;
    Ok(file)
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let session = Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?);
    let data = Planet::new(session.build()?).data();

    let offered = Filter::permission() & Filter::asset(["ortho_udm2"])?;
    let items: Vec<_> = data.search([ItemType::PSSCENE], offered).limit(20).items().try_collect().await?;

    let folder = Path::new("imagery");
    let bars = (AssetStatusBar::many(), FileBars::new());
    let fetches = stream::iter(&items).map(|item| fetch(&data, item.id(), folder, bars.clone()));
    let files: Vec<FileReport> = fetches.buffer_unordered(AT_ONCE).try_collect().await?;
    drop(bars); // they are taken away before anything is printed

    let bytes: u64 = files.iter().map(|file| file.size).sum();
    println!("{} files of {} items, {bytes} bytes", files.len(), items.len());
    let refused = sandbox.requests().iter().filter(|request| request.status == Some(429)).count();
    println!("refused for speed: {refused}");
    Ok(())
}
