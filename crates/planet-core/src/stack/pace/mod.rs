//! Spaces requests evenly, for each route by its own limit.
//!
//! A window that lets a burst through would not do: the service answers 429 to two calls too close together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{CallContext, Request, Response};
use crate::operation::Route;
use crate::retry::retry_after;
use crate::{BoxError, Clock};

/// The longest pause of a route after a 429.
const MAX_PAUSE: Duration = Duration::from_secs(64);

/// Whether requests are spaced to stay under the service's rate limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    on: bool,
}

impl Default for Pace {
    /// On: each route at the rate that the service allows.
    fn default() -> Self {
        Self { on: true }
    }
}

impl Pace {
    /// No spacing: for measuring, and for services without limits.
    #[must_use]
    pub fn off() -> Self {
        Self { on: false }
    }
}

pub(super) struct Paced {
    pace: Pace,
    clock: Clock,
    routes: Mutex<HashMap<&'static str, Arc<Turns>>>,
}

/// The turns of one route. Whoever waits holds `next`, so that turns are given in order, and a call that is dropped while
/// it waits takes none.
struct Turns {
    next: tokio::sync::Mutex<Instant>,
    /// Nobody leaves before; set by a 429, also while others wait.
    paused_until: Mutex<Instant>,
}

impl Turns {
    fn new() -> Self {
        let now = Instant::now();
        Self { next: tokio::sync::Mutex::new(now), paused_until: Mutex::new(now) }
    }

    async fn take(&self, interval: Duration) {
        let mut next = self.next.lock().await;
        loop {
            let turn = (*next).max(*lock(&self.paused_until));
            if turn <= Instant::now() {
                break;
            }
            tokio::time::sleep_until(turn).await;
        }
        *next = Instant::now() + interval;
    }

    fn pause(&self, pause: Duration) {
        let until = Instant::now() + pause.min(MAX_PAUSE);
        let mut paused_until = lock(&self.paused_until);
        *paused_until = (*paused_until).max(until);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Paced {
    pub(super) fn new(pace: Pace, clock: Clock) -> Self {
        Self { pace, clock, routes: Mutex::default() }
    }

    fn turns(&self, route: Route) -> Arc<Turns> {
        Arc::clone(lock(&self.routes).entry(route.name()).or_insert_with(|| Arc::new(Turns::new())))
    }
}

impl Around for Paced {
    async fn around<S: Next>(self: Arc<Self>, request: Request, next: S) -> Result<Response, BoxError> {
        if !self.pace.on {
            return next.oneshot(request).await;
        }
        let route = CallContext::of(&request).route();
        let turns = self.turns(route);
        turns.take(Duration::from_secs_f64(1.0 / route.per_second().max(0.01))).await;
        let response = next.oneshot(request).await?;
        if response.status() == StatusCode::TOO_MANY_REQUESTS
            && let Some(pause) = retry_after(response.headers(), self.clock.now())
        {
            turns.pause(pause);
        }
        Ok(response)
    }
}
