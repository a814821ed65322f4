//! How fast bytes come in.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What came longer ago says nothing about now.
const WINDOW: Duration = Duration::from_secs(10);
/// What comes within this time is counted together.
const GRAIN: Duration = Duration::from_millis(200);
/// The time that is reckoned with at least: the very first bytes say little.
const LEAST: Duration = Duration::from_millis(500);

/// Counts the bytes of the last seconds.
#[derive(Debug, Default)]
pub(super) struct Speed {
    since: Option<Instant>,
    recent: VecDeque<(Instant, u64)>,
}

impl Speed {
    /// Bytes are about to come.
    pub(super) fn begin(&mut self, now: Instant) {
        self.forget(now);
        if self.recent.is_empty() {
            self.since = Some(now);
        }
    }

    pub(super) fn add(&mut self, bytes: u64, now: Instant) {
        if self.since.is_none() {
            self.begin(now);
        }
        match self.recent.back_mut() {
            Some((time, sum)) if now.saturating_duration_since(*time) < GRAIN => *sum = sum.saturating_add(bytes),
            _ => self.recent.push_back((now, bytes)),
        }
        self.forget(now);
    }

    /// Bytes a second.
    pub(super) fn get(&mut self, now: Instant) -> u64 {
        self.forget(now);
        let time = self.since.map_or(WINDOW, |since| now.saturating_duration_since(since)).clamp(LEAST, WINDOW);
        let bytes: u64 = self.recent.iter().fold(0, |sum, (_, bytes)| sum.saturating_add(*bytes));
        (bytes as f64 / time.as_secs_f64()) as u64
    }

    fn forget(&mut self, now: Instant) {
        while self.recent.front().is_some_and(|(time, _)| now.saturating_duration_since(*time) > WINDOW) {
            self.recent.pop_front();
        }
    }
}
