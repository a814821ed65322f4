//! The program of docs/middleware.md.
#![allow(clippy::print_stdout, unused_qualifications, reason = "it talks to a person, and begins as every page does")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: layer
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use planet::bytes::Bytes;
    use planet::http::{self, Method, StatusCode};
    use planet::middleware::{CallInfo, NextService, Request, ResponseBody};
    use planet::prelude::*;
    use planet::serde_json::json;
    use planet::testing::{Answer, ScriptedTransport};
    use planet::{
        Attempt, Auth, AuthHeaders, CredentialsFuture, CredentialsProvider, Decision, Endpoint, Operation, Planet,
        Retry, RetryPolicy, RetryState, Route, Session, operation,
    };
    use planet_sandbox::Fault;
    use serde::Deserialize;
    use tower::ServiceExt;
    use tower::layer::layer_fn;

    let attempts = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&attempts);
    let counted = layer_fn(move |next: NextService| {
        let counter = Arc::clone(&counter);
        next.map_request(move |request: Request| {
            counter.fetch_add(1, Ordering::Relaxed);
            if let Some(call) = request.extensions().get::<CallInfo>() {
                println!("{} attempt {}", call.operation(), call.attempt());
            }
            request
        })
    });

    let settings = || Ok::<_, planet::Error>(Session::builder().endpoint(Endpoint::parse(sandbox.url())?));
    let with_key = || settings().map(|settings| settings.auth(Auth::from_key(sandbox.api_key())));

    let session = with_key()?.layer_per_attempt(counted).build()?;
    sandbox.fault(Fault::on("GET", "/compute/ops/stats").nth(1).status(503));
    Planet::new(session).orders().stats().await?;
    println!("1 call, {} attempts", attempts.load(Ordering::Relaxed));
    // ANCHOR_END: layer

    // ANCHOR: policy
    /// Waits as long as a maintenance window (503) takes, up to `attempts`; leaves all else to the standard policy.
    struct Patient {
        attempts: u32,
        every: Duration,
        otherwise: Retry,
    }

    impl RetryPolicy for Patient {
        fn decide(&self, state: &RetryState, attempt: &Attempt<'_>) -> Decision {
            if attempt.status() != Some(StatusCode::SERVICE_UNAVAILABLE) {
                return self.otherwise.decide(state, attempt);
            }
            if state.number() < self.attempts { Decision::Again(self.every) } else { Decision::Exhausted }
        }
    }

    sandbox.fault(Fault::on("GET", "/compute/ops/stats").times(8).status(503));
    let patient = Patient { attempts: 20, every: Duration::from_millis(10), otherwise: Retry::default() };
    let session = with_key()?.retry(patient).build()?;
    let answer = Planet::new(session).orders().stats().send().await?;
    println!("answered at attempt {}", answer.attempts());
    // ANCHOR_END: policy

    // ANCHOR: provider
    /// Two keys, of which the second is taken when the first is refused. A program would fetch them from its vault.
    struct Vault {
        keys: [String; 2],
        current: AtomicU32,
    }

    impl CredentialsProvider for Vault {
        /// Asked before each attempt.
        fn headers(&self) -> CredentialsFuture<'_> {
            let number = self.current.load(Ordering::Relaxed);
            let key = if number == 0 { &self.keys[0] } else { &self.keys[1] };
            Box::pin(async move { AuthHeaders::authorization(&format!("api-key {key}"), number.into()) })
        }

        /// The service refused a key (401). The number tells which: another call may have got the next one meanwhile.
        fn invalidate(&self, refused: &AuthHeaders) -> bool {
            refused.generation() == 0 && self.current.fetch_max(1, Ordering::Relaxed) <= 1
        }

        fn describe(&self) -> String {
            "the vault".to_owned()
        }
    }

    let vault = Vault { keys: ["withdrawn".to_owned(), sandbox.api_key().to_owned()], current: AtomicU32::new(0) };
    let session = settings()?.auth(Auth::from_provider(vault)).build()?;
    let answer = Planet::new(session).orders().stats().send().await?;
    println!("{} in {} attempt", answer.status(), answer.attempts());
    // ANCHOR_END: provider

    // ANCHOR: script
    let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
    let script = ScriptedTransport::new([
        Answer::status(503), // worth another try
        Answer::json(&json!({"id": id, "state": "success"})),
    ]);
    let scripted = Planet::new(script.session().build()?);
    println!("the order is in state {}", scripted.orders().get(id).await?.state());
    if let Err(error) = scripted.orders().get(id).await {
        println!("{error}"); // one request too many
    }
    // ANCHOR_END: script

    // ANCHOR: service
    let every_order_runs = tower::service_fn(|request: Request| async move {
        let id = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let order = json!({"id": id, "state": "running"}).to_string();
        Ok::<_, std::convert::Infallible>(http::Response::new(ResponseBody::from(Bytes::from(order))))
    });
    let session = Session::builder().auth(Auth::anonymous()).transport(every_order_runs).build()?;
    println!("the order is in state {}", Planet::new(session).orders().get(id).await?.state());
    // ANCHOR_END: service

    // ANCHOR: raw
    // A search is a POST, but asking twice does no harm: we say so, and it is sent again where a GET would be.
    let found = planet
        .session()
        .request(Method::POST, "/data/v1/quick-search")
        .query("_page_size", 1)
        .json(&json!({"item_types": ["PSScene"], "filter": {"type": "AndFilter", "config": []}}))
        .idempotent(true)
        .await?;
    println!("{:?}", found.pointer("/features/0/properties/item_type"));

    let mut body = planet.session().request(Method::GET, "/data/v1/item-types").stream().await?.into_value();
    let mut bytes = 0;
    while let Some(piece) = body.try_next().await? {
        bytes += piece.len();
    }
    println!("read {bytes} bytes, piece by piece");
    // ANCHOR_END: raw

    // ANCHOR: operation
    /// The orders in the queue: `GET /stats/orders/v2` of the Orders API.
    struct OrderStats;

    #[derive(Deserialize)]
    struct Stats {
        user: Counts,
    }

    #[derive(Deserialize)]
    struct Counts {
        queued_orders: u64,
    }

    impl Operation for OrderStats {
        type Output = Stats;
        const NAME: &'static str = "orders.stats";
        const ROUTE: Route = Route::new("orders.stats", 5.0);
        const IDEMPOTENT: bool = true;

        fn request(&self, endpoint: &Endpoint) -> planet::Result<http::Request<Bytes>> {
            operation::get(endpoint.url("/compute/ops/stats/orders/v2").build()?)
        }

        fn decode(&self, response: &http::Response<Bytes>) -> planet::Result<Stats> {
            operation::json(response)
        }
    }

    let stats = planet.session().call(OrderStats).deadline(Duration::from_secs(30)).await?;
    println!("{} orders queued", stats.user.queued_orders);
    // ANCHOR_END: operation
    Ok(())
}
