//! Response bodies, honest and otherwise.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// Time for what was sent to reach the client before the connection breaks.
const LAST_BYTES: Duration = Duration::from_millis(30);

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Body {
    Whole(Option<Bytes>),
    /// Ends with an error, which closes the connection.
    Cut(Option<Bytes>, Option<Pin<Box<Sleep>>>),
    /// Never ends.
    Stalled(Option<Bytes>),
}

impl Body {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self::Whole(some_if_any(bytes))
    }

    pub(crate) fn cut(bytes: Bytes, at: usize) -> Self {
        Self::Cut(some_if_any(start_of(bytes, at)), None)
    }

    pub(crate) fn stalled(bytes: Bytes, at: usize) -> Self {
        Self::Stalled(some_if_any(start_of(bytes, at)))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let body = self.get_mut();
        let (Self::Whole(bytes) | Self::Cut(bytes, _) | Self::Stalled(bytes)) = body;
        if let Some(bytes) = bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match body {
            Self::Whole(_) => Poll::Ready(None),
            Self::Stalled(_) => Poll::Pending,
            Self::Cut(_, pause) => pause
                .get_or_insert_with(|| Box::pin(sleep(LAST_BYTES)))
                .as_mut()
                .poll(context)
                .map(|()| Some(Err(io::Error::other("cut by a fault rule")))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            // Hyper then trusts the header.
            Self::Cut(..) | Self::Stalled(_) => SizeHint::default(),
        }
    }
}

fn some_if_any(bytes: Bytes) -> Option<Bytes> {
    (!bytes.is_empty()).then_some(bytes)
}

fn start_of(mut bytes: Bytes, length: usize) -> Bytes {
    bytes.truncate(length);
    bytes
}
