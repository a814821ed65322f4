//! The ends of a builder: each finds or makes one sort of credential.

use super::builder::AuthBuilder;
use super::legacy_login::LegacyLogin;
use super::problem::{AuthError, AuthFailure};
use crate::{Auth, Error, Result};

fn unfinished() -> Error {
    AuthError::new(AuthFailure::Unsupported, "not here yet").into_error()
}

impl AuthBuilder {
    pub fn user_default_session(self) -> Result<Auth> {
        Err(unfinished())
    }
    pub fn profile(self, name: impl AsRef<str>) -> Result<Auth> {
        let _ = name.as_ref();
        Err(unfinished())
    }
    pub fn env(self) -> Result<Auth> {
        Err(unfinished())
    }
    pub fn env_var(self, variable: impl AsRef<str>) -> Result<Auth> {
        let _ = variable.as_ref();
        Err(unfinished())
    }
    pub fn file(self) -> Result<Auth> {
        Err(unfinished())
    }
    pub fn oauth_m2m(self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Result<Auth> {
        let _ = (client_id.into(), client_secret.into());
        Err(unfinished())
    }
    pub fn oauth_user_device_code(self, client_id: impl Into<String>) -> Result<Auth> {
        let _ = client_id.into();
        Err(unfinished())
    }
    pub fn oauth_user_auth_code(self, client_id: impl Into<String>, callback_url: impl Into<String>) -> Result<Auth> {
        let _ = (client_id.into(), callback_url.into());
        Err(unfinished())
    }
    pub fn login(self, email: impl Into<String>, password: impl Into<String>) -> LegacyLogin {
        LegacyLogin::new(self, email.into(), password.into())
    }
}
