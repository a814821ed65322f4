//! The program as it is called.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::result_large_err,
    reason = "tests"
)]

mod auth;
mod builders;
mod calling;
mod from_python;
mod interop;
mod program;
mod wire;
