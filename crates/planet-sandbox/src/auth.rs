//! Credentials: which one a request carries, and whether it is good.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::AUTHORIZATION;
use serde_json::json;

use crate::request::Request;
use crate::respond::{self, Response};

/// The credential of a request: an API key, or a bearer token that stands for one.
pub(crate) fn credential(request: &Request) -> Option<String> {
    let Some(header) = request.header(AUTHORIZATION.as_str()) else {
        return request.query_value("api_key").map(ToOwned::to_owned);
    };
    let (scheme, value) = header.split_once(' ')?;
    let value = value.trim();
    match scheme.to_ascii_lowercase().as_str() {
        "api-key" | "bearer" => Some(value.to_owned()),
        "basic" => {
            let decoded = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
            decoded.split(':').next().map(ToOwned::to_owned)
        }
        _ => None,
    }
}

/// The gateway's answer to a missing or wrong credential.
pub(crate) fn unauthorized() -> Response {
    respond::json(
        StatusCode::UNAUTHORIZED,
        &json!({
            "message": "Please enter your API key, or email and password.",
            "errors": [],
        }),
    )
}
