//! The time between two pieces of a body. There is none for the whole: a slow body that moves is never cut.
//!
//! Not tower-http's: it looks at the time before it looks at the body, so a reader that was busy elsewhere for too long
//! would find a body cut that is there.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use crate::{BoxError, Error, ErrorKind, ResponseBody};

/// A body that ends in an error when nothing comes for too long.
pub(super) struct IdleTimeout {
    body: ResponseBody,
    limit: Duration,
    /// Made when the body first has to be waited for.
    timer: Option<Pin<Box<Sleep>>>,
    waiting: bool,
}

impl IdleTimeout {
    pub(super) fn new(body: ResponseBody, limit: Duration) -> Self {
        Self { body, limit, timer: None, waiting: false }
    }

    /// The timer, started when the waiting began.
    fn timer(&mut self) -> Pin<&mut Sleep> {
        let limit = self.limit;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
        if !self.waiting
            && let Some(end) = Instant::now().checked_add(limit)
        {
            timer.as_mut().reset(end);
        }
        self.waiting = true;
        timer.as_mut()
    }
}

impl Body for IdleTimeout {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.waiting = false;
            return Poll::Ready(frame);
        }
        ready!(self.timer().poll(cx));
        let message = format!("the body of the answer stalled: nothing came for {:.1} s", self.limit.as_secs_f64());
        Poll::Ready(Some(Err(Error::new(ErrorKind::Timeout, message).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
