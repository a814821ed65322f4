//! The time from sending a request to the headers of its answer, for each hop.

use std::sync::Arc;
use std::time::Duration;

use tower::ServiceExt;

use super::around::{Around, Next};
use super::deadline::too_long;
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
        let limit = self.0;
        // A limit of 0 has passed before it begins; tokio looks at the future first, which would send the request.
        if !limit.is_zero()
            && let Ok(result) = tokio::time::timeout(limit, next.oneshot(request)).await
        {
            return result;
        }
        Err(too_long("the time to the headers", limit, &context).into())
    }
}
