//! Query parameters of lists: filters, order, and the query of a link.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::api::parameters::is_reserved;
use crate::request::Request;

/// The request's query with some values changed.
pub(super) fn with_query(url: &str, request: &Request, changes: &[(&str, String)]) -> String {
    let kept = request
        .query
        .iter()
        .filter(|(name, _)| name != "api_key" && !changes.iter().any(|(changed, _)| changed == name));
    let kept = kept.map(|(name, value)| (name.as_str(), value));
    let changed = changes.iter().map(|(name, value)| (*name, value));
    let mut full = url.to_owned();
    for (name, value) in kept.chain(changed) {
        full.push(if full.len() == url.len() { '?' } else { '&' });
        full.extend(utf8_percent_encode(name, NON_ALPHANUMERIC_BUT_UNDERSCORE));
        full.push('=');
        full.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
    }
    full
}

const NON_ALPHANUMERIC_BUT_UNDERSCORE: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'_');

/// Whether a text passes a filter: the same text, or, after `~`, part of it.
pub(super) fn text_matches(wanted: &str, text: &str) -> bool {
    match wanted.strip_prefix('~') {
        Some(part) => text.contains(part),
        None => wanted == text,
    }
}

/// Whether the properties pass every filter that names one.
pub(super) fn properties_match(request: &Request, properties: &Map<String, Value>) -> bool {
    request
        .query
        .iter()
        .filter(|(name, _)| !is_reserved(name))
        .all(|(name, wanted)| property(properties, name).is_some_and(|value| value_matches(wanted, value)))
}

/// `a__b` is `b` inside `a`, `a__0` the first of the array `a`.
fn property<'a>(properties: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let mut parts = path.split("__");
    let mut value = properties.get(parts.next()?)?;
    for part in parts {
        value = match value {
            Value::Array(values) => values.get(part.parse::<usize>().ok()?)?,
            other => other.get(part)?,
        };
    }
    Some(value)
}

fn value_matches(wanted: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => text_matches(wanted, text),
        other => text_matches(wanted, &other.to_string()),
    }
}
