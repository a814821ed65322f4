//! The unit test of docs/testing.md.

// ANCHOR: code
use planet::testing::{Answer, ScriptedTransport};
use planet::{ErrorKind, Planet};
use serde_json::json;

const ORDER: &str = "00000000-0000-4000-8000-000000000001";

/// The code under test: may the files of an order be fetched?
async fn is_ready(planet: &Planet, order: &str) -> planet::Result<bool> {
    match planet.orders().get(order).await {
        Ok(order) => Ok(order.state().as_str() == "success"),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[tokio::test]
async fn an_order_that_nobody_knows_is_not_ready() -> planet::Result<()> {
    let script = ScriptedTransport::new([
        Answer::status(503), // worth another try
        Answer::json(&json!({"message": "Could not load the order."})).with_status(404),
    ]);
    let planet = Planet::new(script.session().build()?);

    assert!(!is_ready(&planet, ORDER).await?);

    assert_eq!(script.requests().len(), 2);
    assert_eq!(script.left(), 0);
    Ok(())
}
// ANCHOR_END: code
