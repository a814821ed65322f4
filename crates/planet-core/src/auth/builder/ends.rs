//! The ends of a builder: each finds or makes one sort of credential.

use std::env;
use std::path::{Path, PathBuf};

use super::super::about::{About, needed};
use super::super::authority::{address, is_same_server};
use super::super::problem::AuthFailure;
use super::super::profile::{self, Client, Flow, OidcClient, Preferences, ProfileName};
use super::super::resolve::{self, Choice, Findings, Resolved};
use super::super::variables::API_KEY;
use super::super::warning::Warnings;
use super::AuthBuilder;
use super::LegacyLogin;
use super::open::{Opening, open};
use crate::{Auth, Error, Fault, FaultKind, Origin, Result, Secret, redact};

const DEFAULT_PROFILE: &str = "planet-user";

/// The settings of a session.
const SESSION: [&str; 2] = ["save_state", "storage"];
/// The settings of a session whose client the program gives.
const CLIENT: [&str; 5] = ["save_state", "storage", "profile_name", "scopes", "auth_server"];

impl AuthBuilder {
    /// What the user has set up. See [`Auth::from_user_default_session`].
    ///
    /// # Errors
    /// As [`Auth::from_user_default_session`]; with [`command_line_order`](Self::command_line_order) also if the variable
    /// `PL_AUTH_PROFILE` names a profile that cannot be used.
    pub fn user_default_session(self) -> Result<Auth> {
        self.allow("user_default_session", &[&SESSION[..], &["store_secret", "command_line_order"]].concat())?;
        let environment = self.environment();
        let home = environment.home();
        let mut warnings = Warnings::default();
        let preferences = home.map(|home| Preferences::read(home, &mut warnings)).unwrap_or_default();
        let file = Preferences::path(home.unwrap_or(Path::new("")));
        let findings = Findings { environment: &environment, preferences: &preferences, file };
        let load = |name: &ProfileName, warnings: &mut Warnings| profile::load(needed(home)?, name, warnings);
        let resolved = if self.has_command_line_order() {
            resolve::command_line_order(&findings, &mut warnings, load)?
        } else {
            resolve::default_order(&findings, &mut warnings, load)
        };
        let home = home.map(Path::to_owned);
        let auth = self.chosen(resolved, warnings, home)?;
        tracing::info!(target: "planet", event = "credential_found", "credential: {}", auth.about.found.origin);
        Ok(auth)
    }

    fn chosen(self, resolved: Resolved, mut warnings: Warnings, home: Option<PathBuf>) -> Result<Auth> {
        let Resolved { choice, hidden, missing } = resolved;
        let (name, shown, client, description, origin, is_known) = match choice {
            Choice::Key { key, source } => {
                let origin = source.to_string();
                let mut about = About { home, ..About::of_key(&origin) };
                about.found.hidden = hidden;
                about.found.missing = missing;
                about.found.warnings = warnings.into_vec();
                return Ok(Auth::api_key(key.expose(), origin).with_about(about));
            }
            Choice::Profile { name, client, named_by } => {
                let description = format!("the profile {name}");
                let origin = format!("{description}, named by {named_by}");
                (name.clone(), name.as_str().to_owned(), client, description, origin, true)
            }
            Choice::M2m { client_id, secret, named_by, .. } => {
                let shown = format!("planet-m2m-{client_id}");
                let description = format!("the OAuth client {client_id}");
                let origin = format!("{description}, named by {named_by}");
                let client = Client::Oidc(profile::m2m_client(&client_id, secret, Vec::new()));
                let name = ProfileName::parse(&shown).map_err(|error| {
                    error.with_help(format!(
                        "Its token would be kept under that name. Give a client id in {named_by} that can stand in one"
                    ))
                })?;
                (name, shown, client, description, origin, false)
            }
            Choice::Default => {
                let name = ProfileName::parse(DEFAULT_PROFILE)?;
                let client = profile::load(home.as_deref().unwrap_or(Path::new("")), &name, &mut warnings)?;
                let description = format!("the profile {name}");
                let origin = format!("{description}, as nothing else is set up");
                (name, DEFAULT_PROFILE.to_owned(), client, description, origin, true)
            }
        };
        let opening = Opening { name, shown, client, description, origin, is_known, hidden, missing, warnings };
        Ok(open(opening, self.manner(home)))
    }

