//! The token of an OAuth session, as it stands in `token.json`, and when it ends.

mod document;
pub(super) mod jwt;
#[cfg(test)]
mod tests;
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
    /// A token as it was kept. `None`: an object without one.
    ///
    /// # Errors
    /// If it is no object of JSON.
    pub(super) fn kept(text: &Secret, now: i64) -> Result<Option<Self>, NoObject> {
        let document = SecretDocument::parse(text.expose().as_bytes()).ok_or(NoObject)?;
        let any = ["access_token", "refresh_token", "id_token"].iter().any(|name| document.text(name).is_some());
        Ok(any.then(|| Self { times: Times::of(&document, now), document }))
    }

    /// A token as the authority answered it just now. It takes the place of the one before whole; only the refresh token
    /// stays what it was if none came (RFC 6749, section 6).
    pub(super) fn received(mut document: SecretDocument, refreshed_with: Option<&Secret>, now: i64) -> Self {
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

    /// The access token, if a header can carry it.
    pub(super) fn access(&self) -> Option<Secret> {
        self.document.secret("access_token").filter(|token| token.expose().bytes().all(|byte| byte.is_ascii_graphic()))
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

/// The text is no object of JSON.
#[derive(Debug)]
pub(super) struct NoObject;

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({:?})", self.times)
    }
}
