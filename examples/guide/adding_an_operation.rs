//! The program of the guide's page on operations (docs/adding-an-operation.md).
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]
#![allow(unused_qualifications, reason = "the frame names what a page may import later")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: operation
    use planet::bytes::Bytes;
    use planet::http::{Request, Response};
    use planet::serde_json::Value;
    use planet::{Endpoint, Operation, Route, operation};

    struct BundleSpec;

    impl Operation for BundleSpec {
        type Output = Value;
        // Names the call in errors, spans and counters.
        const NAME: &'static str = "orders.bundle_spec";
        // Calls of one route share a pace: here five a second.
        const ROUTE: Route = Route::new("orders.bundles", 5.0);
        // Sending it twice does no harm, so it is repeated when an answer is lost.
        const IDEMPOTENT: bool = true;

        fn request(&self, endpoint: &Endpoint) -> planet::Result<Request<Bytes>> {
            operation::get(endpoint.url("/compute/ops/bundles/spec").build()?)
        }

        fn decode(&self, response: &Response<Bytes>) -> planet::Result<Value> {
            operation::json(response)
        }
    }
    // ANCHOR_END: operation

    // ANCHOR: call
    use planet_sandbox::Fault;
    use std::time::Duration;

    sandbox.fault(Fault::on("GET", "/compute/ops/bundles/spec").nth(1).status(502));
    let answer = planet.session().call(BundleSpec).deadline(Duration::from_secs(30)).send().await?;
    let bundles = answer.value().get("bundles").and_then(Value::as_object);
    println!("{} bundles, at attempt {}", bundles.map_or(0, |bundles| bundles.len()), answer.attempts());
    // ANCHOR_END: call

    // ANCHOR: test
    let endpoint = Endpoint::parse("https://api.planet.com")?;
    let request = BundleSpec.request(&endpoint)?;
    assert_eq!(request.uri(), "https://api.planet.com/compute/ops/bundles/spec");

    let recorded = Response::new(Bytes::from(r#"{"bundles": {"visual": {"name": "Visual imagery"}}}"#));
    let specification = BundleSpec.decode(&recorded)?;
    assert_eq!(specification.pointer("/bundles/visual/name"), Some(&Value::from("Visual imagery")));
    // ANCHOR_END: test
    Ok(())
}
