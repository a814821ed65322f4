//! What is known of a credential: where it was found, what it hid, what is missing.

use std::fmt;
use std::path::{Path, PathBuf};

use super::warning::AuthWarning;

/// What sort of credential it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthKind {
    /// An API key.
    ApiKey,
    /// The key that an older login with e-mail and password left in a file.
    LegacyKey,
    /// An OAuth session of a user, who logs in with a code on any device.
    DeviceCode,
    /// An OAuth session of a user, who logs in with a browser on this machine.
    AuthCode,
    /// An OAuth session of a program, which has an id and a secret of its own.
    M2m,
    /// None: requests are sent without a credential.
    Anonymous,
    /// A source of the program's own: [`Auth::from_provider`](crate::Auth::from_provider).
    Own,
}

/// A place that a credential, or a part of one, stands at.
///
/// ```
/// use planet_core::{Auth, AuthWarningKind};
///
/// # let home = tempfile::tempdir()?;
/// # let home = home.path();
/// std::fs::write(home.join(".planet.json"), r#"{"PL_AUTH_PROFILE":"planet-user","key":"PLAK0123"}"#)?;
/// let auth = Auth::builder().home(home).variables([("PL_API_KEY", "PLAK4567")]).user_default_session()?;
/// let why = auth.explain();
/// let [variable, member] = why.hidden() else { panic!("{why}") };
/// assert_eq!((variable.name(), variable.file()), ("PL_API_KEY", None));
/// assert_eq!((member.name(), member.file()), ("key", Some(home.join(".planet.json").as_path())));
/// let warning = why.warnings().iter().find(|warning| warning.kind() == AuthWarningKind::EnvironmentHidden);
/// assert_eq!(warning.map(|warning| warning.subject()), Some("PL_API_KEY"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthSource {
    pub(super) name: String,
    pub(super) file: Option<PathBuf>,
}

impl AuthSource {
    /// The name of the variable, or of the member in the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file. `None`: it is in the environment.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

impl fmt::Display for AuthSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "`{}` in {}", self.name, file.display()),
            None => write!(f, "the environment variable {}", self.name),
        }
    }
}

/// What is known of a credential but the credential itself: what [`Auth::explain`](crate::Auth::explain) gives.
///
/// It prints as a few lines for somebody who asks "why does it use that?", and holds nothing secret.
///
/// ```
/// use planet_core::{Auth, AuthKind};
///
/// # let home = tempfile::tempdir()?;
/// let auth = Auth::builder()
///     .home(home.path())
///     .variables([("PL_API_KEY", "PLAK0123"), ("PL_AUTH_CLIENT_ID", "half-a-pair")])
///     .user_default_session()?;
/// let why = auth.explain();
/// assert_eq!(
///     why.to_string(),
///     "credential: the environment variable PL_API_KEY (API key)\n\
///      missing: PL_AUTH_CLIENT_SECRET, without which the environment variable PL_AUTH_CLIENT_ID counts for nothing"
/// );
/// assert_eq!((why.kind(), why.client_type()), (AuthKind::ApiKey, Some("static_apikey")));
/// assert_eq!((why.profile(), why.client_id()), (Some("_PL_API_KEY"), None));
/// assert_eq!((why.auth_server(), why.token_file()), (None, None));
/// assert!(why.hidden().is_empty() && why.warnings().is_empty() && why.to_do().is_none());
/// assert_eq!(why.missing().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct AuthExplanation {
    pub(super) kind: AuthKind,
    pub(super) origin: String,
    pub(super) client_type: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) auth_server: Option<String>,
    pub(super) token_file: Option<PathBuf>,
    pub(super) hidden: Vec<AuthSource>,
    pub(super) missing: Vec<String>,
    pub(super) warnings: Vec<AuthWarning>,
    pub(super) to_do: Option<String>,
}

impl AuthExplanation {
    pub(super) fn new(kind: AuthKind, origin: impl Into<String>) -> Self {
        Self {
            kind,
            origin: origin.into(),
            client_type: None,
            profile: None,
            client_id: None,
            auth_server: None,
            token_file: None,
            hidden: Vec::new(),
            missing: Vec::new(),
            warnings: Vec::new(),
            to_do: None,
        }
    }

    /// What sort of credential it is.
    #[must_use]
    pub fn kind(&self) -> AuthKind {
        self.kind
    }

    /// The `client_type` of the configuration in force, as Planet's official tools name it: `static_apikey`,
    /// `oidc_device_code`.
    #[must_use]
    pub fn client_type(&self) -> Option<&str> {
        self.client_type.as_deref()
    }

    /// The name of the profile.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// The id of the OAuth client.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// The authority that gives the tokens.
    #[must_use]
    pub fn auth_server(&self) -> Option<&str> {
        self.auth_server.as_deref()
    }

    /// The file that the token, or the key of a legacy login, is kept in.
    #[must_use]
    pub fn token_file(&self) -> Option<&Path> {
        self.token_file.as_deref()
    }

    /// Credentials that are set as well and do not count, because this one comes before them.
    #[must_use]
    pub fn hidden(&self) -> &[AuthSource] {
        &self.hidden
    }

    /// What is not there and would be needed, a sentence each.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// What is not right, and was when the credential was looked for.
    #[must_use]
    pub fn warnings(&self) -> &[AuthWarning] {
        &self.warnings
    }

    /// What to do, if nothing can be sent with it as it is.
    #[must_use]
    pub fn to_do(&self) -> Option<&str> {
        self.to_do.as_deref()
    }

    fn kind_in_words(&self) -> &'static str {
        match self.kind {
            AuthKind::ApiKey => "API key",
            AuthKind::LegacyKey => "key of a legacy login",
            AuthKind::DeviceCode => "OAuth session of a user, by device code",
            AuthKind::AuthCode => "OAuth session of a user, by browser",
            AuthKind::M2m => "OAuth session of a program",
            AuthKind::Anonymous => "none is sent",
            AuthKind::Own => "of the program's own",
        }
    }
}

impl fmt::Display for AuthExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "credential: {} ({})", self.origin, self.kind_in_words())?;
        for hidden in &self.hidden {
            write!(f, "\nhides: {hidden}")?;
        }
        for missing in &self.missing {
            write!(f, "\nmissing: {missing}")?;
        }
        for warning in &self.warnings {
            write!(f, "\nwarning: {warning}")?;
        }
        match &self.to_do {
            Some(advice) => write!(f, "\nwhat to do: {advice}"),
            None => Ok(()),
        }
    }
}
