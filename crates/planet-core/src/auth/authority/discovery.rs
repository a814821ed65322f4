//! Where the endpoints of an authority are (OpenID Connect Discovery 1.0).

use http::Uri;
use serde_json::Value;

use super::super::problem::{AuthError, AuthFailure};
use super::super::token::SecretDocument;
use super::Inner;
use crate::{Origin, Result};

/// An endpoint by its name in the discovery document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::auth) enum EndpointKind {
    Authorization,
    DeviceAuthorization,
    Token,
    Revocation,
}

impl EndpointKind {
    fn name(self) -> &'static str {
        match self {
            Self::Authorization => "authorization_endpoint",
            Self::DeviceAuthorization => "device_authorization_endpoint",
            Self::Token => "token_endpoint",
            Self::Revocation => "revocation_endpoint",
        }
    }
}

pub(super) struct Discovered(SecretDocument);

pub(super) async fn endpoint(inner: &Inner, kind: EndpointKind) -> Result<Uri> {
    let named = &inner.client.endpoints;
    let named = match kind {
        EndpointKind::Authorization => &named.authorization,
        EndpointKind::DeviceAuthorization => &named.device_authorization,
        EndpointKind::Token => &named.token,
        EndpointKind::Revocation => &named.revocation,
    };
    if let Some(url) = named {
        return parse(url, kind.name());
    }
    let place = document_url(&inner.client.auth_server);
    let discovered = inner.discovered.get_or_try_init(|| discover(inner, &place)).await?;
    let Some(url) = discovered.0.text(kind.name()) else {
        let message = format!("the authority has no {}: {place} does not name one", kind.name());
        return Err(AuthError::new(AuthFailure::BadAnswer, message).about(&place).into_error());
    };
    let uri = parse(url, kind.name())?;
    let home = parse(&inner.client.auth_server, "auth_server")?;
    if Origin::of(&uri) != Origin::of(&home) {
        let message = format!("{place} names a {} at another origin: {url}", kind.name());
        return Err(AuthError::new(AuthFailure::BadAnswer, message)
            .about(&place)
            .into_error()
            .with_help(format!("If it is right, name it in the profile as `{}`", kind.name())));
    }
    Ok(uri)
}

fn document_url(auth_server: &str) -> String {
    format!("{}/.well-known/openid-configuration", auth_server.trim_end_matches('/'))
}

async fn discover(inner: &Inner, place: &str) -> Result<Discovered> {
    let document = inner.wire.get(&parse(place, "auth_server")?).await?;
    let expected = inner.client.endpoints.issuer.as_ref().unwrap_or(&inner.client.auth_server);
    let issuer = document.get("issuer").and_then(Value::as_str).unwrap_or_default();
    if issuer.trim_end_matches('/') != expected.trim_end_matches('/') {
        let message = format!("{place} speaks for another issuer: \"{issuer}\" instead of \"{expected}\"");
        return Err(AuthError::new(AuthFailure::BadAnswer, message).about(place).into_error());
    }
    Ok(Discovered(document))
}

fn parse(url: &str, name: &str) -> Result<Uri> {
    let uri: Option<Uri> = url.parse().ok();
    uri.filter(|uri| Origin::of(uri).is_some_and(|origin| origin.is_protected())).ok_or_else(|| {
        let message = format!("{name} is no https URL: {url}");
        AuthError::new(AuthFailure::BadAnswer, message).about(url).into_error()
    })
}
