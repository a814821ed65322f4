//! An OAuth session as a source of credentials, which says how to log in.

use super::keeper::Keeper;
use super::problem::{AuthError, AuthFailure};
use super::provider::{AuthHeaders, CredentialsFuture, CredentialsProvider};
use super::warning::{AuthWarningKind, Warnings};
use crate::{Error, Result, Secret};

/// An OAuth session.
#[derive(Clone)]
pub(super) struct OAuthSession {
    keeper: Keeper,
    /// How to log in.
    advice: String,
    /// The same for errors, with what may be the reason for it.
    help: String,
}

impl OAuthSession {
    pub(super) fn new(keeper: Keeper, advice: String, warnings: &Warnings) -> Self {
        let mut help = advice.clone();
        for warning in warnings.iter().filter(|warning| warning.kind() != AuthWarningKind::OpenToOthers) {
            help.push_str(&format!(". Beware: {warning}"));
        }
        Self { keeper, advice, help }
    }

    pub(super) fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    pub(super) fn advice(&self) -> &str {
        &self.advice
    }

    pub(super) async fn access_token(&self) -> Result<Secret> {
        self.keeper.access_token().await.map_err(|error| self.advised(error))
    }

    pub(super) async fn ensure(&self) -> Result<()> {
        self.keeper.ensure().await.map_err(|error| self.advised(error))
    }

    /// Revokes what can be revoked, and forgets the token whatever comes of that.
    pub(super) async fn end(&self) -> Result<()> {
        let revoked = match self.keeper.refresh_token().await {
            Some(token) => self.keeper.authority().revoke(&token, "refresh_token").await,
            None => Ok(()),
        };
        // A token that is still there is worse than one that was not revoked.
        self.keeper.forget().await.and(revoked)
    }

    fn advised(&self, error: Error) -> Error {
        let needs_a_login = AuthError::of(&error).is_some_and(|why| why.failure() == AuthFailure::LoginRequired);
        if needs_a_login { error.with_help(self.help.clone()) } else { error }
    }
}

impl CredentialsProvider for OAuthSession {
    fn headers(&self) -> CredentialsFuture<'_> {
        Box::pin(async { self.keeper.headers().await.map_err(|error| self.advised(error)) })
    }

    fn invalidate(&self, refused: &AuthHeaders) -> bool {
        self.keeper.invalidate(refused)
    }

    fn describe(&self) -> String {
        self.keeper.describe()
    }
}
