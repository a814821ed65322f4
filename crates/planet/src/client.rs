//! One session, and a client for each service.

use planet_core::{Result, Session};

/// Everything in one place: a session and the clients that share it.
///
/// ```no_run
/// # async fn run() -> planet::Result<()> {
/// let planet = planet::Planet::from_env()?;
/// let order = planet.orders().get("18389c7e-1831-4de7-8187-d30ffe88b4b7").await?;
/// println!("{}", order.state());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Planet {
    session: Session,
}

impl Planet {
    /// The service itself, with the API key in the environment variable `PL_API_KEY`. It does no IO and needs no runtime.
    ///
    /// # Errors
    /// `Credentials` if the variable is not set or empty.
    pub fn from_env() -> Result<Self> {
        Session::from_env().map(Self::new)
    }

    /// Uses a session with settings of its own ([`Session::builder`]).
    #[must_use]
    pub fn new(session: Session) -> Self {
        Self { session }
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The Data API: search the catalogue.
    #[cfg(feature = "data")]
    #[must_use]
    pub fn data(&self) -> planet_data::DataClient {
        planet_data::DataClient::new(&self.session)
    }

    /// The Orders API: order, wait, download.
    #[cfg(feature = "orders")]
    #[must_use]
    pub fn orders(&self) -> planet_orders::OrdersClient {
        planet_orders::OrdersClient::new(&self.session)
    }

    /// The Features API: areas of interest.
    #[cfg(feature = "features")]
    #[must_use]
    pub fn features(&self) -> planet_features::FeaturesClient {
        planet_features::FeaturesClient::new(&self.session)
    }
}
