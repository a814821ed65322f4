//! Bounds how many requests are under way. A permit is held until the body has ended or is dropped.
//!
//! API calls and files have pools of their own: a download that asks for a new link must not wait for downloads.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{Answer, CallContext, Request, Response};
use crate::{BoxError, Error, ErrorKind};

/// As many as Planet's own client has in flight.
const IN_FLIGHT: usize = 50;

pub(super) struct Permit {
    calls: Arc<Semaphore>,
    files: Arc<Semaphore>,
}

impl Permit {
    pub(super) fn new() -> Self {
        Self { calls: Arc::new(Semaphore::new(IN_FLIGHT)), files: Arc::new(Semaphore::new(IN_FLIGHT)) }
    }
}

impl Around for Permit {
    async fn around<S: Next>(self: Arc<Self>, request: Request, next: S) -> Result<Response, BoxError> {
        let pool = match CallContext::of(&request).answer() {
            Answer::Whole => &self.calls,
            Answer::Stream => &self.files,
        };
        let permit = Arc::clone(pool)
            .acquire_owned()
            .await
            .map_err(|cause| Error::new(ErrorKind::Unexpected, "the session is closed").with_source(cause))?;
        let response = next.oneshot(request).await?;
        Ok(response.map(|body| body.holding(permit)))
    }
}
