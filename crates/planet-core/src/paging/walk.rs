//! The walk from page to page: what is fetched, and where it ends.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, Uri};

use super::{Checkpoint, Page, Paged};
use crate::call::{Call, Template};
use crate::operation::bodyless;
use crate::{Endpoint, Error, ErrorKind, Operation, Origin, Result, Route, endpoint, redact};

/// The most pages of a list, unless the caller allows more: 25 million items at 250 a page.
pub(super) const MAX_PAGES: u64 = 100_000;

/// How a list is read.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// 0: no limit.
    pub(super) limit: u64,
    /// 0: no limit.
    pub(super) max_pages: u64,
    pub(super) prefetch: usize,
    pub(super) from: Checkpoint,
}

/// A page that was fetched, without the items that were read before.
pub(super) struct Arrived<T> {
    pub(super) page: Page<T>,
    /// The place of its first item.
    pub(super) at: Checkpoint,
    /// The place behind its last item.
    pub(super) after: Checkpoint,
}

pub(super) struct Walk<O> {
    template: Template,
    operation: Arc<O>,
    place: Checkpoint,
    /// How many items may still come; None: all.
    left: Option<usize>,
    max_pages: u64,
    fetched: u64,
    seen: Seen,
    /// The last page's link cannot be followed. Its items come first.
    broken_link: Option<Error>,
}

impl<O: Paged> Walk<O> {
    pub(super) fn new(first: Call<O>, settings: Settings) -> Self {
        let (template, operation) = first.into_template(settings.prefetch > 0);
        Self {
            template,
            operation: Arc::new(operation),
            place: settings.from,
            left: (settings.limit > 0).then(|| usize::try_from(settings.limit).unwrap_or(usize::MAX)),
            max_pages: settings.max_pages,
            fetched: 0,
            seen: Seen::default(),
            broken_link: None,
        }
    }

    /// The next page; None at the end of the list.
    pub(super) async fn next_page(&mut self) -> Result<Option<Arrived<O::Item>>> {
        if self.place.ended || self.left == Some(0) {
            return Ok(None);
        }
        let (url, mut page) = self.fetch().await.map_err(|error| error.with_operation(O::NAME))?;
        self.seen.insert(&url);
        let onward = self.onward(&url, &page);

        let at = self.place.clone();
        let came = page.items.len();
        let skipped = at.skip.min(came);
        page.items.drain(..skipped);
        if let Some(left) = &mut self.left {
            page.items.truncate(*left);
            *left -= page.items.len();
        }
        let read = skipped + page.items.len();
        self.place = match onward {
            // The page may have become shorter since the checkpoint was made, such as by another page size.
            Ok(next) if read == came && !next.ended => Checkpoint { skip: at.skip - skipped, ..next },
            Ok(end) if read == came => end,
            Ok(_) => Checkpoint { skip: read, ..at.clone() },
            Err(error) => {
                self.broken_link = Some(self.template.complete(error));
                Checkpoint { skip: read, ..at.clone() }
            }
        };
        Ok(Some(Arrived { page, at, after: self.place.clone() }))
    }

    /// Fetches the page at the place.
    async fn fetch(&mut self) -> Result<(Uri, Page<O::Item>)> {
        if let Some(error) = self.broken_link.take() {
            return Err(error);
        }
        if self.max_pages > 0 && self.fetched == self.max_pages {
            let message = format!("the list has more than {} pages", self.max_pages);
            return Err(Error::new(ErrorKind::Paging, message).with_help("Set max_pages to follow it further"));
        }
        self.fetched += 1;
        match &self.place.next {
            None => Ok((self.template.url(&*self.operation)?, self.template.send(&*self.operation).await?)),
            Some(link) => {
                let url: Uri = link.parse().map_err(|_| not_followed(link, "is no URL"))?;
                own(&url, self.template.endpoint())?;
                let page = self.template.send(&Later { first: Arc::clone(&self.operation), url: url.clone() }).await?;
                Ok((url, page))
            }
        }
    }

    /// Where the list goes on behind a page.
    ///
    /// The service may send a next link on its last page, so an empty page with a new link is followed once; a second
    /// empty page in a row ends the list.
    fn onward(&self, here: &Uri, page: &Page<O::Item>) -> Result<Checkpoint> {
        let empty = page.items.is_empty();
        let Some(link) = page.next.as_deref().filter(|_| !(empty && self.place.after_empty)) else {
            return Ok(Checkpoint::end());
        };
        let url = endpoint::resolve(here, link).map_err(|_| not_followed(link, "is no URL"))?;
        own(&url, self.template.endpoint())?;
        if self.seen.contains(&url) {
            return Err(not_followed(link, "was fetched before: the list goes round in a circle"));
        }
        Ok(Checkpoint { next: Some(url.to_string()), after_empty: empty, ..Checkpoint::default() })
    }
}

/// Is the page on our own origin? Only there may the credential go.
fn own(url: &Uri, endpoint: &Endpoint) -> Result<()> {
    if Origin::of(url).as_ref() == Some(endpoint.origin()) {
        return Ok(());
    }
    Err(not_followed(&url.to_string(), "lies on another host; it is not followed"))
}

fn not_followed(link: &str, why: &str) -> Error {
    Error::new(ErrorKind::Paging, format!("the next page, {}, {why}", redact::url(link)))
}

/// A later page of the list that `first` began.
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

    fn decode(&self, response: &Response<Bytes>) -> Result<Self::Output> {
        self.first.decode(response)
    }
}

/// The pages that were fetched, as hashes. Memory is bounded: a list of more pages than are allowed by default forgets them
/// and remembers anew, so that a circle is noticed one turn later.
#[derive(Default)]
struct Seen {
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl Seen {
    const MOST: usize = MAX_PAGES as usize;

    fn insert(&mut self, url: &Uri) {
        if self.hashes.len() == Self::MOST {
            self.hashes.clear();
        }
        self.hashes.insert(self.hasher.hash_one(url));
    }

    fn contains(&self, url: &Uri) -> bool {
        self.hashes.contains(&self.hasher.hash_one(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_of_a_long_list_is_bounded_and_still_ends_a_circle() {
        let url = |page: usize| -> Uri { format!("https://api.planet.com/x?page={page}").parse().unwrap() };
        let mut seen = Seen::default();
        for page in 0..=Seen::MOST {
            assert!(!seen.contains(&url(page)));
            seen.insert(&url(page));
        }
        assert!(seen.hashes.len() <= Seen::MOST);
        assert!(seen.contains(&url(Seen::MOST)));
    }
}
