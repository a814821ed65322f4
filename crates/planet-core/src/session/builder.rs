//! The settings of a session, with the reason for each default.

use std::sync::{Arc, RwLock};

use http::HeaderValue;
use tokio::sync::watch;

use super::{Counters, Session, Shared, Timeouts};
use crate::middleware::{Layer, NextService, UserService};
use crate::retry::{Policy, Retries};
use crate::stack::{self, Leaf, Pace, Permits, Settings, UserLayers};
use crate::transport::{Transport, TransportSettings};
use crate::{Auth, Clock, Endpoint, Error, Fault, FaultKind, Result, Retry, RetryBudget, RetryPolicy};

/// Settings of a [`Session`] that is being made.
/// [`docs/configuration.md`](https://github.com/planet-rs/planet/blob/main/docs/configuration.md) tells the reason for each
/// default.
///
/// ```
/// use std::time::Duration;
/// use planet_core::{Auth, Pace, Retry, Session, Timeouts};
///
/// # let key = "PLAK0123";
/// let session = Session::builder()
///     .auth(Auth::from_key(key))
///     .retry(Retry::default().max_attempts(10))
///     .pace(Pace::default().rate("orders.get", 10.0)) // a plan that allows more
///     .max_files(4)
///     .timeouts(Timeouts::default().headers(Duration::from_secs(300)))
///     .build()?;
/// # let _ = session;
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until build()"]
pub struct SessionBuilder {
    auth: Option<Auth>,
    endpoint: Endpoint,
    retry: Policy,
    retry_budget: RetryBudget,
    pace: Pace,
    permits: Permits,
    timeouts: Timeouts,
    clock: Clock,
    user_agent: Option<String>,
    layers: UserLayers,
    transport: Option<NextService>,
    pub(super) network: TransportSettings,
}

impl Default for SessionBuilder {
    fn default() -> Self {
        Self {
            auth: None,
            endpoint: Endpoint::default(),
            retry: Policy::new(Retry::default()),
            retry_budget: RetryBudget::default(),
            pace: Pace::default(),
            permits: Permits::default(),
            timeouts: Timeouts::default(),
            clock: Clock::system(),
            user_agent: None,
            layers: UserLayers::default(),
            transport: None,
            network: TransportSettings::default(),
        }
    }
}

