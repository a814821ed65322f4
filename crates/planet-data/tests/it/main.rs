//! Requests as bytes, and recorded answers as values.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod activate;
mod asset;
mod bad_answers;
mod bad_input;
#[cfg(feature = "fs")]
mod download;
mod item;
mod items;
mod saved;
mod search;
mod support;
mod wait;
