//! Repeats attempts as [`Retry`] says.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{CallContext, Collected, Request, Response};
use crate::retry::{Verdict, judge_error, judge_status, retry_after};
use crate::{ApiError, BoxError, Clock, Error, Retry};

/// How often it was tried; travels up in the answer's extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempts {
    pub(crate) count: u32,
    pub(crate) elapsed: Duration,
    pub(crate) exhausted: bool,
    pub(crate) retry_after: Option<Duration>,
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
                let quota =
                    response.extensions().get::<Collected>().is_some_and(|body| ApiError::parse(&body.0).is_quota());
                judge_status(response.status(), quota, idempotent, retry_after(response.headers(), self.clock.now()))
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
        let started = Instant::now();
        let mut count = 1;
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
                return note(result, Attempts { count, elapsed, exhausted, retry_after });
            };
            tracing::debug!(operation = context.operation(), attempt = count, delay = ?delay, "trying again");
            drop(result);
            tokio::time::sleep(delay).await;
            count += 1;
        }
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
