//! Where the endpoints of an authority are (OpenID Connect Discovery 1.0).

use http::Uri;

use super::super::problem::{AuthError, AuthFailure};
use super::super::token::SecretDocument;
use super::Authority;
use super::answer::quoted;
use super::wire::{Repeat, address, is_same_server, shown};
use crate::{Error, Origin, RequestBody, Result, redact};

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

/// As the profile names it, at any origin; else as the authority does, at its own.
pub(super) async fn endpoint(authority: &Authority, kind: EndpointKind) -> Result<Uri> {
    let named = &authority.client().endpoints;
    let named = match kind {
        EndpointKind::Authorization => &named.authorization,
        EndpointKind::DeviceAuthorization => &named.device_authorization,
        EndpointKind::Token => &named.token,
        EndpointKind::Revocation => &named.revocation,
    };
    if let Some(url) = named {
        return address(url, kind.name(), AuthFailure::BadProfile);
    }
    let place = place(authority)?;
    // A failure is not kept: the next call asks again.
    let discovered = authority.0.discovered.get_or_try_init(|| discover(authority, &place)).await?;
    let Some(url) = discovered.0.text(kind.name()) else {
        return Err(bad(&place, &format!("names no {}", kind.name())));
    };
    let uri = address(url, &format!("the {} in {place}", kind.name()), AuthFailure::BadAnswer)?;
    if Origin::of(&uri) != Origin::of(&place) {
        let url = quoted(&redact::url(url), &[]);
        return Err(bad(&place, &format!("names a {} at another origin: {url}", kind.name()))
            .with_help(format!("If it is right, name it in the profile as `{}`", kind.name())));
    }
    Ok(uri)
}

fn place(authority: &Authority) -> Result<Uri> {
    const NAME: &str = "auth_server";
    let server = address(&authority.client().auth_server, NAME, AuthFailure::BadProfile)?;
    if server.query().is_some() {
        let message = format!("{NAME} has a query: {}", shown(&server));
        return Err(AuthError::new(AuthFailure::BadProfile, message).about(NAME).into_error());
    }
    let url = format!("{}/.well-known/openid-configuration", server.to_string().trim_end_matches('/'));
    address(&url, NAME, AuthFailure::BadProfile)
}

async fn discover(authority: &Authority, place: &Uri) -> Result<Discovered> {
    let request = || {
        let mut request = http::Request::new(RequestBody::default());
        *request.uri_mut() = place.clone();
        Ok(request)
    };
    let answer = authority.0.wire.send(place, Repeat::Harmless, request).await?;
    let document = answer.document(&[])?;
    let expected = authority.issuer();
    let Some(issuer) = document.text("issuer") else { return Err(bad(place, "names no issuer")) };
    if !is_same_server(issuer, expected) {
        let issuer = quoted(issuer, &[]);
        return Err(bad(place, &format!("speaks for another issuer: \"{issuer}\" instead of \"{expected}\"")));
    }
    Ok(Discovered(document))
}

fn bad(place: &Uri, what: &str) -> Error {
    AuthError::new(AuthFailure::BadAnswer, format!("{place} {what}")).about(place).into_error()
}
