//! The session: everything that calls share.

mod builder;
mod stats;
#[cfg(test)]
mod tests;
mod timeouts;
mod transport;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;

use http::Method;

#[cfg(feature = "fs")]
use crate::Auth;
use crate::call::Call;
use crate::paging::{List, Paged};
use crate::raw::RawRequest;
#[cfg(feature = "fs")]
use crate::retry::Retries;
use crate::stack::Stack;
use crate::{Clock, Endpoint, Error, ErrorKind, Operation, Result};

pub use builder::SessionBuilder;
pub(crate) use stats::Counters;
pub use stats::SessionStats;
pub use timeouts::Timeouts;

/// Connections, credential, rate limits and retries, shared by all clients made from it.
///
/// Making one does no IO and needs no runtime. Clones are cheap and share everything. Use one for the whole program:
/// its requests are spaced to stay under the service's rate limits.
///
/// When the last clone is dropped its connections are closed; those that still carry a body, when the body has ended.
/// [`close`](Self::close) does it now, and waits for what is under way.
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
    /// `None` when the session is closed. With it go the connections that are not in use.
    stack: RwLock<Option<Stack>>,
    /// Each call and each body that is under way holds a receiver.
    under_way: watch::Sender<()>,
    counters: Arc<Counters>,
    /// For downloads, which repeat what breaks within a body.
    #[cfg(feature = "fs")]
    retries: Retries,
    clock: Clock,
}

/// Held by a call, and by a streamed body, as long as it is under way.
pub(crate) type UnderWay = watch::Receiver<()>;

impl Session {
    /// A session with the API key in `PL_API_KEY`, for the service itself.
    ///
    /// # Errors
    /// `Credentials` if the variable is not set or empty.
    pub fn from_env() -> Result<Self> {
        Self::builder().build()
    }

    /// A session with the credential that the user has set up: a login of Planet's official tools, or a key in the
    /// environment or in `~/.planet.json`. See [`Auth::from_user_default_session`].
    ///
    /// # Errors
    /// As [`Auth::from_user_default_session`]. Whether anybody is logged in shows at the first call, or with
    /// [`Auth::ensure_initialized`].
    #[cfg(feature = "fs")]
    pub fn from_default_session() -> Result<Self> {
        Self::builder().auth(Auth::from_user_default_session()?).build()
    }

    /// Starts a session with settings of its own.
    pub fn builder() -> SessionBuilder {
        SessionBuilder::default()
    }

    /// Starts a call of an operation: one of your own, where no client has it.
    ///
    /// ```
    /// use planet_core::{Call, Operation, Session};
    ///
    /// fn patient<O: Operation>(session: &Session, operation: O) -> Call<O> {
    ///     session.call(operation).deadline(std::time::Duration::from_secs(600))
    /// }
    /// ```
    pub fn call<O: Operation>(&self, operation: O) -> Call<O> {
        Call::new(self.clone(), operation)
    }

    /// Starts reading a list, page after page.
    ///
    /// ```
    /// use planet_core::paging::{Paged, Pager};
    /// use planet_core::Session;
    ///
    /// fn newest<O: Paged>(session: &Session, operation: O) -> Pager<O::Item> {
    ///     session.list(operation).limit(10).items()
    /// }
    /// ```
    pub fn list<O: Paged>(&self, operation: O) -> List<O> {
        List::new(self.call(operation))
    }

    /// Starts a request to any URL of the service: a path with an optional query, such as `/data/v1/item-types`, or an
    /// absolute URL. For what no client models.
    ///
    /// ```
    /// use planet_core::http::Method;
    /// use planet_core::{Auth, Session};
    ///
    /// let session = Session::builder().auth(Auth::from_key("PLAK0123")).build()?;
    /// let request = session.request(Method::GET, "/data/v1/item-types").query("_page_size", 50).to_request()?;
    /// assert_eq!(request.uri(), "https://api.planet.com/data/v1/item-types?_page_size=50");
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    pub fn request(&self, method: Method, url: impl AsRef<str>) -> RawRequest {
        RawRequest::new(self.clone(), method, url.as_ref())
    }

    /// Where the service is: what every call of this session is sent below, and the only place that gets the credential.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    #[cfg(feature = "fs")]
    pub(crate) fn retries(&self) -> &Retries {
        &self.0.retries
    }

    /// The clock that says what time of day it is, as the session was given it.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// What the session and its clones have done so far. The figures are read one after the other while calls go on, so
    /// they may be a call apart.
    #[must_use]
    pub fn stats(&self) -> SessionStats {
        self.0.counters.snapshot()
    }

    /// Closes the session, for all its clones: connections that are not in use are closed and calls that begin from now
    /// on fail with [`ErrorKind::Closed`]. Then it waits until all calls and all bodies that are under way have ended,
    /// files too.
    ///
    /// What needs further calls ends with that error when it comes to them: a list at its next page, a download that
    /// has to begin again. A body that is held and not read keeps this waiting, and so does a list that is held
    /// with a page fetched ahead. Closing twice does no harm; both wait.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_core::Result<()> {
    /// use planet_core::{Auth, Session};
    ///
    /// let session = Session::builder().auth(Auth::from_key("PLAK0123")).build()?;
    /// session.close().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cancel safety
    /// Nothing closes before the future is polled. Dropped while it waits, it leaves the session closed, and what is
    /// under way goes on; call it again to wait further.
    #[doc(alias = "aclose")]
    pub async fn close(&self) {
        drop(self.0.stack.write().unwrap_or_else(PoisonError::into_inner).take());
        self.0.under_way.closed().await;
    }

    /// Begins a call: the stack to send it down, and what to hold until it has ended.
    pub(crate) fn enter(&self) -> Result<(Stack, UnderWay)> {
        match &*self.0.stack.read().unwrap_or_else(PoisonError::into_inner) {
            Some(stack) => Ok((stack.clone(), self.0.under_way.subscribe())),
            None => Err(Error::new(ErrorKind::Closed, "the session is closed").with_help("Make a new one")),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("origin", &self.0.endpoint.origin().to_string()).finish_non_exhaustive()
    }
}
