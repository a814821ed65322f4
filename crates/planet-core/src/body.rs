//! The bodies of requests and answers.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use tokio::sync::OwnedSemaphorePermit;

use crate::session::UnderWay;
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
    inner: Inner,
    permit: Option<OwnedSemaphorePermit>,
    under_way: Option<UnderWay>,
}

enum Inner {
    Memory(Bytes),
    /// As hyper gives it.
    Wire(Incoming),
    Stream(UnsyncBoxBody<Bytes, BoxError>),
}

impl ResponseBody {
    /// Wraps any body.
    pub fn new<B>(body: B) -> Self
    where
        B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        Self::from_inner(Inner::Stream(body.map_err(Into::into).boxed_unsync()))
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

    fn from_inner(inner: Inner) -> Self {
        Self { inner, permit: None, under_way: None }
    }

    /// The bytes, if they were read already.
    pub(crate) fn in_memory(&self) -> Option<&Bytes> {
        match &self.inner {
            Inner::Memory(bytes) => Some(bytes),
            Inner::Wire(_) | Inner::Stream(_) => None,
        }
    }

    /// Keeps the permit until the body has ended or is dropped.
    #[must_use]
    pub(crate) fn with_permit(mut self, permit: OwnedSemaphorePermit) -> Self {
        self.permit = Some(permit);
        self
    }

    /// Is under way until the body has ended or is dropped.
    #[must_use]
    pub(crate) fn with_under_way(mut self, under_way: UnderWay) -> Self {
        self.under_way = Some(under_way);
        self
    }
}

impl From<Incoming> for ResponseBody {
    fn from(body: Incoming) -> Self {
        Self::from_inner(Inner::Wire(body))
    }
}

impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        Self::from_inner(Inner::Memory(bytes))
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
        let polled = match &mut self.inner {
            Inner::Memory(bytes) if bytes.is_empty() => Poll::Ready(None),
            Inner::Memory(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Inner::Wire(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
            Inner::Stream(body) => Pin::new(body).poll_frame(cx),
        };
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.permit = None;
            self.under_way = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        match &self.inner {
            Inner::Memory(bytes) => bytes.is_empty(),
            Inner::Wire(body) => body.is_end_stream(),
            Inner::Stream(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.inner {
            Inner::Memory(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Inner::Wire(body) => body.size_hint(),
            Inner::Stream(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").field("size_hint", &self.size_hint()).finish_non_exhaustive()
    }
}
