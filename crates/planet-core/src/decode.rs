//! Reading JSON. The errors tell the place, never the text: that may hold signed links.

use serde::de::DeserializeOwned;
use serde_json::Error as Cause;

const VALUE: &str = "the value at ";
const WRONG: &str = " is not of the expected type";
const MISSING: &str = " is missing";

/// Reads JSON.
///
/// The error comes with what is wrong, as a sentence with the JSON path. `path` is where the text itself stands.
pub(crate) fn read<T: DeserializeOwned>(text: &[u8], path: &str) -> Result<T, (String, Cause)> {
    serde_json::from_slice(text).map_err(|cause| (objection::<T>(text, path, &cause), cause))
}

fn objection<T: DeserializeOwned>(text: &[u8], path: &str, cause: &Cause) -> String {
    if cause.is_syntax() {
        return "it is no JSON".to_owned();
    }
    if cause.is_eof() {
        return "it ends too early".to_owned();
    }
    let said = cause.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let (inner, wrong) = inner(said);
    let place = join(&join(path, &place_of::<T>(text)), inner);
    if place.is_empty() { format!("a value{WRONG}") } else { format!("{VALUE}{place}{wrong}") }
}

/// Where in the text the value stands that could not be read: a second look, so that a text without faults is read at full
/// speed.
fn place_of<T: DeserializeOwned>(text: &[u8]) -> String {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Err(error) if error.path().iter().next().is_some() => error.path().to_string(),
        _ => String::new(),
    }
}

/// The place below that, and what is wrong there, if the message tells it: one of serde about a member that is missing, or
/// one of ours about a document in the document. Any other may quote values.
fn inner(said: &str) -> (&str, &'static str) {
    if let Some(name) = said.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return (name, MISSING);
    }
    let Some(place) = said.strip_prefix(VALUE) else { return ("", WRONG) };
    match (place.strip_suffix(MISSING), place.strip_suffix(WRONG)) {
        (Some(place), _) => (place, MISSING),
        (_, Some(place)) => (place, WRONG),
        _ => ("", WRONG),
    }
}

fn join(outer: &str, inner: &str) -> String {
    let dot = if outer.is_empty() || inner.is_empty() || inner.starts_with('[') { "" } else { "." };
    format!("{outer}{dot}{inner}")
}

#[cfg(test)]
#[allow(dead_code, unreachable_pub, reason = "what the macro makes is public")]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::Document;

    #[derive(Debug, Deserialize)]
    struct Page {
        #[serde(rename = "features")]
        _features: Vec<Feature>,
    }

    crate::model! {
        /// A feature.
        feature Feature {
            /// Its id.
            id,
        }
    }

    #[derive(Clone, Debug, Deserialize)]
    struct View {
        #[serde(rename = "buckets")]
        _buckets: Vec<BTreeMap<String, u64>>,
    }

    crate::model! {
        /// Counts.
        document Counts as View
    }

    fn objection_to<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> String {
        read::<T>(text.as_bytes(), "").unwrap_err().0
    }

    #[test]
    fn the_place_is_told_also_in_a_document_in_the_document() {
        for (text, told) in [
            (r#"{"features": 1}"#, "the value at features is not of the expected type"),
            (r#"{"features": [{"id": "a"}, 1]}"#, "the value at features[1].id is missing"),
            (r#"{"features": [{"id": "a"}, {"id": 1}]}"#, "the value at features[1].id is not of the expected type"),
            (r#"{"features": [{"id": "a"}, {}]}"#, "the value at features[1].id is missing"),
            ("{}", "the value at features is missing"),
            ("1", "a value is not of the expected type"),
            (r#"{"features": [}"#, "it is no JSON"),
            (r#"{"features": ["#, "it ends too early"),
            ("", "it ends too early"),
        ] {
            assert_eq!(objection_to::<Page>(text), told, "{text}");
        }
        for (text, told) in [
            (r#"{"buckets": [{}, {"count": "x"}]}"#, "the value at buckets[1].count is not of the expected type"),
            (r#"{}"#, "the value at buckets is missing"),
        ] {
            assert_eq!(objection_to::<Counts>(text), told, "{text}");
        }
    }

    #[test]
    fn a_part_of_a_document_is_told_with_its_whole_path() {
        let document: Document = serde_json::from_str(r#"{"a": {"b": [1, "signed-link"]}}"#).unwrap();
        let error = document.get::<Vec<u8>>("a.b").unwrap_err();
        assert_eq!(error.to_string(), "the value at a.b[1] is not of the expected type");
        let error = document.read::<BTreeMap<String, u8>>().unwrap_err();
        assert_eq!(error.to_string(), "the value at a is not of the expected type");
    }

    #[test]
    fn nothing_of_the_text_is_told() {
        let text = r#"{"features": [{"id": {"the value at https://secret is missing": 1}}]}"#;
        assert!(!objection_to::<Page>(text).contains("secret"));
        assert!(!objection_to::<Vec<u8>>(r#"["the value at secret is missing"]"#).contains("secret"));
    }
}
