//! JSON objects that the service sent, kept as they came.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Error, ErrorKind, Result, decode};

/// A JSON document as it came, down to the byte. What is not modelled is not lost: read it with [`get`](Self::get).
///
/// ```
/// use planet_core::Document;
///
/// let item: Document = serde_json::from_str(r#"{"id":"a","properties":{"cloud_cover":0.1}}"#)?;
/// let cover: Option<f64> = item.get("properties.cloud_cover")?;
/// assert_eq!(cover, Some(0.1));
/// assert_eq!(item.as_json(), r#"{"id":"a","properties":{"cloud_cover":0.1}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Document(Box<RawValue>);

impl Document {
    /// The text as it came.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// Reads the whole document as a type of the caller's.
    ///
    /// # Errors
    /// `Decode` if it is not of that type. The error names the place.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        read(self.as_json(), "")
    }

    /// Reads the value at a path of member names, parted by dots. `None` if there is none, or it is null. The last name
    /// may have dots itself: in each object, a member that is named as all that is left of the path goes before one
    /// that is named as its next part.
    ///
    /// ```
    /// use planet_core::Document;
    ///
    /// let field: Document = serde_json::from_str(r#"{"soil":{"depth":2,"ph":null},"soil.ph":6.5}"#)?;
    /// assert_eq!((field.get("soil.depth")?, field.get("soil.ph")?), (Some(2), Some(6.5)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `Decode` if the value is not of the type asked for. The error names the path.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>> {
        let (mut text, mut left) = (self.0.get(), Some(path));
        while let Some(names) = left {
            match member(text, names) {
                Some(found) => (text, left) = found,
                None => return Ok(None),
            }
        }
        read(text.get(..end_of(text, 0)).unwrap_or_default(), path)
    }
}

fn read<T: DeserializeOwned>(text: &str, path: &str) -> Result<T> {
    decode::read(text.as_bytes(), path)
        .map_err(|(objection, cause)| Error::new(ErrorKind::Decode, objection).with_source(cause))
}

/// The text from the value of one member on, without reading the others, and what is left of the path: nothing for a
/// member that is named as all of it, or the rest for one that is named as its first part. `text` begins with the
/// object; of two members with the same name the first counts.
fn member<'a, 'p>(text: &'a str, path: &'p str) -> Option<(&'a str, Option<&'p str>)> {
    let parts = path.split_once('.');
    let mut first = None;
    let mut at = skip_space(text, 0);
    if text.as_bytes().get(at) != Some(&b'{') {
        return None;
    }
    loop {
        at = skip_space(text, at + 1);
        let key = text.get(at..end_of(text, at)).filter(|key| key.starts_with('"'))?;
        at = skip_space(text, at + key.len());
        let value = skip_space(text, at + 1);
        if is_named(key, path) {
            return Some((text.get(value..)?, None));
        }
        if let Some((name, rest)) = parts
            && first.is_none()
            && is_named(key, name)
        {
            first = Some((text.get(value..)?, Some(rest)));
        }
        at = skip_space(text, end_of(text, value));
        if text.as_bytes().get(at) != Some(&b',') {
            return first;
        }
    }
}

/// Compares a key as it is written, with its quotes.
fn is_named(key: &str, name: &str) -> bool {
    if key.contains('\\') {
        return serde_json::from_str::<String>(key).is_ok_and(|key| key == name);
    }
    key.get(1..key.len() - 1) == Some(name)
}

/// Where the value that starts at `start` ends. The text is known to be JSON, so brackets and quotes are enough to look
/// for: four times as fast as serde_json, which would check the text again.
fn end_of(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = end_of_string(bytes, at + 1);
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return at + depth,
            b'}' | b']' => depth -= 1,
            b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Where a string ends, behind its closing quote.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(rest) = bytes.get(at..)
        && let Some(next) = memchr::memchr2(b'"', b'\\', rest)
    {
        if rest.get(next) == Some(&b'"') {
            return at + next + 1;
        }
        at += next + 2;
    }
    bytes.len()
}

