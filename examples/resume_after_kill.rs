//! A download that is killed goes on where it was. A process of its own fetches a file of 20 MB, and is killed (`kill -9`) in the
//! middle of it; the second run asks for the rest alone.
//!
//! `cargo run --example resume_after_kill` starts the sandbox in this process; no account, no network. To see it live, begin a
//! download with `cargo run --example quickstart -- --live`, kill it, and run it again with `--live --order ID`.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::env;
use std::error::Error;
use std::fs;
use std::time::Duration;

use planet::orders::{Checksum, validate_checksum};
use planet::{Auth, Bundle, Endpoint, ItemType, OrderRequest, Planet, Product};
use planet_sandbox::{Fault, Sandbox};
use tokio::process::{Child, Command};
use tokio::time;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const KEY: &str = "sandbox-api-key";

#[tokio::main]
async fn main() -> Result {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [command, url, order] if command == "download" => download(&connect(url)?, order).await,
        _ => watch().await,
    }
}

/// What both runs do. Nothing in it is about the first or the second.
async fn download(planet: &Planet, order: &str) -> Result {
    let report = planet.orders().download(order).asset_types(["ortho_visual"]).to("imagery").await?;
    let fetched: u64 = report.files().iter().map(|file| file.fetched).sum();
    let resumed: u64 = report.files().iter().map(|file| file.resumed).sum();
    println!("done: {fetched} bytes fetched, {resumed} there from an earlier run");
    Ok(())
}

async fn watch() -> Result {
    let sandbox = Sandbox::builder().api_key(KEY).order_time(Duration::ZERO).padding(20_000_000).start().await?;
    let planet = connect(sandbox.url())?;
    let product = Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["20200909_182525_1014"]);
    let order = planet.orders().create(OrderRequest::builder("resume").product(product).build()?).await?;

    // The line stops after 12 MB: the first run cannot come to its end.
    sandbox.fault(Fault::on("GET", "*.tif").stall_at(12_000_000));
    let mut first = start(sandbox.url(), order.id())?;
    while partial(order.id()) < 8_000_000 {
        if let Some(status) = first.try_wait()? {
            return Err(format!("the first run ended by itself: {status}").into());
        }
        time::sleep(Duration::from_millis(50)).await;
    }
    first.kill().await?; // SIGKILL: it can do nothing more
    let kept = partial(order.id());
    let unnamed = named(order.id()).is_empty();
    println!("killed with {kept} bytes in a hidden file; nothing has the file's name: {unnamed}");

    sandbox.clear_faults();
    let before = sandbox.requests().len();
    let mut second = start(sandbox.url(), order.id())?;
    let status = second.wait().await?;
    println!("the second run ended well: {}", status.success());

    let requests = sandbox.requests();
    let second = requests.iter().skip(before).filter(|request| request.path.ends_with(".tif"));
    let asked: Vec<&str> = second.filter_map(|request| request.header("range")).collect();
    println!("it asked for the rest alone: {}", asked.contains(&format!("bytes={kept}-").as_str()));
    println!("and left nothing behind: {}", partial(order.id()) == 0 && named(order.id()).len() == 1);

    // The rest of the order, and then all of it is compared with the manifest.
    let report = planet.orders().download(order.id()).to("imagery").await?;
    let checked = validate_checksum(report.directory(), Checksum::Sha256).await?;
    println!("{} files, all right", checked.files);
    Ok(())
}

/// This program again, as a process that downloads.
fn start(url: &str, order: &str) -> Result<Child> {
    Ok(Command::new(env::current_exe()?).args(["download", url, order]).kill_on_drop(true).spawn()?)
}

fn connect(url: &str) -> planet::Result<Planet> {
    Planet::builder().auth(Auth::from_key(KEY)).endpoint(Endpoint::parse(url)?).build()
}

/// How many bytes lie in hidden files that are not complete.
fn partial(order: &str) -> u64 {
    files(order).filter(|(name, _)| name.ends_with(".part")).map(|(_, size)| size).sum()
}

/// The images that have their names.
fn named(order: &str) -> Vec<String> {
    files(order).map(|(name, _)| name).filter(|name| name.ends_with(".tif")).collect()
}

/// The order's files below `imagery`, with their sizes.
fn files(order: &str) -> impl Iterator<Item = (String, u64)> {
    let files = fs::read_dir(format!("imagery/{order}/PSScene")).into_iter().flatten().flatten();
    files.filter_map(|file| Some((file.file_name().into_string().ok()?, file.metadata().ok()?.len())))
}
