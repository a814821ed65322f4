//! The service's own error documents, in every shape that was recorded.

use std::fmt;

use serde_json::Value;

use crate::redact;

/// What the service said about a failure, whatever shape it said it in.
///
/// The service has at least nine shapes of error bodies, and load balancers add HTML and empty ones. All of them end
/// here; [`ApiError::body`] keeps the text as it came.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ApiError {
    messages: Vec<String>,
    fields: Vec<(String, String)>,
    code: Option<String>,
    body: String,
}

/// How much of an error body is kept.
pub(crate) const KEPT_BODY: usize = 8 * 1024;

impl ApiError {
    /// Reads an error body. Never fails: what is no known document is kept as text.
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        let text = kept_text(body);
        let mut error = Self { body: text, ..Self::default() };
        match serde_json::from_slice(body) {
            Ok(document) => error.read(&document),
            Err(_) => {
                // Storages answer in XML.
                error.code = element(&error.body, "code").map(str::to_owned);
                error.messages.extend(readable_text(&error.body));
            }
        }
        error
    }

    fn read(&mut self, document: &Value) {
        self.messages.extend(document.get("general").map(messages_in).unwrap_or_default());
        self.message(document.get("message"));
        self.read_fields(document.get("field"));
        self.read_errors(document.get("errors"));
        match document.get("error") {
            Some(error @ Value::Object(_)) => self.message(error.get("reason")),
            other => self.code = text_of(other),
        }
        self.message(document.get("error_description"));
        self.message(document.get("errorSummary"));
        self.message(document.get("description"));
        if self.code.is_none() {
            self.code = text_of(document.get("code")).or_else(|| text_of(document.get("errorCode")));
        }
        if self.messages.is_empty() && self.fields.is_empty() {
            self.messages.extend(self.code.clone().or_else(|| readable_text(&self.body)));
        }
    }

    fn message(&mut self, value: Option<&Value>) {
        self.messages.extend(text_of(value));
    }

    fn read_fields(&mut self, fields: Option<&Value>) {
        for (path, problems) in fields.and_then(Value::as_object).into_iter().flatten() {
            self.fields.extend(messages_in(problems).into_iter().map(|message| (path.clone(), message)));
        }
    }

    /// `errors` is a list of `{code, description}` in Features, a map of lists in the old login, and often empty or null.
    fn read_errors(&mut self, errors: Option<&Value>) {
        match errors {
            Some(Value::Array(list)) => {
                for error in list {
                    if self.code.is_none() {
                        self.code = text_of(error.get("code"));
                    }
                    self.message(error.get("description").or_else(|| error.get("message")));
                }
            }
            other => self.read_fields(other),
        }
    }

    /// The messages, joined into one line. Empty if the body said nothing.
    #[must_use]
    pub fn message_line(&self) -> String {
        let fields = self.fields.iter().map(|(path, message)| format!("{path}: {message}"));
        self.messages.iter().cloned().chain(fields).collect::<Vec<_>>().join("; ")
    }

    /// The messages that are about the request as a whole, as the service worded them. Do not match on them: the wording
    /// may change; [`ErrorKind`](crate::ErrorKind) does not.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        &self.messages
    }

    /// The messages about single fields, with the field's path as the service spells it.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The service's error code, where it sends one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The body as it came, at most 8 KiB of it.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Is this about a quota that is used up, rather than about speed? Both come with status 429. A request
    /// that needs more than is left may be refused with 400: its kind is `Rejected`, and this tells.
    #[must_use]
    pub fn is_quota(&self) -> bool {
        self.message_line().to_lowercase().contains("quota")
    }
}

/// With everything that looks like a credential hidden, as in [`Display`](fmt::Display).
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("message", &redact::text(&self.message_line()))
            .field("code", &self.code.as_deref().map(redact::text))
            .field("body", &redact::text(&self.body))
            .finish()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact::text(&self.message_line()))
    }
}

/// The beginning of a body as text. What is no UTF-8 takes more room as text, so it is cut again.
fn kept_text(body: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(body.get(..KEPT_BODY).unwrap_or(body)).into_owned();
    while text.len() > KEPT_BODY {
        text.pop();
    }
    text
}

fn text_of(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Messages are strings, `{"message": ..}` objects, or lists of either.
fn messages_in(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(messages_in).collect(),
        Value::Object(object) => text_of(object.get("message")).into_iter().collect(),
        other => text_of(Some(other)).into_iter().collect(),
    }
}

/// A line a person can read, from a body that is no JSON: the message of a storage's XML, the title of an HTML page, or
/// the first line of a text.
fn readable_text(body: &str) -> Option<String> {
    let named = element(body, "message").or_else(|| element(body, "title"));
    let line = named.or_else(|| body.lines().find(|line| !line.trim().is_empty()))?.trim();
    let line: String = line.chars().take(200).collect();
    (!line.is_empty()).then_some(line)
}

/// The text of the first element of this name, however it is capitalised.
fn element<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let lower = body.to_ascii_lowercase();
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let from = lower.find(&open)? + open.len();
    let length = lower.get(from..)?.find(&close)?;
    body.get(from..from + length)
}
