//! Progress for another part of the program.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::{Progress, ProgressEvent, ProgressStep};

/// A channel for progress: events go in on the left, and come out on the right in the same order.
///
/// It never blocks. While `capacity` events or more wait to be read, further `Received` steps are left out: a later one
/// says more. All others are always kept; there are a few for each file.
///
/// ```
/// use planet_core::reporting::channel;
/// use planet_core::{Progress, ProgressEvent, ProgressStep};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (progress, mut events) = channel(100);
/// // `planet.orders().download(id).progress(progress).await?` on one side...
/// progress.event(&ProgressEvent::new("a.tif", ProgressStep::Done { size: 3 }));
/// drop(progress);
/// // ... and on the other:
/// while let Some(event) = events.next().await {
///     println!("{event}");
/// }
/// # }
/// ```
#[must_use]
pub fn channel(capacity: usize) -> (ChannelProgress, ProgressEvents) {
    let (to, from) = mpsc::unbounded_channel();
    let waiting = Arc::new(AtomicUsize::new(0));
    (ChannelProgress { to, capacity, waiting: Arc::clone(&waiting) }, ProgressEvents { from, waiting })
}

/// The side of a [`channel()`] that hears of progress.
#[derive(Clone)]
pub struct ChannelProgress {
    to: UnboundedSender<ProgressEvent>,
    capacity: usize,
    waiting: Arc<AtomicUsize>,
}

/// The side of a [`channel()`] that tells of progress, also as a stream. It ends when the last clone of the other side is
/// dropped: the transfer is over then.
///
/// # Cancel safety
/// An event that was waited for is not lost when the waiting is dropped. Dropping the whole ends nothing: the other side
/// goes on, and its events go nowhere.
pub struct ProgressEvents {
    from: UnboundedReceiver<ProgressEvent>,
    waiting: Arc<AtomicUsize>,
}

impl Progress for ChannelProgress {
    fn event(&self, event: &ProgressEvent) {
        let may_be_left_out = matches!(event.step, ProgressStep::Received { .. });
        if may_be_left_out && self.waiting.load(Ordering::Relaxed) >= self.capacity {
            return;
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        // Nobody listens any more: that is the listener's choice.
        drop(self.to.send(event.clone()));
    }
}

impl ProgressEvents {
    /// The next event; None when there are no more.
    ///
    /// # Cancel safety
    /// Dropping the future loses no event.
    pub async fn next(&mut self) -> Option<ProgressEvent> {
        let event = self.from.recv().await;
        self.taken(event)
    }

    /// The next event, for a thread that no runtime runs on.
    pub(super) fn wait(&mut self) -> Option<ProgressEvent> {
        let event = self.from.blocking_recv();
        self.taken(event)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.from.is_empty()
    }

    fn taken(&self, event: Option<ProgressEvent>) -> Option<ProgressEvent> {
        self.waiting.fetch_sub(usize::from(event.is_some()), Ordering::Relaxed);
        event
    }
}

impl Stream for ProgressEvents {
    type Item = ProgressEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<ProgressEvent>> {
        let event = ready!(self.from.poll_recv(cx));
        Poll::Ready(self.taken(event))
    }
}

impl fmt::Debug for ChannelProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelProgress").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

impl fmt::Debug for ProgressEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProgressEvents").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}
