//! Whether a call came to what a quirk's case wants.

use serde_json::Value;

use super::recorded::{Recorded, Want};
use super::{Run, expect, requests};
use crate::compare;

pub(super) fn as_wanted(want: &Want, case: &Recorded, run: &Run) -> Result<(), String> {
    outcome(want, run)?;
    members(want, run)?;
    if let Some(files) = &want.files_after {
        expect::files(files, case, run)?;
    }
    if let Some(seconds) = want.sleep_at_least
        && run.longest_delay.as_secs_f64() < seconds
    {
        return Err(format!("the longest delay is {:?}, but {seconds} s are wanted", run.longest_delay));
    }
    if let Some(wanted) = &want.log_contains {
        for secret in case.log_contains.keys().chain(wanted.keys()) {
            let (levels, wanted) = (run.log.levels_of(secret), wanted.get(secret).cloned().unwrap_or_default());
            if levels != wanted {
                return Err(format!("{secret} stands in the log at {levels:?}, but {wanted:?} is wanted"));
            }
        }
    }
    if leaves_the_rest(want) {
        expect::outcome(case, run)?;
        expect::besides(case, run)?;
        let compare = if want.json.is_some() { requests::but_for_body } else { requests::difference };
        if run.requests.len() != case.requests.len() {
            return Err(format!("{} requests, but {} are recorded", run.requests.len(), case.requests.len()));
        }
        return run.requests.iter().zip(&case.requests).try_for_each(|(ours, theirs)| compare(ours, theirs));
    }
    begins_as_recorded(case, run)
}

/// It speaks only of what else is to be compared.
fn leaves_the_rest(want: &Want) -> bool {
    let Want { expect, result, error, requests, items, files_after, authorization_to_foreign, .. } = want;
    expect.is_none()
        && result.is_none()
        && error.is_none()
        && requests.is_none()
        && items.is_none()
        && files_after.is_none()
        && authorization_to_foreign.is_none()
}

fn outcome(want: &Want, run: &Run) -> Result<(), String> {
    let shown = || match &run.outcome {
        Ok(answer) => format!("gives {answer}"),
        Err(error) => error.to_string(),
    };
    if let Some(error) = want.error
        && error != run.outcome.is_err()
    {
        return Err(format!("{}, but {} error is wanted", shown(), if error { "an" } else { "no" }));
    }
    for wanted in want.result.iter().chain(&want.expect) {
        let answer = run.outcome.as_ref().map_err(|_| format!("{}, but {wanted} is wanted", shown()))?;
        expect::same(answer, wanted)?;
    }
    if let Some(number) = want.requests
        && number != run.requests.len()
    {
        return Err(format!("{} requests, but {number} are wanted ({})", run.requests.len(), shown()));
    }
    if let Some(number) = want.items
        && number != run.seen.items.len()
    {
        return Err(format!("{} items, but {number} are wanted ({})", run.seen.items.len(), shown()));
    }
    // That no credential goes to the foreign origin holds for every case.
    if want.authorization_to_foreign == Some(true) {
        return Err("no credential is ever sent to a foreign origin".to_owned());
    }
    Ok(())
}

/// Are the wanted members in the body of the first request that has one?
fn members(want: &Want, run: &Run) -> Result<(), String> {
    let Some(wanted) = &want.json else { return Ok(()) };
    let body = run.requests.iter().find_map(|request| requests::body(request).transpose()).transpose()?;
    let body = body.unwrap_or(Value::Null);
    let missing =
        wanted.iter().find(|(name, value)| !body.get(name.as_str()).is_some_and(|ours| compare::same(ours, value)));
    match missing {
        Some((name, value)) => Err(format!("the body {body} does not have {name} as {value}")),
        None => Ok(()),
    }
}

/// What is wanted is about what comes after the first request, or about its credential.
fn begins_as_recorded(case: &Recorded, run: &Run) -> Result<(), String> {
    let (Some(ours), Some(theirs)) = (run.requests.first(), case.requests.first()) else { return Ok(()) };
    if ours.origin == run.foreign {
        return requests::but_for_body_and_credential(ours, theirs);
    }
    requests::difference(ours, theirs)
}
