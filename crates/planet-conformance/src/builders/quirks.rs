//! What we do where Python's behaviour is a fault or a trap: one decision for each quirk.
//!
//! The reasons stand in `docs/python-deviations.md` in full; a test sees to it that no quirk is left out there.

use planet_core::Timestamp;
use serde_json::{Value, json};

use super::recorded::{Expected, Recorded};
use super::{Outcome, as_in_python, errors, specs};
use crate::compare;

/// What a case of a quirk must come to, unless the case itself wants something.
#[derive(Clone, Copy, Debug)]
pub(super) enum Decision {
    /// The same as in Python.
    AsInPython,
    /// An error of the input.
    Refused,
    /// See the function.
    Check(fn(&Recorded, &Outcome) -> Result<(), String>),
}

use Decision::{AsInPython, Check, Refused};

/// Each quirk's id, the decision, and the reason for it.
pub(super) const QUIRKS: &[(&str, Decision, &str)] = &[
    (
        "falsy-dropped",
        Check(not_dropped),
        "what was given is sent, or refused by name; it is never left out in silence",
    ),
    ("falsy-required-dropped", Refused, "an empty projection or a tile size of 0 cannot be meant"),
    ("tool-values-unchecked", Check(corrected_or_refused), "the service refuses these too, but only after the order"),
    ("band-gap-accepted", Refused, "bands come one after another, each with an expression"),
    ("archive-options-dropped", Refused, "options of an archive without an archive would be lost"),
    ("per-order-dropped", Refused, "an option of a webhook without a webhook would be lost"),
    ("hosting-ignored", Check(hosted_or_refused), "a hosting that is misspelt or missing must not be lost"),
    ("fallback-empty-list", Check(without_trailing_comma), "no fallbacks are no fallbacks"),
    ("fallback-no-trim", Check(trimmed_bundles), "spaces around a comma mean nothing"),
    ("products-unchecked", Refused, "the service would refuse it"),
    ("update-filter-upper-bound", Refused, "an upper bound would be lost: the service takes only gt and gte"),
    ("update-filter-typed-float", Refused, "the bounds are times"),
    ("offset-seconds", Check(times_in_rfc_3339), "the same instant in UTC, which RFC 3339 can write"),
    ("non-finite-number", Refused, "JSON has no such number"),
    ("contradictory-range", Refused, "nothing can match, which nobody means"),
    ("relation-valueerror", Check(relation_in_any_case), "names are corrected in case everywhere"),
    ("geometry-filter-no-ref", Refused, "there is no geometry to look at: the error points to the search's geometry"),
    (
        "feature-ref-inconsistent",
        Check(reference_by_type),
        "a feature of the Features API gives its reference where one is taken, JSON never",
    ),
    ("feature-without-ref", Check(geometry_of_feature), "it has a geometry all the same"),
    ("ref-content-unchecked", Refused, "both forms of a reference are checked alike"),
    ("ref-shape-loose", Refused, "a reference names dataset, collection and feature"),
    ("geojson-rounding", Refused, "a ring ends exactly where it began, or is repaired when asked to"),
    ("geojson-shallow", Refused, "positions are checked, and a geometry has at least one"),
    ("geojson-range", Refused, "the service would refuse it or search somewhere else"),
    ("geojson-type-lookup", Refused, "a geometry has one of six types"),
    ("geometrycollection", Refused, "the service takes none; the error says so"),
    ("feature-schema-loose", Refused, "a feature that is uploaded has a valid geometry"),
    ("leaked-error", Refused, "every wrong input is one sort of error"),
    ("get-match-none", Refused, "a name is a text"),
    ("specs-exact-bundle", Check(bundle_in_any_case), "names are corrected in case everywhere"),
    ("specs-not-planeterror", AsInPython, "there is one error type"),
    (
        "collect-empty",
        Check(an_empty_list),
        "a list knows what it holds: one of features is an empty FeatureCollection",
    ),
    ("str-to-datetime-z", AsInPython, "a time without a zone from Python counts as UTC"),
    (
        "wait-unknown-state",
        Check(answers_no),
        "a state that is not known is not the end, and neither reached nor passed by another",
    ),
    ("disposition-parsing", Check(parsed), "the header is read as its standard says"),
    ("url-name-not-decoded", Check(decoded), "a name is text, and of a path the last part"),
    ("download-traversal-header", Check(one_part), "a name from the service is no path"),
    ("download-traversal-results", Refused, "what leaves the directory is refused, also if it comes back"),
    ("download-failed-order", AsInPython, "an order without results has no files; downloading it is an error"),
    ("leaked-missing-key", Check(nothing_to_fetch), "what has no link is no file to fetch"),
];

/// The decision on a quirk and the reason for it.
pub(super) fn decision(id: &str) -> Result<(Decision, &'static str), String> {
    let quirk = QUIRKS.iter().find(|(known, ..)| *known == id);
    quirk.map(|(_, decision, reason)| (*decision, *reason)).ok_or_else(|| format!("unknown quirk {id}"))
}

