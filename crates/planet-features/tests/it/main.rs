//! Requests as bytes, and recorded answers as values.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod add;
mod add_many;
mod collection;
mod item;
mod list;
mod reference;
mod setup;
