//! One error type for every crate.

mod api;
mod fault;
mod kind;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};

pub use api::ApiError;
#[cfg(test)]
pub(crate) use api::KEPT_BODY;
pub use fault::{Fault, FaultKind};
pub use kind::{ErrorKind, Outcome};

use crate::redact;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A boxed cause.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Everything that can go wrong, in one type for all crates.
///
/// A program branches on [`kind`](Self::kind); a person reads the message, which says what happened, to what, why, and
/// what to do. Neither ever shows a credential. The cause is in [`source`](StdError::source).
///
/// ```
/// use planet_core::{Error, ErrorKind, Outcome};
///
/// let error = Error::new(ErrorKind::InvalidInput, "an order needs at least one product");
/// assert_eq!(error.kind(), ErrorKind::InvalidInput);
/// assert_eq!(error.outcome(), Outcome::NotSent);
/// ```
#[derive(Clone)]
#[doc(alias = "PlanetError")]
pub struct Error(Box<Inner>);

#[derive(Clone, Default)]
struct Inner {
    kind: Option<ErrorKind>,
    outcome: Option<Outcome>,
    message: String,
    help: Option<Cow<'static, str>>,
    operation: Option<&'static str>,
    status: Option<StatusCode>,
    request_id: Option<String>,
    api: Option<ApiError>,
    retry_after: Option<Duration>,
    attempts: u32,
    elapsed: Duration,
    exhausted: bool,
    transient: Option<bool>,
    faults: Vec<Fault>,
    items_written: Option<u64>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of a kind, with a sentence about it. What looks like a credential in it is hidden, see
    /// [`redact::text`].
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        // Here and not where it is printed: progress tells the message, and other errors quote it.
        let message: String = message.into();
        let message = redact::text(&message).into_owned();
        Self(Box::new(Inner { kind: Some(kind), message, ..Inner::default() }))
    }

    /// An error of the caller's input: all its faults at once.
    #[must_use]
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let mut error = Self::new(ErrorKind::InvalidInput, lines.join("; "));
        error.0.faults = faults;
        error
    }

    /// An error from an answer whose status says that it failed.
    #[must_use]
    pub fn from_status(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let api = ApiError::parse(body);
        let kind = kind_of(status, || api.is_quota());
        let said = api.message_line();
        let message = match said.as_str() {
            "" => format!("the service answered {status} and said nothing more"),
            said => format!("the service answered {status}: {said}"),
        };
        let mut error = Self::new(kind, message);
        if kind == ErrorKind::QuotaExceeded {
            error =
                error.with_help("Trying again does not help: wait until the quota is renewed, or have Planet raise it");
        }
        error.0.outcome = Some(outcome_of(status));
        error.0.status = Some(status);
        error.0.request_id = request_id(headers).map(str::to_owned);
        error.0.api = Some(api);
        error
    }

    /// Takes an error out of its box, or wraps what came from elsewhere.
    #[must_use]
    pub fn from_boxed(error: BoxError) -> Self {
        match error.downcast::<Self>() {
            Ok(error) => *error,
            Err(cause) => Self::new(ErrorKind::Unexpected, "a layer of the program's own failed")
                .with_outcome(Outcome::Unknown)
                .with_source(cause),
        }
    }

    /// Adds the cause, which [`source`](std::error::Error::source) gives.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// Adds what to do about it, for the person who reads the error: a short sentence.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Says whether the service may have acted.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = Some(outcome);
        self
    }

    /// Names the operation that failed, if none is named yet.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    /// Notes how long the service asked to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Says whether the same thing may work a little later, where the kind does not tell: a source of credentials whose
    /// server is down makes an error that is transient, and the request is tried again.
    #[must_use]
    pub fn with_transient(mut self, transient: bool) -> Self {
        self.0.transient = Some(transient);
        self
    }

    /// Takes over what is known of the answer and the attempts that another error is about: the way to say more about a
    /// failure, with the first error as the source.
    #[must_use]
    pub fn with_facts_of(mut self, other: &Self) -> Self {
        self.0.operation = other.0.operation;
        self.0.status = other.0.status;
        self.0.request_id.clone_from(&other.0.request_id);
        self.0.api.clone_from(&other.0.api);
        self.0.retry_after = other.0.retry_after;
        self.with_attempts(other.0.attempts, other.0.elapsed, other.0.exhausted)
    }

    /// Takes the outcome of the call for an error whose kind alone says that nothing was sent.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn unless_sent(self, outcome: Outcome) -> Self {
        let assumed = self.0.outcome.is_none() && self.outcome() == Outcome::NotSent;
        if assumed { self.with_outcome(outcome) } else { self }
    }

    /// Notes the answer that the error is about, where it is not made from its status.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_answer(mut self, status: StatusCode, headers: &HeaderMap) -> Self {
        self.0.status = Some(status);
        self.0.request_id = request_id(headers).map(str::to_owned);
        self
    }

    /// Notes how often and how long it was tried. `exhausted`: it was worth another try, but there was none left.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32, elapsed: Duration, exhausted: bool) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self.0.exhausted = exhausted;
        self
    }

    /// Notes that an earlier attempt, whose answer was lost, may have been acted upon: what the last answer refuses may
    /// have happened already.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn after_a_lost_answer(self) -> Self {
        self.with_outcome(Outcome::Unknown).with_further_help(
            "The answer to an earlier attempt was lost: it may have been acted upon. Look before you repeat it",
        )
    }

    /// Notes that the session had no retry left.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_an_empty_budget(self) -> Self {
        self.with_further_help(
            "It was not tried again: the session's retry budget is empty, as too many of its calls failed within a minute. Wait until the service has recovered, or raise the budget (SessionBuilder::retry_budget)",
        )
    }

    /// Adds to what is to be done about it.
    #[cfg(feature = "client")]
    fn with_further_help(self, further: &'static str) -> Self {
        let help = match self.help() {
            Some(help) => Cow::Owned(format!("{help}. {further}")),
            None => Cow::Borrowed(further),
        };
        self.with_help(help)
    }

    /// Notes how many items of a list were written out before it failed.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_items_written(mut self, items: u64) -> Self {
        self.0.items_written = Some(items);
        self
    }

    /// What sort of failure it was.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind.unwrap_or(ErrorKind::Unexpected)
    }

    /// May the service have acted on the request?
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome.unwrap_or(match self.kind() {
            ErrorKind::InvalidInput
            | ErrorKind::Credentials
            | ErrorKind::Connect
            | ErrorKind::Closed
            | ErrorKind::File => Outcome::NotSent,
            ErrorKind::Timeout
            | ErrorKind::Transport
            | ErrorKind::Decode
            | ErrorKind::Server
            | ErrorKind::Unexpected => Outcome::Unknown,
            _ => Outcome::Rejected,
        })
    }

    /// The operation, such as `orders.create`.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The status of the last answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The service's id of the request, to quote to Planet's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// What the service said, as far as it could be read.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        self.0.api.as_ref()
    }

    /// What is wrong with the input, each fault with its place. Empty for other kinds.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// What happened, without operation, attempts and help.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it, in a sentence for the person who reads the error, if there is something.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// How many items of a list were written out before it failed, where one was being written: `collect::to_ndjson`
    /// and `collect::to_json`.
    #[must_use]
    pub fn items_written(&self) -> Option<u64> {
        self.0.items_written
    }

    /// How often it was tried; an attempt that was still waiting for its turn counts. 0: the input or the settings were at
    /// fault, and nothing was tried.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long it took until it was given up, with all waiting.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// How long the service asked to wait before the next try.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Did the service itself answer that the request failed? Then [`status`](Self::status) and [`api`](Self::api) say how.
    /// These are the errors that derive from `APIError` in the Python SDK.
    ///
    /// ```
    /// use http::{HeaderMap, StatusCode};
    /// use planet_core::{Error, ErrorKind};
    ///
    /// let refused = Error::from_status(StatusCode::NOT_FOUND, &HeaderMap::new(), b"");
    /// assert!(refused.is_api_error() && !refused.is_client_error());
    /// assert!(Error::new(ErrorKind::Timeout, "no answer in time").is_client_error());
    /// ```
    #[must_use]
    #[doc(alias = "APIError")]
    pub fn is_api_error(&self) -> bool {
        self.0.api.is_some()
    }

    /// Did it fail on this side, or on the way: whatever is not [`is_api_error`](Self::is_api_error)? The Python SDK has
    /// `ClientError` for it, and lets errors of its HTTP library through.
    #[must_use]
    #[doc(alias = "ClientError")]
    pub fn is_client_error(&self) -> bool {
        !self.is_api_error()
    }

    /// May the same thing work a little later?
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.0.transient.unwrap_or(matches!(
            self.kind(),
            ErrorKind::RateLimited | ErrorKind::Server | ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport
        ))
    }

    /// Was it worth another try, but none was left? The policy's attempts or time were used up, or the session's
    /// retry budget was empty; then [`help`](Self::help) says so.
    #[must_use]
    pub fn exhausted(&self) -> bool {
        self.0.exhausted
    }
}

