//! The settings of a session, with the reason for each default.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use super::{Session, Shared};
use crate::retry::{Policy, Retries};
use crate::stack::{self, Next, Pace, Settings};
use crate::transport::Transport;
use crate::{Auth, Clock, Endpoint, Error, Fault, FaultKind, Result, Retry, RetryBudget, RetryPolicy};

/// The time limits of a session. There is none for a whole file: a slow body that moves is never cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// To open a connection. Default 10 s, as Planet's own client.
    pub connect: Duration,
    /// From sending a request to the headers of its answer. Default 130 s: Planet's own client allows 125 s.
    pub headers: Duration,
    /// Between two pieces of a body. Default 60 s.
    pub idle: Duration,
}

impl Timeouts {
    /// Sets the time to open a connection.
    #[must_use]
    pub fn connect(mut self, limit: Duration) -> Self {
        self.connect = limit;
        self
    }

    /// Sets the time from sending a request to the headers of its answer.
    #[must_use]
    pub fn headers(mut self, limit: Duration) -> Self {
        self.headers = limit;
        self
    }

    /// Sets the time between two pieces of a body.
    #[must_use]
    pub fn idle(mut self, limit: Duration) -> Self {
        self.idle = limit;
        self
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), headers: Duration::from_secs(130), idle: Duration::from_secs(60) }
    }
}

/// Settings of a [`Session`] that is being made.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until build()"]
pub struct SessionBuilder {
    auth: Option<Auth>,
    endpoint: Endpoint,
    retry: Policy,
    retry_budget: RetryBudget,
    pace: Pace,
    timeouts: Timeouts,
    clock: Clock,
    user_agent: Option<String>,
}

impl Default for SessionBuilder {
    fn default() -> Self {
        Self {
            auth: None,
            endpoint: Endpoint::default(),
            retry: Policy::new(Retry::default()),
            retry_budget: RetryBudget::default(),
            pace: Pace::default(),
            timeouts: Timeouts::default(),
            clock: Clock::system(),
            user_agent: None,
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

    /// How failed attempts are repeated: a [`Retry`], or a [`RetryPolicy`] of your own.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Policy::new(policy);
        self
    }

    /// How many retries all calls of the session may make together.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = budget;
        self
    }

    /// Whether requests are spaced to stay under the service's rate limits.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// The time limits.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// The wall clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The name of your program, put before the SDK's own in `User-Agent`: `my-program/1.2`.
    pub fn user_agent(mut self, program: impl Into<String>) -> Self {
        self.user_agent = Some(program.into());
        self
    }

    /// Makes the session. Nothing is sent, and no runtime is needed.
    ///
    /// # Errors
    /// `Credentials` if no [`auth`](Self::auth) was given and `PL_API_KEY` is not set; `InvalidInput` if the user agent
    /// cannot stand in a header.
    pub fn build(self) -> Result<Session> {
        let transport = Transport::new(self.timeouts.connect);
        self.build_on(transport)
    }

    /// Makes the session on another end of the stack.
    pub(crate) fn build_on(self, leaf: impl Next) -> Result<Session> {
        let user_agent = self.header()?;
        let auth = match self.auth {
            Some(auth) => auth,
            None => Auth::from_env()?,
        };
        let retries = Retries::new(self.retry, self.retry_budget);
        let settings = Settings {
            auth,
            origin: self.endpoint.origin().clone(),
            clock: self.clock,
            retries: retries.clone(),
            pace: self.pace,
            timeouts: self.timeouts,
            user_agent,
        };
        let stack = stack::build(settings, leaf);
        Ok(Session(Arc::new(Shared { endpoint: self.endpoint, stack, retries })))
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