/// Is it a quirk of the builders?
pub(crate) fn is_known(id: &str) -> bool {
    decision(id).is_ok()
}

impl Decision {
    pub(super) fn check(self, case: &Recorded, outcome: &Outcome) -> Result<(), String> {
        match (self, outcome) {
            (AsInPython, _) => as_in_python(case, outcome),
            (Refused, Err(error)) => errors::refusal(error),
            (Refused, Ok(answer)) => Err(format!("gives {answer}, but was decided to be refused")),
            (Check(check), _) => check(case, outcome),
        }
    }
}

/// Another name than Python's regular expression finds, or none.
fn parsed(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    if as_in_python(case, outcome).is_ok() {
        return Err("the header is read as in Python".to_owned());
    }
    one_part(case, outcome)
}

fn decoded(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    match outcome.as_ref().map(Value::as_str) {
        Ok(Some(name)) if name.contains('%') => Err(format!("{name} is encoded")),
        _ => one_part(case, outcome),
    }
}

/// A name that stays in its directory, or none.
fn one_part(_: &Recorded, outcome: &Outcome) -> Result<(), String> {
    match outcome.as_ref().map(Value::as_str) {
        Ok(Some(name)) if name.contains(['/', '\\']) || name.starts_with('.') => Err(format!("{name} is a path")),
        Err(error) => errors::refusal(error),
        _ => Ok(()),
    }
}

fn nothing_to_fetch(_: &Recorded, outcome: &Outcome) -> Result<(), String> {
    match outcome {
        Ok(Value::Array(files)) if files.is_empty() => Ok(()),
        other => Err(format!("{other:?} is not an empty list")),
    }
}

/// What Python gives and beside it, by name or by value, all that was given as 0, false or an empty text.
fn not_dropped(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    let answer = match outcome {
        Ok(answer) => answer,
        Err(error) => return errors::refusal(error),
    };
    let Expected::Answer(theirs) = &case.expected else {
        return as_in_python(case, outcome);
    };
    if !answer.is_object() {
        // A look-up by an empty name is not one without a name.
        return if compare::same(answer, theirs) { Err("counts as not given".to_owned()) } else { Ok(()) };
    }
    let mut kept = Vec::new();
    added(answer, theirs, &mut kept)?;
    let mut theirs_kept = Vec::new();
    plain(theirs, &mut theirs_kept);
    let mut given: Vec<&Value> = case.args.values().filter(|value| is_falsy(value)).collect();
    given.retain(|value| !theirs_kept.iter().any(|kept| kept == value));
    for value in kept {
        let place = given.iter().position(|falsy| compare::same(value, falsy));
        given.remove(place.ok_or_else(|| format!("{value} was not given, in {answer}"))?);
    }
    if given.is_empty() { Ok(()) } else { Err(format!("{given:?} was dropped from {answer}")) }
}

/// The plain values that ours has and theirs has not; everything else must be the same.
fn added<'a>(ours: &'a Value, theirs: &Value, more: &mut Vec<&'a Value>) -> Result<(), String> {
    let (Value::Object(ours), Value::Object(theirs)) = (ours, theirs) else {
        return compare::difference(ours, theirs).map_or(Ok(()), Err);
    };
    if let Some(missing) = theirs.keys().find(|name| !ours.contains_key(*name)) {
        return Err(format!("{missing} is missing"));
    }
    for (name, value) in ours {
        match theirs.get(name) {
            Some(theirs) => added(value, theirs, more)?,
            None => plain(value, more),
        }
    }
    Ok(())
}

fn plain<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => members.values().for_each(|value| plain(value, found)),
        Value::Array(list) => list.iter().for_each(|value| plain(value, found)),
        value => found.push(value),
    }
}

fn is_falsy(value: &Value) -> bool {
    value == false || value == "" || value.as_f64() == Some(0.0)
}

/// Refused, unless it is what Python gives but for upper and lower case.
fn corrected_or_refused(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    match (outcome, &case.expected) {
        (Err(error), _) => errors::refusal(error),
        (Ok(answer), Expected::Answer(theirs)) if answer != theirs && lower(answer) == lower(theirs) => Ok(()),
        (Ok(answer), _) => Err(format!("gives {answer}, but should be corrected in case or refused")),
    }
}

fn lower(value: &Value) -> String {
    value.to_string().to_lowercase()
}

/// `Sentinel_Hub` is Sentinel Hub. Anything else that is lost in Python is refused.
fn hosted_or_refused(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    let hosting = case.args.get("hosting").and_then(Value::as_str).unwrap_or_default();
    let known = hosting.eq_ignore_ascii_case("sentinel_hub");
    match outcome {
        Err(error) if !known => errors::refusal(error),
        Ok(answer) if known && answer.pointer("/hosting/sentinel_hub").is_some() => Ok(()),
        other => Err(format!("gives {other:?}, but should host or be refused")),
    }
}

