//! More items than an order takes: plan, place, stop, place the rest, wait, download, verify.
//!
//! `cargo run --example large_job` needs no account and no network: it starts the sandbox in this process.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use planet::data::Item;
use planet::orders::{Checksum, JobPart, OrderState, OrdersClient, Reconcile};
use planet::reporting::{FileBars, StateBar};
use planet::{Auth, Bundle, Endpoint, Filter, ItemType, OrderRequest, OrderType, Planet, Product, Session};
use planet_sandbox::Sandbox;
use tokio::sync::Notify;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let session = Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?);
    let planet = Planet::new(session.build()?);
    let search = planet.data().search([ItemType::PSSCENE], Filter::asset(["ortho_visual"])?);
    let items: Vec<Item> = search.limit(1100).items().try_collect().await?;
    let ids: Vec<String> = items.iter().map(|item| item.id().to_owned()).collect();

    // A run that finds something missing waits this long before it places anything: an order that another run placed a
    // moment ago may come into the lists late. Planet deserves the default, a minute; the sandbox is quicker.
    let orders = planet.orders().clone().reconcile(Reconcile::default().settle(Duration::from_secs(1)));

    let product = Product::new(ItemType::PSSCENE, Bundle::VISUAL, ids);
    let request = OrderRequest::builder("harvest").product(product).order_type(OrderType::Partial);
    let plan = orders.plan(request)?;
    print!("{plan}"); // nothing is sent yet

    // Stopped by whatever it may be, after the first order...
    let first = Arc::new(Notify::new());
    let placed = Arc::clone(&first);
    tokio::select! {
        _ = plan.run().at_once(1).on_part(move |_| placed.notify_one()) => {}
        () = first.notified() => println!("stopped"),
    }

    // ...it is run again, by this program or another, and places what is missing.
    let job = plan.run().on_part(|part: &JobPart| println!("{}: new: {}", part.name(), part.is_new())).await?;
    job.wait().progress(StateBar::new()).await?.into_results()?;

    check(&orders).await?;
    sample(&orders, &items).await
}

/// What the service has in the end.
async fn check(orders: &OrdersClient) -> Result<(), Box<dyn Error>> {
    let listed: Vec<_> = orders.list().name_contains("harvest-").items().try_collect().await?;
    let (mut all, mut different) = (0, HashSet::new());
    for order in &listed {
        let request = OrderRequest::from(order);
        let ids = request.products().iter().flat_map(Product::item_ids);
        all += ids.clone().count();
        different.extend(ids.cloned().collect::<Vec<_>>());
    }
    let done = listed.iter().filter(|order| order.state().reached(&OrderState::Success)).count();
    println!("{} orders of {all} items, {} of them different; {done} delivered", listed.len(), different.len());
    Ok(())
}

/// All files of a job lie below one directory, and are checked together.
async fn sample(orders: &OrdersClient, items: &[Item]) -> Result<(), Box<dyn Error>> {
    let ids: Vec<&str> = items.iter().take(2).map(Item::id).collect();
    let products =
        [Bundle::VISUAL, Bundle::ANALYTIC_UDM2].map(|bundle| Product::new(ItemType::PSSCENE, bundle, ids.clone()));
    let job =
        orders.plan(OrderRequest::builder("sample").products(products).order_type(OrderType::Partial))?.run().await?;
    job.wait().progress(StateBar::new()).await?.into_results()?;
    job.download().to("sample").progress(FileBars::new()).await?;
    let checked = job.validate("sample", Checksum::Sha256).await?;
    println!("sample: all files of {} orders are right: {}", job.order_ids().count(), checked.files > 0);
    Ok(())
}
