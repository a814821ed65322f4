//! Bounds how many requests are under way. A permit is held until the body has ended or is dropped.
//!
//! API calls and files have pools of their own: a download that asks for a new link must not wait for downloads.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::time::Instant;
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{Answer, CallContext, Request, Response};
use crate::{BoxError, Error, ErrorKind, Fault, FaultKind, Result};

/// How many requests of a session may be under way at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permits {
    pub(crate) calls: usize,
    pub(crate) files: usize,
}

impl Default for Permits {
    /// As many as Planet's own client has in flight.
    fn default() -> Self {
        Self { calls: 50, files: 50 }
    }
}

impl Permits {
    /// With none, no request would ever leave.
    pub(crate) fn check(self) -> Result<()> {
        let faults: Vec<_> = [("max_calls", self.calls), ("max_files", self.files)]
            .into_iter()
            .filter(|(_, permits)| *permits == 0)
            .map(|(name, _)| Fault::new(FaultKind::OutOfRange, name, "must be at least 1").with_value(0))
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }
}

pub(super) struct Permit {
    calls: Arc<Semaphore>,
    files: Arc<Semaphore>,
}

impl Permit {
    pub(super) fn new(permits: Permits) -> Self {
        let pool = |permits: usize| Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)));
        Self { calls: pool(permits.calls), files: pool(permits.files) }
    }
}

impl Around for Permit {
    /// A list that fetches ahead takes none: whoever reads it may be waiting for another call, and would not poll what
    /// holds the permit that the call waits for. Such a list has one request under way at most.
    fn before(&self, request: &mut Request) -> bool {
        CallContext::peek(request).is_none_or(|call| !call.fetched_ahead())
    }

    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let (context, waiting) = (CallContext::of(&request), Instant::now());
        let pool = match context.answer() {
            Answer::Whole => &self.calls,
            Answer::Stream => &self.files,
        };
        let permit = Arc::clone(pool)
            .acquire_owned()
            .await
            .map_err(|cause| Error::new(ErrorKind::Unexpected, "the permits are closed").with_source(cause))?;
        context.mark_queued(waiting);
        let response = next.oneshot(request).await?;
        Ok(response.map(|body| body.with_permit(permit)))
    }
}
