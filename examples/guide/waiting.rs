//! The page docs/waiting.md as one program.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: request
    use planet::{Bundle, ItemType, OrderRequest, Product};

    let orders = planet.orders();
    let request = |name: &str| {
        let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20200925_161029_69_2223"]);
        OrderRequest::builder(name).product(product).build()
    };
    // ANCHOR_END: request

    // ANCHOR: wait
    let order = orders.create(request("iowa")?).await?;
    let order = orders.wait(order.id()).on_state(|order| println!("{} is {}", order.name(), order.state())).await?;
    println!("done: {}", order.state());
    // ANCHOR_END: wait

    // ANCHOR: conditions
    use std::time::Duration;

    use planet::Verdict;
    use planet::orders::{Order, OrderState, reached, succeeded};

    let order = orders.create(request("oregon")?).await?;
    sandbox.advance(Duration::from_secs(2)); // its clock goes where it is told; Planet's does not
    let running = orders.wait(order.id()).until(reached(OrderState::Running)?).await?;
    println!("{} is {}", running.name(), running.state());
    sandbox.advance(Duration::from_secs(2));
    let whole = orders.wait(order.id()).until(succeeded).await?; // a partial order would be an error
    println!("{} is {}", whole.name(), whole.state());

    let manifest_is_there = |order: &Order| match order.results().any(|file| file.name().ends_with("manifest.json")) {
        true => Verdict::Done,
        false if order.state().is_final() => Verdict::Never,
        false => Verdict::Wait,
    };
    let order = orders.wait(order.id()).until(manifest_is_there).await?;
    println!("{} files", order.results().count());
    // ANCHOR_END: conditions

    // ANCHOR: failed
    use std::error::Error as _;

    use planet::orders::LastOrder;
    use planet::{Error, ErrorKind};

    let last_seen = |error: &Error| -> Option<Order> {
        let last = error.source()?.downcast_ref::<LastOrder>()?;
        Some(last.order().clone())
    };
    sandbox.fail_next_order(["There are no result bands produced, operation fails."]);
    let order = orders.create(request("no bands")?).await?;
    sandbox.advance(Duration::from_secs(4));
    match orders.wait(order.id()).await {
        Err(error) if error.kind() == ErrorKind::OperationFailed => {
            let order = last_seen(&error).ok_or("the error has the order")?;
            println!("{} is {}: {}", order.name(), order.state(), order.error_hints().join("; "));
        }
        other => drop(other?),
    }
    // ANCHOR_END: failed

    // ANCHOR: timeout
    let order = orders.create(request("slow")?).await?;
    let wait = orders.wait(order.id()).timeout(Duration::from_secs(1)).every(Duration::from_millis(400));
    match wait.await {
        Err(error) if error.kind() == ErrorKind::WaitTimeout => {
            println!("{}", error.message());
            println!("{:?}", last_seen(&error).map(|order| order.state().is_final()));
        }
        other => drop(other?),
    }
    // ANCHOR_END: timeout

    // ANCHOR: events
    use planet::WaitEvent;
    use planet::prelude::*;
    use planet_sandbox::Fault;

    sandbox.fault(Fault::on("GET", "/compute/ops/orders/v2/").times(1).status(200).body("<html>Sign in</html>"));
    sandbox.advance(Duration::from_secs(2));
    let mut events = orders.wait(order.id()).events();
    while let Some(event) = events.try_next().await? {
        match event {
            WaitEvent::Polled { polls, .. } => println!("asked {polls} times"),
            WaitEvent::Changed(order) => println!("now {}", order.state()),
            WaitEvent::Retrying(error) => println!("put up with: {:?}", error.kind()),
            WaitEvent::Done(end) => println!("the end: {}", end.into_result()?.state()),
            _ => {}
        }
    }
    // ANCHOR_END: events

    // ANCHOR: many
    let north = orders.create(request("north")?).await?;
    sandbox.fail_next_order(["No access to assets: PSScene/20200925_161029_69_2223/[ortho_analytic_4b]"]);
    let south = orders.create(request("south")?).await?;

    sandbox.advance(Duration::from_secs(4));
    let report = orders.wait_many([north.id(), south.id()]).timeout(Duration::from_secs(3600)).await?;
    for order in report.done() {
        println!("{} is {}", order.name(), order.state());
    }
    for end in report.failed() {
        println!("{}", end.last().map(|order| order.error_hints().join("; ")).unwrap_or_default());
    }
    println!("{} still under way, {} not known", report.timed_out().count(), report.not_known().count());
    // ANCHOR_END: many

    // ANCHOR: assets
    let data = planet.data();
    let mut assets = Vec::new();
    for asset_type in ["ortho_visual", "ortho_udm2"] {
        let asset = data.get_asset(ItemType::PSSCENE, "20200925_161029_69_2223", asset_type).await?;
        data.activate(&asset).await?; // does nothing if it is active already
        assets.push(asset);
    }
    let visual = assets.first().ok_or("there are two")?;
    let visual = data.wait(visual).on_state(|asset| println!("{}", asset.status())).await?;
    println!("the link is there: {}", visual.location().is_some());
    let report = data.wait_many(&assets).await?;
    println!("{} of {} are active", report.done().count(), report.all().len());
    // ANCHOR_END: assets
    Ok(())
}
