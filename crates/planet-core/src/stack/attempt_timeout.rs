//! The time that one attempt may take: from leaving, after the waits for a permit and a turn, to the headers of the
//! answer that the last redirect led to. The body is not covered: the idle timeout watches over it, and the deadline.

use std::sync::Arc;

use tower::ServiceExt;

use super::around::{Around, Next};
use super::deadline::within;
use super::{CallContext, Request, Response};
use crate::BoxError;

pub(super) struct AttemptTimeout;

impl Around for AttemptTimeout {
    fn before(&self, request: &mut Request) -> bool {
        CallContext::peek(request).is_some_and(|call| call.attempt_timeout().is_some())
    }

    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        match context.attempt_timeout() {
            Some(limit) => within(limit, "the attempt's time", &context, next.oneshot(request)).await,
            None => next.oneshot(request).await,
        }
    }
}
