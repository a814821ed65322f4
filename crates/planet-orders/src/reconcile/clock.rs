//! Was an order created before or after the call began? The service's clock says when it was created, ours when we began.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use planet_core::Timestamp;
use tokio::time::Instant;

const SECOND: i64 = 1_000_000;

/// Whether an order was created before or after the call began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Before,
    /// The clocks do not tell.
    Either,
    After,
}

/// When the call began, by our clock, and how far the service's clock may be ahead of ours. All in microseconds, in which
/// the service writes the times of orders.
///
/// Answers are dated (`Date`) by the service's clock in whole seconds: each leaves the difference a range of a second and
/// the time that the answer took.
#[derive(Debug)]
pub(super) struct ServerClock {
    began: i64,
    /// The same moment by the clock that cannot be set: what passes since is measured by it.
    base: Instant,
    ahead: Option<Ahead>,
}

#[derive(Clone, Copy, Debug)]
struct Ahead {
    /// The lowest that any answer allows.
    lowest: i64,
    /// What all answers allow.
    low: i64,
    high: i64,
}

impl ServerClock {
    pub(super) fn begin(now: Timestamp) -> Self {
        Self { began: micros(now), base: Instant::now(), ahead: None }
    }

    /// The time by our clock.
    pub(super) fn now(&self) -> i64 {
        let passed = i64::try_from(self.base.elapsed().as_micros()).unwrap_or(i64::MAX);
        self.began.saturating_add(passed)
    }

    /// An answer to a request that was sent and received then, by our clock, is dated so.
    pub(super) fn observe(&mut self, sent: i64, received: i64, date: Timestamp) {
        let date = micros(date);
        let (low, high) = (date.saturating_sub(received), date.saturating_add(SECOND).saturating_sub(sent));
        let ahead = self.ahead.unwrap_or(Ahead { lowest: low, low, high });
        self.ahead = Some(Ahead { lowest: ahead.lowest.min(low), low: ahead.low.max(low), high: ahead.high.min(high) });
    }

    pub(super) fn is_known(&self) -> bool {
        self.ahead.is_some()
    }

    /// Where clocks may agree they are taken to agree: whole seconds are too coarse to tell an order of ours, made some
    /// milliseconds after we began, from an older one. Where they certainly differ, or contradict each other, an order
    /// that could be older is not taken for ours.
    pub(super) fn age(&self, created: Option<Timestamp>) -> Age {
        let (Some(ahead), Some(created)) = (self.ahead, created) else {
            return Age::Either;
        };
        let after_began = micros(created).saturating_sub(self.began);
        let agree = ahead.low <= 0 && ahead.high >= 0;
        let differ = ahead.low <= ahead.high && after_began > ahead.high;
        match () {
            () if agree && after_began > 0 || !agree && differ => Age::After,
            () if after_began < ahead.lowest.min(0) => Age::Before,
            () => Age::Either,
        }
    }

    /// The start of the window that is listed: surely before the call began, as far as it is known, by the service's clock.
    /// None if our clock stands where no time can be written.
    pub(super) fn window(&self, margin: Duration) -> Option<Timestamp> {
        let margin = i64::try_from(margin.as_secs()).unwrap_or_default();
        let start = self.earliest().div_euclid(SECOND).saturating_sub(margin);
        Timestamp::from_unix_seconds(start)
    }

    /// Does a window with this start hold everything that was created since the call began?
    pub(super) fn covers(&self, start: Option<Timestamp>) -> bool {
        self.is_known() && start.is_none_or(|start| micros(start) <= self.earliest())
    }

    fn earliest(&self) -> i64 {
        self.began.saturating_add(self.ahead.map_or(0, |ahead| ahead.lowest.min(0)))
    }
}

/// Microseconds since 1970, rounded down.
fn micros(time: Timestamp) -> i64 {
    match SystemTime::from(time).duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
    }
}
