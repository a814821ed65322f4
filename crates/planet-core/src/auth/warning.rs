//! What is not right with credentials that can be used all the same.

use std::fmt;

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthWarningKind {
    /// The profile that was asked for cannot be used; the search went on.
    ProfileUnusable,
    /// Nothing that was asked for could be used: it is the built-in default.
    FellBackToDefault,
    /// A file cannot be read as what it should be, and counts as absent.
    FileIgnored,
    /// Others may read or write a file or a folder of credentials.
    OpenToOthers,
    /// What the environment says is hidden by a profile in a file.
    EnvironmentHidden,
}

/// What is not right with credentials that can be used all the same: what, where, and how to mend it.
#[derive(Clone, Debug)]
pub struct AuthWarning {
    kind: AuthWarningKind,
    subject: String,
    message: String,
}

impl AuthWarning {
    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> AuthWarningKind {
        self.kind
    }

    /// The file, the folder, the profile or the variable.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

impl fmt::Display for AuthWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Warnings on their way to the user: each is logged as it is found, and kept for the explanation.
#[derive(Clone, Debug, Default)]
pub(super) struct Warnings(Vec<AuthWarning>);

impl Warnings {
    /// The message names the subject and says how to mend it.
    pub(super) fn add(&mut self, kind: AuthWarningKind, subject: impl fmt::Display, message: impl Into<String>) {
        let warning = AuthWarning { kind, subject: subject.to_string(), message: message.into() };
        tracing::warn!(target: "planet", ?kind, "{warning}");
        self.0.push(warning);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &AuthWarning> {
        self.0.iter()
    }

    pub(super) fn into_vec(self) -> Vec<AuthWarning> {
        self.0
    }
}
