//! The program of docs/observability.md.
#![allow(clippy::print_stdout, unused_qualifications, reason = "it talks to a person, and begins as every page does")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: subscriber
    use planet::http::Method;
    use planet_sandbox::Fault;
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::fmt::format::FmtSpan;
    use tracing_subscriber::prelude::*;

    let lines = tracing_subscriber::fmt::layer().with_ansi(false).without_time().with_span_events(FmtSpan::CLOSE);
    let ours = Targets::new().with_target("planet", LevelFilter::DEBUG);
    tracing_subscriber::registry().with(lines.with_filter(ours)).init();

    // The first attempt fails, so that there is something to see.
    sandbox.fault(Fault::on("GET", "/data/v1/item-types").nth(1).status(503));
    planet.session().request(Method::GET, "/data/v1/item-types").await?;
    // ANCHOR_END: subscriber

    // ANCHOR: stats
    let stats = planet.session().stats();
    println!("{} call, {} attempts, {} retry", stats.calls(), stats.attempts(), stats.retries());
    println!("{} bytes received, {} throttled", stats.bytes_received(), stats.throttles());
    // ANCHOR_END: stats
    Ok(())
}
