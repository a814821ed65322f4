//! The older login, with e-mail and password: it gives the API key.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use super::super::legacy::exchange;
use super::AuthBuilder;
use super::ends::{fault_of_url, refuse};
use crate::{Auth, Result, Secret, redact};

/// Where the service takes e-mail and password, by the official SDK.
const BASE_URL: &str = "https://api.planet.com/v0/auth";

/// A login with e-mail and password that is being made: what [`Auth::from_login`] gives.
///
/// # Errors
/// `InvalidInput` if e-mail or password is empty, or the URL is none. `Credentials` if the service does not know them.
///
/// # Cancel safety
/// Dropping it is safe. The service keeps nothing of a login.
#[must_use = "a login does nothing until it is awaited"]
pub struct LegacyLogin {
    builder: AuthBuilder,
    email: String,
    password: Secret,
    base_url: String,
}

impl LegacyLogin {
    pub(in crate::auth) fn new(builder: AuthBuilder, email: String, password: String) -> Self {
        Self { builder, email, password: Secret::new(password), base_url: BASE_URL.to_owned() }
    }

    async fn run(self) -> Result<Auth> {
        self.builder.allow("login", &[])?;
        let endpoint = format!("{}/login", self.base_url.trim_end_matches('/'));
        refuse([fault_of_url("base_url", &self.base_url)])?;
        let home = self.builder.own_home();
        let wire = self.builder.manner(None).wire;
        let key = exchange::login(&wire, &endpoint, self.email.trim(), &self.password).await?;
        Ok(Auth::api_key(key.expose(), format!("the login at {endpoint}")).at_home(home))
    }

    /// Below which URL the service takes logins. Default: `https://api.planet.com/v0/auth`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }
}

impl IntoFuture for LegacyLogin {
    type Output = Result<Auth>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for LegacyLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LegacyLogin").field("base_url", &redact::url(&self.base_url)).finish_non_exhaustive()
    }
}
