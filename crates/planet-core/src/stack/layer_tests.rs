//! Layers alone, each over a mock of what lies below it, under a paused clock.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tower::ServiceExt;
use tower_layer::Layer;
use tower_test::mock::{Handle, Mock, SendResponse, pair};

use super::*;
use crate::call::RequestOptions;
use crate::retry::Policy;
use crate::{Error, ErrorKind, Retry, RetryBudget, Route};

type Below = Handle<Box<Request>, Response>;

fn over<A: Around>(around: A) -> (AroundService<A, Mock<Box<Request>, Response>>, Below) {
    let (mock, below) = pair();
    (AroundLayer::new(around).layer(mock), below)
}

fn request() -> Box<Request> {
    let mut request = Box::new(Request::default());
    let route = Route::new("test", 1.0);
    let context = CallContext::new("test", route, true, Answer::Stream, RequestOptions::default());
    request.extensions_mut().insert(context);
    request
}

fn answer(status: StatusCode) -> Response {
    let mut response = http::Response::new(ResponseBody::from(Bytes::from_static(b"{}")));
    *response.status_mut() = status;
    response
}

/// The next request that comes through the layer, within an hour of the paused clock.
async fn next(below: &mut Below) -> Option<SendResponse<Response>> {
    let hour = Duration::from_secs(3600);
    timeout(hour, below.next_request()).await.ok().flatten().map(|(_, respond)| respond)
}

#[tokio::test(start_paused = true)]
async fn the_headers_timeout_ends_a_request_that_brings_no_answer() {
    let limit = Duration::from_secs(130);
    let (layer, mut below) = over(headers_timeout::HeadersTimeout::new(limit));
    let started = Instant::now();
    let mut call = JoinSet::from_iter([layer.oneshot(request())]);
    let unanswered = next(&mut below).await.unwrap();
    let ended = timeout(2 * limit, call.join_next()).await.expect("it must end by itself").unwrap().unwrap();
    assert_eq!(Error::from_boxed(ended.unwrap_err()).kind(), ErrorKind::Timeout);
    assert!(started.elapsed() >= limit);
    drop(unanswered);
}

#[tokio::test(start_paused = true)]
async fn the_retry_layer_asks_again_and_gives_the_last_answer() {
    let retries = Retries::new(Policy::new(Retry::default()), RetryBudget::default());
    let (layer, mut below) = over(retry::RetryAttempts::new(retries, Clock::system()));
    let mut call = JoinSet::from_iter([layer.oneshot(request())]);
    for status in [StatusCode::SERVICE_UNAVAILABLE, StatusCode::BAD_GATEWAY, StatusCode::OK] {
        next(&mut below).await.expect("it must ask again").send_response(answer(status));
    }
    let response = call.join_next().await.unwrap().unwrap().unwrap();
    assert_eq!((response.status(), response.extensions().get::<Attempts>().unwrap().count), (StatusCode::OK, 3));
}

#[tokio::test(start_paused = true)]
async fn the_permit_layer_lets_the_next_file_through_when_the_body_before_it_is_dropped() {
    let (layer, mut below) = over(permit::Permit::new(Permits { calls: 1, files: 1 }));
    let mut calls = JoinSet::from_iter([layer.clone().oneshot(request()), layer.oneshot(request())]);
    next(&mut below).await.unwrap().send_response(answer(StatusCode::OK));
    let first = calls.join_next().await.unwrap().unwrap().unwrap();
    assert!(next(&mut below).await.is_none(), "the permit is taken");
    drop(first);
    next(&mut below).await.expect("the permit is free").send_response(answer(StatusCode::OK));
    assert!(calls.join_next().await.unwrap().unwrap().is_ok());
}
