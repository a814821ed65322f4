//! The part of the Planet SDK that every service client stands on: errors, credentials, the session with its middleware
//! stack, paging and transfers.
//!
//! Most programs depend on the umbrella crate `planet` instead, which has all of this under its own name. Depend on this
//! crate alone to write a client for a service that has none here, on the same session:
//!
//! ```
//! use planet_core::http::Method;
//! use planet_core::{Auth, Session};
//!
//! let session = Session::builder().auth(Auth::from_key("PLAK0123")).build()?;
//! let request = session.request(Method::GET, "/basemaps/v1/mosaics").query("_page_size", 50);
//! assert_eq!(request.to_request()?.uri(), "https://api.planet.com/basemaps/v1/mosaics?_page_size=50");
//! // `request.await?` sends it: at the pace of the service, with the credential, again where that does no harm.
//! # Ok::<(), planet_core::Error>(())
//! ```
//!
//! Where to begin:
//!
//! - [`Session`] and [`SessionBuilder`]: one for a program. It holds connections, credential, pace and limits.
//! - [`Auth`]: credentials, from an API key to a login with a browser.
//! - [`Error`] and [`ErrorKind`]: whatever fails, in all crates of the SDK.
//! - [`Operation`]: a typed request of your own, sent with [`Session::call`]; [`paging::Paged`] for lists.
//! - [`Retry`], [`RetryPolicy`] and [`middleware`]: what happens around each request.
//! - [`Wait`], [`Progress`] and `transfer` (feature `fs`): what takes its time.
//!
//! # Features
//!
//! | feature | default | brings |
//! | --- | --- | --- |
//! | `client` | yes | sessions, the middleware stack and the HTTP transport; without it this crate does no IO |
//! | `fs` | yes | downloads to disk, and logins that are kept there |
//! | `gzip` | yes | compressed JSON answers; files are always asked for as they are stored |
//! | `rustls-ring` | yes | TLS with ring |
//! | `rustls-aws-lc-rs` | no | TLS with aws-lc-rs; it wins if both are on |
//! | `native-roots` | yes | the trust roots of the operating system |
//! | `webpki-roots` | no | Mozilla's trust roots, where the operating system has none |
//! | `oauth-browser` | no | logins with a browser on this machine: a listener that it comes back to |
//! | `object-store` | no | downloads into object stores: S3, Google, Azure and others |
//! | `testing` | no | `testing`: a scripted transport for the unit tests of your program |
//! | `reporting` | no | `reporting`: bars, lines and other listeners for the progress of waits and downloads |
//! | `chrono`, `jiff`, `time` | no | conversions between [`Timestamp`] and the times of these crates |
//!
//! Features only add; none changes what the others do.
//!
//! # The guide
//!
//! - [Every setting and its default](https://github.com/planet-rs/planet/blob/main/docs/configuration.md)
//! - [Credentials](https://github.com/planet-rs/planet/blob/main/docs/authentication.md)
//! - [What fails, and what is tried again](https://github.com/planet-rs/planet/blob/main/docs/errors-and-retries.md)
//! - [Layers of your own](https://github.com/planet-rs/planet/blob/main/docs/middleware.md)
//! - [Lists](https://github.com/planet-rs/planet/blob/main/docs/paging.md)

#![cfg_attr(docsrs, feature(doc_cfg))]

mod decode;
mod document;
pub mod endpoint;
pub mod error;
pub mod id;
mod model;
pub mod operation;
pub mod redact;
mod secret;
mod time;

#[cfg(feature = "client")]
mod auth;
#[cfg(feature = "client")]
mod body;
#[cfg(feature = "client")]
mod builder;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "client")]
mod clock;
#[cfg(feature = "client")]
pub mod collect;
#[cfg(feature = "client")]
pub mod middleware;
#[cfg(feature = "client")]
pub mod paging;
#[cfg(feature = "client")]
mod progress;
#[cfg(feature = "client")]
mod raw;
#[cfg(feature = "reporting")]
pub mod reporting;
#[cfg(feature = "client")]
mod response;
#[cfg(feature = "client")]
mod retry;
#[cfg(feature = "client")]
mod session;
#[cfg(feature = "client")]
mod stack;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(feature = "fs")]
pub mod transfer;
#[cfg(feature = "client")]
mod transport;
#[cfg(feature = "client")]
mod wait;

pub use document::Document;
pub use endpoint::{Endpoint, Origin, UrlBuilder};
pub use error::{ApiError, BoxError, Error, ErrorKind, Fault, FaultKind, Outcome, Result};
pub use model::{Model, lenient};
pub use operation::{Operation, Route};
pub use secret::Secret;
pub use time::Timestamp;

/// The crates whose types stand in signatures.
#[doc(no_inline)]
pub use {bytes, http, serde_json};

#[cfg(feature = "client")]
#[doc(no_inline)]
pub use {futures_core, geojson};

#[cfg(feature = "object-store")]
#[doc(no_inline)]
pub use object_store;

#[cfg(feature = "client")]
use crate::body::{RequestBody, ResponseBody};
#[cfg(feature = "client")]
pub use crate::{
    auth::{Auth, AuthError, AuthFailure, AuthHeaders, CredentialsFuture, CredentialsProvider},
    call::Call,
    clock::Clock,
    collect::collect,
    paging::{Checkpoint, List, Page, Pager, Pages},
    progress::{Progress, ProgressEvent, ProgressStep},
    raw::{ByteStream, RawRequest},
    response::Response,
    retry::{Attempt, Decision, Retry, RetryBudget, RetryPolicy, RetryState},
    session::{Session, SessionBuilder, SessionStats, Timeouts},
    stack::Pace,
    transport::{HttpVersion, Proxy, Tls},
    wait::{Verdict, Wait, WaitEvent, WaitEvents, WaitLook, WaitReport, WaitRound, Waited, Watched},
};

#[cfg(feature = "fs")]
pub use crate::auth::{
    AuthBuilder, AuthExplanation, AuthKind, AuthSource, AuthWarning, AuthWarningKind, LegacyLogin, MemoryStorage,
    StorageLock, TokenStorage,
};
#[cfg(feature = "fs")]
pub use crate::auth::{BrowserLogin, BrowserPrompt, DeviceCompletion, DeviceLogin, DevicePrompt, Login, LoginEvent};
#[cfg(feature = "fs")]
pub use crate::transfer::{Checksum, DownloadStream, FileReport, Overwrite, SinkReport, Verified, Verify};

/// The example of this crate's README compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
