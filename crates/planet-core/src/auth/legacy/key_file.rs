//! A key that stands where a profile has its token: read anew each time, as another program may put it there.

use std::sync::Arc;

use super::super::problem::{AuthError, AuthFailure};
use super::super::provider::{ApiKey, AuthHeaders, CredentialsFuture, CredentialsProvider};
use super::super::storage::TokenStorage;
use super::super::token::SecretDocument;
use crate::{Error, ErrorKind, Result, Secret};

/// The key of a profile whose configuration has none.
#[derive(Clone)]
pub(in crate::auth) struct KeyFile {
    /// None: nothing may be read.
    pub(in crate::auth) storage: Option<Arc<dyn TokenStorage>>,
    pub(in crate::auth) form: Form,
    pub(in crate::auth) description: String,
}

/// How it is written.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::auth) enum Form {
    /// `{"key": .., "jwt": ..}`, from a login with e-mail and password.
    Legacy,
    /// `{"api_key": .., "bearer_token_prefix": ..}`.
    Static,
}

/// How somebody comes to a key.
pub(in crate::auth) const ADVICE: &str = "Set PL_API_KEY to your API key (planet.com, My Settings), or log in with Auth::from_login and keep the key with store()";

impl KeyFile {
    /// The official tools take a static key for there, whatever the file says.
    pub(in crate::auth) fn is_initialized(&self) -> bool {
        self.form == Form::Static || self.storage.as_ref().is_some_and(|storage| storage.exists())
    }

    /// Where it would be.
    pub(in crate::auth) fn place(&self) -> String {
        self.storage.as_ref().map_or_else(|| "the memory".into(), |storage| storage.describe())
    }

    /// The key. It reads a file.
    pub(in crate::auth) fn key(&self) -> Result<Secret> {
        self.read().map(|(key, _)| key)
    }

    fn read(&self) -> Result<(Secret, String)> {
        let text = self.storage.as_ref().map_or(Ok(None), |storage| storage.load())?;
        let place = self.place();
        let problem = |failure, what: String| {
            AuthError::new(failure, format!("{} has no key: {what}", self.description)).about(&place).into_error()
        };
        let Some(text) = text else {
            let help = problem(AuthFailure::LoginRequired, format!("there is no {place}")).with_help(ADVICE);
            return Err(help);
        };
        let document = SecretDocument::parse(text.expose().as_bytes());
        let (member, prefix) = match self.form {
            Form::Legacy => ("key", Some("api-key")),
            Form::Static => ("api_key", document.as_ref().and_then(|found| found.text("bearer_token_prefix"))),
        };
        let key = document.as_ref().and_then(|found| found.secret(member));
        let missing = if key.is_some() { "bearer_token_prefix" } else { member };
        key.zip(prefix.map(str::to_owned))
            .ok_or_else(|| problem(AuthFailure::BadFile, format!("{place} has no member `{missing}`")))
    }

    fn header(&self) -> Result<AuthHeaders> {
        let (key, prefix) = self.read()?;
        ApiKey::new(&key, &prefix, self.place()).checked()
    }

    pub(in crate::auth) async fn in_background<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let this = self.clone();
        let done = tokio::task::spawn_blocking(move || read(&this)).await;
        done.unwrap_or_else(|cause| {
            Err(Error::new(ErrorKind::Unexpected, "the file of a key was not read to its end").with_source(cause))
        })
    }
}

impl CredentialsProvider for KeyFile {
    fn headers(&self) -> CredentialsFuture<'_> {
        Box::pin(self.in_background(Self::header))
    }

    fn describe(&self) -> String {
        self.description.clone()
    }
}
