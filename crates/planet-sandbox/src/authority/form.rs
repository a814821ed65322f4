//! The forms that the authority is sent.

use http::header::CONTENT_TYPE;

use super::answer::Refusal;
use crate::request::{Request, decode_pairs};

/// The fields of a form, each at most once. An empty one counts as absent (RFC 6749, section 3.2).
#[derive(Debug)]
pub(super) struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// Reads a form from a body, and nowhere else.
    pub(super) fn read(request: &Request) -> Result<Self, Refusal> {
        let kind = request.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Refusal::invalid_request(
                "only application/x-www-form-urlencoded content-type bodies are supported",
            ));
        }
        if let Some((name, _)) = request.query.first() {
            return Err(unknown(name, request));
        }
        Self::of(decode_pairs(&String::from_utf8_lossy(&request.body)))
    }

    /// The fields of a query.
    pub(super) fn of_query(request: &Request) -> Result<Self, Refusal> {
        Self::of(request.query.clone())
    }

    fn of(fields: Vec<(String, String)>) -> Result<Self, Refusal> {
        for (number, (name, _)) in fields.iter().enumerate() {
            if fields.iter().skip(number + 1).any(|(other, _)| other == name) {
                return Err(Refusal::invalid_request(format!("'{name}' parameter must not be provided twice")));
            }
        }
        Ok(Self { fields })
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::invalid_request(format!("missing required parameter(s): {name}")))
    }

    /// Refuses fields that are neither among `known` nor prove who the client is.
    pub(super) fn only(&self, known: &[&str], request: &Request) -> Result<(), Refusal> {
        let proof = ["client_id", "client_secret"];
        let strange = |name: &&str| !known.contains(name) && !proof.contains(name);
        match self.fields.iter().map(|(name, _)| name.as_str()).find(strange) {
            Some(name) => Err(unknown(name, request)),
            None => Ok(()),
        }
    }
}

fn unknown(name: &str, request: &Request) -> Refusal {
    let Request { method, path, .. } = request;
    Refusal::invalid_request(format!("The sandbox knows no parameter '{name}' of {method} {path}"))
}
