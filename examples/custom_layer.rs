//! Layers of your own: a cache around calls, and a count of attempts below the retries.
//!
//! `cargo run --example custom_layer` starts the sandbox in this process; no account, no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Uri};
use planet::middleware::{CallInfo, Layer, NextService, Request, Response, ResponseBody, ResponseFuture, Service};
use planet::{Auth, BoxError, Endpoint, Session};
use planet_sandbox::{Fault, Sandbox};
use tower::ServiceExt;

/// Keeps the answers to GETs for ever, but for files. It stands around calls: their bodies are in memory, and no credential is in sight.
#[derive(Clone, Default)]
struct Cache(Arc<Mutex<HashMap<Uri, Bytes>>>);

impl Layer<NextService> for Cache {
    type Service = Cached;

    fn layer(&self, next: NextService) -> Cached {
        Cached { cache: self.clone(), next }
    }
}

#[derive(Clone)]
struct Cached {
    cache: Cache,
    next: NextService,
}

impl Service<Request> for Cached {
    type Response = Response;
    type Error = BoxError;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let (Cache(kept), next) = (self.cache.clone(), self.next.clone());
        Box::pin(async move {
            let url = request.uri().clone();
            // A file may be too large for the memory.
            let streams = request.extensions().get().is_none_or(CallInfo::streams);
            if *request.method() != Method::GET || streams {
                return next.oneshot(request).await;
            }
            let found = kept.lock().unwrap_or_else(PoisonError::into_inner).get(&url).cloned();
            if let Some(bytes) = found {
                return Ok(http::Response::new(ResponseBody::from(bytes)));
            }
            let (parts, body) = next.oneshot(request).await?.into_parts();
            let bytes = body.bytes().await?;
            if parts.status.is_success() {
                kept.lock().unwrap_or_else(PoisonError::into_inner).insert(url, bytes.clone());
            }
            Ok(http::Response::from_parts(parts, ResponseBody::from(bytes)))
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    // The first attempt fails, so that there is a second one to count.
    sandbox.fault(Fault::on("GET", "/data/v1/item-types").nth(1).status(503));

    // What needs no state of its own can be written with tower's helpers.
    let attempts = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&attempts);
    let counted = tower::layer::layer_fn(move |next: NextService| {
        let counter = Arc::clone(&counter);
        next.map_request(move |request: Request| {
            counter.fetch_add(1, Ordering::Relaxed);
            if let Some(call) = request.extensions().get::<CallInfo>() {
                println!(
                    "{} attempt {}: {} {}",
                    call.operation(),
                    call.attempt(),
                    request.method(),
                    request.uri().path()
                );
            }
            request
        })
    });

    let session = Session::builder()
        .auth(Auth::from_key(sandbox.api_key()))
        .endpoint(Endpoint::parse(sandbox.url())?)
        .layer_per_call(Cache::default())
        .layer_per_attempt(counted)
        .build()?;
    for _ in 0..3 {
        session.request(Method::GET, "/data/v1/item-types").await?;
    }
    println!("3 calls, {} attempts", attempts.load(Ordering::Relaxed));
    Ok(())
}
