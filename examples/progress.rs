//! Progress to watch: an order's state, then its files as they come through a slow line, on which some break.
//!
//! `cargo run --example progress` starts the sandbox in this process; no account, no network. With `--quiet` it shows
//! nothing but the last line. The events stand in `progress.jsonl` as well.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::fs::File;

use futures_util::TryStreamExt;
use planet::data::Item;
use planet::reporting::{FileBars, JsonLines, StateBar};
use planet::{Auth, Bundle, Endpoint, Filter, ItemType, OrderRequest, Planet, Product, Session};
use planet_sandbox::{Fault, Sandbox};

/// Where the files of orders lie.
const STORAGE: &str = "/compute-orders-live/";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let quiet = std::env::args().any(|argument| argument == "--quiet");
    let sandbox = Sandbox::builder().padding(1_000_000).start().await?;
    // The storage is slow, and now and then an answer breaks off.
    sandbox.fault(Fault::on("GET", STORAGE).probability(0.2, 7).slow(300_000).cut_at(400_000));
    sandbox.fault(Fault::on("GET", STORAGE).slow(300_000));
    let session = Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?);
    let planet = Planet::new(session.build()?);
    let request = request(&planet).await?;

    let bar = StateBar::new().quiet(quiet).state("creating");
    let order = planet.orders().create(request).await?;
    bar.update(order.id(), "created");
    planet.orders().wait(order.id()).progress(bar).await?;

    let bars = FileBars::new().quiet(quiet);
    let lines = JsonLines::new(File::create("progress.jsonl")?);
    let report = planet.orders().download(order.id()).to("imagery").progress((bars, lines.clone())).await?;
    lines.finish()?;

    println!("{} files, and as many lines that say done: {}", report.files().len(), done()? == report.files().len());
    Ok(())
}

async fn request(planet: &Planet) -> Result<OrderRequest, Box<dyn Error>> {
    let search = planet.data().search([ItemType::PSSCENE], Filter::asset(["ortho_analytic_4b"])?);
    let items: Vec<Item> = search.limit(6).items().try_collect().await?;
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, items.iter().map(Item::id));
    Ok(OrderRequest::builder("progress").product(product).build()?)
}

/// How many files are done, as the lines tell.
fn done() -> Result<usize, Box<dyn Error>> {
    let lines = std::fs::read_to_string("progress.jsonl")?;
    let steps = lines.lines().map(serde_json::from_str).collect::<Result<Vec<serde_json::Value>, _>>()?;
    Ok(steps.iter().filter(|event| event["step"] == "done").count())
}
