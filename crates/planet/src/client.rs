//! One session, and a client for each service.

use planet_core::{Result, Session};

use crate::PlanetBuilder;

/// Everything in one place: a session and the clients that share it.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = planet_sandbox::Sandbox::start().await?;
/// # let (key, url) = (sandbox.api_key(), sandbox.url());
/// use planet::{Auth, Endpoint, Planet};
///
/// // With Planet's own service, `Planet::from_env()?` is enough.
/// let planet = Planet::builder().auth(Auth::from_key(key)).endpoint(Endpoint::parse(url)?).build()?;
/// let stats = planet.orders().stats().await?;
/// println!("{:?} orders are queued", stats.user().queued());
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

    /// The service itself, with the credential that the user has set up: a login of Planet's official tools, or a key in the
    /// environment or in `~/.planet.json`, in the order of
    /// [`Auth::from_user_default_session`](crate::Auth::from_user_default_session). It reads a few small files.
    ///
    /// ```
    /// match planet::Planet::from_default_session() {
    ///     Ok(planet) => println!("{planet:?}"),
    ///     Err(error) => println!("{error}"), // with what to do
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Auth::from_user_default_session`](crate::Auth::from_user_default_session). Whether anybody is logged in shows at
    /// the first call, or with [`Auth::ensure_initialized`](crate::Auth::ensure_initialized).
    #[cfg(feature = "fs")]
    pub fn from_default_session() -> Result<Self> {
        Session::from_default_session().map(Self::new)
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

    /// The Data API: search the catalogue, download assets.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet::Result<()> {
    /// use planet::prelude::*;
    /// use planet::{Filter, ItemType};
    /// # use planet::testing::{Answer, ScriptedTransport};
    /// # let page = planet::serde_json::json!({"features": [{"type": "Feature", "id": "20200909_182525_1014"}], "_links": {}});
    /// # let planet = planet::Planet::new(ScriptedTransport::new([Answer::json(&page)]).session().build()?);
    ///
    /// let mut items = planet.data().search([ItemType::PSSCENE], Filter::empty()).limit(20).items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{}", item.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "client")]
    #[cfg(feature = "data")]
    #[must_use]
    pub fn data(&self) -> planet_data::DataClient {
        planet_data::DataClient::new(&self.session)
    }

    /// The Orders API: order, wait, download, also in jobs of many orders.
    ///
    /// As every call, these take options of their own:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet::Result<()> {
    /// use std::time::Duration;
    ///
    /// use planet::Retry;
    /// use planet::http::{HeaderName, HeaderValue};
    /// # use planet::testing::{Answer, ScriptedTransport};
    /// # let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
    /// # let order = planet::serde_json::json!({"id": id, "state": "queued"});
    /// # let planet = planet::Planet::new(ScriptedTransport::new([Answer::json(&order)]).session().build()?);
    ///
    /// let get = planet
    ///     .orders()
    ///     .get(id)
    ///     .deadline(Duration::from_secs(60)) // all attempts, and the waiting between them
    ///     .attempt_timeout(Duration::from_secs(10))
    ///     .retry(Retry::default().max_attempts(3))
    ///     .header(HeaderName::from_static("x-batch"), HeaderValue::from_static("7"));
    /// assert_eq!(get.to_request()?.uri().path(), format!("/compute/ops/orders/v2/{id}")); // nothing is sent yet
    /// let answer = get.send().await?; // or only `get.await?` for the order alone
    /// println!("{} at attempt {}", answer.value().state(), answer.attempts());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "client")]
    #[cfg(feature = "orders")]
    #[must_use]
    pub fn orders(&self) -> planet_orders::OrdersClient {
        planet_orders::OrdersClient::new(&self.session)
    }

    /// The Features API: areas of interest, which stand wherever a geometry is asked for.
    ///
    /// As every list, these take options of their own:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet::Result<()> {
    /// use std::time::Duration;
    ///
    /// use planet::prelude::*;
    /// use planet::{Checkpoint, Retry};
    /// # use planet::http::{HeaderName, HeaderValue};
    /// # use planet::testing::{Answer, ScriptedTransport};
    /// # let page = planet::serde_json::json!({"type": "FeatureCollection", "features": [{"type": "Feature", "id": "7"}]});
    /// # let planet = planet::Planet::new(ScriptedTransport::new([Answer::json(&page), Answer::json(&page)]).session().build()?);
    ///
    /// let list = planet
    ///     .features()
    ///     .list_items("fields-8vdGGZe")
    ///     .limit(5000) // 0, the default: all
    ///     .max_pages(100)
    ///     .prefetch(1) // fetches the next page while this one is worked with
    ///     .resume(Checkpoint::default()) // a place kept from an earlier run
    ///     .deadline(Duration::from_secs(60)) // for each page
    ///     .attempt_timeout(Duration::from_secs(10))
    ///     .retry(Retry::default().max_attempts(3))
    ///     .header(HeaderName::from_static("x-batch"), HeaderValue::from_static("7"));
    /// println!("{}", list.to_request()?.uri());
    ///
    /// let mut pages = list.clone().pages();
    /// while let Some(page) = pages.try_next().await? {
    ///     println!("{} features", page.items.len());
    /// }
    /// let features = planet::collect(list.items()).await?;
    /// assert_eq!(features.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "client")]
    #[cfg(feature = "features")]
    #[must_use]
    pub fn features(&self) -> planet_features::FeaturesClient {
        planet_features::FeaturesClient::new(&self.session)
    }
}
