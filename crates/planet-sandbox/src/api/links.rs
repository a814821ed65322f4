//! The API's own download links, which lead on to storage.

use http::StatusCode;
use serde_json::{Value, json};

use crate::fault::Pretend;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::state::Service;
use crate::state::token::Refusal;

/// Follows a link: its token holds the signed storage URL.
pub(crate) fn follow(service: &Service, request: &Request) -> Response {
    let token = request.query_value("token").unwrap_or_default();
    let mut claims = service.signer.claims(token, service.time.now());
    if request.pretend == Pretend::ExpiredLink {
        claims = Err(Refusal::Expired);
    }
    match claims {
        Ok(claims) => match claims.get("url").and_then(Value::as_str) {
            Some(url) => respond::redirect(url),
            None => refused("The download link is not valid."),
        },
        Err(Refusal::Expired) => refused("The download link has expired."),
        Err(Refusal::Forged) => refused("The download link is not valid."),
    }
}

fn refused(text: &str) -> Response {
    let body = json!({ "message": text, "errors": [] });
    respond::json(StatusCode::UNAUTHORIZED, &body)
}
