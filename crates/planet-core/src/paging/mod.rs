//! Lists that come in pages.

mod page;
mod pager;

pub use page::{Page, Paged};
pub use pager::{Pager, Pages};
