//! When two answers are the same.

use planet_core::Timestamp;
use serde_json::{Number, Value};

/// Where our answer first differs from the recorded one, if it does.
///
/// The order of members does not matter. Numbers are compared by value, times also as instants.
pub(crate) fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    let at = find(ours, theirs)?;
    Some(format!("{at}, in {ours}"))
}

/// As [`difference`], but the order of a list does not matter either.
pub(crate) fn unordered_difference(ours: &Value, theirs: &Value) -> Option<String> {
    let (Value::Array(ours), Value::Array(theirs)) = (ours, theirs) else {
        return difference(ours, theirs);
    };
    let missing = theirs.iter().find(|wanted| !ours.iter().any(|value| same(value, wanted)));
    let extra = ours.iter().find(|value| !theirs.iter().any(|wanted| same(value, wanted)));
    match (missing, extra) {
        (Some(missing), _) => Some(format!("{missing} is missing")),
        (None, Some(extra)) => Some(format!("{extra} is too many")),
        (None, None) if ours.len() != theirs.len() => Some("a value stands there twice".to_owned()),
        (None, None) => None,
    }
}

pub(crate) fn same(ours: &Value, theirs: &Value) -> bool {
    find(ours, theirs).is_none()
}

fn find(ours: &Value, theirs: &Value) -> Option<String> {
    match (ours, theirs) {
        (Value::Number(a), Value::Number(b)) if equal(a, b) => None,
        (Value::String(a), Value::String(b)) if a == b || same_instant(a, b) => None,
        (Value::Object(a), Value::Object(b)) => {
            let missing = b.keys().find(|key| !a.contains_key(*key)).map(|key| format!("{key} is missing"));
            let extra = || a.keys().find(|key| !b.contains_key(*key)).map(|key| format!("{key} is too many"));
            missing.or_else(extra).or_else(|| {
                a.iter().find_map(|(key, value)| find(value, b.get(key)?).map(|inner| format!("{key}: {inner}")))
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(index, (a, b))| find(a, b).map(|inner| format!("[{index}]: {inner}")))
        }
        _ if ours == theirs => None,
        _ => Some(format!("{ours} is not {theirs}")),
    }
}

/// 1 is 1.0, but an integer that a fraction cannot hold is none.
fn equal(a: &Number, b: &Number) -> bool {
    match (integer(a), integer(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.as_f64() == b.as_f64(),
        _ => false,
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the range is checked")]
fn integer(number: &Number) -> Option<i128> {
    if let Some(integer) = number.as_i128() {
        return Some(integer);
    }
    let fraction = number.as_f64()?;
    (fraction.fract() == 0.0 && fraction.abs() < 1e38).then_some(fraction as i128)
}

/// Python knows no nanoseconds, so microseconds count.
fn same_instant(a: &str, b: &str) -> bool {
    matches!((microseconds(a), microseconds(b)), (Some(a), Some(b)) if a == b)
}

/// The instant of a time with a date, a naive one in UTC, in one spelling.
fn microseconds(text: &str) -> Option<String> {
    let separator = text.as_bytes().get("2020-01-01".len())?;
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let text = Timestamp::parse_service(text).ok()?.to_string();
    let (seconds, fraction) = text.trim_end_matches('Z').split_once('.').unwrap_or((text.trim_end_matches('Z'), ""));
    let fraction: String = fraction.chars().take(6).collect();
    Some(format!("{seconds}.{}", fraction.trim_end_matches('0')))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_compared_by_value_and_to_the_last_digit() {
        assert!(same(&json!(1), &json!(1.0)) && same(&json!(0), &json!(-0.0)));
        assert!(!same(&json!(9_007_199_254_740_993_u64), &json!(9_007_199_254_740_992_u64)));
        assert!(!same(&json!(9_007_199_254_740_993_u64), &json!(9_007_199_254_740_992.0)));
        assert!(!same(&json!(1), &json!(true)) && !same(&json!(1), &json!("1")));
    }

    #[test]
    fn times_are_compared_as_instants_and_other_texts_letter_by_letter() {
        for (a, b) in [
            ("2022-06-01T01:02:03Z", "2022-06-01T03:02:03+02:00"),
            ("2022-06-01T01:02:03", "2022-06-01T01:02:03.000Z"),
            ("2022-06-01T01:02:03.123456789Z", "2022-06-01T01:02:03.123456+00:00"),
            ("2022-06-01T01:02:03Z", "2022-06-01T06:32:18+05:30:15"),
        ] {
            assert!(same(&json!(a), &json!(b)), "{a} {b}");
        }
        for (a, b) in
            [("2022-06-01T01:02:03Z", "2022-06-01T01:02:04Z"), ("a", "A"), ("2022-06-01", "2022-06-01T00:00:00Z")]
        {
            assert!(!same(&json!(a), &json!(b)), "{a} {b}");
        }
    }

    #[test]
    fn every_difference_is_found_and_named() {
        let theirs = json!({"a": [1, {"b": null}], "c": "x"});
        assert_eq!(difference(&theirs, &theirs), None);
        for (ours, place) in [
            (json!({"a": [1, {"b": null}]}), "c is missing"),
            (json!({"a": [1, {"b": null}], "c": "x", "d": null}), "d is too many"),
            (json!({"a": [1, {"b": 0}], "c": "x"}), "a: [1]: b: 0 is not null"),
            (json!({"a": [1], "c": "x"}), "a: [1] is not"),
        ] {
            let found = difference(&ours, &theirs).unwrap();
            assert!(found.starts_with(place), "{found}");
        }
    }

    #[test]
    fn a_list_without_order_is_compared_as_a_set() {
        let theirs = json!(["a", "b"]);
        assert_eq!(unordered_difference(&json!(["b", "a"]), &theirs), None);
        for other in [json!(["a"]), json!(["a", "b", "c"]), json!(["a", "b", "b"]), json!("a")] {
            assert!(unordered_difference(&other, &theirs).is_some(), "{other}");
        }
    }
}
