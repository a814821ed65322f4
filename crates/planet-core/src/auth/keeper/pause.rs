//! How long to wait after failures.

use std::time::Duration;

use tokio::time::Instant;

const LONGEST: Duration = Duration::from_secs(60);

/// Failures one after the other, and when to try again: 1, 2, 4 ... 60 s after the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    failures: u32,
    until: Instant,
}

impl Pause {
    /// After one more failure. The authority may have asked for more time.
    pub(super) fn after(before: Option<Self>, asked: Option<Duration>) -> Self {
        let failures = before.map_or(0, |before| before.failures);
        let length = Duration::from_secs(1 << failures.min(6)).max(asked.unwrap_or_default()).min(LONGEST);
        Self { failures: failures + 1, until: Instant::now() + length }
    }

    /// For a moment, without a failure.
    pub(super) fn moment() -> Self {
        Self { failures: 0, until: Instant::now() + Duration::from_secs(1) }
    }

    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }
}
