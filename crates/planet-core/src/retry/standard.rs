//! The standard policy.

use std::time::Duration;

use http::StatusCode;

use super::{Attempt, Decision, RetryPolicy, RetryState};
use crate::{Error, ErrorKind};

/// Longer delays are cut to it: who means never sets one attempt.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The standard [`RetryPolicy`].
///
/// What certainly never reached the service is sent again, and so is what the service refused for speed (429). What may
/// have reached it (408, 500, 502, 503, 504, a broken connection, a time limit) is sent again only if the operation is
/// idempotent: an order is never created twice. A used-up quota is never retried.
///
/// Delays have full jitter: any length up to a ceiling that doubles with each attempt. Where the service asks to wait
/// (`Retry-After`), no delay is shorter than that, up to [`max_delay`](Self::max_delay).
///
/// ```
/// use std::time::Duration;
/// use planet_core::Retry;
///
/// let patient = Retry::default().max_attempts(10).max_elapsed(Duration::from_secs(1200));
/// let never = Retry::off();
/// # let _ = (patient, never);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    pub(super) max_attempts: u32,
    pub(super) max_elapsed: Duration,
    pub(super) first_delay: Duration,
    pub(super) max_delay: Duration,
}

impl Default for Retry {
    /// At most 6 attempts within 5 minutes; delays of up to 0.5 s, doubling to 64 s.
    fn default() -> Self {
        Self {
            max_attempts: 6,
            max_elapsed: Duration::from_secs(300),
            first_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(64),
        }
    }
}

impl Retry {
    /// One attempt, and no other.
    #[must_use]
    pub fn off() -> Self {
        Self::default().max_attempts(1)
    }

    /// The number of attempts in all; 0 counts as 1.
    #[doc(alias = "MAX_RETRIES")]
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The time after which no further attempt begins, counted from when the first request left, without waits for turns.
    #[must_use]
    pub fn max_elapsed(mut self, elapsed: Duration) -> Self {
        self.max_elapsed = elapsed;
        self
    }

    /// The longest delay before the second attempt. It doubles with each further one.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay.min(DAY);
        self
    }

    /// The longest delay before any attempt. A longer `Retry-After` of the service is cut to it.
    #[doc(alias = "MAX_RETRY_BACKOFF")]
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay.min(DAY);
        self
    }

    /// The longest delay after so many attempts, where the service does not ask for more.
    pub(super) fn ceiling(&self, attempts: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        self.first_delay.saturating_mul(doubled).min(self.max_delay)
    }
}

impl RetryPolicy for Retry {
    fn decide(&self, state: &RetryState, attempt: &Attempt<'_>) -> Decision {
        if !(may_pass(attempt) && state.may_repeat(attempt)) {
            return Decision::Final;
        }
        if state.number() >= self.max_attempts {
            return Decision::Exhausted;
        }
        let asked = attempt.retry_after().unwrap_or_default().min(self.max_delay);
        let delay = self.ceiling(state.number()).mul_f64(fastrand::f64()).max(asked);
        if state.elapsed().saturating_add(delay) > self.max_elapsed {
            return Decision::Exhausted;
        }
        Decision::Again(delay)
    }
}

/// Is it a failure that passes?
fn may_pass(attempt: &Attempt<'_>) -> bool {
    match attempt.status() {
        Some(StatusCode::TOO_MANY_REQUESTS) => attempt.kind() != ErrorKind::QuotaExceeded,
        Some(status) => matches!(
            status,
            StatusCode::REQUEST_TIMEOUT
                | StatusCode::INTERNAL_SERVER_ERROR
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        ),
        None => attempt.error().is_some_and(Error::is_transient),
    }
}
