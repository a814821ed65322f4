//! The time that one attempt may take: from leaving, after the waits for a permit and a turn, to the headers of the
//! answer that the last redirect led to. The body is not covered: the idle timeout watches over it, and the deadline.

use std::sync::Arc;

use tower::ServiceExt;

use super::around::{Around, Next};
use super::deadline::too_long;
use super::{CallContext, Request, Response};
use crate::BoxError;

pub(super) struct AttemptTimeout;

impl Around for AttemptTimeout {
    fn before(&self, request: &mut Request) -> bool {
        CallContext::peek(request).is_some_and(|call| call.attempt_timeout().is_some())
    }

    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let Some(limit) = context.attempt_timeout() else { return next.oneshot(request).await };
        // A limit of 0 has passed before it begins; tokio looks at the future first, which would send the request.
        if !limit.is_zero()
            && let Ok(result) = tokio::time::timeout(limit, next.oneshot(request)).await
        {
            return result;
        }
        Err(too_long("the attempt's time", limit, &context).into())
    }
}
