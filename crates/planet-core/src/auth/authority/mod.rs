//! The authority: who gives tokens.

mod discovery;
mod form;
mod wire;

use std::sync::Arc;

use http::Uri;
use tokio::sync::OnceCell;

use super::problem::{AuthError, AuthFailure};
use super::profile::{ClientAuthentication, OidcClient};
use super::token::SecretDocument;
use crate::{Result, Secret};

use discovery::Discovered;
pub(super) use discovery::EndpointKind;
pub(super) use form::Form;
pub(super) use wire::Wire;

/// One client at its authority.
#[derive(Clone)]
pub(super) struct Authority(Arc<Inner>);

struct Inner {
    client: OidcClient,
    wire: Wire,
    discovered: OnceCell<Discovered>,
}

impl Authority {
    pub(super) fn new(client: OidcClient, wire: Wire) -> Self {
        Self(Arc::new(Inner { client, wire, discovered: OnceCell::new() }))
    }

    pub(super) fn client(&self) -> &OidcClient {
        &self.0.client
    }

    /// A token for the client itself (RFC 6749, section 4.4). Its id and secret stand in the form: the authority insists.
    pub(super) async fn client_credentials(&self) -> Result<SecretDocument> {
        let client = self.client();
        let mut form = Form::new([("grant_type", "client_credentials")]);
        form.add_request_fields(client);
        if let ClientAuthentication::Secret(secret) = &client.authentication {
            form.add("client_id", &client.client_id);
            form.add("client_secret", secret.expose());
        }
        self.token(form).await
    }

    /// A new token for a refresh token (RFC 6749, section 6). Scope and audience stay what they were.
    pub(super) async fn refresh(&self, refresh_token: &Secret) -> Result<SecretDocument> {
        let mut form = Form::new([("grant_type", "refresh_token")]);
        form.add("refresh_token", refresh_token.expose());
        self.token(form).await
    }

    /// A request to the token endpoint. Its answer has an access token and a time to live.
    pub(super) async fn token(&self, form: Form) -> Result<SecretDocument> {
        let uri = self.endpoint(EndpointKind::Token).await?;
        let answer = self.post(&uri, form).await?;
        let bad = |what: &str| {
            AuthError::new(AuthFailure::BadAnswer, format!("the token answer of {uri} {what}")).about(&uri).into_error()
        };
        if answer.text("access_token").is_none() {
            return Err(bad("has no access_token"));
        }
        if answer.get("expires_in").and_then(serde_json::Value::as_f64).is_none_or(|seconds| seconds <= 0.0) {
            return Err(bad("has no expires_in"));
        }
        Ok(answer)
    }

    /// Where an endpoint is: as the profile says, or else the authority.
    pub(super) async fn endpoint(&self, kind: EndpointKind) -> Result<Uri> {
        discovery::endpoint(&self.0, kind).await
    }

    /// Posts a form, with what proves who the client is.
    pub(super) async fn post(&self, endpoint: &Uri, mut form: Form) -> Result<SecretDocument> {
        let client = self.client();
        let mut authorization = None;
        match &client.authentication {
            ClientAuthentication::Public => form.add("client_id", &client.client_id),
            ClientAuthentication::Secret(_) if form.has("client_secret") => {}
            ClientAuthentication::Secret(secret) => authorization = Some(form::basic(&client.client_id, secret)),
            ClientAuthentication::PrivateKey(_) => {
                let message = "this SDK cannot sign with a private key yet";
                return Err(AuthError::new(AuthFailure::Unsupported, message).into_error());
            }
        }
        self.0.wire.post(endpoint, form, authorization).await
    }
}
