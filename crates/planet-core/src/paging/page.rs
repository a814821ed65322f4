//! One page, and the operations that bring pages.

use crate::Operation;

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items, in the service's order.
    pub items: Vec<T>,
    /// The link to the next page, as it came. It may be relative.
    pub next: Option<String>,
}

/// An operation whose answer is the first page of a list. Its `decode` reads the later pages as well.
pub trait Paged: Operation<Output = Page<Self::Item>> {
    /// What the list is made of.
    type Item: Send + 'static;
}
