//! Credentials: whether a request carries a good one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::AUTHORIZATION;
use serde_json::json;

use crate::request::Request;
use crate::respond::{self, Response};
use crate::state::{Service, lock};

/// Whether the request carries the user's API key, or an access token that lives.
pub(crate) fn is_good(service: &Service, request: &Request) -> bool {
    let settings = &service.settings;
    let key = Some(settings.api_key.as_str());
    let Some(header) = request.header(AUTHORIZATION.as_str()) else {
        return request.query_value("api_key") == key;
    };
    let Some((scheme, value)) = header.split_once(' ') else {
        return false;
    };
    let value = value.trim();
    match scheme.to_ascii_lowercase().as_str() {
        "api-key" => Some(value) == key,
        "bearer" => value == settings.access_token || lock(&service.grants).is_live(value, service.time.now()),
        "basic" => basic_user(value).as_deref() == key,
        _ => false,
    }
}

/// The user name of HTTP Basic, which is where the API key stands; the password is empty.
fn basic_user(value: &str) -> Option<String> {
    let decoded = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    decoded.strip_suffix(':').map(ToOwned::to_owned)
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