    /// A profile by its name. See [`Auth::from_profile`].
    ///
    /// # Errors
    /// As [`Auth::from_profile`].
    pub fn profile(self, name: impl AsRef<str>) -> Result<Auth> {
        self.allow("profile", &SESSION)?;
        let name = ProfileName::parse(name.as_ref())?;
        let home = self.environment().home().map(Path::to_owned);
        let mut warnings = Warnings::default();
        let client = profile::load(needed(home.as_deref())?, &name, &mut warnings)?;
        let description = format!("the profile {name}");
        let opening = Opening {
            shown: name.as_str().to_owned(),
            name,
            client,
            origin: description.clone(),
            description,
            is_known: true,
            hidden: Vec::new(),
            missing: Vec::new(),
            warnings,
        };
        Ok(open(opening, self.manner(home)))
    }

    /// The API key in the variable `PL_API_KEY`. See [`Auth::from_env`].
    ///
    /// ```
    /// use planet_core::Auth;
    ///
    /// # let home = tempfile::tempdir()?;
    /// let auth = Auth::builder().variables([("PL_API_KEY", "PLAK0123")]).home(home.path()).env()?;
    /// auth.store()?; // in that home, for every program of this user
    /// let none: [(&str, &str); 0] = [];
    /// assert!(Auth::builder().variables(none).home(home.path()).user_default_session()?.is_initialized());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Auth::from_env`].
    pub fn env(self) -> Result<Auth> {
        self.env_var(API_KEY)
    }

    /// The API key in a variable of the caller's choice. See [`Auth::from_env_var`].
    ///
    /// ```
    /// use planet_core::Auth;
    ///
    /// let auth = Auth::builder().variables([("MY_KEY", "PLAK0123")]).env_var("MY_KEY")?;
    /// assert_eq!(format!("{auth:?}"), "Auth(the environment variable MY_KEY)");
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Auth::from_env`].
    pub fn env_var(self, variable: impl AsRef<str>) -> Result<Auth> {
        self.allow("env_var", &[])?;
        let variable = variable.as_ref();
        let Some(variables) = self.own_variables() else {
            return Ok(Auth::from_env_var(variable)?.at_home(self.own_home()));
        };
        let value = variables.get(variable).map(|value| value.expose().to_owned()).ok_or(env::VarError::NotPresent);
        let is_set = |name: &str| variables.get(name).is_some_and(|value| !value.expose().is_empty());
        Ok(Auth::of_variable(variable, value, is_set)?.at_home(self.own_home()))
    }

    /// The key in `~/.planet.json`, as older versions of the official SDK keep it. See [`Auth::from_file`].
    ///
    /// ```
    /// use planet_core::Auth;
    ///
    /// # let home = tempfile::tempdir()?;
    /// Auth::from_key("PLAK0123").store_legacy(home.path().join(".planet.json"))?;
    /// let auth = Auth::builder().home(home.path()).file()?;
    /// assert!(auth.is_initialized());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Auth::from_file`].
    pub fn file(self) -> Result<Auth> {
        self.allow("file", &[])?;
        let home = self.environment().home().map(Path::to_owned);
        let file = Preferences::path(needed(home.as_deref())?);
        Ok(Auth::from_file(file)?.at_home(home))
    }

