//! Reads bodies whole, inside the retried part: a body that breaks is an attempt that failed.
//!
//! Error answers are always read, also for files: their document tells throttling from quota, and the connection can be
//! used again.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{Answer, CallContext, Request, Response};
use crate::transport::classify;
use crate::{BoxError, Error, ErrorKind, ResponseBody};

/// The largest answer that is read into memory. A full search page has about 2 MiB.
const LIMIT: usize = 256 * 1024 * 1024;

/// The body of an answer that was read whole; travels up in the answer's extensions.
#[derive(Clone, Debug)]
pub(crate) struct Collected(pub(crate) Bytes);

pub(super) struct Collect;

impl Around for Collect {
    async fn around<S: Next>(self: Arc<Self>, request: Request, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let response = next.oneshot(request).await?;
        let failed = response.status().is_client_error() || response.status().is_server_error();
        if context.answer() == Answer::Stream && !failed {
            return Ok(response);
        }
        let (mut parts, body) = response.into_parts();
        let bytes = match Limited::new(body, LIMIT).collect().await {
            Ok(collected) => collected.to_bytes(),
            // The status of a failure says enough; a document that broke on the way does not hide it.
            Err(_) if failed => Bytes::new(),
            Err(cause) if cause.is::<http_body_util::LengthLimitError>() => {
                return Err(Error::new(ErrorKind::Decode, format!("the answer is larger than {LIMIT} bytes")).into());
            }
            Err(cause) => return Err(classify::body_error(cause).into()),
        };
        parts.extensions.insert(Collected(bytes.clone()));
        Ok(http::Response::from_parts(parts, ResponseBody::from(bytes)))
    }
}
