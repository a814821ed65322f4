//! Keeps a credential so that every program of the user finds it, as Planet's official tools do.

use std::path::Path;

use super::about::{Configured, KEY_PROFILE, needed};
use super::problem::{AuthError, AuthFailure};
use super::profile::{self, Client, ClientAuthentication, Preferences, ProfileName};
use super::provider::fault_of_key;
use super::resolve::environment::home_of_process;
use super::variables::PROFILE;
use crate::{Auth, Error, Fault, FaultKind, Result, Secret};

impl Auth {
    /// Makes this the user's default session, for every program and for Planet's official tools: writes its profile into
    /// `~/.planet`, and selects it in `~/.planet.json`. What else stands there is kept. The token of a session is kept already,
    /// where [`Auth::builder`] says.
    ///
    /// A key becomes the profile `_pl_api_key`, in clear text, which only the user may read.
    /// [`store_legacy`](Self::store_legacy) keeps it in the form that older versions read.
    ///
    /// ```
    /// use planet_core::Auth;
    ///
    /// # let home = tempfile::tempdir()?;
    /// # let home = home.path();
    /// let auth = Auth::builder().home(home).oauth_user_device_code("my-client-id")?;
    /// auth.store()?;
    /// let none: [(&str, &str); 0] = [];
    /// let other = Auth::builder().variables(none).home(home).user_default_session()?;
    /// assert_eq!(other.explain().client_id(), Some("my-client-id"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if it holds a client secret that may not be written, or may keep nothing; `Credentials` if there is
    /// nothing that could be kept, or if what is in a file is no JSON object: it is left as it is. `File` if a file cannot be
    /// written.
    pub fn store(&self) -> Result<()> {
        let home = self.about.home.clone().or_else(home_of_process);
        let home = needed(home.as_deref())?;
        let name = match (&self.about.profile, &self.key) {
            (Some(configured), _) => {
                self.store_profile(home, configured)?;
                configured.name.clone()
            }
            (None, Some(key)) => {
                let name = ProfileName::parse(KEY_PROFILE)?;
                profile::write(home, &name, &self.key_to_store(key)?, true)?;
                name
            }
            (None, None) => return Err(self.nothing_to_store()),
        };
        // As the official tools write it.
        let selected = if name.as_str().eq_ignore_ascii_case(KEY_PROFILE) { KEY_PROFILE } else { name.as_str() };
        Preferences::update(home, |preferences| preferences.set(PROFILE, selected))
    }

    fn store_profile(&self, home: &Path, configured: &Configured) -> Result<()> {
        if configured.is_known {
            return Ok(());
        }
        let Client::Oidc(client) = &configured.client else { return Err(self.nothing_to_store()) };
        if !configured.may_keep {
            let message = "is off, so nobody would find the token of the profile that is to be written";
            return Err(Error::invalid(vec![Fault::new(FaultKind::Conflict, "save_state", message)]));
        }
        let is_secret = !matches!(client.authentication, ClientAuthentication::Public);
        if is_secret && !configured.may_store_secret {
            let message = "has to be written in clear text, so it must be allowed: AuthBuilder::store_secret(true)";
            return Err(Error::invalid(vec![Fault::new(FaultKind::Conflict, "store_secret", message)]));
        }
        profile::write(home, &configured.name, &configured.client, configured.may_store_secret).map(drop)
    }

    fn key_to_store(&self, key: &Secret) -> Result<Client> {
        match fault_of_key(key.expose()) {
            None => Ok(Client::Key { key: Some(key.clone()), prefix: "api-key".into() }),
            Some(_) => Err(self.nothing_to_store()),
        }
    }

    fn nothing_to_store(&self) -> Error {
        let message = format!("{} has nothing that could be kept in a file", self.provider.describe());
        AuthError::new(AuthFailure::Unsupported, message).into_error()
    }
}
