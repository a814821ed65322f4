//! A search to a GeoJSON file, which maps and GIS programs open, and to a file with a line for each scene. Pages are written as
//! they come: memory stays small, however many scenes there are.
//!
//! `cargo run --example search_to_geojson` starts the sandbox in this process; no account, no network. With `-- --live` it asks
//! Planet with the key in `PL_API_KEY`; searching costs nothing.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;

use planet::geojson::FeatureCollection;
use planet::{Auth, Endpoint, Filter, ItemType, Planet, collect};
use planet_sandbox::Sandbox;
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let live = std::env::args().any(|argument| argument == "--live");
    let (planet, _sandbox) = connect(live).await?;

    let area = json!({"type": "Polygon", "coordinates": [[
        [-117.9, 45.0], [-117.1, 45.0], [-117.1, 45.5], [-117.9, 45.5], [-117.9, 45.0],
    ]]});
    let clear = Filter::range("cloud_cover").lt(0.2).build()?;
    let recent = Filter::date_range("acquired").gte("2020-01-01T00:00:00Z".parse()?).build()?;
    let search = planet.data().search([ItemType::PSSCENE], clear & recent).geometry(area).limit(1000);

    let written = collect::to_json_file(search.clone().items(), "scenes.geojson").await?;
    let lines = collect::to_ndjson_file(search.items(), "scenes.ndjson").await?;
    println!("{written} scenes in scenes.geojson, {lines} lines in scenes.ndjson");

    let map: FeatureCollection = serde_json::from_slice(&tokio::fs::read("scenes.geojson").await?)?;
    let outlined = map.features.iter().filter(|scene| scene.geometry.is_some()).count();
    println!("all have an outline: {}", written > 0 && outlined as u64 == written);
    Ok(())
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
