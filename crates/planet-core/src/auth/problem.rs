//! What can go wrong with credentials, in kinds that a program can branch on.

use std::fmt;

use crate::{Error, ErrorKind};

/// What a credential failed on. [`AuthError::of`] finds it in an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthFailure {
    /// No credential is set up: a variable is not set, a file has no key.
    Missing,
    /// Somebody has to log in: there is no session, or the authority has ended it.
    LoginRequired,
    /// The user, or who decides for them, said no.
    Denied,
    /// The code or the page of a login was not used in time.
    LoginExpired,
    /// The authority does not know the client, or its secret is wrong.
    ClientRejected,
    /// The authority said no in another way; [`AuthError::code`] says how.
    Refused,
    /// The authority cannot be reached, is overloaded or fails. It may pass.
    Unreachable,
    /// The authority answers what cannot be read, or what cannot be trusted.
    BadAnswer,
    /// A file of credentials cannot be used.
    BadFile,
    /// There is no such profile, or its configuration cannot be used.
    BadProfile,
    /// This SDK does not do what the profile asks for.
    Unsupported,
}

/// Why there is no credential: the source of an [`Error`] of kind `Credentials`.
///
/// ```
/// use planet_core::{Auth, AuthError, AuthFailure};
///
/// let error = Auth::from_env_var("NO_SUCH_VARIABLE").unwrap_err();
/// let why = AuthError::of(&error).unwrap();
/// assert_eq!(why.failure(), AuthFailure::Missing);
/// assert_eq!(why.subject(), Some("NO_SUCH_VARIABLE"));
/// assert_eq!(why.code(), None);
/// ```
#[derive(Clone)]
pub struct AuthError {
    failure: AuthFailure,
    subject: Option<String>,
    code: Option<String>,
    message: String,
}

impl AuthError {
    /// The failure behind an error, if it is one of credentials.
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            if let Some(found) = cause.downcast_ref() {
                return Some(found);
            }
            source = cause.source();
        }
        None
    }

    /// What sort of failure it was.
    #[must_use]
    pub fn failure(&self) -> AuthFailure {
        self.failure
    }

    /// The file, the URL, the profile or the variable that it is about.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The authority's own word for it (RFC 6749, section 5.2), such as `invalid_grant`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    pub(super) fn new(failure: AuthFailure, message: impl Into<String>) -> Self {
        Self { failure, subject: None, code: None, message: message.into() }
    }

    pub(super) fn about(mut self, subject: impl fmt::Display) -> Self {
        self.subject = Some(subject.to_string());
        self
    }

    #[cfg(feature = "fs")]
    pub(super) fn with_failure(mut self, failure: AuthFailure) -> Self {
        self.failure = failure;
        self
    }

    #[cfg(any(test, feature = "fs"))]
    pub(super) fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The error that is given to programs. Only what may pass is worth another try.
    pub(super) fn into_error(self) -> Error {
        let transient = self.failure == AuthFailure::Unreachable;
        Error::new(ErrorKind::Credentials, self.message.clone()).with_transient(transient).with_source(self)
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::redact::text(&self.message))
    }
}

impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({self})", self.failure)
    }
}

impl std::error::Error for AuthError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Some of it is what authorities and storages of other people say.
    #[test]
    fn what_looks_like_a_secret_is_hidden_however_an_error_is_printed() {
        let error = AuthError::new(AuthFailure::BadFile, "the vault says: Bearer sesame, refresh_token=sesame");
        let error = error.about("https://me:sesame@vault.example.com/?token=sesame").with_code("token=sesame");
        let shown = format!("{error:?} {error} {0:?} {0}", error.clone().into_error());
        assert!(!shown.contains("sesame") && shown.contains("BadFile(the vault says: "), "{shown}");
    }
}
