//! The part of the Planet SDK that every service client stands on: errors, credentials, the session with its
//! middleware stack, paging and transfers.
//!
//! Most programs depend on the umbrella crate `planet` instead. Without the feature `client` this crate does no IO: it
//! holds what request builders need.

pub mod error;
pub mod redact;
mod secret;
mod time;

pub use error::{ApiError, BoxError, Error, ErrorKind, Fault, FaultKind, Outcome, Result};
pub use secret::Secret;
pub use time::Timestamp;
