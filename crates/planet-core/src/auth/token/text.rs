//! JSON as Planet's official tools write it, so that files look the same whoever wrote them last: two blanks of indent,
//! members in the order of their names, nothing but ASCII, no newline at the end.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// Members that are null, and those whose names begin with two underscores, are left out of the top level.
pub(super) fn write(members: &Map<String, Value>) -> Zeroizing<String> {
    let kept = members.iter().filter(|(name, value)| !value.is_null() && !name.starts_with("__"));
    let kept: BTreeMap<_, _> = kept.map(|(name, value)| (name, Sorted(value))).collect();
    ascii(&pretty(&kept))
}

/// A buffer that grows would leave parts of the secrets behind, so its size is found out first.
fn pretty(value: &impl Serialize) -> Zeroizing<String> {
    let mut length = Length(0);
    let mut text = Zeroizing::new(Vec::new());
    let written = serde_json::to_writer_pretty(&mut length, value).and_then(|()| {
        text.reserve_exact(length.0);
        serde_json::to_writer_pretty(&mut *text, value)
    });
    debug_assert!(written.is_ok(), "JSON values can always be written");
    Zeroizing::new(String::from_utf8(std::mem::take(&mut *text)).unwrap_or_default())
}

/// Escapes what is not ASCII. It can stand only in strings.
fn ascii(text: &str) -> Zeroizing<String> {
    let plain = |character: char| character.is_ascii() && character != '\x7f';
    let length = text.chars().map(|character| if plain(character) { 1 } else { 6 * character.len_utf16() }).sum();
    let mut escaped = Zeroizing::new(String::with_capacity(length));
    for character in text.chars() {
        if plain(character) {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    escaped
}

/// A program may have told `serde_json` to keep the order of members.
struct Sorted<'a>(&'a Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(list) => serializer.collect_seq(list.iter().map(Sorted)),
            Value::Object(members) => {
                let sorted: BTreeMap<_, _> = members.iter().map(|(name, value)| (name, Sorted(value))).collect();
                serializer.collect_map(sorted)
            }
            other => other.serialize(serializer),
        }
    }
}

struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn written(value: Value) -> String {
        let Value::Object(members) = value else { panic!("no object") };
        write(&members).to_string()
    }

    /// The expected texts are what `json.dumps(..., indent=2, sort_keys=True)` of Python 3.12 gives.
    #[test]
    fn objects_are_written_as_python_writes_them() {
        assert_eq!(written(json!({})), "{}");
        assert_eq!(
            written(json!({"b": [], "a": {}, "B": ["x", {"d": 1, "c": null}], "n": 1.5, "t": true})),
            "{\n  \"B\": [\n    \"x\",\n    {\n      \"c\": null,\n      \"d\": 1\n    }\n  ],\n  \"a\": {},\n  \"b\": [],\n  \"n\": 1.5,\n  \"t\": true\n}"
        );
        assert_eq!(
            written(json!({"k": "\u{fc} \u{20ac} \u{1f600} \u{7f} \u{1} \n\t\"\\/"})),
            r#"{
  "k": "\u00fc \u20ac \ud83d\ude00 \u007f \u0001 \n\t\"\\/"
}"#
        );
    }

    #[test]
    fn what_is_null_or_private_at_the_top_is_left_out() {
        assert_eq!(written(json!({"a": null, "__storage": 1, "_exp": 2})), "{\n  \"_exp\": 2\n}");
    }

    proptest! {
        #[test]
        fn what_is_written_says_the_same_in_ascii(texts in proptest::collection::btree_map("[a-z\u{e9}\u{1f600}\"]{1,6}", ".*", 0..6)) {
            let members: Map<String, Value> = texts.into_iter().map(|(name, text)| (name, text.into())).collect();
            let text = write(&members);
            prop_assert!(text.is_ascii());
            prop_assert_eq!(serde_json::from_str::<Map<String, Value>>(&text).unwrap(), members);
        }
    }
}
