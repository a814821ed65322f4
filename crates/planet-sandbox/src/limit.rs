//! The service's own rate limits.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{Method, StatusCode};

use crate::respond::{self, Response};

const WINDOW: Duration = Duration::from_secs(1);

/// Endpoints that share one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    Data,
    DataActivation,
    DataDownload,
    OrdersCreate,
    OrdersGet,
    OrdersList,
    OrdersCancel,
    OrdersBulkCancel,
    OrdersDownload,
    OrdersStats,
    OrdersSpec,
}

impl Class {
    /// The class of a route; `None` where no limit is known.
    pub(crate) fn of(method: &Method, segments: &[&str]) -> Option<Self> {
        Some(match segments {
            ["data", "v1", "download"] => Self::DataDownload,
            ["data", "v1", "assets", _, "activate"] => Self::DataActivation,
            ["data", "v1", ..] => Self::Data,
            ["compute", "ops", "orders", "v2"] if method == Method::POST => Self::OrdersCreate,
            ["compute", "ops", "orders", "v2"] => Self::OrdersList,
            ["compute", "ops", "orders", "v2", _] if method == Method::PUT => Self::OrdersCancel,
            ["compute", "ops", "orders", "v2", _] => Self::OrdersGet,
            ["compute", "ops", "bulk", ..] => Self::OrdersBulkCancel,
            ["compute", "ops", "download"] => Self::OrdersDownload,
            ["compute", "ops", "stats", ..] => Self::OrdersStats,
            ["compute", "ops", "bundles", ..] => Self::OrdersSpec,
            _ => return None,
        })
    }

    /// Requests a second and API key.
    fn per_second(self) -> u32 {
        match self {
            Self::Data | Self::OrdersSpec => 10,
            Self::DataDownload => 15,
            Self::DataActivation | Self::OrdersBulkCancel | Self::OrdersDownload | Self::OrdersStats => 5,
            Self::OrdersCreate | Self::OrdersGet | Self::OrdersList | Self::OrdersCancel => 3,
        }
    }
}

/// Remembers when each class was used. All requests are those of one user, also those that a link's token admits.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    /// Everything is admitted, and nothing is counted.
    off: bool,
    recent: HashMap<Class, VecDeque<Duration>>,
    /// Of all classes.
    all: VecDeque<Duration>,
}

impl Limiter {
    pub(crate) fn switch(&mut self, on: bool) {
        self.off = !on;
    }

    pub(crate) fn is_on(&self) -> bool {
        !self.off
    }

    /// Whether a request at `now` is within the limit of its class; a refused one does not count.
    pub(crate) fn admit(&mut self, class: Class, now: Duration) -> bool {
        self.off || admit(self.recent.entry(class).or_default(), class.per_second(), now)
    }

    /// Whether a request at `now` is within a limit that all classes share.
    pub(crate) fn admit_any(&mut self, per_second: u32, now: Duration) -> bool {
        self.off || admit(&mut self.all, per_second, now)
    }
}

fn admit(recent: &mut VecDeque<Duration>, per_second: u32, now: Duration) -> bool {
    // One interval shorter than a second, so that requests spaced evenly at exactly the limit pass although some travel
    // faster than others. For one a second nothing would be left: there it is half a second.
    let window = WINDOW - WINDOW / per_second.max(2);
    while recent.front().is_some_and(|earlier| now.saturating_sub(*earlier) >= window) {
        recent.pop_front();
    }
    let admitted = recent.len() < per_second as usize;
    if admitted {
        recent.push_back(now);
    }
    admitted
}

pub(crate) fn too_many_requests(retry_after: bool) -> Response {
    let answer = respond::message(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded, please slow down.");
    if retry_after { answer.with_header(RETRY_AFTER, "1") } else { answer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_spacing_at_the_limit_is_never_refused() {
        let mut limiter = Limiter::default();
        for n in 0..100 {
            let jitter = if n % 2 == 0 { 40 } else { 0 };
            let now = Duration::from_millis(n * 100 + jitter);
            assert!(limiter.admit(Class::Data, now), "request {n}");
        }
    }

    #[test]
    fn a_limit_of_one_a_second_is_a_limit() {
        let (mut limiter, now) = (Limiter::default(), Duration::from_secs(7));
        assert!(limiter.admit_any(1, now));
        assert!(!limiter.admit_any(1, now));
        assert!(limiter.admit_any(1, now + WINDOW));
    }

    #[test]
    fn the_first_request_over_the_limit_is_refused_for_its_class_only() {
        let mut limiter = Limiter::default();
        let now = Duration::from_millis(5);
        for _ in 0..3 {
            assert!(limiter.admit(Class::OrdersCreate, now));
        }
        assert!(!limiter.admit(Class::OrdersCreate, now));
        assert!(limiter.admit(Class::OrdersGet, now));
        assert!(limiter.admit(Class::OrdersCreate, now + WINDOW));
    }
}
