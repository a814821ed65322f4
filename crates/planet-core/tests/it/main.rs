//! Sessions over real sockets.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::large_futures,
    reason = "tests; the futures of httpmock are large"
)]

#[cfg(feature = "fs")]
mod disk;
#[cfg(feature = "fs")]
mod downloads;
#[cfg(feature = "gzip")]
mod gzip;
mod http;
#[cfg(feature = "fs")]
mod nginx;
#[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs")))]
mod no_tls;
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
mod proxy;
#[cfg(feature = "fs")]
mod shared_session;
mod socket;
mod support;
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
mod tls;
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
mod tls_server;
