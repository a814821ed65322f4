//! The token of an OAuth session, as it stands in `token.json`.

mod document;
pub(super) mod jwt;
mod text;
mod times;

use std::fmt;

use crate::Secret;

pub(super) use document::SecretDocument;
pub(super) use times::Times;

/// The token of a session: all that the authority answered, and when it ends.
#[derive(Clone)]
pub(super) struct Token {
    document: SecretDocument,
    times: Times,
}

impl Token {
    /// A token as it was kept. `None`: the text is none.
    pub(super) fn kept(text: &Secret, now: i64) -> Option<Self> {
        let document = SecretDocument::parse(text.expose().as_bytes())?;
        let any = ["access_token", "refresh_token", "id_token"].iter().any(|name| document.text(name).is_some());
        any.then(|| Self { times: Times::of(&document, now), document })
    }

    /// A token as the authority answered it just now. It takes the place of the one before whole; only the refresh token
    /// stays what it was if none came (RFC 6749, section 6).
    pub(super) fn received(mut document: SecretDocument, refreshed_with: Option<&Secret>, now: i64) -> Self {
        let unkept: Vec<String> = document
            .names()
            .filter(|name| name.starts_with("__") || document.get(name).is_some_and(serde_json::Value::is_null))
            .map(str::to_owned)
            .collect();
        unkept.iter().for_each(|name| document.remove(name));
        if let (None, Some(old)) = (document.text("refresh_token"), refreshed_with) {
            document.set("refresh_token", old.expose());
        }
        let times = Times::of_received(&document, now);
        // The official tools read whole numbers.
        if let Some(lifetime) = times::lifetime(&document) {
            document.set("expires_in", lifetime);
        }
        document.set("_iat", times.issued());
        match times.expires() {
            Some(expires) => document.set("_exp", expires),
            None => document.remove("_exp"),
        }
        Self { document, times }
    }

    pub(super) fn access(&self) -> Option<Secret> {
        self.document.secret("access_token")
    }

    pub(super) fn refresh_token(&self) -> Option<Secret> {
        self.document.secret("refresh_token")
    }

    pub(super) fn times(&self) -> Times {
        self.times
    }

    /// Is it another one? What stands beside the tokens does not matter.
    pub(super) fn differs_from(&self, other: &Self) -> bool {
        ["access_token", "refresh_token"].iter().any(|name| self.document.text(name) != other.document.text(name))
    }

    pub(super) fn to_text(&self) -> Secret {
        Secret::new(self.document.to_text().as_str())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({:?})", self.times)
    }
}
