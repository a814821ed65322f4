//! A list that is set up to be read.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};

use super::walk::{MAX_PAGES, Settings};
use super::{Checkpoint, Paged, Pager, Pages};
use crate::call::Call;
use crate::{Result, RetryPolicy};

/// A list of the service that is set up to be read: [`items`](Self::items) or [`pages`](Self::pages) begin it.
///
/// The options of a call apply to the call of each page.
///
/// ```
/// # async fn run<O: planet_core::paging::Paged>(session: planet_core::Session, operation: O) -> planet_core::Result<()> {
/// use std::time::Duration;
///
/// use futures_util::TryStreamExt;
///
/// let items: Vec<_> = session.list(operation).limit(100).deadline(Duration::from_secs(30)).items().try_collect().await?;
/// # let _ = items;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The streams end with the first error: `InvalidInput`, before anything is sent, if the inputs make no valid request;
/// `Paging` if the list goes round in a circle, leads to another host, or has more pages than allowed; otherwise whatever
/// can go wrong with the call of a page, see [`ErrorKind`](crate::ErrorKind). The items before it have been given, and the
/// checkpoint points at the page that failed.
///
/// # Cancel safety
/// Dropping a stream ends it: nothing more is fetched.
#[must_use = "a list does nothing until its items or pages are polled"]
#[derive(Clone)]
pub struct List<O> {
    call: Call<O>,
    settings: Settings,
}

impl<O: Paged> List<O> {
    /// A list that begins with this call. Its options apply to each page.
    pub fn new(call: Call<O>) -> Self {
        let settings = Settings { limit: 0, max_pages: MAX_PAGES, prefetch: 0, from: Checkpoint::default() };
        Self { call, settings }
    }

    /// The operation, to change its inputs.
    pub fn operation_mut(&mut self) -> &mut O {
        self.call.operation_mut()
    }

    /// At most so many items; 0, the default, means all. A resumed list counts from there.
    ///
    /// No page is asked for that is not needed, and pages are asked to be no larger than that.
    pub fn limit(mut self, items: u64) -> Self {
        self.settings.limit = items;
        self
    }

    /// At most so many pages; 0 means any number. Default: 100,000. A list that has more ends with a `Paging` error.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.settings.max_pages = pages;
        self
    }

    /// Fetches up to so many pages before they are asked for, while the items before them are worked with. Default: 0.
    /// 1 is enough to hide a round trip; memory grows by each page fetched ahead.
    ///
    /// It happens while the stream is polled, so no task is started, and dropping the stream ends it. The list has one
    /// request under way at most, which does not count among the session's
    /// [`max_calls`](crate::SessionBuilder::max_calls).
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.settings.prefetch = pages;
        self
    }

    /// Goes on from a place of the same list. What was read before it does not come again.
    ///
    /// A checkpoint that leads to another host than the session's ends the stream with a `Paging` error, and nothing is
    /// sent there. A list that goes round in a circle is noticed at the latest when the page resumed from comes again.
    pub fn resume(mut self, checkpoint: Checkpoint) -> Self {
        self.settings.from = checkpoint;
        self
    }

    /// The time for the call of a page: waiting for a turn, all attempts, and the body.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.call = self.call.deadline(limit);
        self
    }

    /// The time for one attempt at a page, until the headers of its answer are there.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.call = self.call.attempt_timeout(limit);
        self
    }

    /// How failed attempts at a page are repeated, instead of the session's way.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.call = self.call.retry(policy);
        self
    }

    /// Adds a header to the call of each page.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.call = self.call.header(name, value);
        self
    }

    /// The request for the first page as it would be sent, without the credential.
    ///
    /// # Errors
    /// `InvalidInput` if the inputs make no valid request.
    pub fn to_request(&self) -> Result<Request<Bytes>>
    where
        O: Clone,
    {
        let mut list = self.clone();
        list.trim();
        list.call.to_request()
    }

    /// The items, as a stream that fetches pages as they are needed.
    pub fn items(self) -> Pager<O::Item> {
        Pager::new(self.pages())
    }

    /// The pages, as a stream that fetches them as they are asked for.
    pub fn pages(mut self) -> Pages<O::Item> {
        self.trim();
        Pages::new(self.call, self.settings)
    }

    /// A page larger than the limit would bring items that nobody asked for.
    fn trim(&mut self) {
        let Settings { limit, from, .. } = &self.settings;
        let wanted = u32::try_from(limit.saturating_add(from.skip as u64));
        if *limit > 0
            && let Ok(wanted) = wanted
        {
            self.call.operation_mut().trim_page_size(wanted);
        }
    }
}

impl<O: Paged> fmt::Debug for List<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").field("call", &self.call).field("settings", &self.settings).finish()
    }
}
