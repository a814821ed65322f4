//! Credentials: where they come from and what they send. `docs/architecture.md` tells how the rooms hang together.
//!
//! - `builder` takes settings, and ends in an [`Auth`]; `resolve` finds the user's default session for it.
//! - `state`, `store`, `explain` are what a program asks of an [`Auth`]; `about` holds what they need.
//! - `provider` is the trait behind it, with keys; `oauth_session` is the one of OAuth.
//! - `keeper` keeps a token fresh; `authority` asks for tokens; `login` has users log in; `legacy` is the login before OAuth.
//! - `token` is a token as a document with times; `storage` is where it is kept; `profile` the clients and their names.
//! - `disk` reads and writes files of credentials.
//! - `identity` tells whose rate limits count; `problem` and `warning` say what is wrong.

#[cfg(feature = "fs")]
mod about;
#[cfg(feature = "fs")]
mod authority;
#[cfg(feature = "fs")]
mod builder;
#[cfg(feature = "fs")]
mod disk;
#[cfg(feature = "fs")]
mod explain;
mod identity;
#[cfg(feature = "fs")]
mod keeper;
#[cfg(feature = "fs")]
mod legacy;
#[cfg(feature = "fs")]
mod login;
#[cfg(feature = "fs")]
mod oauth_session;
mod problem;
#[cfg(feature = "fs")]
mod profile;
mod provider;
#[cfg(feature = "fs")]
mod resolve;
#[cfg(feature = "fs")]
mod state;
#[cfg(feature = "fs")]
mod storage;
#[cfg(feature = "fs")]
mod store;
#[cfg(feature = "fs")]
mod token;
mod variables;
#[cfg(feature = "fs")]
mod warning;

use std::env;
use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::{Result, Secret};

#[cfg(feature = "fs")]
use about::About;
#[cfg(feature = "fs")]
pub use builder::{AuthBuilder, LegacyLogin};
#[cfg(feature = "fs")]
pub use explain::{AuthExplanation, AuthKind, AuthSource};
pub(crate) use identity::Identity;
#[cfg(feature = "fs")]
pub use login::{BrowserLogin, BrowserPrompt, DeviceCompletion, DeviceLogin, DevicePrompt, Login, LoginEvent};
pub use problem::{AuthError, AuthFailure};
use provider::{Anonymous, ApiKey, fault_of_key};
pub use provider::{AuthHeaders, CredentialsFuture, CredentialsProvider};
#[cfg(feature = "fs")]
pub use storage::{MemoryStorage, StorageLock, TokenStorage};
#[cfg(feature = "fs")]
pub use warning::{AuthWarning, AuthWarningKind};

/// How a session proves who it is.
///
/// ```
/// use planet_core::Auth;
///
/// let auth = Auth::from_key("PLAK0123");
/// assert!(!format!("{auth:?}").contains("PLAK0123"));
/// ```
#[derive(Clone)]
pub struct Auth {
    provider: Arc<dyn CredentialsProvider>,
    identity: Identity,
    /// What never changes needs not be asked for.
    fixed: Option<AuthHeaders>,
    /// The API key itself, to be kept in a file.
    #[cfg(feature = "fs")]
    key: Option<Secret>,
    #[cfg(feature = "fs")]
    about: Arc<About>,
}

impl Auth {
    /// An API key, as the account page shows it. Space around it is dropped.
    ///
    /// It does not fail: a key that cannot be one, such as an empty text, ends the first call with an error, and nothing is
    /// sent.
    #[doc(alias = "from_dict")]
    #[must_use]
    pub fn from_key(key: impl AsRef<str>) -> Self {
        Self::api_key(key.as_ref().trim(), "the key given to Auth::from_key".into())
    }

    fn api_key(key: &str, origin: String) -> Self {
        Self::prefixed_key(key, "api-key", origin)
    }

    fn prefixed_key(key: &str, prefix: &str, origin: String) -> Self {
        let secret = Secret::new(key);
        let provider = ApiKey::new(&secret, prefix, origin);
        Self {
            fixed: provider.fixed(),
            #[cfg(feature = "fs")]
            about: Arc::new(About::of_key(&provider.describe())),
            #[cfg(feature = "fs")]
            key: Some(secret),
            ..Self::identified(provider, Identity::of_key(key))
        }
    }

    #[cfg(feature = "fs")]
    fn key_of_file(key: &str, file: &std::path::Path) -> Self {
        let about = About::of_legacy_file(file);
        Self { about: Arc::new(about), ..Self::api_key(key, format!("the file {}", file.display())) }
    }

