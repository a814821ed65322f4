//! Tells each attempt to `tracing`, without queries, headers or bodies.

use std::sync::Arc;

use tokio::time::Instant;
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{CallContext, Request, Response};
use crate::{BoxError, redact};

pub(super) struct Trace;

impl Around for Trace {
    async fn around<S: Next>(self: Arc<Self>, request: Request, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let operation = context.operation();
        context.mark_sent();
        let method = request.method().clone();
        let url = redact::url(&request.uri().to_string());
        let started = Instant::now();
        let result = next.oneshot(request).await;
        let elapsed = started.elapsed();
        match &result {
            Ok(response) => {
                tracing::debug!(operation, %method, url, status = response.status().as_u16(), ?elapsed, "answered");
            }
            Err(error) => {
                tracing::debug!(operation, %method, url, error = %redact::text(&error.to_string()), ?elapsed, "failed");
            }
        }
        result
    }
}
