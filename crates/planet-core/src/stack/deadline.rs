//! The deadline of a whole call: waiting, attempts, delays and the body of an answer that is read whole.

use std::sync::Arc;
use std::time::Duration;

use tower::ServiceExt;

use super::around::{Around, Next};
use super::{CallContext, Request, Response};
use crate::{BoxError, Error, ErrorKind};

pub(super) struct Deadline;

impl Around for Deadline {
    async fn around<S: Next>(self: Arc<Self>, request: Request, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        match context.deadline() {
            Some(limit) => within(limit, "the call's deadline", &context, next.oneshot(request)).await,
            None => next.oneshot(request).await,
        }
    }
}

/// Runs a future within a time limit. What the call had sent by then may have been acted upon.
pub(super) async fn within(
    limit: Duration,
    what: &str,
    context: &CallContext,
    future: impl Future<Output = Result<Response, BoxError>>,
) -> Result<Response, BoxError> {
    match tokio::time::timeout(limit, future).await {
        Ok(result) => result,
        Err(_) => {
            let message = format!("{what} of {:.1} s passed without an answer", limit.as_secs_f64());
            Err(Error::new(ErrorKind::Timeout, message).with_outcome(context.outcome()).into())
        }
    }
}