impl SessionBuilder {
    /// How the session proves who it is. Default: [`Auth::from_env`].
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = Some(auth);
        self
    }

    /// Where the service is. Default: `https://api.planet.com`.
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// How failed attempts are repeated: a [`Retry`], or a [`RetryPolicy`] of your own. Default: [`Retry::default`].
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Policy::new(policy);
        self
    }

    /// How many retries all calls of the session may make together. Default: [`RetryBudget::default`].
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = budget;
        self
    }

    /// How requests are spaced to stay under the service's rate limits. Default: each route at its rate, shared by the
    /// process.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// How many API calls may be under way at once; others wait. Default 50, as Planet's own client. A call counts from
    /// the moment it may leave until its body is read, not while it waits between attempts.
    #[doc(alias = "MAX_ACTIVE")]
    pub fn max_calls(mut self, calls: usize) -> Self {
        self.permits.calls = calls;
        self
    }

    /// How many files may be under way at once, beside the calls; others wait. Default 50. A file counts until its body
    /// has ended or is dropped.
    pub fn max_files(mut self, files: usize) -> Self {
        self.permits.files = files;
        self
    }

    /// How long to wait for a connection, for the headers of an answer, and for the next bytes of it. [`Timeouts`] tells each
    /// default. How long a call may take in all is set at the call, by its `deadline`.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// The clock that says what time of day it is, where that matters. Default: the system's. A test may give one that it
    /// moves by hand.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The name of your program, put before the SDK's own in `User-Agent`: `my-program/1.2`.
    pub fn user_agent(mut self, program: impl Into<String>) -> Self {
        self.user_agent = Some(program.into());
        self
    }

    /// Adds a layer that runs once for each call, around its retries. The first added is the outermost.
    ///
    /// It sees no credential. What it answers by itself is read as if the service had said it, so a cache belongs here. See
    /// [`middleware`](crate::middleware).
    pub fn layer_per_call<L>(mut self, layer: L) -> Self
    where
        L: Layer<NextService, Service: UserService> + Send + Sync + 'static,
    {
        self.layers.per_call.push(Arc::new(move |next| NextService::new(layer.layer(next))));
        self
    }

    /// Adds a layer that runs once for each attempt, after the wait for a turn. The first added is the outermost.
    ///
    /// It sees the request as it will leave, with the credential (marked sensitive). On a redirect to another origin
    /// nothing of what it adds goes along, but for headers that say nothing about who asks. See
    /// [`middleware`](crate::middleware).
    pub fn layer_per_attempt<L>(mut self, layer: L) -> Self
    where
        L: Layer<NextService, Service: UserService> + Send + Sync + 'static,
    {
        self.layers.per_attempt.push(Arc::new(move |next| NextService::new(layer.layer(next))));
        self
    }

    /// Sends requests with a service of the program's own, instead of the network. Everything above stays: credentials,
    /// pacing, retries, redirects, timeouts, decoding. Settings of connections no longer apply.
    ///
    /// Its errors count as broken connections (kind `Transport`, outcome `Unknown`). A service that knows more returns an
    /// [`Error`] of ours: `Connect` with [`Outcome::NotSent`](crate::Outcome::NotSent) if nothing was sent.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http_body_util::Full;
    /// use planet_core::middleware::Request;
    /// use planet_core::{Auth, Session};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_core::Result<()> {
    /// let answers = tower::service_fn(|request: Request| async move {
    ///     let text = format!(r#"{{"path":"{}"}}"#, request.uri().path());
    ///     Ok::<_, std::io::Error>(http::Response::new(Full::new(Bytes::from(text))))
    /// });
    /// let session = Session::builder().auth(Auth::from_key("KEY")).transport(answers).build()?;
    /// let value = session.request(http::Method::GET, "/data/v1").await?;
    /// assert_eq!(value["path"], "/data/v1");
    /// # Ok(())
    /// # }
    /// ```
    pub fn transport(mut self, service: impl UserService) -> Self {
        self.transport = Some(NextService::new(service));
        self
    }

    /// Makes the session. Nothing is sent, and no runtime is needed.
    ///
    /// # Errors
    /// `Credentials` if no [`auth`](Self::auth) was given and `PL_API_KEY` is not set; `InvalidInput` if the user agent
    /// cannot stand in a header, or a rate, a number of permits or a time limit is one with which nothing could be
    /// sent.
    pub fn build(mut self) -> Result<Session> {
        if let Some(own) = self.transport.take() {
            return self.build_on(stack::own_transport(own));
        }
        let network = std::mem::take(&mut self.network);
        let transport = Transport::new(network, self.timeouts.connect, self.endpoint.origin().clone());
        self.build_on(transport)
    }

    /// Makes the session on another end of the stack.
    pub(crate) fn build_on(self, leaf: impl Leaf) -> Result<Session> {
        let user_agent = self.header()?;
        self.pace.check()?;
        self.permits.check()?;
        self.timeouts.check()?;
        let auth = match self.auth {
            Some(auth) => auth,
            None => Auth::from_env()?,
        };
        let retries = Retries::new(self.retry, self.retry_budget);
        let counters = Arc::new(Counters::default());
        let settings = Settings {
            auth,
            origin: self.endpoint.origin().clone(),
            clock: self.clock.clone(),
            retries: retries.clone(),
            pace: self.pace,
            permits: self.permits,
            timeouts: self.timeouts,
            user_agent,
            layers: self.layers,
            counters: Arc::clone(&counters),
        };
        let stack = stack::build(settings, leaf);
        Ok(Session(Arc::new(Shared {
            endpoint: self.endpoint,
            stack: RwLock::new(Some(stack)),
            under_way: watch::Sender::new(()),
            counters,
            #[cfg(feature = "fs")]
            retries,
            clock: self.clock,
        })))
    }

    fn header(&self) -> Result<HeaderValue> {
        let own = concat!("planet-rust/", env!("CARGO_PKG_VERSION"));
        let text = match &self.user_agent {
            Some(program) => format!("{program} {own}"),
            None => own.to_owned(),
        };
        HeaderValue::from_str(&text).map_err(|_| {
            let fault = Fault::new(FaultKind::Invalid, "user_agent", "holds characters that no header can carry");
            Error::invalid(vec![fault.with_value(format!("{text:?}"))])
        })
    }
}