    /// The API key in the environment variable `PL_API_KEY`, and nothing else. What a user has set up in other ways, such as
    /// a login of Planet's official tools, is found by `Auth::from_user_default_session`.
    ///
    /// # Errors
    /// `Credentials` if the variable is not set, empty, or holds what no header can carry.
    pub fn from_env() -> Result<Self> {
        Self::from_env_var(variables::API_KEY)
    }

    /// The API key in an environment variable of the caller's choice.
    ///
    /// # Errors
    /// As [`Auth::from_env`].
    pub fn from_env_var(variable: &str) -> Result<Self> {
        Self::of_variable(variable, env::var(variable), |name| env::var_os(name).is_some_and(|value| !value.is_empty()))
    }

    fn of_variable(
        variable: &str,
        value: std::result::Result<String, env::VarError>,
        is_set: impl Fn(&str) -> bool,
    ) -> Result<Self> {
        let problem = |what: &str| {
            let message = format!("the environment variable {variable} {what}");
            let error = AuthError::new(AuthFailure::Missing, message).about(variable).into_error();
            error.with_help(advice_for(variable, &is_set))
        };
        let key = value.map(Zeroizing::new).map_err(|cause| {
            problem(match cause {
                env::VarError::NotPresent => "is not set",
                env::VarError::NotUnicode(_) => "is no text",
            })
        })?;
        let key = key.trim();
        match fault_of_key(key) {
            Some(fault) => Err(problem(fault)),
            None => Ok(Self::api_key(key, format!("the environment variable {variable}"))),
        }
    }

    /// No credential: for the few endpoints that need none.
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            fixed: Some(AuthHeaders::none()),
            #[cfg(feature = "fs")]
            about: Arc::new(About::new(AuthExplanation::new(AuthKind::Anonymous, Anonymous.describe()))),
            ..Self::identified(Anonymous, Identity::anonymous())
        }
    }

    /// A source of credentials of the caller's own.
    ///
    /// Sessions share their rate limits if they use clones of one `Auth`; two made from two providers are two
    /// credentials.
    #[must_use]
    pub fn from_provider(provider: impl CredentialsProvider) -> Self {
        Self::identified(provider, Identity::unique())
    }

    fn identified(provider: impl CredentialsProvider, identity: Identity) -> Self {
        Self {
            #[cfg(feature = "fs")]
            about: Arc::new(About::new(AuthExplanation::new(AuthKind::Own, provider.describe()))),
            provider: Arc::new(provider),
            identity,
            fixed: None,
            #[cfg(feature = "fs")]
            key: None,
        }
    }

    /// The headers that carry the credential.
    pub(crate) async fn headers(&self) -> Result<AuthHeaders> {
        match &self.fixed {
            Some(fixed) => Ok(fixed.clone()),
            None => self.provider.headers().await,
        }
    }

    pub(crate) fn provider(&self) -> &dyn CredentialsProvider {
        &*self.provider
    }

    /// Can a refused credential be followed by another? A key is what it is.
    pub(crate) fn may_renew(&self) -> bool {
        self.fixed.is_none()
    }

    /// Whose rate limits the requests count against.
    pub(crate) fn identity(&self) -> Identity {
        self.identity
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Auth({})", self.provider.describe())
    }
}

/// What to do about a variable without a key. Whoever has set the variables of another way probably means that.
fn advice_for(variable: &str, is_set: impl Fn(&str) -> bool) -> String {
    let mut advice =
        format!("Set {variable} to your API key (planet.com, My Settings), or give one with Auth::from_key");
    let others = [variables::PROFILE, variables::CLIENT_ID, variables::CLIENT_SECRET];
    if cfg!(feature = "fs")
        && let Some(other) = others.into_iter().find(|name| is_set(name))
    {
        advice.push_str(&format!(
            ". {other} is set, which only the default session reads: Planet::from_default_session(), or \
             Auth::from_user_default_session()"
        ));
    }
    advice
}

#[cfg(test)]
#[cfg(feature = "fs")]
mod tests;
#[cfg(test)]
mod variable_tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_missing_variable_is_named_with_what_to_do() {
        let error = Auth::from_env_var("PLANET_TEST_NO_SUCH_VARIABLE").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        let shown = error.to_string();
        assert!(shown.contains("PLANET_TEST_NO_SUCH_VARIABLE is not set") && shown.contains("Set "), "{shown}");
    }
}
