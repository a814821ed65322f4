//! Lists that come in pages.
//!
//! [`Session::list`](crate::Session::list) makes a [`List`], which is set up as the caller wants it and then read as a
//! stream of items ([`Pager`]) or of pages ([`Pages`]). Both tell a [`Checkpoint`] from which a later run goes on.

mod checkpoint;
mod links;
mod list;
#[cfg(test)]
mod model_tests;
mod page;
mod pager;
mod pages;
#[cfg(test)]
mod tests;
mod walk;

pub use checkpoint::Checkpoint;
pub use links::{Links, NextLink, RelLinks, UnderscoreLinks};
pub use list::List;
pub use page::{Page, Paged};
pub use pager::Pager;
pub use pages::Pages;
