//! A scripted answer and its bytes.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::recorded::given;

/// An answer of the scripted server, or a fault in place of one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub(super) status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "given")]
    body: Option<Box<RawValue>>,
    text: Option<String>,
    base64: Option<String>,
    #[serde(default)]
    chunked: bool,
    pub(super) fault: Option<Fault>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Fault {
    /// Never answers.
    Hang,
    /// Closes the connection instead of answering.
    Close,
    /// Announces the full length, sends half, and closes.
    Truncate,
}

impl Answer {
    pub(super) fn body(&self) -> Result<Vec<u8>, String> {
        match (&self.body, &self.text, &self.base64) {
            (Some(json), None, None) => Ok(as_python_writes(json.get()).into_bytes()),
            (None, Some(text), None) => Ok(text.clone().into_bytes()),
            (None, None, Some(text)) => {
                BASE64_STANDARD.decode(text).map_err(|error| format!("a body that is no base64: {error}"))
            }
            (None, None, None) => Ok(Vec::new()),
            _ => Err("an answer with several bodies".to_owned()),
        }
    }

    /// The answer as it is sent, up to where it is cut off.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, String> {
        let body = self.body()?;
        let status = self.status.ok_or("an answer without a status")?;
        let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
        let has = |name: &str| self.headers.keys().any(|key| key.eq_ignore_ascii_case(name));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.body.is_some() && !has("content-type") {
            head.push_str("Content-Type: application/json\r\n");
        }
        let sent = if self.fault == Some(Fault::Truncate) { body.len() / 2 } else { body.len() };
        let sent = body.get(..sent).unwrap_or_default();
        let coded = if self.chunked {
            head.push_str("Transfer-Encoding: chunked\r\n");
            let end: &[u8] = if sent.len() == body.len() { b"0\r\n\r\n" } else { b"" };
            let chunks = sent.chunks((sent.len() / 2).max(1));
            let chunks =
                chunks.flat_map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
            chunks.chain(end.iter().copied()).collect()
        } else {
            if !matches!(status, 204 | 304) && !has("content-length") {
                head.push_str(&format!("Content-Length: {}\r\n", body.len()));
            }
            sent.to_vec()
        };
        Ok([head.as_bytes(), b"\r\n", &coded].concat())
    }
}

/// JSON as `json.dumps` spells it, so that messages agree word for word: a space after commas and colons, and nothing
/// but ASCII.
fn as_python_writes(json: &str) -> String {
    let mut written = String::with_capacity(json.len());
    let (mut in_text, mut escaped) = (false, false);
    for letter in json.chars() {
        match letter {
            _ if in_text => {
                in_text = escaped || letter != '"';
                escaped = !escaped && letter == '\\';
                push_ascii(&mut written, letter);
            }
            ',' | ':' => written.extend([letter, ' ']),
            letter if letter.is_ascii_whitespace() => {}
            letter => {
                in_text = letter == '"';
                written.push(letter);
            }
        }
    }
    written
}

fn push_ascii(text: &mut String, letter: char) {
    if letter.is_ascii() {
        return text.push(letter);
    }
    for unit in letter.encode_utf16(&mut [0; 2]) {
        text.push_str(&format!("\\u{unit:04x}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(json: &str) -> Answer {
        serde_json::from_str(json).unwrap()
    }

    fn sent(json: &str) -> String {
        String::from_utf8(answer(json).bytes().unwrap()).unwrap()
    }

    #[test]
    fn a_json_body_is_spelled_as_python_does_with_its_members_in_order() {
        let answer = answer(r#"{"status": 200, "body": {"b" : [1,{"a, \"b\\": null}],"ü😀":"x:y"}}"#);
        let body = String::from_utf8(answer.body().unwrap()).unwrap();
        assert_eq!(body, r#"{"b": [1, {"a, \"b\\": null}], "\u00fc\ud83d\ude00": "x:y"}"#);
    }

    #[test]
    fn answers_are_whole_chunked_empty_or_cut_off() {
        assert_eq!(
            sent(r#"{"status": 200, "body": null}"#),
            "HTTP/1.1 200 Scripted\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull"
        );
        assert_eq!(sent(r#"{"status": 204}"#), "HTTP/1.1 204 Scripted\r\n\r\n");
        assert_eq!(sent(r#"{"status": 404, "text": ""}"#), "HTTP/1.1 404 Scripted\r\nContent-Length: 0\r\n\r\n");
        assert!(
            sent(r#"{"status": 200, "text": "abcd", "fault": "truncate"}"#).ends_with("Content-Length: 4\r\n\r\nab")
        );
        assert!(
            sent(r#"{"status": 200, "text": "abcd", "chunked": true}"#)
                .ends_with("chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n")
        );
        assert_eq!(answer(r#"{"status": 200, "base64": "aGk="}"#).body().unwrap(), b"hi");
        assert!(serde_json::from_str::<Answer>(r#"{"status": 200, "fault": "explode"}"#).is_err());
    }
}
