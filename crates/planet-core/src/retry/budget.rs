//! How many retries a session may make in all.

use std::fmt;
use std::time::Duration;

use tower::retry::budget::{Budget as _, TpsBudget};

/// How long a success counts, and a retry.
const RECENT: Duration = Duration::from_secs(60);

/// Shares below it count as none.
const MIN_SHARE: f64 = 0.001;

/// More free retries per second than any network carries.
const MAX_FLOOR: u32 = 1_000_000;

/// The retries that all calls of a session may make together, so that a service in trouble does not get several times the
/// requests it could not serve in the first place.
///
/// In any minute there may be as many retries as a share of that minute's successes, and a floor besides, for sessions
/// that have just begun or make few calls. A call that finds the budget empty ends with the error of its last attempt, which
/// is [`exhausted`](crate::Error::exhausted) and says so. Every retry counts, whatever policy asked for it, also that of a
/// file whose body broke; the replay after a renewed credential does not.
///
/// ```
/// use planet_core::{Auth, RetryBudget, Session};
///
/// let careful = RetryBudget::default().share(0.1).floor(1);
/// let session = Session::builder().auth(Auth::anonymous()).retry_budget(careful).build()?;
/// # let _ = session;
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryBudget {
    on: bool,
    pub(super) share: f64,
    pub(super) floor: u32,
}

impl Default for RetryBudget {
    /// In any minute, one retry for 5 successes (20 %), and 120 (2 per second) besides.
    fn default() -> Self {
        Self { on: true, share: 0.2, floor: 2 }
    }
}

impl RetryBudget {
    /// No limit on the retries of all calls together: for measuring, and for people who know.
    #[must_use]
    pub fn off() -> Self {
        Self { on: false, ..Self::default() }
    }

    /// How many retries one success pays for, from 0 to 1. It is rounded so that one retry costs a whole number of
    /// successes: 0.3 is one retry for 3 successes.
    #[must_use]
    pub fn share(mut self, share: f64) -> Self {
        self.share = share;
        self
    }

    /// How many retries are free, per second. What a second does not use, the others of the same minute may: 2 is 120 in
    /// any minute.
    #[must_use]
    pub fn floor(mut self, per_second: u32) -> Self {
        self.floor = per_second.min(MAX_FLOOR);
        self
    }
}

/// The budget as a session holds it.
pub(super) struct Budget(Option<TpsBudget>);

impl Budget {
    pub(super) fn new(settings: RetryBudget) -> Self {
        // What is no number is no share, either.
        let share = if settings.share >= MIN_SHARE { settings.share.min(1.0) } else { 0.0 };
        #[allow(clippy::cast_possible_truncation, reason = "a share needs no more digits")]
        Self(settings.on.then(|| TpsBudget::new(RECENT, settings.floor, share as f32)))
    }

    /// Notes a success.
    pub(super) fn deposit(&self) {
        if let Some(budget) = &self.0 {
            budget.deposit();
        }
    }

    /// Takes a retry, if there is one.
    pub(super) fn withdraw(&self) -> bool {
        self.0.as_ref().is_none_or(TpsBudget::withdraw)
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
