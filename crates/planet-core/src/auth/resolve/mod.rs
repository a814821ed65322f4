//! Which credential a user's default session has: the first one in a fixed order, of values that the caller gives.

pub(super) mod environment;

use std::path::PathBuf;

use super::explain::AuthSource;
use super::problem::{AuthError, AuthFailure};
use super::profile::{Client, Preferences, ProfileName};
use super::variables::{API_KEY, CLIENT_ID, CLIENT_SECRET, PROFILE};
use super::warning::{AuthWarningKind, Warnings};
use crate::{Result, Secret};
use environment::Environment;

/// The member of `~/.planet.json` that older versions of the official SDK keep the key in.
const OLD_KEY: &str = "key";

/// What a user has set up, and where.
pub(super) struct Findings<'a> {
    pub(super) environment: &'a Environment,
    pub(super) preferences: &'a Preferences,
    /// That of the preferences.
    pub(super) file: PathBuf,
}

/// A value, and where it stands.
struct Found<'a> {
    text: &'a str,
    source: AuthSource,
}

/// What was chosen.
#[expect(clippy::large_enum_variant, reason = "it is made once and taken apart at once")]
pub(super) enum Choice {
    Profile {
        name: ProfileName,
        client: Client,
        named_by: AuthSource,
    },
    M2m {
        client_id: String,
        secret: Secret,
        named_by: AuthSource,
        secret_source: AuthSource,
    },
    Key {
        key: Secret,
        source: AuthSource,
    },
    /// Nothing is set up: the built-in profile of users.
    Default,
}

/// What was chosen, and what stands behind it.
pub(super) struct Resolved {
    pub(super) choice: Choice,
    /// What counts for nothing, because the choice comes before it.
    pub(super) hidden: Vec<AuthSource>,
    /// Halves of pairs.
    pub(super) missing: Vec<String>,
}

/// The order of Planet's official SDK. The first that is there wins; "value" is the environment variable, else the member of
/// the same name in `~/.planet.json`; empty counts as not there.
///
/// | # | what is there | what it is |
/// | --- | --- | --- |
/// | 1 | value of `PL_AUTH_PROFILE` | that profile; if it cannot be used, a warning, and on with 2 |
/// | 2 | values of `PL_AUTH_CLIENT_ID` and `PL_AUTH_CLIENT_SECRET` | a program's OAuth session |
/// | 3 | value of `PL_API_KEY` | an API key |
/// | 4 | member `key` of `~/.planet.json` | an API key |
/// | 5 | none of these | the built-in profile `planet-user` |
///
/// So what counts first is the kind, then the place: a profile that the file names comes before a key in the environment.
pub(super) fn default_order(
    findings: &Findings<'_>,
    warnings: &mut Warnings,
    mut load: impl FnMut(&ProfileName, &mut Warnings) -> Result<Client>,
) -> Resolved {
    let mut tried = None;
    if let Some((text, source)) = findings.profile() {
        let profile = text.and_then(|text| {
            let name = ProfileName::parse(text)?;
            Ok((load(&name, warnings)?, name))
        });
        match profile {
            Ok((client, name)) => {
                return findings.resolved(Choice::Profile { name, client, named_by: source }, None, warnings);
            }
            Err(error) => {
                let message = format!("{source} names a profile that cannot be used: {}", error.message());
                warnings.add(AuthWarningKind::ProfileUnusable, source.name(), message);
                tried = Some(source);
            }
        }
    }
    let choice = match (findings.value(CLIENT_ID), findings.value(CLIENT_SECRET)) {
        (Some(id), Some(secret)) => m2m(id, secret),
        _ => match findings.value(API_KEY).or_else(|| findings.in_file(OLD_KEY)) {
            Some(found) => key(found),
            None => {
                if tried.is_some() {
                    let message = "nothing else is set up, so it is the built-in profile planet-user";
                    warnings.add(AuthWarningKind::FellBackToDefault, "planet-user", message);
                }
                Choice::Default
            }
        },
    };
    findings.resolved(choice, tried, warnings)
}

/// The order of Planet's command line: what the environment says comes first, and its profile must be one that can be used.
///
/// | # | what is there | what it is |
/// | --- | --- | --- |
/// | 1 | variable `PL_AUTH_PROFILE` | that profile, or an error |
/// | 2 | variables `PL_AUTH_CLIENT_ID` and `PL_AUTH_CLIENT_SECRET` | a program's OAuth session |
/// | 3 | variable `PL_API_KEY` | an API key |
/// | 4 | none of these | as in [`default_order`] |
pub(super) fn command_line_order(
    findings: &Findings<'_>,
    warnings: &mut Warnings,
    mut load: impl FnMut(&ProfileName, &mut Warnings) -> Result<Client>,
) -> Result<Resolved> {
    let choice = if let Some(found) = findings.profile_variable() {
        let name = ProfileName::parse(found.text)?;
        Choice::Profile { client: load(&name, warnings)?, name, named_by: found.source }
    } else if let (Some(id), Some(secret)) = (findings.variable(CLIENT_ID), findings.variable(CLIENT_SECRET)) {
        m2m(id, secret)
    } else if let Some(found) = findings.variable(API_KEY) {
        key(found)
    } else {
        return Ok(default_order(findings, warnings, load));
    };
    Ok(findings.resolved(choice, None, warnings))
}

