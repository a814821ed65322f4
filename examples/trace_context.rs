//! W3C trace context: each call is a trace of its own here, each attempt a span in it.
//!
//! A program with OpenTelemetry would take the ids from its current span instead of making them up.
//!
//! `cargo run --example trace_context` starts the sandbox in this process; no account, no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::collections::HashSet;
use std::error::Error;

use http::{HeaderValue, Method};
use planet::middleware::{NextService, Request};
use planet::{Auth, Endpoint, Session};
use planet_sandbox::{Fault, Sandbox};
use tower::ServiceExt;
use tower::layer::layer_fn;

/// The id of a trace, in the request's extensions: all attempts of a call have it in common.
#[derive(Clone, Copy)]
struct TraceId(u128);

fn begin_trace(mut request: Request) -> Request {
    request.extensions_mut().insert(TraceId(fastrand::u128(1..)));
    request
}

/// `traceparent: 00-<trace>-<span>-01` (<https://www.w3.org/TR/trace-context/>). It stays within Planet: a redirect to a
/// storage of another origin drops it.
fn name_span(mut request: Request) -> Request {
    if let Some(TraceId(trace)) = request.extensions().get() {
        let parent = format!("00-{trace:032x}-{:016x}-01", fastrand::u64(1..));
        if let Ok(parent) = HeaderValue::try_from(parent) {
            request.headers_mut().insert("traceparent", parent);
        }
    }
    request
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    sandbox.fault(Fault::on("GET", "/data/v1/item-types").nth(1).status(503));
    let session = Session::builder()
        .auth(Auth::from_key(sandbox.api_key()))
        .endpoint(Endpoint::parse(sandbox.url())?)
        .layer_per_call(layer_fn(|next: NextService| next.map_request(begin_trace)))
        .layer_per_attempt(layer_fn(|next: NextService| next.map_request(name_span)))
        .build()?;
    session.request(Method::GET, "/data/v1/item-types").await?;

    let (mut traces, mut spans) = (HashSet::new(), HashSet::new());
    for request in sandbox.requests() {
        let parent = request.header("traceparent").ok_or("a request without trace context")?;
        let [_, trace, span, _] = parent.split('-').collect::<Vec<_>>()[..] else {
            return Err(format!("not a traceparent: {parent}").into());
        };
        traces.insert(trace.to_owned());
        spans.insert(span.to_owned());
    }
    println!("{} trace with {} spans", traces.len(), spans.len());
    Ok(())
}
