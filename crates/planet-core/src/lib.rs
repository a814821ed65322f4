//! The part of the Planet SDK that every service client stands on: errors, credentials, the session with its
//! middleware stack, paging and transfers.
//!
//! Most programs depend on the umbrella crate `planet` instead. Without the feature `client` this crate does no IO: it
//! holds what request builders need.

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
