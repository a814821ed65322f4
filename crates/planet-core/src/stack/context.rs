//! What the layers know of the call that a request belongs to. It travels in the request's extensions.

use std::sync::Arc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Request;
use super::trace::Sendings;
use crate::middleware::CallInfo;
use crate::operation::Route;
use crate::retry::Policy;
use crate::{Error, Outcome, call::RequestOptions};

/// What the caller wants of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The whole body, in memory.
    Whole,
    /// The body as a stream: a file.
    Stream,
}

/// The call that a request belongs to.
#[derive(Clone, Debug)]
pub(crate) struct CallContext(Arc<Call>);

#[derive(Debug)]
struct Call {
    operation: &'static str,
    route: Route,
    idempotent: bool,
    answer: Answer,
    options: RequestOptions,
    tried: Mutex<Tried>,
    sendings: Sendings,
}

/// How far a call has come: what is known if it must end now.
#[derive(Debug)]
struct Tried {
    begun: Instant,
    attempts: u32,
    /// When something of the call was first given to the transport.
    first_sent: Option<Instant>,
    /// The time that was spent since then waiting for turns and permits.
    queued: Duration,
    /// Something was given to the transport, and how it ended is not known yet.
    under_way: bool,
    /// The answer to an earlier attempt was lost.
    lost_answer: bool,
    last_failure: Option<Error>,
    /// A credential was added to a request of the call.
    authorized: bool,
}

impl CallContext {
    pub(crate) fn new(
        operation: &'static str,
        route: Route,
        idempotent: bool,
        answer: Answer,
        options: RequestOptions,
    ) -> Self {
        let tried = Mutex::new(Tried {
            begun: Instant::now(),
            attempts: 0,
            first_sent: None,
            queued: Duration::ZERO,
            under_way: false,
            lost_answer: false,
            last_failure: None,
            authorized: false,
        });
        Self(Arc::new(Call { operation, route, idempotent, answer, options, tried, sendings: Sendings::default() }))
    }

    /// The context of a request, if it has one.
    pub(super) fn peek(request: &Request) -> Option<&Self> {
        request.extensions().get()
    }

    /// The context of a request. A request without one (from a user's own code) is treated with the most care.
    pub(super) fn of(request: &Request) -> Self {
        Self::peek(request).cloned().unwrap_or_else(|| {
            let other = Route::new("other", 5.0);
            let context = Self::new("request", other, false, Answer::Stream, RequestOptions::default());
            context.mark_sent();
            context.mark_authorized();
            context
        })
    }

    fn tried(&self) -> MutexGuard<'_, Tried> {
        self.0.tried.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins another attempt and gives its number, from 1.
    pub(super) fn begin_attempt(&self) -> u32 {
        let mut tried = self.tried();
        tried.attempts += 1;
        tried.attempts
    }

    /// Notes that something is about to leave.
    pub(super) fn mark_sent(&self) {
        let mut tried = self.tried();
        tried.first_sent.get_or_insert_with(Instant::now);
        tried.under_way = true;
    }

    /// Notes how an attempt ended that is followed by another.
    pub(super) fn note_failure(&self, failure: Error) {
        let mut tried = self.tried();
        tried.under_way = false;
        tried.lost_answer |= failure.outcome() == Outcome::Unknown;
        tried.last_failure = Some(failure);
    }

    /// Was the answer to an earlier attempt lost, so that it may have been acted upon?
    pub(super) fn lost_answer(&self) -> bool {
        self.tried().lost_answer
    }

    /// Notes that an attempt has waited for its turn since then.
    pub(super) fn mark_queued(&self, since: Instant) {
        let mut tried = self.tried();
        if tried.first_sent.is_some() {
            tried.queued += since.elapsed();
        }
    }

    /// The time since the call began, and since something of it first left, without what it waited for turns: behind many
    /// others that may be long, and says nothing of the service. Both are the same if nothing has left.
    pub(super) fn elapsed(&self) -> (Duration, Duration) {
        let tried = self.tried();
        let now = Instant::now();
        let since_sent = now - tried.first_sent.unwrap_or(tried.begun);
        (now - tried.begun, since_sent.saturating_sub(tried.queued))
    }

    /// Notes that a credential was added.
    pub(super) fn mark_authorized(&self) {
        self.tried().authorized = true;
    }

    pub(super) fn authorized(&self) -> bool {
        self.tried().authorized
    }

    /// What the program's own layers may know.
    pub(super) fn info(&self) -> CallInfo {
        CallInfo {
            operation: self.0.operation,
            route: self.0.route.name(),
            idempotent: self.0.idempotent,
            streams: self.0.answer == Answer::Stream,
            attempt: self.tried().attempts,
        }
    }

    /// What a call that ends now leaves behind.
    pub(super) fn outcome(&self) -> Outcome {
        let tried = self.tried();
        match &tried.last_failure {
            _ if tried.under_way || tried.lost_answer => Outcome::Unknown,
            Some(failure) => failure.outcome(),
            None => Outcome::NotSent,
        }
    }

    /// Tells on an error that ends the call from outside the attempts which of them came before.
    pub(super) fn cut_short(&self, error: Error) -> Error {
        let error = self.complete(error.with_outcome(self.outcome()));
        let last_failure = self.tried().last_failure.take();
        match last_failure {
            Some(failure) => error.with_retry_after(failure.retry_after()).with_source(failure),
            None => error,
        }
    }

    /// Notes the attempts on an error that does not tell them yet.
    pub(crate) fn complete(&self, error: Error) -> Error {
        if error.attempts() > 0 {
            return error;
        }
        let exhausted = error.exhausted();
        let tried = self.tried();
        error.with_attempts(tried.attempts, tried.begun.elapsed(), exhausted)
    }

    pub(super) fn sendings(&self) -> &Sendings {
        &self.0.sendings
    }

    pub(super) fn operation(&self) -> &'static str {
        self.0.operation
    }

    pub(super) fn route(&self) -> Route {
        self.0.route
    }

    pub(super) fn idempotent(&self) -> bool {
        self.0.idempotent
    }

    pub(crate) fn answer(&self) -> Answer {
        self.0.answer
    }

    /// Is it idempotent because the caller says so?
    pub(super) fn declared_idempotent(&self) -> bool {
        self.0.options.idempotent == Some(true)
    }

    pub(super) fn fetched_ahead(&self) -> bool {
        self.0.options.fetched_ahead
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.0.options.deadline
    }

    pub(super) fn attempt_timeout(&self) -> Option<Duration> {
        self.0.options.attempt_timeout
    }

    pub(super) fn retry(&self) -> Option<&Policy> {
        self.0.options.retry.as_ref()
    }
}
