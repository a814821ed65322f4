//! The settings of a `Planet` that is being made.

use planet_core::middleware::{Layer, NextService, UserService};
use planet_core::{
    Auth, Clock, Endpoint, HttpVersion, Pace, Proxy, Result, RetryBudget, RetryPolicy, Session, SessionBuilder,
    Timeouts, Tls,
};

use crate::Planet;

/// Settings of a [`Planet`] that is being made: those of its session.
/// [`docs/configuration.md`](https://github.com/planet-rs/planet/blob/main/docs/configuration.md) tells the reason for each
/// default.
///
/// [`Planet::builder`] begins it.
///
/// ```
/// use std::time::Duration;
///
/// use planet::middleware::NextService;
/// use planet::{
///     Auth, Clock, Endpoint, HttpVersion, Pace, Planet, Proxy, Retry, RetryBudget, Timeouts, Tls,
/// };
///
/// # let key = "PLAK0123";
/// let planet = Planet::builder()
///     .auth(Auth::from_key(key))
///     .endpoint(Endpoint::default())
///     .retry(Retry::default().max_attempts(10))
///     .retry_budget(RetryBudget::default())
///     .pace(Pace::default().rate("orders.get", 10.0)) // a plan that allows more
///     .max_calls(20)
///     .max_files(4)
///     .timeouts(Timeouts::default().headers(Duration::from_secs(300)))
///     .clock(Clock::system())
///     .user_agent("my-program/1.2")
///     .proxy(Proxy::off())
///     .tls(Tls::default())
///     .http_version(HttpVersion::Auto)
///     .layer_per_call(tower_layer::layer_fn(|next: NextService| next))
///     .layer_per_attempt(tower_layer::layer_fn(|next: NextService| next))
///     .build()?;
/// # drop(planet);
/// # Ok::<(), planet::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until build()"]
pub struct PlanetBuilder(SessionBuilder);

/// Passes each setting on to the session's builder, under the same name.
macro_rules! settings {
    ($($(#[$docs:meta])* $name:ident($value:ident: $type:ty);)*) => {
        impl PlanetBuilder {
            $(
                $(#[$docs])*
                pub fn $name(self, $value: $type) -> Self {
                    Self(self.0.$name($value))
                }
            )*
        }
    };
}

settings! {
    /// How the session proves who it is. Default: [`Auth::from_env`].
    auth(auth: Auth);
    /// Where the service is. Default: `https://api.planet.com`.
    endpoint(endpoint: Endpoint);
    /// How failed attempts are repeated: a [`Retry`](crate::Retry), or a [`RetryPolicy`] of your own. Default:
    /// [`Retry::default`](crate::Retry).
    retry(policy: impl RetryPolicy);
    /// How many retries all calls may make together. Default: [`RetryBudget::default`].
    retry_budget(budget: RetryBudget);
    /// How requests are spaced to stay under the service's rate limits. Default: each route at its rate, shared by the
    /// process.
    pace(pace: Pace);
    /// How many API calls may be under way at once; others wait. Default: 50.
    max_calls(calls: usize);
    /// How many files may be under way at once, beside the calls; others wait. Default: 50.
    max_files(files: usize);
    /// How long to wait for a connection, for the headers of an answer, and for the next bytes of it.
    timeouts(timeouts: Timeouts);
    /// The clock that says what time of day it is. Default: the system's.
    clock(clock: Clock);
    /// The name of your program, put before the SDK's own in `User-Agent`: `my-program/1.2`.
    user_agent(program: impl Into<String>);
    /// The proxy to go through. Default: [`Proxy::from_env`], read by [`build`](Self::build).
    proxy(proxy: Proxy);
    /// Whom https trusts, and a certificate of our own. Default: the roots of the operating system, and none.
    tls(tls: Tls);
    /// Which version of HTTP is spoken. Default: HTTP/2 if the service offers it.
    http_version(version: HttpVersion);
    /// Adds a layer that runs once for each call, around its retries. See
    /// [`SessionBuilder::layer_per_call`](crate::SessionBuilder::layer_per_call).
    layer_per_call(layer: impl Layer<NextService, Service: UserService> + Send + Sync + 'static);
    /// Adds a layer that runs once for each attempt, after the wait for a turn. See
    /// [`SessionBuilder::layer_per_attempt`](crate::SessionBuilder::layer_per_attempt).
    layer_per_attempt(layer: impl Layer<NextService, Service: UserService> + Send + Sync + 'static);
    /// Sends requests with a service of the program's own, instead of the network. See
    /// [`SessionBuilder::transport`](crate::SessionBuilder::transport).
    transport(service: impl UserService);
}

impl PlanetBuilder {
    /// Makes it. Nothing is sent, and no runtime is needed.
    ///
    /// # Errors
    /// `Credentials` if no [`auth`](Self::auth) was given and `PL_API_KEY` is not set; `InvalidInput` if a setting is one
    /// with which nothing could be sent.
    pub fn build(self) -> Result<Planet> {
        self.0.build().map(Planet::new)
    }
}

/// With settings that stand in a session's builder already.
impl From<SessionBuilder> for PlanetBuilder {
    fn from(settings: SessionBuilder) -> Self {
        Self(settings)
    }
}

impl From<Session> for Planet {
    fn from(session: Session) -> Self {
        Self::new(session)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// The names of the setters in a source of the session's builder.
    fn setters(source: &str) -> BTreeSet<&str> {
        let lines = source.lines().filter_map(|line| line.strip_prefix("    pub fn "));
        let setters = lines.filter(|line| line.contains("(mut self"));
        setters.filter_map(|line| line.split(['(', '<']).next()).filter(|name| *name != "build").collect()
    }

    #[test]
    fn every_setting_of_a_session_is_one_of_planet() {
        let builder = include_str!("../../planet-core/src/session/builder.rs");
        let network = include_str!("../../planet-core/src/session/transport.rs");
        let ours: BTreeSet<&str> = include_str!("builder.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(");")?.split_once('(').map(|(name, _)| name))
            .collect();
        let settings: BTreeSet<&str> = setters(builder).union(&setters(network)).copied().collect();
        assert!(settings.len() > 12, "{settings:?}");
        assert_eq!(settings.difference(&ours).collect::<Vec<_>>(), Vec::<&&str>::new());
    }
}
