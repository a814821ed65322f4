//! Answers and the error bodies of the service.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use crate::request::Request;

/// An answer before it goes to hyper.
#[derive(Clone, Debug, Default)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
}

impl Response {
    /// Adds a header; text that cannot be one is left out.
    pub(crate) fn with_header(mut self, name: impl TryInto<HeaderName>, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.try_into(), HeaderValue::from_str(value)) {
            self.headers.push((name, value));
        }
        self
    }
}

pub(crate) fn response(status: StatusCode, content_type: &str, body: Bytes) -> Response {
    Response { body, ..empty(status) }.with_header(CONTENT_TYPE, content_type)
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
    Response { status, headers: Vec::new(), body: Bytes::new() }
}

/// `302 Found` to `location`.
pub(crate) fn redirect(location: &str) -> Response {
    empty(StatusCode::FOUND).with_header(LOCATION, location)
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

/// A route that is not modelled.
pub(crate) fn unknown_route(request: &Request) -> Response {
    let Request { method, path, .. } = request;
    message(StatusCode::NOT_IMPLEMENTED, &format!("The sandbox has no route {method} {path}"))
}

/// A query parameter that its route does not know.
pub(crate) fn unknown_parameter(request: &Request, name: &str) -> Response {
    let Request { method, path, .. } = request;
    let text = format!("The sandbox knows no parameter '{name}' of {method} {path}");
    message(StatusCode::NOT_IMPLEMENTED, &text)
}
