//! Keeps the token of an OAuth session fresh, together with the other processes that share it.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::authority::Authority;
use super::problem::{AuthError, AuthFailure};
use super::profile::Flow;
use super::provider::{AuthHeaders, CredentialsFuture, CredentialsProvider};
use super::storage::TokenStorage;
use super::token::{SecretDocument, Token};
use crate::{Clock, Error, Result, Secret};

/// A session at an authority.
#[derive(Clone)]
pub(super) struct Keeper(Arc<Inner>);

struct Inner {
    authority: Authority,
    storage: Option<Arc<dyn TokenStorage>>,
    clock: Clock,
    description: String,
    token: Mutex<Option<Token>>,
}

impl Keeper {
    pub(super) fn new(
        authority: Authority,
        storage: Option<Arc<dyn TokenStorage>>,
        clock: Clock,
        description: String,
    ) -> Self {
        Self(Arc::new(Inner { authority, storage, clock, description, token: Mutex::new(None) }))
    }

    pub(super) fn authority(&self) -> &Authority {
        &self.0.authority
    }

    /// The access token, renewed if need be.
    pub(super) async fn access_token(&self) -> Result<Secret> {
        let mut held = self.0.token.lock().await;
        let now = self.now();
        if held.is_none()
            && let Some(storage) = &self.0.storage
        {
            *held = storage.load()?.and_then(|text| Token::kept(&text, now));
        }
        if let Some(access) = held.as_ref().filter(|token| !token.times().is_stale(now)).and_then(Token::access) {
            return Ok(access);
        }
        let refresh_token = held.as_ref().and_then(Token::refresh_token);
        let answer = match &refresh_token {
            Some(refresh_token) => self.0.authority.refresh(refresh_token).await?,
            None if self.is_unattended() => self.0.authority.client_credentials().await?,
            None => return Err(self.login_required()),
        };
        let token = held.insert(Token::received(answer, refresh_token.as_ref(), now));
        if let Some(storage) = &self.0.storage {
            storage.save(&token.to_text())?;
        }
        token.access().ok_or_else(|| self.login_required())
    }

    /// Takes over what a login was answered: in memory, and saved.
    pub(super) async fn adopt(&self, answer: SecretDocument) -> Result<()> {
        let token = Token::received(answer, None, self.now());
        if let Some(storage) = &self.0.storage {
            storage.save(&token.to_text())?;
        }
        *self.0.token.lock().await = Some(token);
        Ok(())
    }

    pub(super) async fn ensure(&self) -> Result<()> {
        if self.is_unattended() { Ok(()) } else { self.access_token().await.map(drop) }
    }

    /// Is there something to begin with? It need not be good any more.
    pub(super) fn is_initialized(&self) -> bool {
        self.is_unattended()
            || self.0.token.try_lock().is_ok_and(|token| token.is_some())
            || self.0.storage.as_ref().is_some_and(|storage| storage.exists())
    }

    pub(super) async fn forget(&self) {
        *self.0.token.lock().await = None;
    }

    fn is_unattended(&self) -> bool {
        self.authority().client().flow == Flow::ClientCredentials
    }

    fn now(&self) -> i64 {
        let elapsed = self.0.clock.now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
    }

    fn login_required(&self) -> Error {
        let message = format!("{}: nobody is logged in", self.0.description);
        AuthError::new(AuthFailure::LoginRequired, message).into_error().with_help("Run `planet auth login`")
    }
}

impl CredentialsProvider for Keeper {
    fn headers(&self) -> CredentialsFuture<'_> {
        Box::pin(async move {
            let access = self.access_token().await?;
            AuthHeaders::authorization(&format!("Bearer {}", access.expose()), 0)
        })
    }

    fn describe(&self) -> String {
        self.0.description.clone()
    }
}
