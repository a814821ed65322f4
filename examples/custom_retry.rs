//! A retry policy of your own: patient with a maintenance window, and otherwise the standard one.
//!
//! `cargo run --example custom_retry` starts the sandbox in this process; no account, no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::time::Duration;

use http::{Method, StatusCode};
use planet::{Attempt, Auth, Decision, Endpoint, Retry, RetryPolicy, RetryState, Session};
use planet_sandbox::{Fault, Sandbox};

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
        println!("{} attempt {}: closed for maintenance", state.operation(), state.number());
        if state.number() < self.attempts { Decision::Again(self.every) } else { Decision::Exhausted }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    sandbox.fault(Fault::on("GET", "/data/v1/item-types").times(8).status(503));
    let patient = Patient { attempts: 20, every: Duration::from_millis(10), otherwise: Retry::default() };
    let session = Session::builder()
        .auth(Auth::from_key(sandbox.api_key()))
        .endpoint(Endpoint::parse(sandbox.url())?)
        .retry(patient)
        .build()?;
    // The standard policy gives up after 6 attempts.
    let response = session.request(Method::GET, "/data/v1/item-types").send().await?;
    println!("answered {} at attempt {}", response.status().as_u16(), response.attempts());
    Ok(())
}
