//! A value with what is known about the answer that brought it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode, header};

use crate::stack::Attempts;
use crate::{Error, Timestamp};

/// A value with the facts of its answer: what `.send()` gives, where `.await` gives the value alone.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    elapsed: Duration,
    recovered_from: Option<Arc<Error>>,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, status: StatusCode, headers: HeaderMap, tried: Option<Attempts>) -> Self {
        let (attempts, elapsed) = tried.map_or((0, Duration::ZERO), |tried| (tried.count, tried.elapsed));
        Self { value, status, headers, attempts, elapsed, recovered_from: None }
    }

    /// The same facts about another value.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        let Self { value, status, headers, attempts, elapsed, recovered_from } = self;
        Response { value: change(value), status, headers, attempts, elapsed, recovered_from }
    }

    /// Notes the failure that came before the value; see [`recovered_from`](Self::recovered_from).
    #[must_use]
    pub fn with_recovered_from(mut self, failure: Error) -> Self {
        self.recovered_from = Some(Arc::new(failure));
        self
    }

    /// What the call would have given if it had been awaited.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The value, without the facts.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The HTTP status of the answer that held the value.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers of the answer that held the value.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The service's id of the request, to quote to Planet's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        crate::error::request_id(&self.headers)
    }

    /// The service's clock when it answered (`Date`), in whole seconds, if it told.
    #[must_use]
    pub fn date(&self) -> Option<Timestamp> {
        let date = self.headers.get(header::DATE)?.to_str().ok()?;
        httpdate::parse_http_date(date).ok()?.try_into().ok()
    }

    /// The failure in spite of which there is a value: the answer was lost, and the value was found in another way. The
    /// other facts are then those of the answer that brought the value.
    #[must_use]
    pub fn recovered_from(&self) -> Option<&Error> {
        self.recovered_from.as_deref()
    }

    /// How often the request was sent; 0 if a layer of the program's own answered instead.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long it took until the answer was there, with all waiting and all attempts.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

/// Without the value and the headers: they may hold signed links.
impl<T> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Response");
        out.field("status", &self.status).field("attempts", &self.attempts).field("elapsed", &self.elapsed);
        out.field("recovered_from", &self.recovered_from).finish_non_exhaustive()
    }
}