/// May the service have acted on a request that it answered with this status?
pub(crate) fn outcome_of(status: StatusCode) -> Outcome {
    if status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT { Outcome::Rejected } else { Outcome::Unknown }
}

/// The kind of a failed answer. `is_quota` is asked where the status alone does not tell.
pub(crate) fn kind_of(status: StatusCode, is_quota: impl FnOnce() -> bool) -> ErrorKind {
    match status {
        StatusCode::UNAUTHORIZED => ErrorKind::Unauthorized,
        StatusCode::FORBIDDEN => ErrorKind::Forbidden,
        StatusCode::NOT_FOUND | StatusCode::GONE => ErrorKind::NotFound,
        StatusCode::CONFLICT => ErrorKind::Conflict,
        StatusCode::REQUEST_TIMEOUT => ErrorKind::Timeout,
        StatusCode::TOO_MANY_REQUESTS if is_quota() => ErrorKind::QuotaExceeded,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
        status if status.is_client_error() => ErrorKind::Rejected,
        status if status.is_server_error() => ErrorKind::Server,
        _ => ErrorKind::Unexpected,
    }
}

/// The service's id of the request, under whichever name it is sent.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    let names = ["x-request-id", "x-correlation-id", "x-cloud-trace-context"];
    names.iter().find_map(|name| headers.get(*name)?.to_str().ok())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        let message = self.message();
        // The service's sentences have a full stop of their own.
        f.write_str(if self.0.help.is_some() { message.trim_end_matches('.') } else { message })?;
        if self.0.attempts > 1 {
            write!(f, " (after {} attempts in {:.1} s)", self.0.attempts, self.0.elapsed.as_secs_f64())?;
        }
        match self.0.items_written {
            Some(1) => f.write_str("; 1 item was written before")?,
            Some(items) => write!(f, "; {items} items were written before")?,
            None => {}
        }
        if let Some(help) = &self.0.help {
            write!(f, ". {}", redact::text(help))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{self}")?;
        write!(f, "  kind: {:?}, outcome: {:?}", self.kind(), self.outcome())?;
        if let Some(status) = self.0.status {
            write!(f, ", status: {}", status.as_u16())?;
        }
        if let Some(id) = &self.0.request_id {
            write!(f, ", request id: {}", redact::text(id))?;
        }
        if self.0.attempts > 0 {
            let (attempts, seconds) = (self.0.attempts, self.0.elapsed.as_secs_f64());
            write!(
                f,
                ", attempts: {attempts} in {seconds:.1} s{}",
                if self.0.exhausted { " (exhausted)" } else { "" }
            )?;
        }
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, "\n  caused by: {}", redact::text(&error.to_string()))?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
