//! The sandbox's own time.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::state::lock;

/// How the sandbox's time moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clock {
    /// With the wall clock, plus every [`advance`](crate::Sandbox::advance).
    #[default]
    Real,
    /// Only by [`advance`](crate::Sandbox::advance); it starts at the real time.
    Manual,
}

/// Tells the time to every part of the service.
#[derive(Debug)]
pub(crate) struct Time {
    kind: Clock,
    start: Timestamp,
    began: Instant,
    advanced: Mutex<Duration>,
}

impl Time {
    pub(crate) fn new(kind: Clock) -> Self {
        Self {
            kind,
            start: whole_micros(Timestamp::now()),
            began: Instant::now(),
            advanced: Mutex::new(Duration::ZERO),
        }
    }

    pub(crate) fn kind(&self) -> Clock {
        self.kind
    }

    pub(crate) fn now(&self) -> Timestamp {
        let passed = match self.kind {
            Clock::Real => self.elapsed(),
            Clock::Manual => *lock(&self.advanced),
        };
        later(self.start, passed)
    }

    /// Time for the rate limits, which count real seconds under both clocks.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed().saturating_add(*lock(&self.advanced))
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut advanced = lock(&self.advanced);
        *advanced = advanced.saturating_add(by);
    }
}

/// `time` without what is smaller than a microsecond, as the service writes times.
pub(crate) fn whole_micros(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

/// `time` plus `by`, at most the last representable time.
pub(crate) fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}
