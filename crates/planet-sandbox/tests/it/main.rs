//! The sandbox over real sockets, spoken to in plain HTTP/1.1.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod auth;
mod authority;
mod control;
mod data;
mod deliveries;
mod faults;
mod features;
mod files;
mod http;
mod limits;
mod orders;
mod program;
mod readme;
mod shapes;
