//! Reads bodies whole, inside the retried part: a body that breaks is an attempt that failed.
//!
//! Error answers are always read, also for files: their document tells throttling from quota, and the connection can be
//! used again.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{Answer, CallContext, Request, Response};
use crate::transport::classify;
use crate::{BoxError, Error, ErrorKind, ResponseBody};

/// The largest answer that is read into memory. A full search page has about 2 MiB.
const LIMIT: usize = 256 * 1024 * 1024;

/// How much of an error's document is read.
const ERROR_LIMIT: usize = 64 * 1024;

/// The body of an answer that was read whole; travels up in the answer's extensions.
#[derive(Clone, Debug)]
pub(crate) struct Collected(pub(crate) Bytes);

pub(super) struct Collect;

impl Around for Collect {
    async fn around<S: Next>(self: Arc<Self>, request: Request, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let response = next.oneshot(request).await?;
        collected(&context, response).await
    }
}

/// An answer whose body is read, if the call wants it whole or it tells a failure.
pub(super) async fn collected(context: &CallContext, response: Response) -> Result<Response, BoxError> {
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if context.answer() == Answer::Stream && !failed {
        return Ok(response);
    }
    let (mut parts, body) = response.into_parts();
    let bytes = if failed { beginning_of(body).await } else { whole(body).await? };
    parts.extensions.insert(Collected(bytes.clone()));
    Ok(http::Response::from_parts(parts, ResponseBody::from(bytes)))
}

/// Reads a body to its end.
pub(crate) async fn whole(body: ResponseBody) -> crate::Result<Bytes> {
    match Limited::new(body, LIMIT).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(cause) if cause.is::<LengthLimitError>() => {
            Err(Error::new(ErrorKind::Decode, format!("the answer is larger than {LIMIT} bytes")))
        }
        Err(cause) => Err(classify::body_error(cause)),
    }
}

/// The document of a failure, as far as it comes: the status says enough, and a document that broke does not hide it.
pub(super) async fn beginning_of(mut body: ResponseBody) -> Bytes {
    let mut read = Vec::new();
    while read.len() < ERROR_LIMIT
        && let Some(Ok(frame)) = body.frame().await
    {
        read.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
    }
    read.truncate(ERROR_LIMIT);
    read.into()
}
