//! The program of docs/errors-and-retries.md.
#![allow(clippy::print_stdout, unused_qualifications, reason = "it talks to a person, and begins as every page does")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: kind
    use std::error::Error as _;
    use std::time::Duration;

    use planet::orders::{LastOrder, Reconcile, UnknownOrder};
    use planet::prelude::*;
    use planet::{
        Attempt, Auth, Bundle, Decision, Endpoint, ErrorKind, Filter, ItemType, OrderRequest, Outcome, Planet, Product,
        Retry, RetryBudget, RetryPolicy, RetryState,
    };
    use planet_sandbox::Fault;

    match planet.orders().get("18389c7e-1831-4de7-8187-d30ffe88b4b7").await {
        Ok(order) => println!("{}", order.state()),
        Err(error) if error.kind() == ErrorKind::NotFound => println!("{error}"),
        Err(error) if error.is_transient() => println!("{error}; trying again in an hour"),
        Err(error) => return Err(error.into()),
    }
    // ANCHOR_END: kind

    // ANCHOR: settings
    let patient = Planet::builder()
        .auth(Auth::from_key(sandbox.api_key()))
        .endpoint(Endpoint::parse(sandbox.url())?)
        .retry(Retry::default().max_attempts(10).max_elapsed(Duration::from_secs(1200)))
        .retry_budget(RetryBudget::default().floor(5))
        .build()?;
    patient.orders().stats().retry(Retry::off()).await?; // another policy for one call
    // ANCHOR_END: settings

    // ANCHOR: policy
    /// Something that was just created may not be found for some seconds.
    struct NotYet(Retry);

    impl RetryPolicy for NotYet {
        fn decide(&self, state: &RetryState, attempt: &Attempt<'_>) -> Decision {
            if attempt.kind() == ErrorKind::NotFound && state.number() < 4 {
                return Decision::Again(Duration::from_millis(500));
            }
            self.0.decide(state, attempt)
        }
    }

    sandbox.fault(Fault::on("GET", "/compute/ops/stats").times(2).status(404));
    let answer = planet.orders().stats().retry(NotYet(Retry::default())).send().await?;
    println!("{} at attempt {}", answer.status(), answer.attempts());
    // ANCHOR_END: policy

    // ANCHOR: lost
    let search = planet.data().search([ItemType::PSSCENE], Filter::permission()).limit(2);
    let scenes: Vec<_> = search.items().try_collect().await?;
    let ids: Vec<&str> = scenes.iter().map(|scene| scene.id()).collect();
    let request =
        OrderRequest::builder("north").product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ids)).build()?;

    // The sandbox places the order, and its answer is lost.
    sandbox.fault(Fault::on("POST", "/compute/ops/orders/v2").nth(1).after_acting().status(502));
    let quick = Reconcile::default().settle(Duration::from_secs(5));
    let order = match planet.orders().create(request).reconcile(quick).send().await {
        Ok(response) => {
            if let Some(failure) = response.recovered_from() {
                println!("found again after: {failure}");
            }
            response.into_value()
        }
        Err(error) => {
            if error.outcome() == Outcome::Unknown
                && let Some(unknown) = error.source().and_then(|source| source.downcast_ref::<UnknownOrder>())
            {
                for order in unknown.candidates() {
                    println!("could be it: {} ({})", order.id(), order.state());
                }
            }
            return Err(error.into());
        }
    };
    // ANCHOR_END: lost

    // ANCHOR: last
    if let Err(error) = planet.orders().wait(order.id()).timeout(Duration::from_secs(1)).await {
        println!("{error}");
        if let Some(last) = error.source().and_then(|source| source.downcast_ref::<LastOrder>()) {
            println!("it was {}", last.order().state());
        }
    }
    // ANCHOR_END: last
    Ok(())
}
