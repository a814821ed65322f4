//! Lists that come in pages.

mod page;
mod pager;
#[cfg(test)]
mod tests;

pub use page::{Page, Paged};
pub use pager::{Pager, Pages};
