//! The items of a list, as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::{FusedStream, Stream};

use super::{Checkpoint, Page, Pages};
use crate::Result;

/// The items of a list, page after page, as a stream. A page is fetched when its first item is asked for.
///
/// It ends after the last item, or after the first error. [`List::items`](super::List::items) makes it, and every list of
/// the service clients has the same method.
///
/// ```
/// use futures_util::TryStreamExt;
/// use planet_core::paging::{Checkpoint, List, Paged};
///
/// /// Reads on from where the last run ended, and says where the next one should begin.
/// async fn read_on<O: Paged>(list: List<O>, checkpoint: Checkpoint) -> planet_core::Result<Checkpoint> {
///     let mut items = list.resume(checkpoint).items();
///     while let Some(item) = items.try_next().await? {
///         // Work with the item, then keep items.checkpoint().
///         drop(item);
///     }
///     Ok(items.checkpoint())
/// }
/// ```
///
/// # Errors
/// As [`List`](super::List) says: `InvalidInput`, `Paging`, or whatever went wrong with the call of a page. After an error
/// [`checkpoint`](Self::checkpoint) points at the page that failed: [resume](super::List::resume) from there to go on.
///
/// # Cancel safety
/// Dropping it, or a `next()` on it, loses no item: [`checkpoint`](Self::checkpoint) stands behind the last item that was
/// given. A dropped pager fetches nothing more, also no page that was being fetched ahead.
#[must_use = "a pager does nothing until it is polled"]
pub struct Pager<T> {
    pages: Pages<T>,
    /// The page at hand; its items are in `items`.
    page: Page<T>,
    items: vec::IntoIter<T>,
    /// The place of the first of `items`.
    at: Checkpoint,
}

impl<T> Pager<T> {
    pub(super) fn new(pages: Pages<T>) -> Self {
        let page = Page::new(Vec::new(), None);
        Self { pages, page, items: Vec::new().into_iter(), at: Checkpoint::default() }
    }

    /// The place behind the last item that this stream has given, to [resume](super::List::resume) from.
    ///
    /// After an error it points at the page that failed, after the last item at the end of the list.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        if self.items.len() > 0 { self.at.clone() } else { self.pages.checkpoint() }
    }

    /// The rest of the list as pages: first what is left of the page at hand, if anything.
    pub fn pages(self) -> Pages<T> {
        let Self { mut pages, mut page, items, at } = self;
        if items.len() > 0 {
            page.items = items.collect();
            pages.put_back(page, at);
        }
        pages
    }
}

impl<T> Stream for Pager<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(item) = self.items.next() {
                self.at.skip += 1;
                self.pages.prefetch(cx);
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_arrived(cx)) {
                Some(Ok(arrived)) => {
                    self.page = arrived.page;
                    self.items = std::mem::take(&mut self.page.items).into_iter();
                    self.at = arrived.at;
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> FusedStream for Pager<T> {
    fn is_terminated(&self) -> bool {
        self.items.len() == 0 && self.pages.is_terminated()
    }
}

/// Nothing in it is pinned in place, whatever the items are.
impl<T> Unpin for Pager<T> {}

impl<T> fmt::Debug for Pager<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.checkpoint();
        f.debug_struct("Pager").field("at_hand", &self.items.len()).field("place", &place).finish_non_exhaustive()
    }
}
