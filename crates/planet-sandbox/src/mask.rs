//! A request as JSON, without the secrets in it: what leaves the process may end in a file that others read.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::observe::{Listener, RequestRecord};
use crate::request::decode_pairs;

const MASK: &str = "***";

impl RequestRecord {
    /// The request as JSON, as the control endpoint and the program's `--requests` show it.
    ///
    /// `query` and `headers` are lists of pairs. `body` is `null`, or has one member: `json`, `form` (a list of pairs), `text`,
    /// or `base64` of what is none of these. In place of secrets stands `***`: a key or token that the sandbox does not know
    /// (it may be a real one), passwords, tokens in forms, the keys of cloud deliveries, signatures of links, and in a
    /// URL, wherever it stands, what is before the `@` of its host. The fields of the record itself have all of them.
    ///
    /// ```
    /// use planet_sandbox::{RequestRecord, Sandbox};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let sandbox = Sandbox::start().await?;
    /// // Here the program under test runs.
    /// let lines: Vec<String> = sandbox.requests().iter().map(|request| request.to_json().to_string()).collect();
    /// # assert!(lines.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_json(&self) -> Value {
        json!({
            "number": self.number,
            "listener": self.listener.name(),
            "at": self.at.to_string(),
            "method": self.method,
            "path": without_userinfo(&self.path),
            "query": self.masked_pairs(&self.query),
            "headers": self.masked_pairs(&self.headers),
            "body": self.masked_body(),
            "status": self.status,
        })
    }

    fn masked_pairs(&self, pairs: &[(String, String)]) -> Value {
        pairs.iter().map(|(name, value)| json!([name, self.masked(name, value)])).collect()
    }

    fn masked<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        match is_secret(name) && !self.is_known(name, value) {
            true => MASK.into(),
            false => without_userinfo(value),
        }
    }

    /// Whether this is the credential that the sandbox has taken. It looks at the query only if there is no header.
    fn is_known(&self, name: &str, value: &str) -> bool {
        let taken = match self.header("authorization") {
            Some(header) => name == "authorization" && header == value,
            None => name == "api_key" && self.query_value(name) == Some(value),
        };
        taken && self.is_authorized
    }

    fn masked_body(&self) -> Value {
        let Ok(text) = std::str::from_utf8(&self.body) else {
            return json!({ "base64": STANDARD.encode(&self.body) });
        };
        if text.is_empty() {
            return Value::Null;
        }
        if self.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            return json!({ "form": self.masked_pairs(&decode_pairs(text)) });
        }
        match self.json() {
            Some(document) => json!({ "json": without_secrets(document) }),
            None => json!({ "text": without_userinfo(text) }),
        }
    }
}

fn without_secrets(document: Value) -> Value {
    match document {
        Value::Object(members) => {
            let masked = members.into_iter().map(|(name, value)| {
                let value = if is_secret(&name) { json!(MASK) } else { without_secrets(value) };
                (name, value)
            });
            Value::Object(masked.collect::<Map<_, _>>())
        }
        Value::Array(values) => values.into_iter().map(without_secrets).collect(),
        Value::String(text) => json!(without_userinfo(&text)),
        other => other,
    }
}

/// A text with all its URLs, but without their users and passwords.
fn without_userinfo(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("//") {
        let end = after.find(|c: char| c.is_whitespace() || "/?#\"<>".contains(c)).unwrap_or(after.len());
        let (authority, behind) = after.split_at(end);
        let host = authority.rsplit_once('@').map(|(_, host)| host);
        let (mask, at) = if host.is_some() { (MASK, "@") } else { ("", "") };
        shown.extend([before, "//", mask, at, host.unwrap_or(authority)]);
        rest = behind;
    }
    if rest.len() == text.len() {
        return text.into();
    }
    shown.push_str(rest);
    shown.into()
}

/// Whether what has this name may be secret: in a header, a query, a form or a document.
fn is_secret(name: &str) -> bool {
    const WHOLE: [&str; 6] = ["authorization", "proxy-authorization", "cookie", "api_key", "code", "code_verifier"];
    const PARTS: [&str; 9] =
        ["secret", "password", "token", "credential", "signature", "assertion", "device_code", "api-key", "access_key"];
    let name = name.to_ascii_lowercase();
    WHOLE.contains(&name.as_str()) || PARTS.iter().any(|part| name.contains(part))
}

impl Listener {
    pub(crate) const ALL: [Self; 3] = [Self::Api, Self::Storage, Self::Authority];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Storage => "storage",
            Self::Authority => "authority",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_host_is_masked_wherever_the_url_is() {
        let cases = [
            ("https://me:secret@example.com/hook?a=b@c", "https://***@example.com/hook?a=b@c"),
            ("https://secret@example.com", "https://***@example.com"),
            ("//me:s@ecret@example.com:80?q", "//***@example.com:80?q"),
            ("call http://a:b@c/ and ftp://d:e@f.", "call http://***@c/ and ftp://***@f."),
            ("url=https://a:b@c&d=//e", "url=https://***@c&d=//e"),
            ("{\"url\": \"https://a:b@c\", \"to\": \"d@e\"", "{\"url\": \"https://***@c\", \"to\": \"d@e\""),
            ("https:////a:b@c", "https:////***@c"),
        ];
        for (text, shown) in cases {
            assert_eq!(without_userinfo(text), shown);
        }
        for text in
            ["", "//", "a@b.c", "https://example.com/@me", "https://example.com?to=a@b", "12:30 a@b", "a//b c@d"]
        {
            assert_eq!(without_userinfo(text), text);
        }
    }
}
