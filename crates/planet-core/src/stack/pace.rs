//! Spaces requests evenly, for each route by its own limit.
//!
//! A window that lets a burst through would not do: the service answers 429 to two calls too close together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
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
    /// When the next request of a route may leave.
    next: Mutex<HashMap<&'static str, Instant>>,
}

impl Paced {
    pub(super) fn new(pace: Pace, clock: Clock) -> Self {
        Self { pace, clock, next: Mutex::default() }
    }

    /// Takes the route's next turn.
    fn turn(&self, route: Route) -> Instant {
        let interval = Duration::from_secs_f64(1.0 / route.per_second().max(0.01));
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let turn = next.get(route.name()).copied().unwrap_or(now).max(now);
        next.insert(route.name(), turn + interval);
        turn
    }

    /// Lets nobody on the route leave before the pause is over.
    fn pause(&self, route: Route, pause: Duration) {
        let until = Instant::now() + pause.min(MAX_PAUSE);
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.entry(route.name()).or_insert(until);
        *turn = (*turn).max(until);
    }
}

impl Around for Paced {
    async fn around<S: Next>(self: Arc<Self>, request: Request, next: S) -> Result<Response, BoxError> {
        let route = CallContext::of(&request).route();
        if self.pace.on {
            tokio::time::sleep_until(self.turn(route)).await;
        }
        let response = next.oneshot(request).await?;
        if self.pace.on
            && response.status() == StatusCode::TOO_MANY_REQUESTS
            && let Some(pause) = retry_after(response.headers(), self.clock.now())
        {
            self.pause(route, pause);
        }
        Ok(response)
    }
}
