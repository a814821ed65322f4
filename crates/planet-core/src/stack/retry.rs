//! Repeats attempts as [`Retry`] says.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use tokio::time::Instant;
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{CallContext, Collected, Request, Response};
use crate::retry::{Verdict, judge_error, judge_status, retry_after};
use crate::{ApiError, BoxError, Clock, Error, Outcome, Retry};

/// How often it was tried; travels up in the answer's extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempts {
    pub(crate) count: u32,
    pub(crate) elapsed: Duration,
    pub(crate) exhausted: bool,
    pub(crate) retry_after: Option<Duration>,
    /// An earlier attempt at a change may have been acted upon: its answer was lost.
    pub(crate) lost_answer: bool,
}

pub(super) struct RetryAttempts {
    retry: Retry,
    clock: Clock,
}

impl RetryAttempts {
    pub(super) fn new(retry: Retry, clock: Clock) -> Self {
        Self { retry, clock }
    }

    fn judge(&self, result: &Result<Response, BoxError>, idempotent: bool) -> Verdict {
        match result {
            Ok(response) => {
                let at_least = retry_after(response.headers(), self.clock.now());
                judge_status(response.status(), is_quota(response), idempotent, at_least)
            }
            Err(error) => match error.downcast_ref::<Error>() {
                Some(error) => judge_error(error, idempotent),
                None => Verdict::Final,
            },
        }
    }
}

impl Around for RetryAttempts {
    async fn around<S: Next>(self: Arc<Self>, request: Request, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let policy = context.retry().unwrap_or(&self.retry);
        let changes = matches!(*request.method(), Method::PUT | Method::PATCH | Method::DELETE);
        let started = Instant::now();
        let (mut count, mut lost_answer) = (1, false);
        loop {
            let result = next.clone().oneshot(request.clone()).await;
            let verdict = self.judge(&result, context.idempotent());
            let elapsed = started.elapsed();
            let Some(delay) = policy.decide(count, elapsed, verdict, fastrand::f64()) else {
                let retry_after = match verdict {
                    Verdict::Again { at_least } => at_least,
                    Verdict::Final => None,
                };
                let exhausted = verdict != Verdict::Final;
                return note(result, Attempts { count, elapsed, exhausted, retry_after, lost_answer });
            };
            tracing::debug!(operation = context.operation(), attempt = count, delay = ?delay, "trying again");
            lost_answer |= changes && is_lost(&result);
            drop(result);
            tokio::time::sleep(delay).await;
            count += 1;
        }
    }
}

/// Only a 429 is looked into: reading every answer as an error document would cost more than the call.
fn is_quota(response: &Response) -> bool {
    response.status() == StatusCode::TOO_MANY_REQUESTS
        && response.extensions().get::<Collected>().is_some_and(|body| ApiError::parse(&body.0).is_quota())
}

/// Does the result leave open whether the service acted?
fn is_lost(result: &Result<Response, BoxError>) -> bool {
    match result {
        Ok(response) => response.status() != StatusCode::TOO_MANY_REQUESTS,
        Err(error) => error.downcast_ref::<Error>().is_none_or(|error| error.outcome() == Outcome::Unknown),
    }
}

/// Notes the attempts on whatever comes out.
fn note(result: Result<Response, BoxError>, attempts: Attempts) -> Result<Response, BoxError> {
    match result {
        Ok(mut response) => {
            response.extensions_mut().insert(attempts);
            Ok(response)
        }
        Err(error) => {
            Err(Error::from_boxed(error).with_attempts(attempts.count, attempts.elapsed, attempts.exhausted).into())
        }
    }
}
