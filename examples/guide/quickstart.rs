//! The first program of the guide (docs/quickstart.md).
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

// ANCHOR: program
use planet::data::Item;
use planet::prelude::*;
use planet::{Auth, Bundle, Endpoint, Filter, Geometry, ItemType, OrderRequest, Planet, Product, Tool};
use planet_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With an account these two are one: `let planet = Planet::from_env()?;`
    let sandbox = Sandbox::start().await?;
    let planet =
        Planet::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?).build()?;

    // Search: two clear scenes of a field in Oregon.
    let field = Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?;
    let clear = Filter::geometry(field.clone())? & Filter::range("cloud_cover").lt(0.1).build()?;
    let search = planet.data().search([ItemType::PSSCENE], clear).limit(2);
    let scenes: Vec<Item> = search.items().try_collect().await?;
    println!("{} scenes", scenes.len());

    // Order: these scenes, cut to the field.
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, scenes.iter().map(Item::id));
    let request = OrderRequest::builder("my first order").product(product).tool(Tool::clip(field)).build()?;
    let order = planet.orders().create(request).await?;

    // Wait, download, and know that the files are right.
    let order = planet.orders().wait(order.id()).await?;
    let report = planet.orders().download(order.id()).to("imagery").await?;
    println!("the order is a {}: {} files, all verified", order.state(), report.files().len());
    Ok(())
}
// ANCHOR_END: program
