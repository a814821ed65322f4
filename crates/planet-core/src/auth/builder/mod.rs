//! Credentials with settings of their own: where to look, whom to ask, what to keep.

mod constructors;
pub(super) mod ends;
mod legacy_login;
pub(super) mod open;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::authority::Wire;
use super::resolve::environment::Environment;
use super::storage::TokenStorage;
use crate::middleware::UserService;
use crate::transport::TransportSettings;
use crate::{Auth, Clock, Fault, FaultKind, Proxy, Result, Secret, Tls, redact};
use ends::refuse;
pub use legacy_login::LegacyLogin;
use open::Manner;

/// Settings of an [`Auth`] that is being made. [`Auth::builder`] begins it, one of the methods that give an `Auth` ends it.
///
/// Where to look and how to reach the authority (`variables`, `home`, `clock`, `proxy`, `tls`, `transport`) go with every
/// end. The others go with some, and are refused by the rest.
///
/// ```
/// use planet_core::{Auth, AuthKind, Clock, Proxy, Tls};
///
/// # let home = tempfile::tempdir()?;
/// // For a test: nothing of the process, nothing of the user's home.
/// let none: [(&str, &str); 0] = [];
/// let auth = Auth::builder()
///     .variables(none)
///     .home(home.path())
///     .clock(Clock::system())
///     .proxy(Proxy::off())
///     .tls(Tls::default())
///     .command_line_order(true)
///     .user_default_session()?;
/// assert!(!auth.is_initialized()); // nobody has logged in
/// assert_eq!(auth.explain().profile(), Some("planet-user"));
///
/// // A client of one's own, whose profile is kept under a name of its own.
/// let auth = Auth::builder()
///     .home(home.path())
///     .profile_name("fields")
///     .scopes(["planet", "offline_access"])
///     .auth_server("https://login.planet.com/")
///     .oauth_user_device_code("my-client-id")?;
/// assert_eq!(auth.explain().kind(), AuthKind::DeviceCode);
/// assert!(Auth::builder().home(home.path()).profile("fields").is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "a builder does nothing until one of its ends"]
pub struct AuthBuilder {
    variables: Option<BTreeMap<String, Secret>>,
    home: Option<PathBuf>,
    profile_name: Option<String>,
    scopes: Option<Vec<String>>,
    auth_server: Option<String>,
    save_state: Option<bool>,
    store_secret: Option<bool>,
    storage: Option<Arc<dyn TokenStorage>>,
    command_line_order: Option<bool>,
    clock: Option<Clock>,
    network: TransportSettings,
    transport: Option<Wire>,
}

impl Auth {
    /// Credentials with settings of their own: another home, a profile name, a storage for the token.
    pub fn builder() -> AuthBuilder {
        AuthBuilder::default()
    }
}

impl AuthBuilder {
    /// The environment variables, in the place of those of the process.
    pub fn variables<N, V>(mut self, variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<String>,
    {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), Secret::new(value)));
        self.variables = Some(variables.collect());
        self
    }

    /// The home directory, in which `.planet.json` and `.planet` are. Default: the user's.
    pub fn home(mut self, path: impl Into<PathBuf>) -> Self {
        self.home = Some(path.into());
        self
    }

    /// The name that the profile of an OAuth client is kept under. Default: the client id, in lower case. One that is built in, or
    /// that another client has, is refused. For the ends `oauth_..`.
    pub fn profile_name(mut self, name: impl Into<String>) -> Self {
        self.profile_name = Some(name.into());
        self
    }

    /// What to ask the authority for. Default: `planet` and `offline_access` for users, nothing for programs. For the ends
    /// `oauth_..`.
    #[doc(alias = "requested_scopes")]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Another authority than Planet's: an https URL. For the ends `oauth_..`.
    pub fn auth_server(mut self, url: impl Into<String>) -> Self {
        self.auth_server = Some(url.into());
        self
    }

    /// May the session keep its token in a file? Default: true. With false the file is neither read nor written. For all OAuth
    /// sessions.
    #[doc(alias = "save_state_to_storage")]
    pub fn save_state(mut self, keep: bool) -> Self {
        self.save_state = Some(keep);
        self
    }

    /// May the client secret of a program be written to its profile, in clear text? Default: false; the session works, and
    /// the secret has to be given again next time. For `oauth_m2m` and `user_default_session`.
    pub fn store_secret(mut self, store: bool) -> Self {
        self.store_secret = Some(store);
        self
    }

    /// Keeps the token there, in the place of `~/.planet/<profile>/token.json`. No profile is written then, until
    /// [`Auth::store`]. For all OAuth sessions.
    ///
    /// ```
    /// use planet_core::{Auth, Result, Secret, TokenStorage};
    ///
    /// struct Nowhere;
    ///
    /// impl TokenStorage for Nowhere {
    ///     fn load(&self) -> Result<Option<Secret>> {
    ///         Ok(None)
    ///     }
    ///
    ///     fn save(&self, _: &Secret) -> Result<()> {
    ///         Ok(())
    ///     }
    ///
    ///     fn describe(&self) -> String {
    ///         "nowhere".into()
    ///     }
    /// }
    ///
    /// # let home = tempfile::tempdir()?;
    /// let auth = Auth::builder().home(home.path()).storage(Nowhere).oauth_user_device_code("my-client-id")?;
    /// assert_eq!(auth.explain().token_file(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "storage_provider")]
    pub fn storage(mut self, storage: impl TokenStorage) -> Self {
        self.storage = Some(Arc::new(storage));
        self
    }

    /// Looks in the order of Planet's command line: whatever the environment says comes before whatever a file says. For
    /// `user_default_session`.
    pub fn command_line_order(mut self, on: bool) -> Self {
        self.command_line_order = Some(on);
        self
    }

    /// The wall clock, by which tokens expire.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The proxy on the way to the authority. Default: [`Proxy::from_env`].
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.network.proxy = Some(proxy);
        self
    }

    /// Whom https trusts on the way to the authority.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.network.tls = tls;
        self
    }

    /// Reaches the authority with a service of the program's own, instead of the network.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use planet_core::Auth;
    /// use planet_core::testing::{Answer, ScriptedTransport};
    /// use serde_json::json;
    ///
    /// # let home = tempfile::tempdir()?;
    /// let server = "https://login.example.com";
    /// let authority = ScriptedTransport::new([
    ///     Answer::json(&json!({"issuer": server, "token_endpoint": format!("{server}/token")})),
    ///     Answer::json(&json!({"access_token": "the-token", "expires_in": 3600, "token_type": "Bearer"})),
    /// ]);
    /// let auth = Auth::builder()
    ///     .home(home.path())
    ///     .auth_server(server)
    ///     .store_secret(false)
    ///     .save_state(false)
    ///     .transport(authority)
    ///     .oauth_m2m("my-robot", "sesame")?;
    /// assert_eq!(auth.value().await?.expose(), "the-token");
    /// # Ok(())
    /// # }
    /// ```
    pub fn transport(mut self, service: impl UserService) -> Self {
        self.transport = Some(Wire::own(service));
        self
    }
}

