//! The main job, end to end: search, order, wait, download, verify.
//!
//! `cargo run --example quickstart` needs no account and no network: it starts the sandbox in this process.
//! With `--live` it talks to Planet with the key in `PL_API_KEY`; the order then costs quota.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to a person")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use futures_util::TryStreamExt;
use planet::data::Item;
use planet::orders::{Checksum, Order, validate_checksum};
use planet::reporting::{FileBars, StateBar};
use planet::{Auth, Bundle, Endpoint, Filter, Geometry, ItemType, OrderRequest, Planet, Product, Session, Tool};
use planet_sandbox::Sandbox;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const USAGE: &str = "usage: cargo run --example quickstart -- [--out DIR] [--live [--order ID]]";

#[tokio::main]
async fn main() -> ExitCode {
    let job = async {
        let options = Options::parse(std::env::args().skip(1))?;
        quickstart(&options).await
    };
    // Dropping the job on Ctrl-C leaves no file that is not complete under its name.
    let outcome = tokio::select! {
        outcome = job => outcome,
        _ = tokio::signal::ctrl_c() => Err("stopped; the files that are complete stay, and a placed order lives on (--live --order ID comes back to it)".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    live: bool,
    out: PathBuf,
    /// An order that was placed before; none is placed then.
    order: Option<String>,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self { live: false, out: PathBuf::from("planet-quickstart"), order: None };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--live" => options.live = true,
                "--order" => options.order = Some(arguments.next().ok_or(format!("--order needs an id\n{USAGE}"))?),
                "--out" => options.out = arguments.next().ok_or(format!("--out needs a directory\n{USAGE}"))?.into(),
                other => return Err(format!("unknown argument {other}\n{USAGE}").into()),
            }
        }
        if options.order.is_some() && !options.live {
            return Err(format!("--order goes with --live: the sandbox forgets its orders\n{USAGE}").into());
        }
        Ok(options)
    }
}

async fn quickstart(options: &Options) -> Result<()> {
    // The sandbox lives as long as this variable.
    let (planet, _sandbox) = connect(options.live).await?;

    let id = match &options.order {
        Some(id) => id.clone(),
        None => search_and_order(&planet).await?,
    };
    planet.orders().wait(&id).progress(StateBar::new()).await?;
    let report = planet.orders().download(&id).to(&options.out).progress(FileBars::new()).await?;

    let checked = validate_checksum(report.directory(), Checksum::Sha256).await?;
    println!("verified {} files ({} bytes) in {}", checked.files, checked.bytes, shown(&options.out));
    Ok(())
}

/// Finds scenes, orders two of them, and gives the order's id.
async fn search_and_order(planet: &Planet) -> Result<String> {
    let oregon = Geometry::bbox(-117.558734, 45.229745, -117.452447, 45.301865)?;
    let items = search(planet, &oregon).await?;
    print_table(&items)?;
    let order = place_order(planet, &items, oregon).await?;
    Ok(order.id().to_owned())
}

/// The sandbox in this process, or the real service with the user's key.
async fn connect(live: bool) -> Result<(Planet, Option<Sandbox>)> {
    if live {
        return Ok((Planet::from_env()?, None));
    }
    let sandbox = Sandbox::start().await?;
    let session =
        Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?).build()?;
    Ok((Planet::new(session), Some(sandbox)))
}

/// Clear scenes of late summer that may be downloaded, newest first; the first five.
async fn search(planet: &Planet, area: &Geometry) -> Result<Vec<Item>> {
    let filter = Filter::and([
        Filter::geometry(area.clone())?,
        Filter::date_range("acquired").gte("2020-08-01".parse()?).lt("2020-10-01".parse()?).build()?,
        Filter::range("cloud_cover").lt(0.1).build()?,
        Filter::asset(["ortho_analytic_4b"])?,
        Filter::permission(),
        Filter::standard_quality(),
    ]);
    let items: Vec<Item> = planet.data().search([ItemType::PSSCENE], filter).limit(5).items().try_collect().await?;
    if items.len() < 2 {
        return Err("the search found fewer than two scenes; does your plan cover Oregon, and 2020?".into());
    }
    Ok(items)
}

fn print_table(items: &[Item]) -> Result<()> {
    println!("{:<26} {:<20} {:>6}", "item", "acquired", "clouds");
    for item in items {
        let acquired = item.acquired()?.map(|time| time.to_string().chars().take(16).collect::<String>());
        let clouds = item.cloud_cover()?.map(|share| format!("{:.0} %", share * 100.0));
        println!("{:<26} {:<20} {:>6}", item.id(), acquired.unwrap_or_default(), clouds.unwrap_or_default());
    }
    Ok(())
}

/// Orders the first two scenes, cut to the area.
async fn place_order(planet: &Planet, items: &[Item], area: Geometry) -> Result<Order> {
    let ids = items.iter().take(2).map(Item::id);
    let request = OrderRequest::builder("quickstart")
        .product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ids))
        .tool(Tool::clip(area))
        .build()?;
    Ok(planet.orders().create(request).await?)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
