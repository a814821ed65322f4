//! Repeats attempts as the call's or the session's [`RetryPolicy`](crate::RetryPolicy) says, within the session's budget.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use tower::ServiceExt;

use super::around::{Around, Next};
use super::copied::Copied;
use super::{CallContext, Request, Response};
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

pub(super) struct RetryAttempts {
    retries: Retries,
    clock: Clock,
}

impl RetryAttempts {
    pub(super) fn new(retries: Retries, clock: Clock) -> Self {
        Self { retries, clock }
    }

    /// The delay before the next attempt, if there is one, and how long the service asked to wait.
    fn judge(
        &self,
        context: &CallContext,
        state: &RetryState,
        result: &Result<Response, Error>,
    ) -> (Result<Duration, GivenUp>, Option<Duration>) {
        let attempt = match result {
            Ok(response) if response.status().is_success() => {
                self.retries.succeeded();
                return (Err(GivenUp::Final), None);
            }
            Ok(response) => Attempt::answered(response.status(), response.headers(), document(response), &self.clock),
            Err(error) => Attempt::failed(error),
        };
        (self.retries.decide(context.retry(), state, &attempt), attempt.retry_after())
    }
}

impl Around for RetryAttempts {
    async fn around<S: Next>(self: Arc<Self>, mut request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let (operation, idempotent) = (context.operation(), context.idempotent());
        let changes = match *request.method() {
            Method::PUT | Method::PATCH | Method::DELETE => true,
            // Of our own only those are repeated that change nothing.
            Method::POST => context.declared_idempotent(),
            _ => false,
        };
        loop {
            let count = context.begin_attempt();
            let copied = Copied::of(&request);
            let result = next.clone().oneshot(request).await.map_err(Error::from_boxed);
            let (elapsed, since_sent) = context.elapsed();
            let state = RetryState::new(operation, idempotent).with_number(count).with_elapsed(since_sent);
            let (decided, retry_after) = self.judge(&context, &state, &result);
            let delay = match decided {
                Ok(delay) => delay,
                Err(given_up) => {
                    let lost_answer = changes && context.lost_answer();
                    return note(result, Attempts { count, elapsed, given_up, retry_after, lost_answer });
                }
            };
            tracing::debug!(operation, attempt = count, delay = ?delay, "trying again");
            context.note_failure(failure(result).with_retry_after(retry_after));
            request = copied.into_request(&context);
            tokio::time::sleep(delay).await;
        }
    }
}

/// The beginning of an answer's body.
fn document(response: &Response) -> &[u8] {
    response.body().in_memory().map_or(&[], |bytes| bytes)
}

/// The error of an attempt that failed.
fn failure(result: Result<Response, Error>) -> Error {
    match result {
        Ok(response) => Error::from_status(response.status(), response.headers(), document(&response)),
        Err(error) => error,
    }
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
