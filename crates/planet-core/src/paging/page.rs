//! One page, and the operations that bring pages.

use std::fmt;

use super::NextLink;
use crate::{Operation, redact};

/// One page of a list.
#[derive(Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, in the service's order.
    pub items: Vec<T>,
    /// The link to the next page, as it came. It may be relative.
    pub next: Option<String>,
    /// How many items the whole list has, where the service says so (the Features API does).
    pub total: Option<u64>,
}

/// Without the link's query: it may hold a token.
impl<T: fmt::Debug> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = self.next.as_deref().map(redact::url);
        let mut out = f.debug_struct("Page");
        out.field("items", &self.items).field("next", &next).field("total", &self.total).finish()
    }
}

impl<T> Page<T> {
    /// A page with its items and the link to the next one.
    #[must_use]
    pub fn new(items: Vec<T>, next: Option<String>) -> Self {
        Self { items, next, total: None }
    }

    /// A page with its items and the part of the answer that holds the link to the next one.
    #[must_use]
    pub fn linked(items: Vec<T>, links: impl NextLink) -> Self {
        Self::new(items, links.next())
    }

    /// Notes how many items the whole list has.
    #[must_use]
    pub fn with_total(mut self, total: Option<u64>) -> Self {
        self.total = total;
        self
    }
}

/// An operation whose answer is the first page of a list. Its `decode` reads the later pages as well.
///
/// [`Session::list`](crate::Session::list) reads the whole list.
pub trait Paged: Operation<Output = Page<Self::Item>> {
    /// What the list is made of: an item, an order, a feature.
    type Item: Send + 'static;

    /// Told when the caller wants no more than this many items, so that pages need not be larger. An operation that
    /// sends a page size lowers it; one that does not ignores this.
    fn trim_page_size(&mut self, items: u32) {
        let _ = items;
    }
}
