//! Makes an [`Auth`] of the client that a profile configures.

use std::path::PathBuf;
use std::sync::Arc;

use super::super::about::{About, Configured, Held};
use super::super::authority::{Authority, Wire};
use super::super::explain::{AuthExplanation, AuthKind, AuthSource};
use super::super::identity::Identity;
use super::super::keeper::Keeper;
use super::super::legacy::key_file::{Form, KeyFile};
use super::super::oauth_session::OAuthSession;
use super::super::profile::{Client, Flow, OidcClient, ProfileName};
use super::super::storage::{FileStorage, TokenStorage};
use super::super::warning::Warnings;
use crate::{Auth, Clock, Secret, redact};

/// A client that was found or given, and all that is known of it.
pub(in crate::auth) struct Opening {
    pub(in crate::auth) name: ProfileName,
    /// The name as it is shown: of a client id that stands in it, the case is kept.
    pub(in crate::auth) shown: String,
    pub(in crate::auth) client: Client,
    /// For error messages: `the profile office`.
    pub(in crate::auth) description: String,
    /// The same with who named it.
    pub(in crate::auth) origin: String,
    /// Its configuration is built in, or stands in a file.
    pub(in crate::auth) is_known: bool,
    pub(in crate::auth) hidden: Vec<AuthSource>,
    pub(in crate::auth) missing: Vec<String>,
    pub(in crate::auth) warnings: Warnings,
}

/// How a client is to be used.
pub(in crate::auth) struct Manner {
    pub(in crate::auth) home: Option<PathBuf>,
    pub(in crate::auth) save_state: bool,
    pub(in crate::auth) may_store_secret: bool,
    pub(in crate::auth) storage: Option<Arc<dyn TokenStorage>>,
    pub(in crate::auth) clock: Clock,
    pub(in crate::auth) wire: Wire,
}

/// Where a token is kept.
struct Place {
    storage: Option<Arc<dyn TokenStorage>>,
    file: Option<PathBuf>,
}

impl Manner {
    fn place(&self, name: &ProfileName) -> Place {
        if let Some(own) = &self.storage {
            return Place { storage: Some(Arc::clone(own)), file: None };
        }
        match self.home.as_deref().filter(|_| self.save_state) {
            Some(home) => {
                let storage = FileStorage::new(home, name);
                let file = Some(storage.path().to_owned());
                Place { storage: Some(Arc::new(storage)), file }
            }
            None => Place { storage: None, file: None },
        }
    }
}

pub(in crate::auth) fn open(opening: Opening, manner: Manner) -> Auth {
    let place = manner.place(&opening.name);
    let mut found = AuthExplanation::new(kind_of(&opening.client), opening.origin);
    found.client_type = Some(opening.client.client_type().to_owned());
    found.profile = Some(opening.shown);
    found.token_file.clone_from(&place.file);
    found.hidden = opening.hidden;
    found.missing = opening.missing;
    let (auth, held) = match &opening.client {
        Client::Oidc(client) => {
            found.client_id = Some(client.client_id.clone());
            found.auth_server = Some(redact::url(&client.auth_server));
            let advice = advice(client, &opening.name);
            let session = |keeper| OAuthSession::new(keeper, advice, &opening.warnings);
            open_session(client, place, &manner, opening.description, session)
        }
        Client::Key { key: Some(key), prefix } => (key_auth(key, prefix, opening.description), Held::Nothing),
        Client::Legacy { key: Some(key), .. } => (key_auth(key, "api-key", opening.description), Held::Nothing),
        Client::Key { key: None, .. } => key_file(Form::Static, place, opening.description),
        Client::Legacy { key: None, .. } => key_file(Form::Legacy, place, opening.description),
        Client::None => (Auth::anonymous(), Held::Nothing),
    };
    found.warnings = opening.warnings.into_vec();
    let profile = Configured {
        name: opening.name,
        client: opening.client,
        is_known: opening.is_known,
        may_keep: manner.save_state,
        may_store_secret: manner.may_store_secret,
    };
    auth.with_about(About { found, held, home: manner.home, profile: Some(profile) })
}

fn kind_of(client: &Client) -> AuthKind {
    match client {
        Client::Oidc(client) => match client.flow {
            Flow::DeviceCode => AuthKind::DeviceCode,
            Flow::AuthorizationCode { .. } => AuthKind::AuthCode,
            Flow::ClientCredentials => AuthKind::M2m,
        },
        Client::Key { .. } => AuthKind::ApiKey,
        Client::Legacy { .. } => AuthKind::LegacyKey,
        Client::None => AuthKind::Anonymous,
    }
}

fn key_auth(key: &Secret, prefix: &str, description: String) -> Auth {
    Auth::prefixed_key(key.expose().trim(), prefix, description)
}

fn key_file(form: Form, place: Place, description: String) -> (Auth, Held) {
    let file = KeyFile { storage: place.storage, form, description };
    let identity = match &place.file {
        Some(path) => Identity::of_session(&path.to_string_lossy()),
        None => Identity::unique(),
    };
    (Auth::identified(file.clone(), identity), Held::KeyFile(file))
}

/// Whoever keeps the token in the same file is the same user; a program is itself, wherever it keeps its token.
fn open_session(
    client: &OidcClient,
    place: Place,
    manner: &Manner,
    description: String,
    session: impl FnOnce(Keeper) -> OAuthSession,
) -> (Auth, Held) {
    let identity = match &place.file {
        _ if client.flow == Flow::ClientCredentials => {
            Identity::of_session(&format!("{} at {}", client.client_id, client.auth_server))
        }
        Some(path) => Identity::of_session(&path.to_string_lossy()),
        None => Identity::unique(),
    };
    let authority = Authority::new(client.clone(), manner.wire.clone());
    let session = session(Keeper::new(authority, place.storage, manner.clock.clone(), description));
    (Auth::identified(session.clone(), identity), Held::Session(session))
}

/// What somebody who is not logged in is told to do.
fn advice(client: &OidcClient, name: &ProfileName) -> String {
    if client.flow == Flow::ClientCredentials {
        "Give the client id and secret again: the authority does not take them any more".into()
    } else if name.is_built_in() {
        "Set PL_API_KEY to your API key (planet.com, My Settings), or log in with Planet's command line tool: `planet auth \
         login`. A program with an OAuth client of its own logs in with Auth::from_oauth_user_device_code(client_id) and \
         auth.login()"
            .into()
    } else {
        format!("Log in from your program, with auth.login(), or run `planet auth login --auth-profile {name}`")
    }
}

impl Auth {
    pub(in crate::auth) fn with_about(self, about: About) -> Self {
        Self { about: Arc::new(about), ..self }
    }

    /// The home in which `store` keeps a key.
    pub(in crate::auth) fn at_home(self, home: Option<PathBuf>) -> Self {
        let found = self.about.found.clone();
        self.with_about(About { home, ..About::new(found) })
    }
}
