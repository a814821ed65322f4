//! Ordering again: an order that failed, as it was; and of an order that delivered a part, what is missing.
//!
//! `cargo run --example reorder` starts the sandbox in this process; no account, no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::time::Duration;

use futures_util::TryStreamExt;
use planet::data::Item;
use planet::orders::LastOrder;
use planet::{Auth, Bundle, Endpoint, ErrorKind, Filter, ItemType, OrderRequest, OrderType, Planet, Product};
use planet_sandbox::Sandbox;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let sandbox = Sandbox::builder().order_time(Duration::ZERO).start().await?;
    let planet =
        Planet::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?).build()?;
    sandbox.fail_next_order(["Internal error: try again later"]);
    the_same_again(&planet).await?;
    the_rest(&planet).await
}

async fn the_same_again(planet: &Planet) -> Result<()> {
    let orders = planet.orders();
    let product = Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["20200909_182525_1014", "20200909_182524_1014"]);
    let order = orders.create(OrderRequest::builder("oregon").product(product).build()?).await?;

    let Err(error) = orders.wait(order.id()).await else {
        return Ok(());
    };
    // After another error, such as a wait that took too long, the order may live on: a second one would be paid for, too.
    if error.kind() != ErrorKind::OperationFailed {
        return Err(error.into());
    }
    let last = error.source().and_then(|source| source.downcast_ref::<LastOrder>());
    let failed = last.ok_or("the error has no order")?.order();
    println!("{} {}: {}", failed.name(), failed.state(), failed.error_hints().join("; "));

    // Any order will do, also one of a list. What the service added is left out, and so are secrets of a delivery.
    let request = OrderRequest::from(failed).into_builder().name("oregon, again").build()?;
    let again = orders.create(request).await?;
    let again = orders.wait(again.id()).await?;
    println!("{}: {}, {} files", again.name(), again.state(), again.results().count());
    Ok(())
}

async fn the_rest(planet: &Planet) -> Result<()> {
    let orders = planet.orders();
    let items = mixed(planet).await?;
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_8B_UDM2, items.iter().map(Item::id));
    // Without `partial`, one scene that cannot be had fails the order.
    let request = OrderRequest::builder("mixed").product(product).order_type(OrderType::Partial).build()?;

    let order = orders.create(request).await?;
    let order = orders.wait(order.id()).await?;
    println!("{}: {}", order.name(), order.state());
    for missing in order.missing_items() {
        println!("missing: {} {}", missing.item_type(), missing.item_id());
    }

    // With the tools, the delivery and all else of the first; but as four bands where there are no eight.
    if let Some(rest) = order.follow_up() {
        let products = rest.products().iter().cloned().map(|product| product.fallback(Bundle::ANALYTIC_UDM2));
        let products: Vec<Product> = products.collect();
        let rest = orders.create(rest.into_builder().name("mixed, the rest").products(products).build()?).await?;
        let rest = orders.wait(rest.id()).await?;
        println!("{}: {}, missing: {}", rest.name(), rest.state(), rest.missing_items().len());
    }
    Ok(())
}

/// A scene with eight bands, and one that has only four.
async fn mixed(planet: &Planet) -> Result<Vec<Item>> {
    let eight = || Filter::asset(["ortho_analytic_8b"]);
    let four = Filter::asset(["ortho_analytic_4b"])? & !eight()?;
    let mut items = Vec::new();
    for filter in [eight()? & Filter::permission(), four & Filter::permission()] {
        items.extend(planet.data().search([ItemType::PSSCENE], filter).limit(1).items().try_collect::<Vec<_>>().await?);
    }
    Ok(items)
}
