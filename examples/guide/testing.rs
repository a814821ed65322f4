//! The program of docs/testing.md.
#![allow(clippy::print_stdout, unused_qualifications, reason = "it talks to a person, and begins as every page does")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: fault
    use planet_sandbox::Fault;

    // The next two requests for the counts of orders are answered with 503.
    let busy = sandbox.fault(Fault::on("GET", "/compute/ops/stats").times(2).status(503));
    planet.orders().stats().await?;
    println!("{} answers lost, none noticed", busy.hits());
    // ANCHOR_END: fault

    // ANCHOR: json
    for fault in Fault::from_json(r#"{"method": "GET", "path": "*.tif", "nth": 1, "cut_at": 1000}"#)? {
        sandbox.fault(fault);
    }
    sandbox.clear_faults();
    // ANCHOR_END: json

    // ANCHOR: requests
    for request in sandbox.requests() {
        println!("{} {} {:?}", request.method, request.path, request.status);
    }
    sandbox.forget_requests();
    // ANCHOR_END: requests

    // ANCHOR: clock
    use std::time::Duration;

    use planet::{Auth, Bundle, Endpoint, ItemType, OrderRequest, Planet, Product};
    use planet_sandbox::{Clock, Sandbox};

    let day = Duration::from_secs(24 * 3600);
    let sandbox = Sandbox::builder().clock(Clock::Manual).order_time(day).start().await?;
    let planet =
        Planet::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?).build()?;

    let product = Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["20200909_182525_1014"]);
    let order = planet.orders().create(OrderRequest::builder("slow").product(product).build()?).await?;
    for _ in 0..3 {
        println!("the order is {}", planet.orders().get(order.id()).await?.state());
        sandbox.advance(day / 2);
    }
    // ANCHOR_END: clock
    Ok(())
}
