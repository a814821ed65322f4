//! Response bodies, honest and otherwise.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// Time for what was sent to reach the client before the connection breaks.
const LAST_BYTES: Duration = Duration::from_millis(30);

/// Between two pieces of a slow body.
const TICK: Duration = Duration::from_millis(20);

/// The body of an answer.
#[derive(Debug)]
pub(crate) struct Body {
    left: Bytes,
    end: End,
    /// Whether its length is told.
    measured: bool,
    slow: Option<Slow>,
}

/// What comes after the bytes.
#[derive(Debug)]
enum End {
    Orderly,
    /// An error, which closes the connection.
    Cut(Option<Pin<Box<Sleep>>>),
    /// Nothing, for ever.
    Stalled,
}

/// A body that comes in pieces, one each [`TICK`].
#[derive(Debug)]
struct Slow {
    bytes_a_tick: usize,
    next: Pin<Box<Sleep>>,
}

impl Body {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self { left: bytes, end: End::Orderly, measured: true, slow: None }
    }

    pub(crate) fn cut(bytes: Bytes, at: usize) -> Self {
        // Hyper then trusts the header.
        Self { left: start_of(bytes, at), end: End::Cut(None), measured: false, slow: None }
    }

    pub(crate) fn stalled(bytes: Bytes, at: usize) -> Self {
        Self { left: start_of(bytes, at), end: End::Stalled, measured: false, slow: None }
    }

    /// Does not tell its length: hyper sends it in chunks, unless the header tells it.
    pub(crate) fn unmeasured(self) -> Self {
        Self { measured: false, ..self }
    }

    /// Sends so many bytes a second, more or less.
    pub(crate) fn slow(self, bytes_a_second: u64) -> Self {
        let a_tick = u128::from(bytes_a_second) * TICK.as_millis() / 1000;
        let bytes_a_tick = usize::try_from(a_tick).unwrap_or(usize::MAX).max(1);
        Self { slow: Some(Slow { bytes_a_tick, next: Box::pin(sleep(TICK)) }), ..self }
    }

    pub(crate) fn is_measured(&self) -> bool {
        self.measured
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let body = self.get_mut();
        if !body.left.is_empty() {
            let piece = match &mut body.slow {
                None => std::mem::take(&mut body.left),
                Some(Slow { bytes_a_tick, next }) => {
                    std::task::ready!(next.as_mut().poll(context));
                    next.set(sleep_until(Instant::now() + TICK));
                    body.left.split_to(body.left.len().min(*bytes_a_tick))
                }
            };
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match &mut body.end {
            End::Orderly => Poll::Ready(None),
            End::Stalled => Poll::Pending,
            End::Cut(pause) => pause
                .get_or_insert_with(|| Box::pin(sleep(LAST_BYTES)))
                .as_mut()
                .poll(context)
                .map(|()| Some(Err(io::Error::other("cut by a fault rule")))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && matches!(self.end, End::Orderly)
    }

    fn size_hint(&self) -> SizeHint {
        if self.measured { SizeHint::with_exact(self.left.len() as u64) } else { SizeHint::default() }
    }
}

fn start_of(mut bytes: Bytes, length: usize) -> Bytes {
    bytes.truncate(length);
    bytes
}
