//! The time from sending a request to the headers of its answer, for each hop.

use std::sync::Arc;
use std::time::Duration;

use tower::ServiceExt;

use super::around::{Around, Next};
use super::deadline::within;
use super::{CallContext, Request, Response};
use crate::BoxError;

pub(super) struct HeadersTimeout(Duration);

impl HeadersTimeout {
    pub(super) fn new(limit: Duration) -> Self {
        Self(limit)
    }
}

impl Around for HeadersTimeout {
    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        within(self.0, "the time to the headers", &context, next.oneshot(request)).await
    }
}
