//! The program of the guide's page on blocking use: docs/blocking.md.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

// ANCHOR: program
use std::error::Error;
use std::thread;
use std::time::Duration;

use planet::prelude::*;
use planet::{Auth, Bundle, Endpoint, Filter, ItemType, OrderRequest, Planet, Product};
use planet_sandbox::Sandbox;

fn main() -> Result<(), Box<dyn Error>> {
    // With an account, this is `let planet = Planet::from_env()?;`. The sandbox is a server, and servers are async.
    let server = tokio::runtime::Runtime::new()?;
    let sandbox = server.block_on(Sandbox::builder().order_time(Duration::ZERO).start())?;
    let planet =
        Planet::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?).build()?;

    // A list is an iterator. Pages are fetched as the loop goes on.
    let clear = Filter::range("cloud_cover").lt(0.1).build()?;
    let search = planet.data().search([ItemType::PSSCENE], clear).limit(300);
    let mut ids = Vec::new();
    for item in search.clone().items().blocking().take(3) {
        ids.push(item?.id().to_owned());
    }
    println!("{} scenes", ids.len());

    // What is awaited elsewhere, blocks here: a whole list to a file, or into memory.
    let written = planet::collect::to_json_file(search.clone().items(), "scenes.geojson").blocking()?;
    let kept = planet::collect(search.clone().items()).blocking()?;
    println!("{written} in the file, {} in memory", kept.len());

    // A list that is read in parts is lent to the loop, and tells where it stands.
    let mut items = search.clone().items();
    for item in (&mut items).blocking().take(100) {
        item?;
    }
    let rest = search.resume(items.checkpoint()).limit(200);
    println!("{} behind the checkpoint", rest.items().blocking().count());

    // An order from end to end.
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ids.iter().take(1));
    let order = planet.orders().create(OrderRequest::builder("blocking").product(product).build()?).blocking()?;
    let order = planet.orders().wait(order.id()).blocking()?;
    let report = planet.orders().download(order.id()).to("imagery").blocking()?;
    println!("{}: {} files", order.state(), report.files().len());

    // Any number of threads may call at the same time, with one `Planet`.
    let assets = thread::scope(|scope| {
        let mut threads = Vec::new();
        for id in &ids {
            let data = planet.data();
            threads.push(scope.spawn(move || data.get_item(ItemType::PSSCENE, id).blocking()));
        }
        let mut assets = 0;
        for thread in threads {
            assets += thread.join().map_err(|_| "a thread panicked")??.assets()?.len();
        }
        Ok::<usize, Box<dyn Error>>(assets)
    })?;
    println!("{assets} assets of {} items", ids.len());

    // Inside a runtime it is an error, and no panic.
    let outcome = server.block_on(async { planet.orders().get(order.id()).blocking() });
    if let Err(error) = outcome {
        println!("{error}");
    }
    Ok(())
}
// ANCHOR_END: program
