//! What can be seen of a session from outside: a span for each call and each attempt, and the counters.
//!
//! docs/observability.md promises names and fields; a test compares. Nothing here shows a query, a header or a body.

#[cfg(test)]
pub(super) mod recorder;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{StatusCode, Uri};
use http_body::Body;
use tokio::time::Instant;
use tower::ServiceExt;
use tracing::field::{Empty, debug};
use tracing::{Instrument, Span};

use super::around::{Around, Next};
use super::{CallContext, Request, Response};
use crate::call::failure;
use crate::session::Counters;
use crate::{BoxError, Error, ErrorKind, Outcome, redact};

/// How often the request of a call was sent, and how the last time ended.
#[derive(Debug, Default)]
pub(super) struct Sendings(Mutex<(u32, Option<ErrorKind>)>);

impl Sendings {
    /// Begins the next one: its number, and why it is not the first.
    fn begin(&self) -> (u32, Option<ErrorKind>) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever gives up waiting for an answer is a time limit, and leaves this behind.
        let because = last.1.replace(ErrorKind::Timeout);
        last.0 += 1;
        (last.0, because)
    }

    fn end(&self, because: ErrorKind) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1 = Some(because);
    }

    fn count(&self) -> u32 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Runs around a whole call.
pub(super) struct CallSpan {
    counters: Arc<Counters>,
}

impl CallSpan {
    pub(super) fn new(counters: Arc<Counters>) -> Self {
        Self { counters }
    }
}

impl Around for CallSpan {
    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let under_way = self.counters.begin_call();
        let span = tracing::info_span!(
            target: "planet",
            "planet.call",
            operation = context.operation(),
            route = context.route().name(),
            idempotent = context.idempotent(),
            attempts = Empty,
            status = Empty,
            outcome = Empty,
            kind = Empty,
            elapsed_ms = Empty,
        );
        let started = (!span.is_disabled()).then(Instant::now);
        let result = next.oneshot(request).instrument(span.clone()).await;
        if let Some(started) = started {
            span.record("attempts", context.sendings().count());
            record_result(&span, &result, started.elapsed());
        }
        drop(under_way);
        result
    }
}

/// Records what the caller gets.
fn record_result(span: &Span, result: &Result<Response, BoxError>, elapsed: Duration) {
    span.record("elapsed_ms", millis(elapsed));
    let failed = match result {
        Ok(response) => {
            span.record("status", response.status().as_u16());
            (!response.status().is_success()).then(|| facts(&failure(response)))
        }
        Err(error) => Some(error.downcast_ref().map_or((ErrorKind::Unexpected, Outcome::Unknown), facts)),
    };
    if let Some((kind, _)) = failed {
        span.record("kind", debug(kind));
    }
    span.record(
        "outcome",
        match failed {
            None => "success",
            Some((_, Outcome::NotSent)) => "not_sent",
            Some((_, Outcome::Rejected)) => "rejected",
            Some((_, Outcome::Unknown)) => "unknown",
        },
    );
}

fn facts(error: &Error) -> (ErrorKind, Outcome) {
    (error.kind(), error.outcome())
}

/// Runs around each attempt.
pub(super) struct Trace {
    counters: Arc<Counters>,
}

impl Trace {
    pub(super) fn new(counters: Arc<Counters>) -> Self {
        Self { counters }
    }
}

impl Around for Trace {
    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let (number, because) = context.sendings().begin();
        self.counters.count_attempt(because, request.body().size_hint().exact().unwrap_or(0));
        context.mark_sent();
        let span = tracing::debug_span!(
            target: "planet",
            "planet.attempt",
            number,
            method = request.method().as_str(),
            url = %Shown(request.uri()),
            status = Empty,
            kind = Empty,
            elapsed_ms = Empty,
        );
        let started = (!span.is_disabled()).then(Instant::now);
        let result = next.oneshot(request).instrument(span.clone()).await;
        if result.as_ref().is_ok_and(|response| response.status() == StatusCode::TOO_MANY_REQUESTS) {
            self.counters.count_throttle();
        }
        context.sendings().end(cause(&result));
        if let Some(started) = started {
            record_attempt(&span, &result, started.elapsed());
        }
        result
    }
}

/// An address without its query. It is written only if somebody listens.
struct Shown<'a>(&'a Uri);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact::url(&self.0.to_string()))
    }
}

fn record_attempt(span: &Span, result: &Result<Response, BoxError>, elapsed: Duration) {
    span.record("elapsed_ms", millis(elapsed));
    match result {
        Ok(response) => {
            span.record("status", response.status().as_u16());
            tracing::debug!(target: "planet", parent: span, "answered");
        }
        Err(error) => {
            span.record("kind", debug(cause(result)));
            let error = error.to_string();
            tracing::debug!(target: "planet", parent: span, error = %redact::text(&error), "failed");
        }
    }
}

/// What another attempt after this one would be made for.
fn cause(result: &Result<Response, BoxError>) -> ErrorKind {
    match result {
        Err(error) => error.downcast_ref().map_or(ErrorKind::Unexpected, Error::kind),
        Ok(response) => match response.status() {
            StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
            StatusCode::UNAUTHORIZED => ErrorKind::Unauthorized,
            StatusCode::REQUEST_TIMEOUT => ErrorKind::Timeout,
            status if status.is_server_error() => ErrorKind::Server,
            // The answer was good so far: its body must have broken.
            status if status.is_success() => ErrorKind::Transport,
            _ => ErrorKind::Unexpected,
        },
    }
}

fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
