//! Follows a list from page to page.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::vec;

use bytes::Bytes;
use futures_core::Stream;
use http::{Method, Request, Response, Uri};

use super::{Page, Paged};
use crate::call::Call;
use crate::operation::bodyless;
use crate::{Endpoint, Error, ErrorKind, Operation, Origin, Result, Route, endpoint, redact};

type BoxStream<T> = Pin<Box<dyn Stream<Item = Result<Page<T>>> + Send>>;

/// The items of a list, page after page, as a stream. A page is fetched when its first item is asked for.
///
/// It ends after the last item, or after the first error.
///
/// # Cancel safety
/// Dropping it fetches nothing more.
#[must_use = "a pager does nothing until it is polled"]
pub struct Pager<T> {
    pages: Pages<T>,
    items: vec::IntoIter<T>,
    left: Option<u64>,
}

impl<T: Send + 'static> Pager<T> {
    /// A list that begins with the page that `first` asks for.
    pub fn new<O: Paged<Item = T>>(first: Call<O>) -> Self {
        Self {
            pages: Pages { stream: Box::pin(follow(first)), ended: false },
            items: Vec::new().into_iter(),
            left: None,
        }
    }

    /// Ends the list after so many items. 0 means no limit, as in Planet's other tools.
    pub fn limit(mut self, items: u64) -> Self {
        self.left = (items > 0).then_some(items);
        self
    }

    /// The pages that were not fetched yet, whole: a limit on items does not apply to them.
    pub fn pages(self) -> Pages<T> {
        self.pages
    }
}

impl<T: Unpin> Stream for Pager<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if self.left == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = self.items.next() {
                self.left = self.left.map(|left| left - 1);
                return Poll::Ready(Some(Ok(item)));
            }
            match Pin::new(&mut self.pages).poll_next(cx) {
                Poll::Ready(Some(Ok(page))) => self.items = page.items.into_iter(),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl<T> fmt::Debug for Pager<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager").field("at_hand", &self.items.len()).field("left", &self.left).finish_non_exhaustive()
    }
}

/// The pages of a list, as a stream. It ends after the last page, or after the first error.
#[must_use = "pages are not fetched until the stream is polled"]
pub struct Pages<T> {
    stream: BoxStream<T>,
    ended: bool,
}

impl<T> Stream for Pages<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let polled = self.stream.as_mut().poll_next(cx);
        self.ended = matches!(polled, Poll::Ready(None | Some(Err(_))));
        polled
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("ended", &self.ended).finish_non_exhaustive()
    }
}

/// A later page of the list that `O` began.
struct Later<O> {
    first: Arc<O>,
    url: Uri,
}

impl<O: Paged> Operation for Later<O> {
    type Output = Page<O::Item>;
    const NAME: &'static str = O::NAME;
    const ROUTE: Route = O::ROUTE;
    const IDEMPOTENT: bool = true;

    fn request(&self, _: &Endpoint) -> Result<Request<Bytes>> {
        bodyless(Method::GET, self.url.clone())
    }

    fn decode(&self, response: Response<Bytes>) -> Result<Self::Output> {
        self.first.decode(response)
    }
}

/// The service may send a next link on its last page, so an empty page with a new link is followed once; a second empty
/// page ends the list. A link that was followed before, or that leads to another host, is an error; the items of the
/// page that carried it come first.
fn follow<O: Paged>(first: Call<O>) -> impl Stream<Item = Result<Page<O::Item>>> + Send {
    async_stream::try_stream! {
        let mut here = first.to_request()?.uri().clone();
        let (template, operation) = first.into_template();
        let operation = Arc::new(operation);
        let mut page = template.send(&*operation).await?;
        let mut seen = HashSet::from([here.to_string()]);
        let mut empty_pages = 0;
        loop {
            empty_pages = if page.items.is_empty() { empty_pages + 1 } else { 0 };
            let next = page.next.take();
            yield page;
            let Some(link) = next.filter(|_| empty_pages < 2) else { break };
            let url = checked(&here, &link, template.endpoint(), &mut seen)
                .map_err(|error| template.complete(error).with_operation(O::NAME))?;
            here = url.clone();
            let later = Later { first: Arc::clone(&operation), url };
            page = template.send(&later).await?;
        }
    }
}

/// The next page's URL, if it may be fetched.
fn checked(here: &Uri, link: &str, endpoint: &Endpoint, seen: &mut HashSet<String>) -> Result<Uri> {
    let url = endpoint::resolve(here, link).map_err(|error| Error::new(ErrorKind::Paging, error.message()))?;
    if Origin::of(&url).as_ref() != Some(endpoint.origin()) {
        let message =
            format!("the next page lies on another host, {}; it is not followed", redact::url(&url.to_string()));
        return Err(Error::new(ErrorKind::Paging, message));
    }
    if !seen.insert(url.to_string()) {
        let message = format!("the list goes round in a circle: {} was fetched before", redact::url(&url.to_string()));
        return Err(Error::new(ErrorKind::Paging, message));
    }
    Ok(url)
}