/// What the ends ask.
impl AuthBuilder {
    /// Refuses what was set and does not go with an end.
    pub(super) fn allow(&self, end: &str, allowed: &[&str]) -> Result<()> {
        let set = [
            ("profile_name", self.profile_name.is_some()),
            ("scopes", self.scopes.is_some()),
            ("auth_server", self.auth_server.is_some()),
            ("save_state", self.save_state.is_some()),
            ("store_secret", self.store_secret.is_some()),
            ("storage", self.storage.is_some()),
            ("command_line_order", self.command_line_order.is_some()),
        ];
        let strange = set
            .into_iter()
            .filter(|(name, is_set)| *is_set && !allowed.contains(name))
            .map(|(name, _)| Some(Fault::new(FaultKind::Conflict, name, format!("is not for AuthBuilder::{end}"))));
        let both = (self.storage.is_some() && self.save_state == Some(false))
            .then(|| Fault::new(FaultKind::Conflict, "storage", "does not go with save_state(false)"));
        refuse(strange.chain([both]))
    }

    pub(super) fn environment(&self) -> Environment {
        Environment::new(self.variables.as_ref(), self.home.as_deref())
    }

    pub(super) fn manner(self, home: Option<PathBuf>) -> Manner {
        let clock = self.clock.unwrap_or_else(Clock::system);
        let wire = self.transport.unwrap_or_else(|| Wire::new(self.network));
        Manner {
            home,
            save_state: self.save_state.unwrap_or(true),
            may_store_secret: self.store_secret.unwrap_or(false),
            storage: self.storage,
            wire: wire.with_clock(clock.clone()),
            clock,
        }
    }

    /// May files be written when the credential is made?
    pub(super) fn keeps_files(&self) -> bool {
        self.save_state.unwrap_or(true) && self.storage.is_none()
    }

    pub(super) fn may_store_secret(&self) -> bool {
        self.store_secret.unwrap_or(false)
    }

    pub(super) fn has_command_line_order(&self) -> bool {
        self.command_line_order.unwrap_or(false)
    }

    pub(super) fn own_variables(&self) -> Option<&BTreeMap<String, Secret>> {
        self.variables.as_ref()
    }

    pub(super) fn own_home(&self) -> Option<PathBuf> {
        self.home.clone()
    }

    pub(super) fn own_scopes(&self) -> Option<Vec<String>> {
        self.scopes.clone()
    }

    pub(super) fn own_auth_server(&self) -> Option<&str> {
        self.auth_server.as_deref()
    }

    pub(super) fn own_profile_name(&self) -> Option<&str> {
        self.profile_name.as_deref()
    }
}

impl fmt::Debug for AuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder")
            .field("home", &self.home)
            .field("profile_name", &self.profile_name)
            .field("auth_server", &self.auth_server.as_deref().map(redact::url))
            .finish_non_exhaustive()
    }
}
