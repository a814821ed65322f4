//! A value with what is known about the answer that brought it.

use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::stack::Attempts;

/// A value with the facts of its answer: what `.send()` gives, where `.await` gives the value alone.
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    elapsed: Duration,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, status: StatusCode, headers: HeaderMap, tried: Option<Attempts>) -> Self {
        let (attempts, elapsed) = tried.map_or((0, Duration::ZERO), |tried| (tried.count, tried.elapsed));
        Self { value, status, headers, attempts, elapsed }
    }

    /// The value.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The value, without the facts.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The same facts about another value.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        let Self { value, status, headers, attempts, elapsed } = self;
        Response { value: change(value), status, headers, attempts, elapsed }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The service's id of the request, to quote to Planet's support.
    pub fn request_id(&self) -> Option<&str> {
        crate::error::request_id(&self.headers)
    }

    /// How often the request was sent; 0 if a layer of the program's own answered instead.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long it took until the answer was there, with all waiting and all attempts.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}
