//! Sessions over real sockets.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::large_futures,
    reason = "tests; the futures of httpmock are large"
)]

mod http;
mod proxy;
mod socket;
mod support;
mod tls;
mod tls_server;
