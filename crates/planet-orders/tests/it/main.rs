//! Requests as bytes, and recorded answers as values.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests"
)]

mod answers;
#[cfg(feature = "fs")]
mod delivered;
#[cfg(feature = "fs")]
mod downloads;
#[cfg(feature = "fs")]
mod files;
#[cfg(feature = "fs")]
mod filters;
#[cfg(feature = "fs")]
mod job_files;
#[cfg(feature = "fs")]
mod layouts;
mod lists;
mod looks;
mod partial;
mod plan;
#[cfg(feature = "fs")]
mod repairs;
mod requests;
#[cfg(feature = "fs")]
mod retries;
mod wait_many;
