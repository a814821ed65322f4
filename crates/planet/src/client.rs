//! One session, and a client for each service.

use planet_core::{Result, Session};

use crate::PlanetBuilder;

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

    /// Settings other than the defaults, to end with [`build`](PlanetBuilder::build).
    ///
    /// ```
    /// use planet::{Auth, Planet};
    ///
    /// # let key = "PLAK0123";
    /// let planet = Planet::builder().auth(Auth::from_key(key)).max_files(4).build()?;
    /// # drop(planet);
    /// # Ok::<(), planet::Error>(())
    /// ```
    pub fn builder() -> PlanetBuilder {
        PlanetBuilder::default()
    }

    /// Uses a session that is there already, such as one that other clients share.
    ///
    /// ```
    /// use planet::{Auth, Planet, Session};
    ///
    /// let session = Session::builder().auth(Auth::from_key("KEY")).build()?;
    /// let planet = Planet::new(session.clone());
    /// assert_eq!(planet.session().endpoint(), session.endpoint());
    /// # Ok::<(), planet::Error>(())
    /// ```
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
