//! What an authority answers, and what may be told of it.

use std::time::{Duration, SystemTime};

use http::response::Parts;
use http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use zeroize::Zeroizing;

use super::super::problem::{AuthError, AuthFailure};
use super::super::token::SecretDocument;
use super::wire::shown;
use crate::retry::retry_after;
use crate::{Error, Result, Secret, redact};

/// How many characters of an authority's text may stand in a message.
const TEXT: usize = 200;

/// What is shorter is no secret, but a part of many words.
const SHORTEST_SECRET: usize = 4;

/// An answer, read whole and not judged yet.
pub(in crate::auth) struct Answer {
    url: String,
    status: StatusCode,
    headers: HeaderMap,
    text: Zeroizing<Vec<u8>>,
    retry_after: Option<Duration>,
}

impl Answer {
    pub(super) fn new(uri: &Uri, head: Parts, text: Zeroizing<Vec<u8>>, now: SystemTime) -> Self {
        let retry_after = retry_after(&head.headers, now);
        Self { url: shown(uri), status: head.status, headers: head.headers, text, retry_after }
    }

    pub(in crate::auth) fn status(&self) -> StatusCode {
        self.status
    }

    /// Is it a plain request to come back later? Who polls for a login is told so in words of its own.
    pub(super) fn asks_to_wait(&self) -> bool {
        let code = || SecretDocument::parse(&self.text)?.text("error").map(str::to_owned);
        let is_of_polling = |code: String| code == "slow_down" || code == "authorization_pending";
        self.status == StatusCode::TOO_MANY_REQUESTS && !code().is_some_and(is_of_polling)
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The JSON object of a success. `secrets` are what was sent: an authority may repeat them in its complaints.
    pub(in crate::auth) fn document(&self, secrets: &[Secret]) -> Result<SecretDocument> {
        let document = self.judge(secrets)?;
        let kind = self.header(header::CONTENT_TYPE).unwrap_or_default();
        let is_json = kind.is_empty() || kind.to_ascii_lowercase().contains("json");
        document.filter(|_| is_json).ok_or_else(|| match self.is_web_page() {
            true => self.web_page(),
            false if is_json => self.bad(format!("{} answered {} without a JSON object", self.url, self.status)),
            false => self.bad(format!("{} answered {} with {kind} instead of JSON", self.url, self.status)),
        })
    }

    /// A success, whatever it says.
    pub(in crate::auth) fn success(&self, secrets: &[Secret]) -> Result<()> {
        self.judge(secrets).map(drop)
    }

    /// A refusal is one whatever the status (RFC 6749, section 5.2, asks for 400; not all comply).
    fn judge(&self, secrets: &[Secret]) -> Result<Option<SecretDocument>> {
        if self.status.is_redirection() {
            let place = redact::url(&self.header(header::LOCATION).unwrap_or_else(|| "nowhere".to_owned()));
            let message = format!("{} redirects to {place}: credentials do not go along", self.url);
            return Err(self.bad(message).with_help("Check the address of the authority"));
        }
        let document = SecretDocument::parse(&self.text);
        if let Some(refusal) = document.as_ref().and_then(|document| self.refusal(document, secrets)) {
            return Err(refusal);
        }
        if self.status.is_success() {
            return Ok(document);
        }
        if self.is_overloaded() {
            let page = if self.is_web_page() { " with a web page" } else { "" };
            let message = format!("{} answered {}{page}", self.url, self.status);
            return Err(self.error(AuthFailure::Unreachable, message));
        }
        if self.is_web_page() {
            return Err(self.web_page());
        }
        Err(self.bad(format!("{} answered {}", self.url, self.status)))
    }

    fn refusal(&self, document: &SecretDocument, secrets: &[Secret]) -> Option<Error> {
        let told = |name: &str| document.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""));
        // Okta and its kin say `errorCode`.
        let code = told("error").or_else(|| told("errorCode"))?;
        let failure = self.failure(code.as_str().unwrap_or_default());
        let code = code.as_str().map(|code| quoted(code, secrets));
        let description = document.text("error_description").map(|text| quoted(text, secrets));
        let name = code.as_deref().unwrap_or("an error without a name");
        // The code stands last: it may end in "token", which looks like the name of a secret to what prints messages.
        let message = match description {
            Some(description) => format!("{} refused: {description} ({name})", self.url),
            None => format!("{} refused: {name}", self.url),
        };
        let mut error = AuthError::new(failure, message).about(&self.url);
        if let Some(code) = code {
            error = error.with_code(code);
        }
        let error = error.into_error().with_retry_after(self.retry_after);
        Some(match failure {
            AuthFailure::ClientRejected => error.with_help("Check the client id, and its secret if it has one"),
            _ => error,
        })
    }

    fn failure(&self, code: &str) -> AuthFailure {
        match code {
            "invalid_client" | "unauthorized_client" => AuthFailure::ClientRejected,
            "access_denied" => AuthFailure::Denied,
            "expired_token" => AuthFailure::LoginExpired,
            "invalid_grant" => AuthFailure::LoginRequired,
            "authorization_pending" | "slow_down" => AuthFailure::Refused,
            "server_error" | "temporarily_unavailable" => AuthFailure::Unreachable,
            _ if self.is_overloaded() => AuthFailure::Unreachable,
            _ => AuthFailure::Refused,
        }
    }

    fn is_overloaded(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }

    pub(in crate::auth) fn is_web_page(&self) -> bool {
        let is_html = self.header(header::CONTENT_TYPE).is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        is_html || self.text.trim_ascii_start().starts_with(b"<")
    }

    fn web_page(&self) -> Error {
        let message = format!("{} answered {} with a web page instead of JSON", self.url, self.status);
        self.bad(message).with_help("Check the address; a proxy or the login page of a network may answer in its place")
    }

    fn header(&self, name: HeaderName) -> Option<String> {
        Some(quoted(self.headers.get(name)?.to_str().ok()?, &[]))
    }

    fn bad(&self, message: String) -> Error {
        self.error(AuthFailure::BadAnswer, message)
    }

    fn error(&self, failure: AuthFailure, message: String) -> Error {
        AuthError::new(failure, message).about(&self.url).into_error().with_retry_after(self.retry_after)
    }
}

/// A text of an authority as it may stand in a message: short, on one line, and without what it was sent.
pub(in crate::auth) fn quoted(text: &str, secrets: &[Secret]) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control() && !is_invisible(*letter)).collect();
    let hidden = secrets.iter().map(Secret::expose).filter(|secret| secret.len() >= SHORTEST_SECRET);
    let text = hidden.fold(text, |text, secret| text.replace(secret, "***"));
    redact::text(&text).chars().take(TEXT).collect()
}

/// Letters that are not seen but turn around, hide or break what is.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
