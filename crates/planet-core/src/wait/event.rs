//! What a wait tells while it runs.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::{FusedStream, Stream};
use futures_util::stream::{self, Fuse, StreamExt};

use super::look::{WaitLook, Watched};
use super::report::Waited;
use super::watching::Watching;
use crate::{Error, Result};

/// Something that happened in a wait.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum WaitEvent<T> {
    /// The service was asked. What it brought follows.
    #[non_exhaustive]
    Polled {
        /// How often it was asked by now.
        polls: u32,
        /// For how many things the wait goes on.
        waiting: usize,
    },
    /// A thing was seen for the first time, or its state has changed.
    Changed(T),
    /// A bad answer, with which the wait puts up: it asks again.
    Retrying(Error),
    /// The wait for a thing has ended, well or badly.
    Done(Waited<T>),
}

type BoxStream<T> = Pin<Box<dyn Stream<Item = Result<WaitEvent<T>>> + Send>>;

/// The events of a wait, as a stream. It ends when the wait for each thing has ended; the last event of each is
/// [`WaitEvent::Done`].
///
/// # Errors
/// One, the first thing it gives: that the input is bad, before anything was sent.
///
/// # Cancel safety
/// Dropping a `next()` on it loses no event. Dropping the stream only ends the waiting.
#[must_use = "a wait does nothing until its events are polled"]
pub struct WaitEvents<T>(Fuse<BoxStream<T>>);

impl<T: Watched> WaitEvents<T> {
    pub(super) fn new<L: WaitLook<Value = T>>(watching: Result<Watching<L>>) -> Self {
        let stream: BoxStream<T> = match watching {
            Ok(watching) => Box::pin(stream::unfold(watching, |mut watching| async move {
                let event = watching.next().await?;
                Some((Ok(event), watching))
            })),
            Err(error) => Box::pin(stream::iter([Err(error)])),
        };
        Self(stream.fuse())
    }
}

impl<T> Stream for WaitEvents<T> {
    type Item = Result<WaitEvent<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<T> FusedStream for WaitEvents<T> {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

impl<T> fmt::Debug for WaitEvents<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitEvents").field("ended", &self.is_terminated()).finish()
    }
}
