//! The token endpoints.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use super::answer::{self, Refusal};
use super::client::{self, Client, Flow};
use super::device::Poll;
use super::form::Form;
use super::grants::{Grant, GrantId, Grants, random};
use super::{Realm, key};
use crate::request::Request;
use crate::respond::Response;
use crate::state::{Service, lock};

pub(super) const AUDIENCE: &str = "https://api.planet.com/";
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const OFFLINE: &str = "offline_access";
const SCOPES: &[&str] = &["openid", OFFLINE, "planet", "profile", "email"];
/// What a machine is told that it has if it asks for nothing, as recorded. Its token says nothing about it.
const MACHINE_SCOPE: &str = "email profile";
/// How long ID tokens live, whatever the lifetime of access tokens, as recorded.
const ID_TOKEN_SECONDS: i64 = 3600;

/// A request for a token.
pub(super) fn answer(service: &Service, request: &Request, realm: Realm) -> Response {
    match tokens(service, request, realm) {
        Ok(body) => answer::secret(StatusCode::OK, &body),
        Err(refusal) => refusal.into(),
    }
}

fn tokens(service: &Service, request: &Request, realm: Realm) -> Result<Value, Refusal> {
    let form = Form::read(request)?;
    let client = client::authenticate(service, request, &form, realm)?;
    let grant_type = form.required("grant_type")?;
    let known: &[&str] = match (realm, grant_type) {
        (Realm::User, DEVICE_CODE) => &["grant_type", "device_code"],
        (Realm::User, "authorization_code") => &["grant_type", "code", "redirect_uri", "code_verifier"],
        (Realm::User, "refresh_token") => &["grant_type", "refresh_token"],
        (Realm::Machine, "client_credentials") => &["grant_type", "scope", "audience", "organization", "project_id"],
        _ => return Err(Refusal::new("unsupported_grant_type", "unsupported grant_type requested")),
    };
    form.only(known, request)?;
    let mut grants = lock(&service.grants);
    match (grant_type, &client.flow) {
        (DEVICE_CODE, Flow::Device) => by_device_code(service, &mut grants, client, &form),
        ("authorization_code", Flow::Code { .. }) => by_code(service, &mut grants, client, &form),
        ("refresh_token", Flow::Device | Flow::Code { .. }) => by_refresh(service, &mut grants, client, &form),
        ("client_credentials", Flow::Machine) => for_machine(service, &mut grants, client, &form),
        _ => Err(unauthorized_client()),
    }
}

pub(super) fn unauthorized_client() -> Refusal {
    Refusal::new("unauthorized_client", "requested grant type is not allowed for this client")
}

/// The scopes that a form asks for, in its order.
pub(super) fn scopes(form: &Form, realm: Realm) -> Result<Vec<String>, Refusal> {
    match form.get("audience") {
        Some(AUDIENCE) => {}
        Some(other) => return Err(Refusal::not_modelled(&format!("the audience {other}"))),
        None => return Err(Refusal::not_modelled("a request without an audience")),
    }
    let asked = form.get("scope").unwrap_or_default().split_ascii_whitespace();
    let mut scopes: Vec<String> = Vec::new();
    for scope in asked {
        if !SCOPES.contains(&scope) {
            return Err(Refusal::new("invalid_scope", "requested scope is not allowed"));
        }
        if realm == Realm::Machine && scope == OFFLINE {
            return Err(Refusal::not_modelled("a refresh token for a machine"));
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    Ok(scopes)
}

fn by_device_code(service: &Service, grants: &mut Grants, client: &Client, form: &Form) -> Result<Value, Refusal> {
    let device_code = form.required("device_code")?;
    match grants.devices.poll(device_code, &client.id, service.time.elapsed(), service.time.now()) {
        Poll::Refused(refusal) => Err(refusal),
        Poll::UsedTwice(grant) => {
            grants.revoke_grant(grant);
            Err(Refusal::invalid_grant())
        }
        Poll::Granted(grant) => {
            let id = grants.grant(grant);
            grants.devices.used(device_code, id);
            // The first token has all that was asked for; later ones have no `offline_access`, as recorded.
            Ok(issue(service, grants, id, |_| true, true))
        }
    }
}

fn by_code(service: &Service, grants: &mut Grants, client: &Client, form: &Form) -> Result<Value, Refusal> {
    let code = form.required("code")?;
    let redirect_uri = form.required("redirect_uri")?;
    let verifier = form.required("code_verifier")?;
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
        return Err(Refusal::invalid_request("code_verifier is not 43 to 128 unreserved characters"));
    }
    let id = grants.redeem(code, &client.id, redirect_uri, verifier, service.time.now())?;
    Ok(issue(service, grants, id, not_offline, true))
}

fn by_refresh(service: &Service, grants: &mut Grants, client: &Client, form: &Form) -> Result<Value, Refusal> {
    let rotation = service.settings.authority.rotation;
    let id = grants.refresh(form.required("refresh_token")?, &client.id, rotation)?;
    Ok(issue(service, grants, id, not_offline, rotation))
}

fn for_machine(service: &Service, grants: &mut Grants, client: &Client, form: &Form) -> Result<Value, Refusal> {
    if client.secret.is_none() {
        return Err(Refusal::invalid_client());
    }
    let scopes = scopes(form, Realm::Machine)?;
    let unasked = scopes.is_empty();
    let grant = Grant { realm: Realm::Machine, client: client.id.clone(), scopes, nonce: None };
    let id = grants.grant(grant);
    let mut body = issue(service, grants, id, |_| true, false);
    if unasked {
        set(&mut body, "scope", MACHINE_SCOPE);
    }
    set(&mut body, "refresh_expires_in", 0);
    set(&mut body, "not-before-policy", 0);
    Ok(body)
}

fn not_offline(scope: &str) -> bool {
    scope != OFFLINE
}

fn set(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value.into());
    }
}

