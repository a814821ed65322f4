//! The session: everything that calls share.

mod builder;
mod transport;

use std::fmt;
use std::sync::Arc;

use http::Method;

use crate::call::Call;
use crate::raw::RawRequest;
use crate::retry::Retries;
use crate::stack::Stack;
use crate::{Clock, Endpoint, Operation, Result};

pub use builder::{SessionBuilder, Timeouts};

/// Connections, credential, rate limits and retries, shared by all clients made from it.
///
/// Making one does no IO and needs no runtime. Clones are cheap and share everything. Use one for the whole program:
/// its requests are spaced to stay under the service's rate limits.
///
/// ```
/// use planet_core::{Auth, Endpoint, Session};
///
/// let session = Session::builder()
///     .auth(Auth::from_key("PLAK0123"))
///     .endpoint(Endpoint::parse("http://127.0.0.1:4000")?)
///     .build()?;
/// # let _ = session;
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Session(Arc<Shared>);

struct Shared {
    endpoint: Endpoint,
    stack: Stack,
    retries: Retries,
    clock: Clock,
}

impl Session {
    /// A session with the API key in `PL_API_KEY`, for the service itself.
    ///
    /// # Errors
    /// `Credentials` if the variable is not set or empty.
    pub fn from_env() -> Result<Self> {
        Self::builder().build()
    }

    /// Starts a session with settings of its own.
    pub fn builder() -> SessionBuilder {
        SessionBuilder::default()
    }

    /// Starts a call of an operation.
    pub fn call<O: Operation>(&self, operation: O) -> Call<O> {
        Call::new(self.clone(), operation)
    }

    /// Starts a request to any URL of the service: a path with an optional query, such as `/data/v1/item-types`, or an
    /// absolute URL. For what no client models.
    pub fn request(&self, method: Method, url: impl AsRef<str>) -> RawRequest {
        RawRequest::new(self.clone(), method, url.as_ref())
    }

    /// Where the service is.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    pub(crate) fn retries(&self) -> &Retries {
        &self.0.retries
    }

    /// The wall clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn stack(&self) -> Stack {
        self.0.stack.clone()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("origin", &self.0.endpoint.origin().to_string()).finish_non_exhaustive()
    }
}
