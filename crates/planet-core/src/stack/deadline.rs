//! The deadline of a whole call: waiting, attempts, delays and the body of an answer that is read whole. Of a streamed
//! answer it covers all up to the headers.

use std::sync::Arc;
use std::time::Duration;

use tower::ServiceExt;

use super::around::{Around, Next};
use super::{CallContext, Request, Response};
use crate::{BoxError, Error, ErrorKind, Outcome};

pub(super) struct Deadline;

impl Around for Deadline {
    fn before(&self, request: &mut Request) -> bool {
        CallContext::peek(request).is_some_and(|call| call.deadline().is_some())
    }

    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        match context.deadline() {
            Some(Duration::ZERO) => {
                let error = Error::new(ErrorKind::Timeout, "the call has no time: its deadline is 0 s");
                Err(error.with_outcome(Outcome::NotSent).into())
            }
            Some(limit) => match tokio::time::timeout(limit, next.oneshot(request)).await {
                Ok(result) => result,
                Err(_) => {
                    let message =
                        format!("the call's deadline of {:.1} s passed before it was done", limit.as_secs_f64());
                    Err(context.cut_short(Error::new(ErrorKind::Timeout, message)).into())
                }
            },
            None => next.oneshot(request).await,
        }
    }
}

/// The error of an attempt, or of a part of it, that took too long. What was sent by then may have been acted upon.
pub(super) fn too_long(what: &str, limit: Duration, context: &CallContext) -> Error {
    let message = format!("{what} of {:.1} s passed without an answer", limit.as_secs_f64());
    Error::new(ErrorKind::Timeout, message).with_outcome(context.outcome())
}
