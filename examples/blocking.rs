//! A program without async: search, collect to a file, and look at an order list, each call with `.blocking()`.
//!
//! `cargo run --example blocking` starts the sandbox in this process; no account, no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;

use planet::prelude::*;
use planet::{Auth, Endpoint, Filter, ItemType, Planet};
use planet_sandbox::Sandbox;

fn main() -> Result<(), Box<dyn Error>> {
    // The sandbox itself is async: it has a runtime of its own, as any other server would.
    let server = tokio::runtime::Runtime::new()?;
    let sandbox = server.block_on(Sandbox::start())?;
    let planet = Planet::builder()
        .auth(Auth::from_key(sandbox.api_key()))
        .endpoint(Endpoint::parse(sandbox.url())?)
        .user_agent("blocking-example/1.0")
        .build()?;

    let clear = Filter::range("cloud_cover").lt(0.1).build()?;
    let search = planet.data().search([ItemType::PSSCENE], clear).limit(300);
    let mut clearest: Option<(f64, String)> = None;
    for item in search.clone().items().blocking() {
        let item = item?;
        if let Some(cover) = item.cloud_cover()?
            && clearest.as_ref().is_none_or(|(least, _)| cover < *least)
        {
            clearest = Some((cover, item.id().to_owned()));
        }
    }

    let written = planet::collect::to_json_file(search.items(), "scenes.geojson").blocking()?;
    let features: planet::geojson::FeatureCollection = serde_json::from_slice(&std::fs::read("scenes.geojson")?)?;
    println!("the clearest has clouds on {:.0} %", clearest.ok_or("no scene")?.0 * 100.0);
    println!("scenes.geojson has all {written} scenes: {}", features.features.len() as u64 == written);
    println!("{} orders", planet::collect(planet.orders().list().items()).blocking()?.len());
    Ok(())
}
