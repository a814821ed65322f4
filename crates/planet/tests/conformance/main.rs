//! The whole path against the sandbox, and what becomes of it when things go wrong.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests"
)]

mod assets;
mod bad_input;
#[cfg(feature = "blocking")]
mod blocking;
mod corpus;
mod downloads;
mod faults;
mod features;
mod killed;
mod leaks;
mod load;
mod main_job;
mod never_twice;
mod order_files;
mod plan;
mod public_api;
mod searches;
mod setup;
mod sweep;
mod waits;
