//! What stands behind an [`Auth`] besides its headers.

use std::path::{Path, PathBuf};

use super::explain::{AuthExplanation, AuthKind};
use super::keeper::Keeper;
use super::legacy::key_file::KeyFile;
use super::oauth_session::OAuthSession;
use super::problem::{AuthError, AuthFailure};
use super::profile::{Client, ProfileName};
use crate::{Auth, Result};

/// What the official tools call a key that has no profile of its own.
pub(super) const KEY_PROFILE: &str = "_PL_API_KEY";

/// What stands behind an [`Auth`] besides its headers.
pub(super) struct About {
    /// As it was found. What may change since is asked anew.
    pub(super) found: AuthExplanation,
    pub(super) held: Held,
    /// None: the user's, when it is asked for.
    pub(super) home: Option<PathBuf>,
    pub(super) profile: Option<Configured>,
}

/// Where the credential comes from, if it is not in memory for good.
pub(super) enum Held {
    Nothing,
    Session(OAuthSession),
    KeyFile(KeyFile),
}

/// The profile that a credential belongs to.
pub(super) struct Configured {
    pub(super) name: ProfileName,
    pub(super) client: Client,
    /// Its configuration is built in, or stands in a file already.
    pub(super) is_known: bool,
    pub(super) may_keep: bool,
    pub(super) may_store_secret: bool,
}

impl About {
    pub(super) fn new(found: AuthExplanation) -> Self {
        Self { found, held: Held::Nothing, home: None, profile: None }
    }

    /// A key without a profile.
    pub(super) fn of_key(origin: &str) -> Self {
        let mut found = AuthExplanation::new(AuthKind::ApiKey, origin);
        found.client_type = Some("static_apikey".into());
        found.profile = Some(KEY_PROFILE.into());
        Self::new(found)
    }

    /// A key in a file as the older official SDK keeps it.
    pub(super) fn of_legacy_file(file: &Path) -> Self {
        let mut found = AuthExplanation::new(AuthKind::LegacyKey, format!("the file {}", file.display()));
        found.client_type = Some("planet_legacy".into());
        found.token_file = Some(file.to_owned());
        Self::new(found)
    }
}

impl Auth {
    pub(super) fn keeper(&self) -> Option<&Keeper> {
        match &self.about.held {
            Held::Session(session) => Some(session.keeper()),
            _ => None,
        }
    }
}

/// The home directory, or an error that says how to name one.
pub(super) fn needed(home: Option<&Path>) -> Result<&Path> {
    home.ok_or_else(|| {
        AuthError::new(AuthFailure::Missing, "there is no home directory").into_error().with_help("Set HOME")
    })
}
