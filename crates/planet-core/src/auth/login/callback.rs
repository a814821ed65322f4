//! What the authority has the browser bring back.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::super::authority::{is_same_server, quoted};
use super::super::problem::{AuthError, AuthFailure};
use super::pkce;
use crate::{Error, Fault, FaultKind, Result, Secret};

/// The query of a URL that somebody copied out of the browser.
pub(super) fn query_of(callback_url: &str) -> Result<Zeroizing<String>> {
    let query = callback_url.trim().split_once('?').map(|(_, rest)| rest.split('#').next().unwrap_or_default());
    match query.filter(|query| is_answer(query)) {
        Some(query) => Ok(Zeroizing::new(query.to_owned())),
        None => {
            let message =
                "is no answer to a login; give the whole address that the browser ended at, with its `?code=...`";
            Err(Error::invalid(vec![Fault::new(FaultKind::Invalid, "callback_url", message)]))
        }
    }
}

/// Is it what an authority sends, right or wrong? Browsers ask for other things, too.
pub(super) fn is_answer(query: &str) -> bool {
    query.split('&').any(|pair| pair.starts_with("code=") || is_refusal(pair))
}

pub(super) fn is_refusal(query: &str) -> bool {
    query.split('&').any(|pair| pair.starts_with("error="))
}

/// What the answer must match.
pub(super) struct Expected<'a> {
    pub(super) redirect_uri: &'a str,
    pub(super) state: &'a Secret,
    pub(super) issuer: &'a str,
}

impl Expected<'_> {
    /// The code of the answer (RFC 6749, section 4.1.2; RFC 9207).
    pub(super) fn code(&self, query: &str) -> Result<Secret> {
        if let Some(error) = self.parameter(query, "error")? {
            return Err(self.refusal(&error, self.parameter(query, "error_description")?));
        }
        let state = self.parameter(query, "state")?;
        if !state.is_some_and(|state| pkce::is_same(self.state, &state)) {
            return Err(self
                .bad("belongs to another login: its state is another")
                .with_help("Open the page of this login, and answer that one"));
        }
        let issuer = self.parameter(query, "iss")?;
        if let Some(issuer) = issuer.filter(|issuer| !is_same_server(issuer, self.issuer)) {
            return Err(self.bad(&format!("comes from another authority: {}", quoted(&issuer, &[]))));
        }
        match self.parameter(query, "code")? {
            Some(code) if !code.is_empty() => Ok(Secret::new(code.as_str())),
            _ => Err(self.bad("has no code")),
        }
    }

    fn refusal(&self, error: &str, description: Option<Zeroizing<String>>) -> Error {
        let failure = if error == "access_denied" { AuthFailure::Denied } else { AuthFailure::Refused };
        let code = quoted(error, &[]);
        let message = match description {
            Some(text) => format!("the authority refused the login: {} ({code})", quoted(&text, &[])),
            None => format!("the authority refused the login: {code}"),
        };
        AuthError::new(failure, message).about(self.redirect_uri).with_code(code).into_error()
    }

    fn parameter(&self, query: &str, name: &str) -> Result<Option<Zeroizing<String>>> {
        let mut found = None;
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if key == name && found.replace(value).is_some() {
                return Err(self.bad(&format!("has more than one `{name}`")));
            }
        }
        let Some(value) = found else { return Ok(None) };
        let spaced = Zeroizing::new(value.replace('+', " "));
        match percent_decode_str(&spaced).decode_utf8() {
            Ok(text) => Ok(Some(Zeroizing::new(text.into_owned()))),
            Err(_) => Err(self.bad(&format!("has a `{name}` that is no text"))),
        }
    }

    fn bad(&self, what: &str) -> Error {
        let message = format!("the answer at {} {what}", self.redirect_uri);
        AuthError::new(AuthFailure::BadAnswer, message).about(self.redirect_uri).into_error()
    }
}
