//! What a program asks of its credential.

use super::explain::{AuthExplanation, AuthKind};
use super::legacy_login::LegacyLogin;
use crate::{Auth, Error, ErrorKind, Result, Secret};

fn unfinished() -> Error {
    Error::new(ErrorKind::Credentials, "not here yet")
}

impl Auth {
    pub fn from_login(email: impl Into<String>, password: impl Into<String>) -> LegacyLogin {
        Self::builder().login(email, password)
    }
    pub fn from_profile(name: impl AsRef<str>) -> Result<Self> {
        Self::builder().profile(name)
    }
    pub fn from_user_default_session() -> Result<Self> {
        Self::builder().user_default_session()
    }
    pub fn from_oauth_m2m(client_id: impl Into<String>, client_secret: impl Into<String>) -> Result<Self> {
        Self::builder().oauth_m2m(client_id, client_secret)
    }
    pub fn from_oauth_user_device_code(client_id: impl Into<String>) -> Result<Self> {
        Self::builder().oauth_user_device_code(client_id)
    }
    pub fn from_oauth_user_auth_code(client_id: impl Into<String>, callback_url: impl Into<String>) -> Result<Self> {
        Self::builder().oauth_user_auth_code(client_id, callback_url)
    }
    pub async fn value(&self) -> Result<Secret> {
        self.key.clone().ok_or_else(unfinished)
    }
    #[must_use]
    pub fn is_initialized(&self) -> bool {
        true
    }
    pub async fn ensure_initialized(&self) -> Result<()> {
        Ok(())
    }
    #[must_use]
    pub fn explain(&self) -> AuthExplanation {
        AuthExplanation::new(AuthKind::Own, self.provider.describe())
    }
    pub fn store(&self) -> Result<()> {
        Err(unfinished())
    }
    pub async fn logout(&self) -> Result<()> {
        Err(unfinished())
    }
}
