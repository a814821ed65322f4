//! Spaces requests evenly, for each route by its own limit.
//!
//! A window that lets a burst through would not do: the service answers 429 to two calls too close together.

mod registry;
#[cfg(test)]
mod tests;
mod turns;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::time::{Instant, timeout};
use tower::ServiceExt;

use super::around::{Around, Next};
use super::collect::beginning_of;
use super::{CallContext, Request, Response};
use crate::operation::Route;
use crate::retry::retry_after;
use crate::{ApiError, Auth, BoxError, Clock, Error, Fault, FaultKind, Origin, ResponseBody, Result};

use registry::{Registry, Routes};
#[cfg(test)]
pub(super) use turns::{FIRST_PAUSE, MAX_PAUSE, MIN_SHARE, RECOVERY, SLOWDOWN};

/// How requests are spaced to stay under the service's rate limits.
///
/// Each route (a group of calls with one limit, such as `orders.create`) has its own rate, in requests per second;
/// [`docs/configuration.md`](https://github.com/planet-rs/planet/blob/main/docs/configuration.md) lists them. Turns are given
/// evenly and in order. All sessions of the process with the same origin and the same credential share them, as the service
/// counts by credential.
///
/// A 429 for speed pauses the route for all of them: for as long as `Retry-After` says, up to 64 s; without it for 1 s,
/// doubling with each 429 in a row. The rate is halved, not below an eighth, and each answer that is no 429 gives back
/// a hundredth of the full rate. A 429 for quota does neither: slowing down would not help.
///
/// ```
/// use planet_core::{Auth, Pace, Session};
///
/// let pace = Pace::default().rate("orders.get", 10.0); // a plan that allows more
/// let session = Session::builder().auth(Auth::from_key("PLAK0123")).pace(pace).build()?;
/// # let _ = session;
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    on: bool,
    shared: bool,
    rates: BTreeMap<String, f64>,
}

impl Default for Pace {
    /// Each route at the rate that the service allows, shared by the process.
    fn default() -> Self {
        Self { on: true, shared: true, rates: BTreeMap::new() }
    }
}

impl Pace {
    /// No spacing: for measuring, and for services without limits.
    ///
    /// ```
    /// use planet_core::{Auth, Pace, Session};
    ///
    /// let session = Session::builder().auth(Auth::anonymous()).pace(Pace::off()).build()?;
    /// # let _ = session;
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    #[must_use]
    pub fn off() -> Self {
        Self { on: false, ..Self::default() }
    }

    /// Turns that are shared only by clones of the session: for a service that counts otherwise than by credential.
    ///
    /// ```
    /// use planet_core::{Auth, Pace, Session};
    ///
    /// let session = Session::builder().auth(Auth::anonymous()).pace(Pace::default().per_session()).build()?;
    /// # let _ = session;
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    #[must_use]
    pub fn per_session(mut self) -> Self {
        self.shared = false;
        self
    }

    /// The rate of one route, in requests per second, instead of the route's own. A fraction is allowed: 0.1 is one
    /// request in ten seconds. Building the session fails unless the rate is a number above 0, and at least one request
    /// in a day.
    ///
    /// ```
    /// use planet_core::{Auth, Pace, Session};
    ///
    /// let builder = Session::builder().auth(Auth::anonymous());
    /// let error = builder.pace(Pace::default().rate("orders.list", 0.0)).build().unwrap_err();
    /// assert!(error.to_string().contains("orders.list"), "{error}");
    /// ```
    #[doc(alias = "RATE_LIMIT")]
    #[must_use]
    pub fn rate(mut self, route: impl Into<String>, per_second: f64) -> Self {
        self.rates.insert(route.into(), per_second);
        self
    }

    /// Are all rates usable? All faults at once.
    pub(crate) fn check(&self) -> Result<()> {
        let faults: Vec<Fault> = self.rates.iter().filter_map(|(route, rate)| interval(route, *rate).err()).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }
}

/// The time between two turns.
fn interval(route: &str, per_second: f64) -> Result<Duration, Fault> {
    const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
    match Duration::try_from_secs_f64(1.0 / per_second) {
        Ok(interval) if per_second.is_finite() && interval <= LONGEST => Ok(interval),
        _ => {
            let message = "the requests per second must be a number above 0, and at least one in a day";
            Err(Fault::new(FaultKind::OutOfRange, format!("pace.rate({route:?})"), message).with_value(per_second))
        }
    }
}

/// How long the document of a 429 is waited for.
const DOCUMENT_LIMIT: Duration = Duration::from_secs(2);

pub(super) struct Paced {
    pace: Pace,
    routes: Arc<Routes>,
    clock: Clock,
}

impl Paced {
    pub(super) fn new(pace: Pace, auth: &Auth, origin: &Origin, clock: Clock) -> Self {
        let routes = if pace.on && pace.shared {
            Registry::of_process().routes(origin, auth.identity())
        } else {
            Arc::default()
        };
        Self { pace, routes, clock }
    }

    fn interval(&self, route: Route) -> Result<Duration> {
        let rate = self.pace.rates.get(route.name()).copied().unwrap_or(route.per_second());
        Ok(interval(route.name(), rate)?)
    }
}

impl Around for Paced {
    fn before(&self, _: &mut Request) -> bool {
        self.pace.on
    }

    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let (route, waiting) = (context.route(), Instant::now());
        let interval = self.interval(route)?;
        let turns = self.routes.turns(route.name());
        let left = turns.take(interval).await;
        context.mark_queued(waiting);
        let response = next.oneshot(request).await?;
        if response.status() != StatusCode::TOO_MANY_REQUESTS {
            turns.answered(left);
            return Ok(response);
        }
        // Only the document tells throttling from a used-up quota, so it is read here. `Collect` reads it again, from
        // memory.
        let pause = retry_after(response.headers(), self.clock.now());
        let (parts, body) = response.into_parts();
        // Others go on asking until the route is paused, so a document that trickles is not waited for.
        let document = timeout(DOCUMENT_LIMIT, beginning_of(body)).await.unwrap_or_default();
        if !ApiError::parse(&document).is_quota() {
            turns.throttled(left, pause);
        }
        Ok(http::Response::from_parts(parts, ResponseBody::from(document)))
    }
}
