//! The legacy login: `POST /v0/auth/login` of the API.

use http::StatusCode;
use serde_json::{Value, json};

use super::grants::Grant;
use super::{Realm, key};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::state::{Service, USER_ID, lock};

const TOKEN_SECONDS: i64 = 3600;

/// A token with the API key in it, for an e-mail address and a password.
pub(crate) fn login(service: &Service, request: &Request) -> Response {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let Some(email) = text("email").filter(|email| email.contains('@')) else {
        return invalid(&json!({ "email": ["Not a valid email address."] }));
    };
    let Some(password) = text("password") else {
        return invalid(&json!({ "password": ["Missing data for required field."] }));
    };
    let settings = &service.settings.authority;
    if email != settings.email || password != settings.password {
        let status = StatusCode::UNAUTHORIZED;
        return refused(status, &Value::Null, "Invalid email or password");
    }
    let issued = service.time.now().as_second();
    let expires = issued.saturating_add(TOKEN_SECONDS);
    let token = key::sign_symmetric(&json!({
        "api_key": service.settings.api_key,
        "email": email,
        "user_id": USER_ID,
        "iat": issued,
        "exp": expires,
    }));
    // The API takes it as a bearer token, too.
    let grant = Grant { realm: Realm::User, client: String::new(), scopes: Vec::new(), nonce: None };
    let mut grants = lock(&service.grants);
    let id = grants.grant(grant);
    grants.add_access(token.clone(), id, expires);
    respond::ok(&json!({ "token": token }))
}

fn invalid(errors: &Value) -> Response {
    refused(StatusCode::BAD_REQUEST, errors, "error validating request against UserAuthenticationSchema")
}

fn refused(status: StatusCode, errors: &Value, message: &str) -> Response {
    let body = json!({ "errors": errors, "message": message, "status": status.as_u16(), "success": false });
    respond::json(status, &body)
}
