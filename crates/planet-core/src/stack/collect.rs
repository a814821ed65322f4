//! Reads bodies whole, inside the retried part: a body that breaks is an attempt that failed.
//!
//! Error answers are always read, also for files: their document tells throttling from quota, and the connection can be
//! used again.

use std::sync::Arc;

use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{Answer, CallContext, Request, Response};
use crate::transport::classify;
use crate::{BoxError, Error, ErrorKind, ResponseBody};

/// The largest answer that is read into memory. A full search page has about 2 MiB.
const LIMIT: usize = 256 * 1024 * 1024;

/// The most that room is made for before it comes, whatever length is announced.
const ROOM: usize = 4 * 1024 * 1024;

/// How much of an error's document is read.
const ERROR_LIMIT: usize = 64 * 1024;

pub(super) struct Collect;

impl Around for Collect {
    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
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
    let (parts, body) = response.into_parts();
    let bytes = if failed { beginning_of(body).await } else { whole(body).await? };
    Ok(http::Response::from_parts(parts, ResponseBody::from(bytes)))
}

/// Reads a body to its end.
pub(crate) async fn whole(mut body: ResponseBody) -> crate::Result<Bytes> {
    // A small answer comes in one piece, which is taken as it is.
    let (mut first, mut all) = (Bytes::new(), Vec::new());
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame.map_err(classify::body_error)?.into_data() else { continue };
        if first.is_empty() {
            first = piece;
            continue;
        }
        if all.is_empty() {
            let announced = usize::try_from(body.size_hint().lower()).unwrap_or(ROOM).min(ROOM);
            all.reserve(first.len() + piece.len() + announced);
            all.extend_from_slice(&first);
        }
        if all.len() + piece.len() > LIMIT {
            return Err(Error::new(ErrorKind::Decode, format!("the answer is larger than {LIMIT} bytes")));
        }
        all.extend_from_slice(&piece);
    }
    Ok(if all.is_empty() { first } else { all.into() })
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
