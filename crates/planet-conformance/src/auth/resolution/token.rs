//! When a token in a file ends, by the rules of the files and nothing of ours.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// A token file that holds an object.
#[derive(Debug)]
pub(super) struct Token(Map<String, Value>);

impl Token {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
            Ok(Value::Object(members)) => Some(Self(members)),
            _ => None,
        }
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// Is there anything in it that a session can begin with?
    pub(super) fn is_empty(&self) -> bool {
        ["access_token", "refresh_token", "id_token"].iter().all(|name| self.text(name).is_none())
    }

    /// When it was issued and when it ends, in seconds. One that was issued nobody knows when counts as issued now.
    pub(super) fn times(&self, now: f64) -> (f64, Option<f64>) {
        let claims = self.text("access_token").and_then(claims).unwrap_or_default();
        let number = |members: &Map<String, Value>, name: &str| members.get(name).and_then(Value::as_f64);
        let issued = number(&claims, "iat").or_else(|| number(&self.0, "_iat")).unwrap_or(now);
        let lifetime = number(&self.0, "expires_in").filter(|seconds| *seconds > 0.0);
        let end = number(&claims, "exp").or_else(|| number(&self.0, "_exp"));
        (issued, end.or_else(|| Some(issued + lifetime?)))
    }

    pub(super) fn is_expired(&self, now: f64) -> bool {
        self.times(now).1.is_some_and(|end| now >= end)
    }

    /// Is it used without a question to the authority?
    pub(super) fn is_fresh(&self, now: f64) -> bool {
        let (issued, end) = self.times(now);
        let until = end.map(|end| (issued + 3.0 * (end - issued) / 4.0).floor());
        self.text("access_token").is_some() && until.is_none_or(|until| now <= until)
    }
}

/// What is in a JWT. Its signature is nobody's concern here.
pub(in crate::auth) fn claims(token: &str) -> Option<Map<String, Value>> {
    let mut parts = token.split('.');
    let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
