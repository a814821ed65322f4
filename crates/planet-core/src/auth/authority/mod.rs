//! The authority, who gives tokens: what it is asked, how, and what of its answers may be told.

mod answer;
mod assertion;
mod discovery;
mod form;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::Arc;

use http::Uri;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::problem::{AuthError, AuthFailure};
use super::profile::{ClientAuthentication, OidcClient};
use super::token::SecretDocument;
use crate::middleware::Request;
use crate::{Result, Secret};

pub(super) use answer::{Answer, quoted};
use discovery::Discovered;
pub(super) use discovery::EndpointKind;
pub(super) use form::{Form, posted};
pub(super) use wire::{Repeat, Wire, address, is_same_server, shown, wiped_body};

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
        Self::check_token(&uri, answer)
    }

    /// An answer of the token endpoint, if it is a token that can be used.
    pub(super) fn check_token(uri: &Uri, answer: SecretDocument) -> Result<SecretDocument> {
        match fault_of(&answer) {
            None => Ok(answer),
            Some(fault) => {
                let url = shown(uri);
                let message = format!("the answer of {url} {fault}");
                Err(AuthError::new(AuthFailure::BadAnswer, message).about(url).into_error())
            }
        }
    }

    /// Takes a token back (RFC 7009). `hint` says which it is: `refresh_token` or `access_token`. A token that the authority
    /// does not know is as good as taken back.
    pub(super) async fn revoke(&self, token: &Secret, hint: &str) -> Result<()> {
        let uri = self.endpoint(EndpointKind::Revocation).await?;
        let mut form = Form::new([("token_type_hint", hint)]);
        form.add("token", token.expose());
        let (answer, secrets) = self.ask(&uri, form).await?;
        answer.success(&secrets)
    }

    /// Where an endpoint is: as the profile says, or else the authority.
    pub(super) async fn endpoint(&self, kind: EndpointKind) -> Result<Uri> {
        discovery::endpoint(self, kind).await
    }

    /// Who the authority says it is, as the profile has it.
    pub(super) fn issuer(&self) -> &str {
        let client = self.client();
        client.endpoints.issuer.as_ref().unwrap_or(&client.auth_server)
    }

    /// Posts a form, with what proves who the client is.
    pub(super) async fn post(&self, endpoint: &Uri, form: Form) -> Result<SecretDocument> {
        let (answer, secrets) = self.ask(endpoint, form).await?;
        answer.document(&secrets)
    }

    /// An answer, and what it must not be quoted with.
    pub(super) async fn ask(&self, endpoint: &Uri, form: Form) -> Result<(Answer, Vec<Secret>)> {
        let mut secrets = form.secrets();
        if let ClientAuthentication::Secret(secret) = &self.client().authentication {
            secrets.push(secret.clone());
        }
        let answer = self.0.wire.send(endpoint, form.repeat(), || self.signed(endpoint, form.clone())).await?;
        Ok((answer, secrets))
    }

    /// The request, with what proves who the client is.
    fn signed(&self, endpoint: &Uri, mut form: Form) -> Result<Request> {
        let client = self.client();
        let mut authorization = None;
        match &client.authentication {
            ClientAuthentication::Public => form.add("client_id", &client.client_id),
            ClientAuthentication::Secret(_) if form.has("client_secret") => {}
            ClientAuthentication::Secret(secret) => authorization = Some(form::basic(&client.client_id, secret)?),
            ClientAuthentication::PrivateKey(key) => {
                let now = self.0.wire.clock().now();
                let assertion = assertion::signed(&client.client_id, key, &endpoint.to_string(), now)?;
                form.add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
                form.add("client_assertion", assertion.expose());
            }
        }
        Ok(form.post(endpoint, authorization))
    }
}

/// What is wrong with the answer of a token endpoint (RFC 6749, section 5.1).
fn fault_of(answer: &SecretDocument) -> Option<&'static str> {
    let Some(token) = answer.text("access_token") else { return Some("has no access_token") };
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some("has what no header can carry as its access_token");
    }
    if answer.text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Some("has a token_type other than Bearer");
    }
    match answer.get("expires_in") {
        None | Some(Value::Null) => Some("has no expires_in"),
        Some(value) if value.as_f64().is_none_or(|seconds| seconds <= 0.0) => {
            Some("has an expires_in that is no positive number")
        }
        Some(_) => None,
    }
}
