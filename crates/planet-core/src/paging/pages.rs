//! The pages of a list, as a stream.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::{FusedStream, Stream};
use futures_util::stream;

use super::walk::{Arrived, Settings, Walk};
use super::{Checkpoint, Page, Paged};
use crate::Result;
use crate::call::Call;

type BoxStream<T> = Pin<Box<dyn Stream<Item = Result<Arrived<T>>> + Send>>;

/// The pages of a list, as a stream. It ends after the last page, or after the first error.
///
/// A limit on items cuts the last page. [`List::pages`](super::List::pages) makes it.
///
/// # Errors
/// As [`List`](super::List) says: `InvalidInput`, `Paging`, or whatever went wrong with the call of a page. After an error
/// [`checkpoint`](Self::checkpoint) points at the page that failed: [resume](super::List::resume) from there to go on.
///
/// # Cancel safety
/// Dropping it fetches nothing more. A page that was being fetched is given up, and [`checkpoint`](Self::checkpoint) still
/// points at it.
#[must_use = "pages are not fetched until the stream is polled"]
pub struct Pages<T> {
    /// None once it has ended.
    stream: Option<BoxStream<T>>,
    /// Pages that arrived before they were asked for.
    ahead: VecDeque<Result<Arrived<T>>>,
    prefetch: usize,
    place: Checkpoint,
}

impl<T: Send + 'static> Pages<T> {
    pub(super) fn new<O: Paged<Item = T>>(first: Call<O>, settings: Settings) -> Self {
        let (prefetch, place) = (settings.prefetch, settings.from.clone());
        let step = |mut walk: Walk<O>| async move { Ok(walk.next_page().await?.map(|arrived| (arrived, walk))) };
        let stream = stream::try_unfold(Walk::new(first, settings), step);
        Self { stream: Some(Box::pin(stream)), ahead: VecDeque::new(), prefetch, place }
    }
}

impl<T> Pages<T> {
    /// The place behind the pages that this stream has given. After an error it points at the page that failed.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        self.place.clone()
    }

    /// Puts a page back that was given, but not read to its end.
    pub(super) fn put_back(&mut self, page: Page<T>, at: Checkpoint) {
        let after = std::mem::replace(&mut self.place, at.clone());
        self.ahead.push_front(Ok(Arrived { page, at, after }));
    }

    pub(super) fn poll_arrived(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Arrived<T>>>> {
        if self.ahead.is_empty() {
            self.fetch_ahead(cx, 1);
        }
        let Some(arrived) = self.ahead.pop_front() else {
            return if self.stream.is_some() { Poll::Pending } else { Poll::Ready(None) };
        };
        if let Ok(arrived) = &arrived {
            self.place = arrived.after.clone();
        }
        self.prefetch(cx);
        Poll::Ready(Some(arrived))
    }

    /// Lets pages come that will be asked for.
    pub(super) fn prefetch(&mut self, cx: &mut Context<'_>) {
        self.fetch_ahead(cx, self.prefetch);
    }

    fn fetch_ahead(&mut self, cx: &mut Context<'_>, pages: usize) {
        while self.ahead.len() < pages
            && let Some(stream) = &mut self.stream
        {
            match stream.as_mut().poll_next(cx) {
                Poll::Pending => break,
                Poll::Ready(Some(arrived)) => self.ahead.push_back(arrived),
                Poll::Ready(None) => self.stream = None,
            }
        }
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_arrived(cx).map_ok(|arrived| arrived.page)
    }
}

impl<T> FusedStream for Pages<T> {
    fn is_terminated(&self) -> bool {
        self.stream.is_none() && self.ahead.is_empty()
    }
}

/// Nothing in it is pinned in place, whatever the items are.
impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("place", &self.place).finish_non_exhaustive()
    }
}
