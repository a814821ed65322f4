//! When a failed attempt is followed by another, and after how long.

mod after;
#[cfg(test)]
mod tests;

use std::time::Duration;

use http::StatusCode;

pub(crate) use after::retry_after;

use crate::{Error, ErrorKind, Outcome};

/// Longer delays are cut to it: who means never sets one attempt.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How failed attempts are repeated.
///
/// What certainly never reached the service is sent again, and so is what the service refused for speed (429). What may
/// have reached it (408, 500, 502, 503, 504, a broken connection, a time limit) is sent again only if the operation is
/// idempotent: an order is never created twice. A used-up quota is never retried.
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
    max_attempts: u32,
    max_elapsed: Duration,
    first_delay: Duration,
    max_delay: Duration,
}

impl Default for Retry {
    /// At most 6 attempts within 5 minutes; delays of up to 0.5 s, doubling to 64 s, with full jitter.
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
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The time after which no further attempt begins.
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
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay.min(DAY);
        self
    }

    /// The delay before the next attempt, or `None` if there is none. `jitter` lies between 0 and 1.
    pub(crate) fn decide(&self, attempts: u32, elapsed: Duration, verdict: Verdict, jitter: f64) -> Option<Duration> {
        let Verdict::Again { at_least } = verdict else {
            return None;
        };
        if attempts >= self.max_attempts {
            return None;
        }
        let ceiling =
            self.first_delay.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1))).min(self.max_delay);
        let delay = ceiling.mul_f64(jitter.clamp(0.0, 1.0)).max(at_least.unwrap_or_default().min(self.max_delay));
        (elapsed.saturating_add(delay) <= self.max_elapsed).then_some(delay)
    }
}

/// Is a failed attempt worth another?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No: it worked, or it would fail again.
    Final,
    /// Yes, but not before this long.
    Again { at_least: Option<Duration> },
}

/// Judges an answer by its status. `quota`: its error document speaks of a quota.
pub(crate) fn judge_status(status: StatusCode, quota: bool, idempotent: bool, at_least: Option<Duration>) -> Verdict {
    let again = match status {
        StatusCode::TOO_MANY_REQUESTS => !quota,
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::INTERNAL_SERVER_ERROR
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => idempotent,
        _ => false,
    };
    if again { Verdict::Again { at_least } } else { Verdict::Final }
}

/// Judges an attempt that brought no answer.
pub(crate) fn judge_error(error: &Error, idempotent: bool) -> Verdict {
    let again = match error.outcome() {
        Outcome::NotSent => error.is_transient(),
        _ => idempotent && matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport),
    };
    if again { Verdict::Again { at_least: None } } else { Verdict::Final }
}
