//! One page, and the operations that bring pages.

use crate::Operation;

/// One page of a list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, in the service's order.
    pub items: Vec<T>,
    /// The link to the next page, as it came. It may be relative.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page with its items and the link to the next one.
    #[must_use]
    pub fn new(items: Vec<T>, next: Option<String>) -> Self {
        Self { items, next }
    }
}

/// An operation whose answer is the first page of a list. Its `decode` reads the later pages as well.
pub trait Paged: Operation<Output = Page<Self::Item>> {
    /// What the list is made of.
    type Item: Send + 'static;
}
