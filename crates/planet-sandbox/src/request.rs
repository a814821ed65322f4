//! A request as the handlers see it: read completely, path and query decoded.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::fault::Pretend;
use crate::observe::Listener;
use crate::respond::{Response, general_error};

/// One request, with what a fault rule wants its handler to pretend.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) listener: Listener,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) pretend: Pretend,
}

impl Request {
    pub(crate) fn new(listener: Listener, parts: &http::request::Parts, body: Bytes) -> Self {
        Self {
            listener,
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: decode_pairs(parts.uri.query().unwrap_or_default()),
            headers: parts.headers.clone(),
            body,
            pretend: Pretend::Nothing,
        }
    }

    /// The decoded parts of the path; a trailing slash makes no difference, but a doubled one does.
    pub(crate) fn segments(&self) -> Vec<String> {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        let parts = path.strip_suffix('/').unwrap_or(path).split('/');
        parts.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn query_value(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn query_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as a JSON object, or the 400 to answer with.
    pub(crate) fn json_object(&self) -> Result<Map<String, Value>, Response> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(general_error(StatusCode::BAD_REQUEST, "The request body is not a JSON object")),
            Err(error) => {
                Err(general_error(StatusCode::BAD_REQUEST, &format!("The request body is not valid JSON: {error}")))
            }
        }
    }
}

/// The pairs of a query, or of a form.
pub(crate) fn decode_pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_form(name), decode_form(value))
        })
        .collect()
}

/// Percent decoding plus the form rule that `+` is a space.
fn decode_form(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