/// Of values that are nothing in particular.
fn an_empty_list(_: &Recorded, outcome: &Outcome) -> Result<(), String> {
    match outcome {
        Ok(Value::Array(list)) if list.is_empty() => Ok(()),
        other => Err(format!("gives {other:?}, but should be an empty list")),
    }
}

fn without_trailing_comma(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    bundles(case, outcome, |bundles| bundles.trim_end_matches(',').to_owned())
}

/// The bundle and its fallbacks as they were given, in lower case and without spaces.
fn trimmed_bundles(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    bundles(case, outcome, |bundles| bundles.to_lowercase().replace(' ', ""))
}

fn bundles(case: &Recorded, outcome: &Outcome, tidy: fn(&str) -> String) -> Result<(), String> {
    let answer = outcome.as_ref().map_err(ToString::to_string)?;
    let name = |name: &str| case.args.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let wanted = tidy(&format!("{},{}", name("product_bundle"), name("fallback_bundle")));
    let found = answer["product_bundle"].as_str().unwrap_or_default();
    if found == wanted { Ok(()) } else { Err(format!("{found} is not {wanted}")) }
}

/// As in Python, with times that end in `Z`.
fn times_in_rfc_3339(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    as_in_python(case, outcome)?;
    let mut found = Vec::new();
    plain(outcome.as_ref().unwrap_or(&Value::Null), &mut found);
    let times = found.iter().filter_map(|value| value.as_str()).filter(|text| Timestamp::parse_service(text).is_ok());
    match times.into_iter().find(|time| !time.ends_with('Z')) {
        Some(time) => Err(format!("{time} is not in UTC")),
        None => Ok(()),
    }
}

fn relation_in_any_case(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    let given = case.args.get("relation").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let known = ["contains", "disjoint", "intersects", "within"].contains(&given.as_str());
    match outcome {
        Err(error) if !known => errors::refusal(error),
        Ok(answer) if known && answer["relation"] == given => Ok(()),
        Ok(answer) => Err(format!("gives {answer}")),
        Err(error) => Err(format!("refused: {error}")),
    }
}

/// The geometry of the feature that was given.
fn geometry_of_feature(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    let answer = outcome.as_ref().map_err(ToString::to_string)?;
    let mut features = case.args.values().filter_map(|value| value.get("$feature")?.get("geometry"));
    let geometry = features.next().ok_or("the case has no feature")?;
    compare::difference(answer, geometry).map_or(Ok(()), Err)
}

/// The reference of a Feature that is the SDK's own, where a reference is taken; else the geometry.
fn reference_by_type(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    let answer = outcome.as_ref().map_err(ToString::to_string)?;
    let takes_references = ["geojson.as_geom_or_ref", "order_request.clip_tool"].contains(&case.function.as_str());
    let given = case.args.values().find(|value| value.is_object()).ok_or("the case has no feature")?;
    let feature = given.get("$feature").unwrap_or(given);
    let feature = feature.pointer("/features/0").unwrap_or(feature);
    let feature = feature.get("$feature").unwrap_or(feature);
    let reference = feature.pointer("/properties/pl:ref").ok_or("the feature has no reference")?;
    let wanted = match given.get("$feature").filter(|_| takes_references) {
        Some(_) => json!({"type": "ref", "content": reference}),
        None => feature.get("geometry").cloned().unwrap_or_default(),
    };
    let places = ["/config", "/clip/aoi", ""];
    let found = places.iter().find_map(|place| answer.pointer(place)).unwrap_or(answer);
    compare::difference(found, &wanted).map_or(Ok(()), Err)
}

/// The item types of a bundle, however it is spelt; an unknown one is refused.
fn bundle_in_any_case(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    let given = case.args.get("product_bundle").and_then(Value::as_str).unwrap_or_default();
    let known = specs::catalogue().bundle(given).is_ok();
    match outcome {
        Err(error) if !known => errors::refusal(error),
        Ok(Value::Array(types)) if known && !types.is_empty() => Ok(()),
        other => Err(format!("gives {other:?}")),
    }
}

/// A comparison with a state that is not known.
fn answers_no(_: &Recorded, outcome: &Outcome) -> Result<(), String> {
    match outcome {
        Ok(Value::Bool(false)) => Ok(()),
        other => Err(format!("gives {other:?}, not false")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decision_stands_once_here_and_in_the_documentation() {
        let text = include_str!("../../../../docs/python-deviations.md");
        let deviations = text.split("\n## Deviations\n").nth(1).unwrap().split("\n## ").next().unwrap();
        let mut ids: Vec<&str> = QUIRKS.iter().map(|(id, ..)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), QUIRKS.len());
        for id in &ids {
            assert!(deviations.contains(&format!("\n| `{id}` |")), "{id}");
        }
        assert_eq!(deviations.matches("\n| `").count(), ids.len());
    }
}