fn m2m(id: Found<'_>, secret: Found<'_>) -> Choice {
    Choice::M2m {
        client_id: id.text.into(),
        secret: Secret::new(secret.text),
        named_by: id.source,
        secret_source: secret.source,
    }
}

fn key(found: Found<'_>) -> Choice {
    Choice::Key { key: Secret::new(found.text), source: found.source }
}

impl Choice {
    /// Where it stands.
    fn sources(&self) -> Vec<&AuthSource> {
        match self {
            Self::Profile { named_by, .. } => vec![named_by],
            Self::M2m { named_by, secret_source, .. } => vec![named_by, secret_source],
            Self::Key { source, .. } => vec![source],
            Self::Default => Vec::new(),
        }
    }
}

impl<'a> Findings<'a> {
    fn variable(&self, name: &str) -> Option<Found<'a>> {
        let text = self.environment.variable(name)?;
        Some(Found { text, source: AuthSource { name: name.into(), file: None } })
    }

    fn in_file(&self, name: &str) -> Option<Found<'a>> {
        let text = self.preferences.text(name)?;
        Some(Found { text, source: self.source_in_file(name) })
    }

    fn source_in_file(&self, name: &str) -> AuthSource {
        AuthSource { name: name.into(), file: Some(self.file.clone()) }
    }

    fn value(&self, name: &str) -> Option<Found<'a>> {
        self.variable(name).or_else(|| self.in_file(name))
    }

    /// The name of a profile, with the blanks around it: it is refused then, as no profile is called so.
    fn profile_variable(&self) -> Option<Found<'a>> {
        let found = self.variable(PROFILE)?;
        Some(Found { text: self.environment.untrimmed(PROFILE)?, ..found })
    }

    fn profile_in_file(&self) -> Option<Found<'a>> {
        let found = self.in_file(PROFILE)?;
        Some(Found { text: self.preferences.untrimmed(PROFILE)?, ..found })
    }

    /// The profile that is named, and where.
    fn profile(&self) -> Option<(Result<&'a str>, AuthSource)> {
        if let Some(found) = self.profile_variable().or_else(|| self.profile_in_file()) {
            return Some((Ok(found.text), found.source));
        }
        let source = self.source_in_file(PROFILE);
        self.preferences.is_wrong_type(PROFILE).then(|| {
            let error = AuthError::new(AuthFailure::BadProfile, "it is no text").about(&source).into_error();
            (Err(error), source)
        })
    }

    fn resolved(&self, choice: Choice, tried: Option<AuthSource>, warnings: &mut Warnings) -> Resolved {
        let mut hidden = self.all();
        hidden.retain(|source| !choice.sources().contains(&source) && tried.as_ref() != Some(source));
        if choice.sources().iter().any(|source| source.file.is_some()) {
            for source in hidden.iter().filter(|source| source.file.is_none() && source.name != PROFILE) {
                let winner: Vec<String> = choice.sources().iter().map(ToString::to_string).collect();
                let message = format!(
                    "{source} counts for nothing: {} comes before it. Remove one of the two, or ask for the one with \
                     Auth::from_env or Auth::from_profile",
                    winner.join(" with ")
                );
                warnings.add(AuthWarningKind::EnvironmentHidden, source.name(), message);
            }
        }
        Resolved { choice, hidden, missing: self.missing() }
    }

    /// All credentials that are set up. Half a pair is none.
    fn all(&self) -> Vec<AuthSource> {
        let mut names = vec![PROFILE];
        if self.value(CLIENT_ID).is_some() && self.value(CLIENT_SECRET).is_some() {
            names.extend([CLIENT_ID, CLIENT_SECRET]);
        }
        names.push(API_KEY);
        let found = names.iter().flat_map(|name| [self.variable(name), self.in_file(name)]);
        found.chain([self.in_file(OLD_KEY)]).flatten().map(|found| found.source).collect()
    }

    fn missing(&self) -> Vec<String> {
        let half = |there: &str, other: &str| {
            let found = self.value(there).filter(|_| self.value(other).is_none())?;
            Some(format!("{other}, without which {} counts for nothing", found.source))
        };
        half(CLIENT_ID, CLIENT_SECRET).or_else(|| half(CLIENT_SECRET, CLIENT_ID)).into_iter().collect()
    }
}
