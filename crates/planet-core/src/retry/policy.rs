//! What decides about another attempt, and what it is told.

use std::cell::OnceCell;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use super::after::retry_after;
use crate::error::{kind_of, outcome_of};
use crate::{ApiError, Clock, Error, ErrorKind, Outcome};

/// Decides whether a failed attempt is followed by another. [`Retry`](crate::Retry) is the standard one; a policy of your
/// own usually holds one and asks it wherever it has no opinion.
///
/// It is asked after each attempt that failed: an error, or an answer whose status is no success. It is not asked about
/// successes, and cannot see bodies other than the document of an error.
///
/// No policy can make an order be placed twice: where [`RetryState::may_repeat`] is false, [`Decision::Again`] counts as
/// [`Decision::Final`]. A call that is harmless to repeat says so with [`Call::idempotent`](crate::Call::idempotent).
///
/// ```
/// use std::time::Duration;
/// use http::StatusCode;
/// use planet_core::{Attempt, Decision, Retry, RetryPolicy, RetryState, Session, Auth};
///
/// /// Gives a maintenance window (503) half a minute, and leaves all else to the standard policy.
/// struct Maintenance(Retry);
///
/// impl RetryPolicy for Maintenance {
///     fn decide(&self, state: &RetryState, attempt: &Attempt<'_>) -> Decision {
///         match attempt.status() {
///             Some(StatusCode::SERVICE_UNAVAILABLE) if state.number() < 4 => {
///                 Decision::Again(Duration::from_secs(30))
///             }
///             _ => self.0.decide(state, attempt),
///         }
///     }
/// }
///
/// let session = Session::builder().auth(Auth::anonymous()).retry(Maintenance(Retry::default())).build()?;
/// # let _ = session;
/// # Ok::<(), planet_core::Error>(())
/// ```
#[doc(alias = "RETRY_EXCEPTIONS")]
pub trait RetryPolicy: Send + Sync + 'static {
    /// Decides about the attempt that just failed. It is called on the path of a call: it must not block.
    fn decide(&self, state: &RetryState, attempt: &Attempt<'_>) -> Decision;
}

impl<P: RetryPolicy + ?Sized> RetryPolicy for Arc<P> {
    fn decide(&self, state: &RetryState, attempt: &Attempt<'_>) -> Decision {
        (**self).decide(state, attempt)
    }
}

/// What a [`RetryPolicy`] decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// No: it would fail again, or might be done twice.
    Final,
    /// It was worth another attempt, but none is left. The error says so: [`Error::exhausted`].
    Exhausted,
    /// Another attempt after this long, where that can do no harm ([`RetryState::may_repeat`]) and the session's
    /// [`RetryBudget`](crate::RetryBudget) is not empty.
    Again(Duration),
}

/// How far a call has come: what a [`RetryPolicy`] is told, beside the attempt that failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetryState {
    operation: &'static str,
    idempotent: bool,
    number: u32,
    elapsed: Duration,
}

impl RetryState {
    /// The state after the first attempt of an operation. Policies are handed theirs; this is for testing them.
    ///
    /// ```
    /// use std::time::Duration;
    /// use planet_core::{Attempt, Decision, Error, ErrorKind, Retry, RetryPolicy, RetryState};
    ///
    /// let lost = Error::new(ErrorKind::Transport, "the connection broke");
    /// let creating = RetryState::new("orders.create", false);
    /// assert_eq!(Retry::default().decide(&creating, &Attempt::failed(&lost)), Decision::Final);
    ///
    /// let reading = RetryState::new("orders.get", true).with_number(6).with_elapsed(Duration::from_secs(20));
    /// assert_eq!(Retry::default().decide(&reading, &Attempt::failed(&lost)), Decision::Exhausted);
    /// ```
    #[must_use]
    pub fn new(operation: &'static str, idempotent: bool) -> Self {
        Self { operation, idempotent, number: 1, elapsed: Duration::ZERO }
    }

    /// The state after so many attempts.
    #[must_use]
    pub fn with_number(mut self, number: u32) -> Self {
        self.number = number;
        self
    }

    /// The state when so much time has passed since the call began.
    #[must_use]
    pub fn with_elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// The operation, such as `orders.create`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Does sending the request twice do the same as sending it once?
    #[must_use]
    pub fn idempotent(&self) -> bool {
        self.idempotent
    }

    /// The number of the attempt that just failed, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The time since the call's first request left, or since the call began if nothing has left: waiting for turns does not
    /// count.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Can another attempt do no harm? True if the operation is idempotent, and if the service certainly did not act.
    #[must_use]
    pub fn may_repeat(&self, attempt: &Attempt<'_>) -> bool {
        self.idempotent || attempt.outcome() != Outcome::Unknown
    }
}

/// An attempt that failed: an answer whose status says so, or an error.
pub struct Attempt<'a> {
    end: End<'a>,
    retry_after: Option<Duration>,
}

enum End<'a> {
    Answer { status: StatusCode, headers: &'a HeaderMap, body: &'a [u8], api: OnceCell<ApiError> },
    Failure(&'a Error),
}

impl<'a> Attempt<'a> {
    /// An attempt that was answered. Policies are handed theirs; this is for testing them. `clock` is asked if the answer
    /// says until when to wait.
    #[must_use]
    pub fn answered(status: StatusCode, headers: &'a HeaderMap, body: &'a [u8], clock: &Clock) -> Self {
        let retry_after = retry_after(headers, clock.now());
        Self { end: End::Answer { status, headers, body, api: OnceCell::new() }, retry_after }
    }

    /// An attempt that brought no answer. Policies are handed theirs; this is for testing them.
    #[must_use]
    pub fn failed(error: &'a Error) -> Self {
        Self { end: End::Failure(error), retry_after: error.retry_after() }
    }

    /// The status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.end {
            End::Answer { status, .. } => Some(*status),
            End::Failure(_) => None,
        }
    }

    /// The headers, if there was an answer.
    #[must_use]
    pub fn headers(&self) -> Option<&'a HeaderMap> {
        match &self.end {
            End::Answer { headers, .. } => Some(headers),
            End::Failure(_) => None,
        }
    }

    /// The service's error document, if there was an answer. It is read when it is first asked for.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match &self.end {
            End::Answer { body, api, .. } => Some(api.get_or_init(|| ApiError::parse(body))),
            End::Failure(_) => None,
        }
    }

    /// The error, if there was no answer.
    #[must_use]
    pub fn error(&self) -> Option<&'a Error> {
        match self.end {
            End::Answer { .. } => None,
            End::Failure(error) => Some(error),
        }
    }

    /// The kind of error that the caller gets if this was the last attempt.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &self.end {
            End::Answer { status, .. } => kind_of(*status, || self.api().is_some_and(ApiError::is_quota)),
            End::Failure(error) => error.kind(),
        }
    }

    /// May the service have acted on this attempt?
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match &self.end {
            End::Answer { status, .. } => outcome_of(*status),
            End::Failure(error) => error.outcome(),
        }
    }

    /// How long the service asked to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

/// Without headers and bodies: they may hold what nobody should read.
impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("status", &self.status())
            .field("error", &self.error())
            .field("outcome", &self.outcome())
            .field("retry_after", &self.retry_after)
            .finish()
    }
}
