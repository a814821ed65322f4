//! What the layers know of the call that a request belongs to. It travels in the request's extensions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use super::Request;
use crate::middleware::CallInfo;
use crate::operation::Route;
use crate::retry::Policy;
use crate::{Outcome, call::RequestOptions};

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
    /// Has anything of the call been given to the transport?
    sent: AtomicBool,
    /// Has a credential been added to a request of the call?
    authorized: AtomicBool,
    /// How many attempts have begun?
    attempt: AtomicU32,
}

impl CallContext {
    pub(crate) fn new(
        operation: &'static str,
        route: Route,
        idempotent: bool,
        answer: Answer,
        options: RequestOptions,
    ) -> Self {
        Self(Arc::new(Call {
            operation,
            route,
            idempotent,
            answer,
            options,
            sent: AtomicBool::new(false),
            authorized: AtomicBool::new(false),
            attempt: AtomicU32::new(0),
        }))
    }

    /// The context of a request. A request without one (from a user's own code) is treated with the most care.
    pub(super) fn of(request: &Request) -> Self {
        request.extensions().get().cloned().unwrap_or_else(|| {
            let other = Route::new("other", 5.0);
            let context = Self::new("request", other, false, Answer::Stream, RequestOptions::default());
            context.mark_sent();
            context.mark_authorized();
            context
        })
    }

    /// Notes that something is about to leave.
    pub(super) fn mark_sent(&self) {
        self.0.sent.store(true, Ordering::Relaxed);
    }

    /// Notes that a credential was added.
    pub(super) fn mark_authorized(&self) {
        self.0.authorized.store(true, Ordering::Relaxed);
    }

    pub(super) fn authorized(&self) -> bool {
        self.0.authorized.load(Ordering::Relaxed)
    }

    /// Notes that an attempt begins.
    pub(super) fn begin_attempt(&self) {
        self.0.attempt.fetch_add(1, Ordering::Relaxed);
    }

    /// What the program's own layers may know.
    pub(super) fn info(&self) -> CallInfo {
        CallInfo {
            operation: self.0.operation,
            route: self.0.route.name(),
            idempotent: self.0.idempotent,
            streams: self.0.answer == Answer::Stream,
            attempt: self.0.attempt.load(Ordering::Relaxed),
        }
    }

    /// What a call that ends now leaves behind.
    pub(super) fn outcome(&self) -> Outcome {
        if self.0.sent.load(Ordering::Relaxed) { Outcome::Unknown } else { Outcome::NotSent }
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

    pub(super) fn answer(&self) -> Answer {
        self.0.answer
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