fn skip_space(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count()
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_json())
    }
}

impl fmt::Debug for Document {
    /// The size only: documents of the service hold signed links.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes)", self.as_json().len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn document() -> Document {
        serde_json::from_str(r#"{"a":{"b\n":[1,2],"c":null},"n":1.50}"#).unwrap()
    }

    #[test]
    fn values_are_found_by_path_also_under_escaped_names() {
        assert_eq!(document().get::<Vec<u8>>("a.b\n").unwrap(), Some(vec![1, 2]));
        assert_eq!(document().get::<f64>("n").unwrap(), Some(1.5));
        assert_eq!(document().get::<f64>("a.c").unwrap(), None);
        assert_eq!(document().get::<f64>("a.missing.deeper").unwrap(), None);
    }

    #[test]
    fn a_name_that_has_a_dot_is_found_before_the_path_that_it_looks_like() {
        let text = r#"{"p":{"soil":{"ph":1,"depth":2},"soil.ph":6.5,"a.b":{"c":3},"n.n":null,"n":{"n":1}},"x.y":4}"#;
        let document: Document = serde_json::from_str(text).unwrap();
        for (path, expected) in [
            ("p.soil.ph", Some(6.5)),
            ("p.soil.depth", Some(2.0)),
            ("x.y", Some(4.0)),
            // Only the last name may have dots, and null is a value, too.
            ("p.a.b.c", None),
            ("p.n.n", None),
            ("p.soil.", None),
        ] {
            assert_eq!(document.get::<f64>(path).unwrap(), expected, "{path}");
        }
        let error = document.get::<String>("p.soil.ph").unwrap_err();
        assert!(error.to_string().contains("at p.soil.ph"), "{error}");
    }

    #[test]
    fn a_value_of_another_type_is_an_error_that_names_the_path() {
        let error = document().get::<String>("n").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("at n"));
    }

    proptest! {
        /// Against serde_json, which reads the whole document. A name that is not there has no dot: it would be a path.
        #[test]
        fn what_is_found_is_what_a_full_parse_finds(document in object(), pretty in any::<bool>(), name in "[a-z\"\\\\ é]{0,2}") {
            let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
            let text = text.unwrap();
            let (raw, document): (Document, Value) = (serde_json::from_str(&text).unwrap(), serde_json::from_str(&text).unwrap());
            let names = document.as_object().into_iter().flatten().map(|(name, _)| name);
            for name in names.chain([&name]) {
                let expected = document.get(name).filter(|value| !value.is_null()).cloned();
                prop_assert_eq!(raw.get::<Value>(name).unwrap(), expected);
            }
        }
    }

    /// Any JSON, with an object outermost; strings and names with what must be escaped.
    fn object() -> impl Strategy<Value = Value> {
        let text = "[a-z\"\\\\{}\\[\\]:, \n\té]{0,4}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<f32>().prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        let member = || "[a-z\"\\\\{}:, é.]{0,2}";
        let value = leaf.prop_recursive(3, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(member(), inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        });
        prop::collection::hash_map(member(), value, 0..5)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    }

    #[test]
    fn of_two_members_with_one_name_the_first_counts() {
        let document: Document = serde_json::from_str(r#" { "\u0061" : [ 2 , "]" ] , "a" : 1 } "#).unwrap();
        assert_eq!(document.get::<Value>("a").unwrap(), Some(serde_json::json!([2, "]"])));
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in ["[1,2]", "\"a\"", "1", "null", "{}", "[]"] {
            let document: Document = serde_json::from_str(text).unwrap();
            assert_eq!(document.get::<Value>("a").unwrap(), None, "{text}");
        }
    }

    #[test]
    fn what_came_in_goes_out_to_the_byte() {
        assert_eq!(serde_json::to_string(&document()).unwrap(), document().as_json());
        assert!(document().as_json().contains("1.50"));
    }
}
