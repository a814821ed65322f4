//! Answers of the authority, and its refusals.

use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde_json::{Value, json};

use crate::respond::{self, Response};

/// Why a request is refused, as RFC 6749 (section 5.2) tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    pub(super) error: &'static str,
    pub(super) description: String,
}

impl Refusal {
    pub(super) fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, description: description.into() }
    }

    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new("invalid_request", description)
    }

    /// One answer for all that is wrong with a code or a refresh token.
    pub(super) fn invalid_grant() -> Self {
        Self::new("invalid_grant", "grant request is invalid")
    }

    /// One answer for an unknown client and a wrong secret.
    pub(super) fn invalid_client() -> Self {
        let status = StatusCode::UNAUTHORIZED;
        Self { status, ..Self::new("invalid_client", "client authentication failed") }
    }

    pub(super) fn access_denied() -> Self {
        Self::new("access_denied", "End-User aborted interaction")
    }

    /// What the sandbox does not model is refused, never approximated.
    pub(super) fn not_modelled(what: &str) -> Self {
        Self::invalid_request(format!("{what} is not modelled by the sandbox"))
    }
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        let body = json!({ "error": refusal.error, "error_description": refusal.description });
        secret(refusal.status, &body)
    }
}

/// JSON that may be cached.
pub(super) fn public(body: &Value) -> Response {
    json_in_utf8(StatusCode::OK, body)
}

/// JSON that no cache may keep.
pub(super) fn secret(status: StatusCode, body: &Value) -> Response {
    json_in_utf8(status, body).with_header(CACHE_CONTROL, "no-store")
}

fn json_in_utf8(status: StatusCode, body: &Value) -> Response {
    respond::response(status, "application/json; charset=utf-8", body.to_string().into())
}
