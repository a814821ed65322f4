//! The bodies of requests and answers.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};

use crate::{BoxError, Result, stack};

/// The body of a request: bytes in memory, so that it can be sent again.
///
/// ```
/// use planet_core::middleware::RequestBody;
///
/// let body = RequestBody::new(r#"{"name":"a"}"#);
/// assert_eq!(body.bytes().len(), 12);
/// ```
#[derive(Clone, Default)]
pub struct RequestBody(Bytes);

impl RequestBody {
    /// A body of these bytes.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }

    /// The bytes. Empty once the body was sent.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.0
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = std::mem::take(&mut self.0);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

impl fmt::Debug for RequestBody {
    /// The size only: requests may hold the secrets of a cloud account.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestBody({} bytes)", self.0.len())
    }
}

/// The body of an answer: a stream of bytes that may break.
///
/// ```
/// use bytes::Bytes;
/// use planet_core::middleware::ResponseBody;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_core::Result<()> {
/// let body = ResponseBody::from(Bytes::from("{}"));
/// assert_eq!(body.bytes().await?, "{}");
/// # Ok(())
/// # }
/// ```
pub struct ResponseBody {
    inner: UnsyncBoxBody<Bytes, BoxError>,
    held: Option<Box<dyn Send>>,
}

impl ResponseBody {
    /// Wraps any body.
    pub fn new<B>(body: B) -> Self
    where
        B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        Self { inner: body.map_err(Into::into).boxed_unsync(), held: None }
    }

    /// Reads the body to its end, into memory: at most 256 MiB.
    ///
    /// # Errors
    /// `Decode` if it is larger; `Timeout` if it stalls; `Transport` if it breaks.
    ///
    /// # Cancel safety
    /// Dropping the future loses what was read.
    pub async fn bytes(self) -> Result<Bytes> {
        stack::whole(self).await
    }

    /// Keeps `guard` until the body has ended or is dropped, with what is kept already.
    #[must_use]
    pub(crate) fn holding(mut self, guard: impl Send + 'static) -> Self {
        self.held = Some(match self.held.take() {
            Some(held) => Box::new((held, guard)),
            None => Box::new(guard),
        });
        self
    }
}

impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        Self::new(Full::new(bytes))
    }
}

impl Default for ResponseBody {
    fn default() -> Self {
        Self::from(Bytes::new())
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.held = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").field("size_hint", &self.size_hint()).finish_non_exhaustive()
    }
}
