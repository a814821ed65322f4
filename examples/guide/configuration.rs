//! The program of docs/configuration.md.
#![allow(clippy::print_stdout, unused_qualifications, reason = "it talks to a person, and begins as every page does")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: session
    use std::time::Duration;

    use planet::prelude::*;
    use planet::{Auth, Endpoint, Filter, ItemType, Pace, Planet, Retry, Timeouts};

    let larger = Planet::builder()
        .auth(Auth::from_key(sandbox.api_key())) // without it: the key in PL_API_KEY
        .endpoint(Endpoint::parse(sandbox.url())?) // without it: Planet's service
        .retry(Retry::default().max_attempts(10))
        .pace(Pace::default().rate("orders.get", 10.0)) // a plan that allows more
        .max_files(4)
        .timeouts(Timeouts::default().headers(Duration::from_secs(300)))
        .user_agent("field-report/1.0")
        .build()?;
    larger.orders().stats().await?;
    // ANCHOR_END: session

    // ANCHOR: call
    let stats = planet.orders().stats().deadline(Duration::from_secs(30)).retry(Retry::off()).await?;
    let search = planet.data().search([ItemType::PSSCENE], Filter::empty()).page_size(50).limit(120);
    let scenes: Vec<_> = search.items().try_collect().await?;
    println!("{:?} orders queued, {} scenes", stats.user().queued(), scenes.len());
    // ANCHOR_END: call

    // ANCHOR: refused
    let refused = Planet::builder().timeouts(Timeouts::default().idle(Duration::ZERO)).build();
    if let Err(error) = refused {
        println!("{error}");
    }
    // ANCHOR_END: refused
    Ok(())
}
