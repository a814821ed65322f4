//! Whether a call came to the same as in Python.

use std::collections::BTreeMap;

use serde_json::Value;

use super::recorded::Recorded;
use super::{Run, errors, requests};
use crate::args::times_as_text;
use crate::compare;

const RANDOM: &str = "{random8}";

/// The same in everything that is compared.
pub(super) fn as_in_python(case: &Recorded, run: &Run) -> Result<(), String> {
    outcome(case, run)?;
    requests::same(&run.requests, &case.requests)?;
    answers_left(case, run)?;
    besides(case, run)
}

/// The same value or error, with the same items before it.
pub(super) fn outcome(case: &Recorded, run: &Run) -> Result<(), String> {
    match (&case.result, &case.error, &run.outcome) {
        (Some(wanted), _, Ok(answer)) => {
            let compare = if case.unordered { compare::unordered_difference } else { compare::difference };
            compare(&unrandom(answer, case), &times_as_text(wanted)).map_or(Ok(()), Err)
        }
        (_, Some(exception), Err(error)) => {
            errors::fits(error, exception, case)?;
            same(&run.seen.items.clone().into(), &case.items_before_error.clone().into())
                .map_err(|why| format!("before the error: {why}"))
        }
        (Some(wanted), _, Err(error)) => Err(format!("{error}, but Python gives {wanted}")),
        (None, exception, Ok(answer)) => {
            let classes: Vec<&str> = exception.iter().flat_map(|exception| exception.classes()).collect();
            Err(format!("gives {answer}, but Python raises {}", classes.join(", a ")))
        }
        (None, None, Err(_)) => Err("a case has either `result` or `error`".to_owned()),
    }
}

pub(super) fn answers_left(case: &Recorded, run: &Run) -> Result<(), String> {
    if run.answers_left == case.answers_left {
        return Ok(());
    }
    Err(format!("{} answers are left, not {}", run.answers_left, case.answers_left))
}

/// Where ours makes other requests than Python: does the recording itself add up, an answer for each request?
pub(super) fn adds_up(case: &Recorded) -> Result<(), String> {
    if case.requests.len() + case.answers_left == case.server.len() {
        return Ok(());
    }
    let (requests, answers) = (case.requests.len(), case.server.len());
    Err(format!("{requests} requests and {} answers left are recorded of {answers} answers", case.answers_left))
}

/// The same files, references and states.
pub(super) fn besides(case: &Recorded, run: &Run) -> Result<(), String> {
    files(case.files_after.as_ref().unwrap_or(&case.files_before), case, run)?;
    if let Some(references) = &case.refs {
        same(&run.seen.references.clone().into(), &references.clone().into()).map_err(|why| format!("refs: {why}"))?;
    }
    if let Some(states) = &case.callback_states {
        // Python tells of every poll, ours of every change.
        let mut changes = states.clone();
        changes.dedup();
        if run.seen.states != changes {
            return Err(format!("told of the states {:?}, not {changes:?}", run.seen.states));
        }
    }
    Ok(())
}

pub(super) fn files(wanted: &BTreeMap<String, String>, case: &Recorded, run: &Run) -> Result<(), String> {
    let named = |(name, content): (&String, &String)| (unrandom_text(name, case), content.clone());
    let ours: BTreeMap<String, String> = run.files.iter().map(named).collect();
    if ours == *wanted { Ok(()) } else { Err(format!("files: {ours:?} is not {wanted:?}")) }
}

pub(super) fn same(ours: &Value, theirs: &Value) -> Result<(), String> {
    compare::difference(ours, theirs).map_or(Ok(()), Err)
}

/// The answer with its random names as the recording spells them.
fn unrandom(answer: &Value, case: &Recorded) -> Value {
    match answer {
        Value::String(text) => unrandom_text(text, case).into(),
        Value::Array(list) => list.iter().map(|value| unrandom(value, case)).collect(),
        other => other.clone(),
    }
}

fn unrandom_text(text: &str, case: &Recorded) -> String {
    let results = case.result.iter().flat_map(|result| match result {
        Value::Array(list) => list.iter().collect(),
        other => vec![other],
    });
    let files = case.files_after.iter().flat_map(BTreeMap::keys).map(String::as_str);
    let mut recorded = results.filter_map(Value::as_str).chain(files);
    recorded.find(|recorded| is_random(text, recorded)).unwrap_or(text).to_owned()
}

/// Is it the recorded text with eight letters or digits for the placeholder?
fn is_random(text: &str, recorded: &str) -> bool {
    let Some((start, end)) = recorded.split_once(RANDOM) else { return false };
    let middle = text.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    middle.is_some_and(|middle| middle.len() == 8 && middle.chars().all(|letter| letter.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_name_has_eight_letters_or_digits() {
        assert!(is_random("/d/planet-aB3dE6g8.json", "/d/planet-{random8}.json"));
        for other in ["/d/planet-aB3dE6g.json", "/d/planet-aB3dE6g-.json", "/d/planet-aB3dE6g8.tif"] {
            assert!(!is_random(other, "/d/planet-{random8}.json"), "{other}");
        }
    }
}
