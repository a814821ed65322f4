//! The login of before OAuth: an API key for e-mail address and password.

use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use zeroize::Zeroizing;

use super::authority::{Repeat, Wire, address, posted, shown, wiped_body};
use super::problem::{AuthError, AuthFailure};
use super::token::{SecretDocument, jwt};
use crate::{Error, Fault, FaultKind, Result, Secret};

/// What a login gives.
#[derive(Debug)]
pub(in crate::auth) struct LegacyKey {
    pub(in crate::auth) key: Secret,
    /// The token that held the key; the official tools keep it too.
    pub(in crate::auth) jwt: Secret,
}

#[derive(Serialize)]
struct Login<'a> {
    email: &'a str,
    password: &'a str,
}

/// Logs in at `endpoint`, by default `https://api.planet.com/v0/auth/login`. The password is not kept.
pub(in crate::auth) async fn login(wire: &Wire, endpoint: &str, email: &str, password: &Secret) -> Result<LegacyKey> {
    let uri = address(endpoint, "legacy_auth_endpoint", AuthFailure::BadProfile)?;
    let required = [("email", email), ("password", password.expose())];
    let faults = required.iter().filter(|(_, value)| value.is_empty());
    let faults: Vec<Fault> = faults.map(|(name, _)| Fault::new(FaultKind::Missing, *name, "is empty")).collect();
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let body = body(&Login { email, password: password.expose() })?;
    let answer = wire.send(&uri, Repeat::Harmless, || {
        let mut request = posted(&uri, wiped_body(body.clone()), "application/json");
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        Ok(request)
    });
    let answer = answer.await?;
    let url = shown(&uri);
    let problem = |failure, what: &str| AuthError::new(failure, format!("{url} {what}")).about(&url).into_error();
    match answer.status() {
        StatusCode::BAD_REQUEST => {
            return Err(problem(AuthFailure::Refused, "says that this is no valid e-mail address (400)"));
        }
        StatusCode::UNAUTHORIZED => {
            return Err(problem(
                AuthFailure::ClientRejected,
                "says that the e-mail address or the password is wrong (401)",
            ));
        }
        _ => {}
    }
    let document = answer.document(std::slice::from_ref(password))?;
    let bad = |what| problem(AuthFailure::BadAnswer, what);
    let jwt = document.secret("token").ok_or_else(|| bad("answered without a `token`"))?;
    let claims = jwt::payload(jwt.expose()).and_then(|payload| SecretDocument::parse(&payload));
    let claims = claims.ok_or_else(|| bad("answered with a `token` that is no JSON web token"))?;
    let key = claims.secret("api_key").ok_or_else(|| bad("answered with a `token` that holds no `api_key`"))?;
    if !key.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(bad("gave an API key with characters that no header can carry"));
    }
    Ok(LegacyKey { key, jwt })
}

fn body(login: &Login<'_>) -> Result<Zeroizing<Vec<u8>>> {
    // A buffer that grows leaves its old bytes behind; a letter takes up to six.
    let most = 32 + 6 * (login.email.len() + login.password.len());
    let mut body = Zeroizing::new(Vec::with_capacity(most));
    serde_json::to_writer(&mut *body, login).map_err(|_| {
        let message = "e-mail address and password make no JSON";
        AuthError::new(AuthFailure::Unsupported, message).into_error()
    })?;
    Ok(body)
}