    /// An OAuth client of a program, with its secret. See [`Auth::from_oauth_m2m`].
    ///
    /// # Errors
    /// As [`Auth::from_oauth_m2m`]; `File` if the profile is to be written and cannot be.
    pub fn oauth_m2m(self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Result<Auth> {
        self.allow("oauth_m2m", &[&CLIENT[..], &["store_secret"]].concat())?;
        let (client_id, secret) = (client_id.into(), Secret::new(client_secret));
        let faults = [missing("client_id", &client_id), missing("client_secret", secret.expose())];
        refuse(faults)?;
        let client = profile::m2m_client(client_id.trim(), secret, self.own_scopes().unwrap_or_default());
        let write = self.may_store_secret();
        self.given(client, write)
    }

    /// An OAuth client that users log in to with a code on any device. See [`Auth::from_oauth_user_device_code`].
    ///
    /// # Errors
    /// As [`Auth::from_oauth_user_device_code`].
    pub fn oauth_user_device_code(self, client_id: impl Into<String>) -> Result<Auth> {
        self.allow("oauth_user_device_code", &CLIENT)?;
        let client_id = client_id.into();
        refuse([missing("client_id", &client_id)])?;
        let client = profile::user_client(client_id.trim(), self.own_scopes(), Flow::DeviceCode);
        self.given(client, true)
    }

    /// An OAuth client that users log in to with a browser on this machine. See [`Auth::from_oauth_user_auth_code`].
    ///
    /// # Errors
    /// As [`Auth::from_oauth_user_auth_code`].
    pub fn oauth_user_auth_code(self, client_id: impl Into<String>, callback_url: impl Into<String>) -> Result<Auth> {
        self.allow("oauth_user_auth_code", &CLIENT)?;
        let (client_id, callback) = (client_id.into(), callback_url.into());
        let is_url = callback.parse().is_ok_and(|uri| Origin::of(&uri).is_some());
        let no_url = || Fault::new(FaultKind::Invalid, "callback_url", "must be an http URL of this machine");
        refuse([missing("client_id", &client_id), (!is_url).then(|| no_url().with_value(&callback))])?;
        let flow = Flow::AuthorizationCode { redirect_uri: callback.clone(), local_redirect_uri: callback };
        let client = profile::user_client(client_id.trim(), self.own_scopes(), flow);
        self.given(client, true)
    }

    /// A login with e-mail and password. See [`Auth::from_login`].
    pub fn login(self, email: impl Into<String>, password: impl Into<String>) -> LegacyLogin {
        LegacyLogin::new(self, email.into(), password.into())
    }

    /// Opens a client that the program gives, and writes its profile so that others find it.
    fn given(self, mut client: OidcClient, write: bool) -> Result<Auth> {
        if let Some(server) = self.own_auth_server() {
            refuse([fault_of_url("auth_server", server)])?;
            client.auth_server = server.to_owned();
        }
        let name = ProfileName::parse(self.own_profile_name().unwrap_or(&client.client_id)).map_err(|error| {
            error.with_help("Name the profile with AuthBuilder::profile_name; else it is the client id")
        })?;
        let taken = || Fault::new(FaultKind::Conflict, "profile_name", "is the name of a built-in profile");
        refuse([name.is_built_in().then(|| taken().with_value(&name))])?;
        let home = self.environment().home().map(Path::to_owned);
        if let Some(home) = home.as_deref().filter(|_| self.keeps_files()) {
            refuse([fault_of_other_client(home, &name, &client)])?;
        }
        let client = Client::Oidc(client);
        let write = write && self.keeps_files();
        if write {
            profile::write(needed(home.as_deref())?, &name, &client, self.may_store_secret()).map_err(|error| {
                error.with_help("Name another home, or use AuthBuilder::save_state(false) to keep nothing")
            })?;
        }
        let description = format!("the profile {name}");
        let opening = Opening {
            shown: name.as_str().to_owned(),
            name,
            client,
            origin: format!("{description}, of a client that the program gave"),
            description,
            is_known: write,
            hidden: Vec::new(),
            missing: Vec::new(),
            warnings: Warnings::default(),
        };
        Ok(open(opening, self.manner(home)))
    }
}

/// Its token lies in the same folder, and would be sent to the authority of this one.
fn fault_of_other_client(home: &Path, name: &ProfileName, client: &OidcClient) -> Option<Fault> {
    let Ok(Client::Oidc(there)) = profile::load(home, name, &mut Warnings::default()) else { return None };
    let is_other = there.client_id != client.client_id || !is_same_server(&there.auth_server, &client.auth_server);
    is_other.then(|| {
        let theirs = format!("belongs to the client {} at {}", there.client_id, redact::url(&there.auth_server));
        Fault::new(FaultKind::Conflict, "profile_name", format!("{theirs}; choose another name")).with_value(name)
    })
}

fn missing(name: &str, value: &str) -> Option<Fault> {
    value.trim().is_empty().then(|| Fault::new(FaultKind::Missing, name, "is empty"))
}

/// What is wrong with a URL that credentials are to be sent to.
pub(in crate::auth) fn fault_of_url(name: &str, url: &str) -> Option<Fault> {
    let is_good = address(url, name, AuthFailure::BadProfile).is_ok_and(|uri| uri.query().is_none());
    let message = "must be an https URL without a user name, a password and a query";
    (!is_good).then(|| Fault::new(FaultKind::Invalid, name, message).with_value(redact::url(url)))
}

pub(in crate::auth) fn refuse(faults: impl IntoIterator<Item = Option<Fault>>) -> Result<()> {
    let faults: Vec<Fault> = faults.into_iter().flatten().collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}
