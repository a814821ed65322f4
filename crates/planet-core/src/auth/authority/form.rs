//! The forms that an authority is sent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Method, Uri, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use super::super::problem::{AuthError, AuthFailure};
use super::super::profile::OidcClient;
use super::wire::{Repeat, wiped_body};
use crate::middleware::Request;
use crate::{RequestBody, Result, Secret};

/// What can be spent once.
const SPENT: [&str; 3] = ["code", "device_code", "refresh_token"];

/// Whose values are never told.
const SECRETS: [&str; 7] =
    ["client_assertion", "client_secret", "code", "code_verifier", "device_code", "refresh_token", "token"];

/// Fields of a form (`application/x-www-form-urlencoded`). Its text is wiped when it is dropped.
#[derive(Clone, Default)]
pub(in crate::auth) struct Form {
    names: Vec<String>,
    text: Zeroizing<String>,
    secrets: Vec<Secret>,
}

impl Form {
    pub(in crate::auth) fn new<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut form = Self::default();
        for (name, value) in fields {
            form.add(name, value);
        }
        form
    }

    pub(in crate::auth) fn add(&mut self, name: &str, value: &str) {
        // A text that grows leaves its old bytes behind; a letter takes up to three.
        let most = self.text.len() + name.len() + 2 + 3 * value.len();
        let mut text = Zeroizing::new(String::with_capacity(most));
        text.push_str(&self.text);
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
        self.text = text;
        self.names.push(name.to_owned());
        if SECRETS.contains(&name) {
            self.secrets.push(Secret::new(value));
        }
    }

    pub(in crate::auth) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// What is asked for: scope, audience and the fields of the profile.
    pub(in crate::auth) fn add_request_fields(&mut self, client: &OidcClient) {
        let scope = client.scopes.join(" ");
        let fields = [
            ("scope", (!scope.is_empty()).then_some(scope.as_str())),
            ("audience", client.audience.as_deref()),
            ("organization", client.organization.as_deref()),
            ("project_id", client.project_id.as_deref()),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                self.add(name, value);
            }
        }
    }

    /// The fields as the query of a URL has them, too.
    pub(in crate::auth) fn text(&self) -> &str {
        &self.text
    }

    /// All that must not be told.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        self.secrets.clone()
    }

    pub(super) fn repeat(&self) -> Repeat {
        if SPENT.iter().any(|name| self.has(name)) { Repeat::SpendsSomething } else { Repeat::Harmless }
    }

    pub(super) fn post(self, uri: &Uri, authorization: Option<HeaderValue>) -> Request {
        let text = Zeroizing::new(self.text.as_bytes().to_vec());
        let mut request = posted(uri, wiped_body(text), "application/x-www-form-urlencoded");
        if let Some(value) = authorization {
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        request
    }
}

/// A request that posts a body of this type.
pub(in crate::auth) fn posted(uri: &Uri, body: RequestBody, content_type: &'static str) -> Request {
    let mut request = http::Request::new(body);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri.clone();
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    request
}

/// The value of an `Authorization` header: id and secret as they are, as the official tools send them.
///
/// # Errors
/// If the id has a colon, which would end it (RFC 7617, section 2).
pub(super) fn basic(client_id: &str, secret: &Secret) -> Result<HeaderValue> {
    let unusable = || {
        let message = format!("the client id {client_id:?} has a colon, so it cannot be sent with a secret");
        AuthError::new(AuthFailure::BadProfile, message).about(client_id).into_error()
    };
    let secret = secret.expose();
    let mut pair = Zeroizing::new(String::with_capacity(client_id.len() + 1 + secret.len()));
    pair.push_str(client_id);
    pair.push(':');
    pair.push_str(secret);
    let mut text = Zeroizing::new(String::with_capacity(8 + pair.len().div_ceil(3) * 4));
    text.push_str("Basic ");
    STANDARD.encode_string(pair.as_bytes(), &mut text);
    let value = HeaderValue::from_maybe_shared(Bytes::from_owner(Zeroizing::new(text.as_bytes().to_vec())));
    let mut value = value.ok().filter(|_| !client_id.contains(':')).ok_or_else(unusable)?;
    value.set_sensitive(true);
    Ok(value)
}
