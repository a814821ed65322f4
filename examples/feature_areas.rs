//! Fields of a collection as areas: they are uploaded once, and then searched over and clipped to by their references.
//!
//! `cargo run --example feature_areas` starts the sandbox in this process; no account, no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::time::Duration;

use futures_util::TryStreamExt;
use planet::data::Item;
use planet::features::Feature;
use planet::reporting::StateBar;
use planet::{Auth, Bundle, Endpoint, Filter, ItemType, OrderRequest, Planet, Product, Session, Tool};
use planet_sandbox::Sandbox;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::builder().order_time(Duration::ZERO).start().await?;
    let auth = Auth::from_key(sandbox.api_key());
    let planet = Planet::new(Session::builder().auth(auth).endpoint(Endpoint::parse(sandbox.url())?).build()?);

    let collection = planet.features().create_collection("my fields").title_property("name").await?;
    let fields = vec![field("north", 45.26), field("south", 45.23)];
    let report = planet.features().add_many(collection.id(), fields).property_id("name").await?;
    let references = report.into_references()?;
    println!("{} fields added to {}", references.len(), collection.reference());

    let north: Feature = planet.features().get_item(collection.id(), "north").await?;
    let clear = Filter::range("cloud_cover").lt(0.5).build()?;
    let search = planet.data().search([ItemType::PSSCENE], clear).geometry(&north).limit(1);
    let scenes: Vec<Item> = search.items().try_collect().await?;
    println!("{} scene found over {}", scenes.len(), north.title()?.unwrap_or_default());

    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, scenes.iter().map(Item::id));
    let order = OrderRequest::builder("north field").product(product).tool(Tool::clip(&north)).build()?;
    let order = planet.orders().create(order).await?;
    let order = planet.orders().wait(order.id()).progress(StateBar::new()).await?;
    println!("the order clipped to the field is in the state {}", order.state());
    Ok(())
}

fn field(name: &str, south: f64) -> Value {
    let (west, east, north) = (-117.55, -117.46, south + 0.03);
    json!({
        "type": "Feature",
        "properties": {"name": name, "crop": "rye"},
        "geometry": {"type": "Polygon", "coordinates": [[
            [west, south], [east, south], [east, north], [west, north], [west, south],
        ]]},
    })
}
