//! Repeats attempts as the call's or the session's [`RetryPolicy`](crate::RetryPolicy) says, within the session's budget.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use tokio::time::Instant;
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{CallContext, Collected, Request, Response};
use crate::retry::{GivenUp, Retries};
use crate::{Attempt, BoxError, Clock, Error, Outcome, RetryState};

/// How often it was tried; travels up in the answer's extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempts {
    pub(crate) count: u32,
    pub(crate) elapsed: Duration,
    pub(crate) given_up: GivenUp,
    pub(crate) retry_after: Option<Duration>,
    /// An earlier attempt at a change may have been acted upon: its answer was lost.
    pub(crate) lost_answer: bool,
}

impl Attempts {
    /// Notes the attempts on the error that they ended in.
    pub(crate) fn on(&self, error: Error) -> Error {
        let error = self.given_up.on(error, self.count, self.elapsed).with_retry_after(self.retry_after);
        if self.lost_answer && error.outcome() != Outcome::Unknown { error.after_a_lost_answer() } else { error }
    }
}

/// What is to be done after an attempt.
struct Judged {
    decided: Result<Duration, GivenUp>,
    outcome: Outcome,
    retry_after: Option<Duration>,
}

pub(super) struct RetryAttempts {
    retries: Retries,
    clock: Clock,
}

impl RetryAttempts {
    pub(super) fn new(retries: Retries, clock: Clock) -> Self {
        Self { retries, clock }
    }

    fn judge(&self, context: &CallContext, count: u32, elapsed: Duration, result: &Result<Response, Error>) -> Judged {
        let attempt = match result {
            Ok(response) if response.status().is_success() => {
                self.retries.succeeded();
                return Judged { decided: Err(GivenUp::Final), outcome: Outcome::Rejected, retry_after: None };
            }
            Ok(response) => Attempt::answered(response.status(), response.headers(), document(response), &self.clock),
            Err(error) => Attempt::failed(error),
        };
        let state = RetryState::new(context.operation(), context.idempotent()).with_number(count).with_elapsed(elapsed);
        Judged {
            decided: self.retries.decide(context.retry(), &state, &attempt),
            outcome: attempt.outcome(),
            retry_after: attempt.retry_after(),
        }
    }
}

impl Around for RetryAttempts {
    async fn around<S: Next>(self: Arc<Self>, request: Request, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let changes =
            matches!(*request.method(), Method::PUT | Method::PATCH | Method::DELETE) || !context.idempotent();
        let started = Instant::now();
        let (mut count, mut lost_answer) = (1, false);
        loop {
            context.begin_attempt();
            let result = next.clone().oneshot(request.clone()).await.map_err(Error::from_boxed);
            let elapsed = started.elapsed();
            let judged = self.judge(&context, count, elapsed, &result);
            let delay = match judged.decided {
                Ok(delay) => delay,
                Err(given_up) => {
                    let retry_after = judged.retry_after;
                    return note(result, Attempts { count, elapsed, given_up, retry_after, lost_answer });
                }
            };
            tracing::debug!(operation = context.operation(), attempt = count, delay = ?delay, "trying again");
            lost_answer |= changes && judged.outcome == Outcome::Unknown;
            drop(result);
            tokio::time::sleep(delay).await;
            count += 1;
        }
    }
}

/// The beginning of an answer's body.
fn document(response: &Response) -> &[u8] {
    response.extensions().get::<Collected>().map_or(&[], |body| &body.0)
}

/// Notes the attempts on whatever comes out.
fn note(result: Result<Response, Error>, attempts: Attempts) -> Result<Response, BoxError> {
    match result {
        Ok(mut response) => {
            response.extensions_mut().insert(attempts);
            Ok(response)
        }
        Err(error) => Err(attempts.on(error).into()),
    }
}
