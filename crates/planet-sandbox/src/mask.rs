//! A request as JSON, without the secrets in it: what leaves the process may end in a file that others read.

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
    /// (it may be a real one), passwords, tokens in forms, the keys of cloud deliveries, signatures of links. The fields of the
    /// record itself have all of them.
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
            "path": self.path,
            "query": self.masked_pairs(&self.query),
            "headers": self.masked_pairs(&self.headers),
            "body": self.masked_body(),
            "status": self.status,
        })
    }

    fn masked_pairs(&self, pairs: &[(String, String)]) -> Value {
        pairs.iter().map(|(name, value)| json!([name, self.masked(name, value)])).collect()
    }

    fn masked<'a>(&self, name: &str, value: &'a str) -> &'a str {
        if is_secret(name) && !self.is_known(name, value) { MASK } else { value }
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
            None => json!({ "text": text }),
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
        other => other,
    }
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
