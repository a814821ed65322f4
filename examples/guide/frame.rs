//! The frame of the guide's programs (docs/quickstart.md).
#![allow(unused_variables, reason = "the snippets of a page use them")]

// ANCHOR: frame
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // The snippets of a page go here, one after the other.
    Ok(())
}
// ANCHOR_END: frame
