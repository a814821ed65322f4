//! The pauses between polls.

use std::time::Duration;

/// How long the first pause is, and the shortest; by how much each is longer; and how long they get.
const FIRST: Duration = Duration::from_secs(1);
const GROWTH: f64 = 1.25;
const LONGEST: Duration = Duration::from_secs(15);

/// By how much a pause may be shorter, so that waits that began together do not poll together for ever.
const JITTER: f64 = 0.2;

/// Pauses that grow, from one poll's start to the next.
#[derive(Debug)]
pub(super) struct Pauses(Duration);

impl Default for Pauses {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Pauses {
    pub(super) fn next(&mut self) -> Duration {
        let pause = self.0.mul_f64(1.0 - JITTER * fastrand::f64()).max(FIRST);
        self.0 = self.0.mul_f64(GROWTH).min(LONGEST);
        pause
    }
}
