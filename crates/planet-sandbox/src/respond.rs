//! Answers and the error bodies of the service.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

pub(crate) type Response = http::Response<Bytes>;

pub(crate) fn response(status: StatusCode, content_type: &'static str, body: Bytes) -> Response {
    let mut response = empty(status);
    *response.body_mut() = body;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

pub(crate) fn json_bytes(status: StatusCode, body: impl Into<Bytes>) -> Response {
    response(status, "application/json", body.into())
}

pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    json_bytes(status, body.to_string())
}

pub(crate) fn ok(body: &Value) -> Response {
    json(StatusCode::OK, body)
}

pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// `302 Found` to `location`.
pub(crate) fn redirect(location: &str) -> Response {
    let mut response = empty(StatusCode::FOUND);
    set_header(response.headers_mut(), LOCATION.as_str(), location);
    response
}

/// `{"message": ...}`
pub(crate) fn message(status: StatusCode, text: &str) -> Response {
    json(status, &json!({ "message": text }))
}

/// `{"general": [{"message": ...}], "field": {}}`
pub(crate) fn general_error(status: StatusCode, text: &str) -> Response {
    json(status, &json!({ "general": [{ "message": text }], "field": {} }))
}

/// `{"field": {path: [{"message": ...}]}, "general": []}`
pub(crate) fn field_errors(errors: &[(String, String)]) -> Response {
    let mut fields = Map::new();
    for (path, text) in errors {
        let entry = fields.entry(path.clone()).or_insert_with(|| json!([]));
        if let Value::Array(messages) = entry {
            messages.push(json!({ "message": text }));
        }
    }
    json(StatusCode::BAD_REQUEST, &json!({ "field": fields, "general": [] }))
}

/// What the sandbox does not model is refused, never approximated.
pub(crate) fn not_modelled(what: &str) -> Response {
    message(StatusCode::NOT_IMPLEMENTED, &format!("{what} is not modelled by the sandbox"))
}

/// Sets a header; text that cannot be a header is left out.
pub(crate) fn set_header(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(name), HeaderValue::from_str(value)) {
        headers.insert(name, value);
    }
}