/// Makes the tokens of a grant: the access token has the scopes that are `named`.
fn issue(service: &Service, grants: &mut Grants, id: GrantId, named: fn(&str) -> bool, with_refresh: bool) -> Value {
    let settings = &service.settings.authority;
    let Some(grant) = grants.get(id).cloned() else { return Value::Null };
    let seconds = whole_seconds(settings.token_lifetime).max(1);
    let issued = service.time.now().as_second();
    let expires = issued.saturating_add(seconds);
    let scope = grant.scopes.iter().map(String::as_str).filter(|scope| named(scope)).collect::<Vec<_>>().join(" ");
    let access = if settings.opaque {
        random(43)
    } else {
        grant.realm.sign("at+jwt", &access_claims(service, &grant, &scope, issued, expires))
    };
    grants.add_access(access.clone(), id, expires);

    let asked = |name: &str| grant.scopes.iter().any(|scope| scope == name);
    let mut body = json!({ "access_token": access, "token_type": "Bearer" });
    if asked("openid") {
        set(&mut body, "id_token", id_token(service, &grant, &access, issued));
    }
    if with_refresh && asked(OFFLINE) {
        set(&mut body, "refresh_token", grants.new_refresh(id));
    }
    if settings.tell_expiry {
        set(&mut body, "expires_in", seconds);
    }
    if !scope.is_empty() {
        set(&mut body, "scope", scope);
    }
    body
}

fn access_claims(service: &Service, grant: &Grant, scope: &str, issued: i64, expires: i64) -> Value {
    let mut claims = json!({
        "jti": random(21),
        "sub": subject(grant),
        "iat": issued,
        "exp": expires,
        "client_id": grant.client,
        "iss": grant.realm.issuer(service),
        "aud": AUDIENCE,
    });
    if !scope.is_empty() {
        set(&mut claims, "scope", scope);
    }
    claims
}

fn id_token(service: &Service, grant: &Grant, access: &str, issued: i64) -> String {
    let mut claims = json!({
        "sub": subject(grant),
        "at_hash": key::half_digest(access),
        "aud": grant.client,
        "exp": issued.saturating_add(ID_TOKEN_SECONDS),
        "iat": issued,
        "iss": grant.realm.issuer(service),
    });
    if let Some(nonce) = &grant.nonce {
        set(&mut claims, "nonce", nonce.as_str());
    }
    grant.realm.sign("JWT", &claims)
}

fn subject(grant: &Grant) -> &str {
    match grant.realm {
        Realm::User => "sandbox-user",
        Realm::Machine => &grant.client,
    }
}

/// Rounded up, as a client that is told too little comes too early.
pub(super) fn whole_seconds(time: Duration) -> i64 {
    let up = time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0));
    i64::try_from(up).unwrap_or(i64::MAX)
}
