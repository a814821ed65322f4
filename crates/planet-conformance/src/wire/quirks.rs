//! What our clients do where Python's behaviour is a fault or a trap: one decision for each quirk, for the cases that do not
//! say themselves what is wanted.
//!
//! The reasons stand in `docs/python-deviations.md`, once the methods they are about are there.

use planet::{Catalogue, ErrorKind};
use serde_json::Value;

use super::decision::{Decision, fails, refused};
use super::deviations::{ended_as_recorded, only_once};
use super::recorded::{Recorded, Request};
use super::server::Arrived;
use super::{Run, expect, requests};
use crate::args::words;
use crate::builders;
use crate::compare;

use Decision::{AsInPython, Check, Fails, Refused, Repeats};

const QUIRKS: &[(&str, Decision)] = &[
    // Requests and retries.
    ("retry-post", Check(once_unless_harmless)),
    ("retry-no-retry-after", AsInPython),
    ("retry-5xx", Repeats),
    ("redirect-post-to-get", Check(fails_at_once)),
    ("foreign-credentials", Check(begins_as_recorded)),
    ("path-injection", Check(refused_or_in_one_segment)),
    // Every failure is one type of error.
    ("leaked-transport-error", AsInPython),
    ("leaked-json-error", Check(unreadable)),
    ("leaked-missing-key", Fails(&[ErrorKind::Decode, ErrorKind::Integrity])),
    ("leaked-error", Refused),
    // Nothing is told that nobody should read.
    ("log-urls", Check(nothing_told)),
    ("debug-log-secrets", Check(nothing_told)),
    // Lists.
    ("limit-client-side", AsInPython),
    ("limit-negative", Refused),
    ("empty-page-stops", Check(goes_on)),
    ("cycle-self-only", Fails(&[ErrorKind::Paging])),
    ("cycle-drops-page", Check(fails_after_the_page)),
    ("relative-next", Check(resolved)),
    ("links-last-next", Check(first_next)),
    ("lazy-errors", Check(refused_or_unasked)),
    // Inputs.
    ("falsy-dropped", Check(sent_or_refused)),
    ("products-unchecked", Check(refused_or_sent_as_it_is)),
    ("geometry-falsy", Refused),
    ("geometry-list-documented", Refused),
    ("non-finite-number", Refused),
    ("update-search-raw-geometry", AsInPython),
    ("stats-filter-not-defaulted", Refused),
    ("item-type-case", Check(corrected_or_refused)),
    ("id-not-checked", Refused),
    ("uuid-forms", Check(canonical_ids)),
    ("cancel-all-by-empty", Check(nothing_asked)),
    ("add-items-no-properties", AsInPython),
    ("add-items-unchecked", Refused),
    // Waits.
    ("wait-asset-off-by-one", Check(succeeds)),
    ("wait-last-sleep", AsInPython),
    ("wait-negative-attempts", Refused),
    ("wait-unknown-state", Check(polls_on)),
    ("wait-other-final", Check(ended_as_recorded)),
    ("wait-failed-asset", Check(fails_at_the_first_poll)),
    ("activate-unknown-status", Refused),
    // Files.
    ("download-traversal-header", Check(stays_inside)),
    ("download-traversal-results", Check(stays_inside)),
    ("disposition-parsing", Check(stays_inside)),
    ("url-name-not-decoded", Check(stays_inside)),
    ("download-no-length", Check(succeeds)),
    ("download-partial-file", AsInPython),
    ("download-overwrite-loses-old", Check(keeps_files)),
    ("download-exists-requests", AsInPython),
    ("download-same-name", Fails(&[ErrorKind::Integrity])),
    ("download-failed-order", Fails(&[ErrorKind::OperationFailed, ErrorKind::NotFound])),
    ("checksum-case", Check(succeeds)),
    ("checksum-traversal", Fails(&[ErrorKind::Integrity])),
    ("checksum-empty", AsInPython),
    // The specification of bundles is fetched through the client, once.
    ("fetch-bundles", Check(fetched_once)),
];

/// The decision on a quirk. Quirks of the builders stay what they are when a client meets them.
pub(super) fn decision(id: &str) -> Result<Decision, String> {
    if let Some((_, decision)) = QUIRKS.iter().find(|(known, _)| *known == id) {
        return Ok(*decision);
    }
    if builders::quirks::is_known(id) { Ok(Refused) } else { Err(format!("unknown quirk {id}")) }
}

fn once_unless_harmless(case: &Recorded, run: &Run) -> Result<(), String> {
    if !only_once(case) {
        return expect::as_in_python(case, run);
    }
    fails_at_once(case, run)
}

fn fails_at_once(case: &Recorded, run: &Run) -> Result<(), String> {
    requests::same(&run.requests, case.requests.get(..1).unwrap_or_default())?;
    failed(run)
}

fn begins_as_recorded(case: &Recorded, run: &Run) -> Result<(), String> {
    let credential = |ours: &Arrived| ours.origin != run.foreign;
    run.requests.iter().zip(&case.requests).try_for_each(|(ours, theirs)| match credential(ours) {
        true => requests::difference(ours, theirs),
        false => requests::but_for_body_and_credential(ours, theirs),
    })
}

fn refused_or_in_one_segment(case: &Recorded, run: &Run) -> Result<(), String> {
    if run.requests.is_empty() {
        return refused(run);
    }
    let given: Vec<String> = case.args.values().flat_map(words).collect();
    let whole = |request: &Arrived| {
        let mut segments = request.path.split('/');
        segments.any(|segment| {
            let decoded = percent_encoding::percent_decode_str(segment).decode_utf8_lossy();
            given.iter().any(|id| decoded == id.as_str())
        })
    };
    if run.requests.iter().all(whole) {
        Ok(())
    } else {
        Err(format!("no segment of the path is the id: {:?}", run.requests))
    }
}

/// A status that leads nowhere is told when it is seen, where Python polls on.
fn fails_at_the_first_poll(case: &Recorded, run: &Run) -> Result<(), String> {
    requests::same(&run.requests, case.requests.get(..1).unwrap_or_default())?;
    match &run.outcome {
        Err(error) if error.kind() == ErrorKind::OperationFailed => Ok(()),
        other => Err(format!("{other:?} is not about a failed asset")),
    }
}

/// The error keeps the status of the answer.
fn unreadable(case: &Recorded, run: &Run) -> Result<(), String> {
    fails(&[ErrorKind::Decode], case, run)?;
    let status = run.outcome.as_ref().err().and_then(|error| error.status()).map(|status| status.as_u16());
    let answered = case.requests.len().checked_sub(1).and_then(|last| case.server.get(last)?.status);
    if status == answered { Ok(()) } else { Err(format!("the status is {status:?}, not {answered:?}")) }
}

fn nothing_told(case: &Recorded, run: &Run) -> Result<(), String> {
    if let Some(secret) = case.log_contains.keys().find(|secret| !run.log.levels_of(secret).is_empty()) {
        return Err(format!("{secret} stands in the log"));
    }
    expect::as_in_python(case, run)
}

fn goes_on(case: &Recorded, run: &Run) -> Result<(), String> {
    if run.requests.len() <= case.requests.len() {
        return Err("the next page was not asked for".to_owned());
    }
    begins_as_recorded(case, run)?;
    succeeds(case, run)
}

/// The items of the page that repeats are given first.
fn fails_after_the_page(case: &Recorded, run: &Run) -> Result<(), String> {
    fails(&[ErrorKind::Paging], case, run)?;
    let (ours, theirs) = (&run.seen.items, &case.items_before_error);
    let begins = ours.len() > theirs.len() && ours.iter().zip(theirs).all(|(a, b)| compare::same(a, b));
    if begins { Ok(()) } else { Err(format!("{} items before the error, not more than {}", ours.len(), theirs.len())) }
}

/// Ours refuses what its builders refuse. An order that was written as JSON is sent as it is, as the caller did not ask for
/// `OrderRequest::check`.
fn refused_or_sent_as_it_is(case: &Recorded, run: &Run) -> Result<(), String> {
    refused(run).or_else(|_| expect::as_in_python(case, run))
}

/// A relative link is asked for at the origin that it came from.
fn resolved(case: &Recorded, run: &Run) -> Result<(), String> {
    if run.requests.len() <= case.requests.len() || run.requests.iter().any(|request| request.origin == run.foreign) {
        return Err(format!("the link was not resolved: {:?}", run.outcome));
    }
    begins_as_recorded(case, run)
}

/// The first link counts, and no links are the end.
fn first_next(case: &Recorded, run: &Run) -> Result<(), String> {
    let first = case.requests.get(..1).unwrap_or_default();
    requests::same(run.requests.get(..1).unwrap_or_default(), first)?;
    if run.requests.len() != case.requests.len() {
        return Err(format!("{} requests, not {}", run.requests.len(), case.requests.len()));
    }
    succeeds(case, run)
}

fn refused_or_unasked(case: &Recorded, run: &Run) -> Result<(), String> {
    refused(run).or_else(|_| expect::as_in_python(case, run))
}

/// What was given as 0, false or an empty text is sent, or refused by name.
fn sent_or_refused(case: &Recorded, run: &Run) -> Result<(), String> {
    if run.requests.is_empty() {
        return refused(run);
    }
    expect::outcome(case, run)?;
    let falsy = case.args.iter().filter(|(_, value)| **value == false || **value == "" || value.as_f64() == Some(0.0));
    let falsy: Vec<(&String, &Value)> = falsy.collect();
    let mut sent = 0;
    for (ours, theirs) in run.requests.iter().zip(&case.requests) {
        let mut wanted = theirs.clone();
        for (name, value) in &falsy {
            sent += usize::from(take_over(name, value, ours, &mut wanted)?);
        }
        requests::difference(ours, &wanted)?;
    }
    if sent >= falsy.len() { Ok(()) } else { Err(format!("one of {falsy:?} was dropped")) }
}

/// Puts a falsy argument into the wanted request if ours has it, in the body or in the query.
fn take_over(name: &str, value: &Value, ours: &Arrived, wanted: &mut Request) -> Result<bool, String> {
    let in_query = ours.query.iter().find(|(key, sent)| key == name && *sent == crate::args::text(value));
    wanted.query.extend(in_query.cloned());
    let in_body =
        requests::body(ours)?.is_some_and(|body| body.get(name).is_some_and(|sent| compare::same(sent, value)));
    if let (true, Some(Value::Object(members))) = (in_body, &mut wanted.json) {
        members.insert(name.to_owned(), value.clone());
    }
    Ok(in_body || in_query.is_some())
}

/// An item type goes out as the catalogue spells it; one that it does not know is refused.
fn corrected_or_refused(case: &Recorded, run: &Run) -> Result<(), String> {
    let given = case.args.get("item_type_id").and_then(Value::as_str).unwrap_or_default();
    let Ok(known) = Catalogue::embedded().item_type(given) else { return refused(run) };
    let mut theirs = case.requests.clone();
    for request in &mut theirs {
        request.path = request.path.replace(&format!("/{given}/"), &format!("/{known}/"));
    }
    requests::same(&run.requests, &theirs)?;
    expect::outcome(case, run)
}

/// Ids travel in one form, whichever they were given in: in lower case, without braces and scheme.
fn canonical_ids(case: &Recorded, run: &Run) -> Result<(), String> {
    let plain = |text: &str| {
        let text = percent_encoding::percent_decode_str(text).decode_utf8_lossy().to_lowercase();
        text.replace("urn:uuid:", "").replace(['{', '}', '-'], "")
    };
    if run.requests.len() != case.requests.len() {
        return Err(format!("{} requests, not {}", run.requests.len(), case.requests.len()));
    }
    for (ours, theirs) in run.requests.iter().zip(&case.requests) {
        let sent = ours.path.clone() + &String::from_utf8_lossy(&ours.body);
        if sent.contains(|letter: char| letter.is_ascii_uppercase()) || sent.contains("%7B") || sent.contains("urn") {
            return Err(format!("{sent} is not the canonical form"));
        }
        let wanted = theirs.json.as_ref().map(|json| plain(&json.to_string()));
        let body = requests::body(ours)?.map(|json| plain(&json.to_string()));
        if plain(&ours.path) != plain(&theirs.path) || body != wanted {
            return Err(format!("{sent} is not {} {wanted:?}", theirs.path));
        }
    }
    expect::outcome(case, run)
}

fn nothing_asked(_: &Recorded, run: &Run) -> Result<(), String> {
    if run.requests.is_empty() { Ok(()) } else { Err(format!("{} requests, not 0", run.requests.len())) }
}

fn succeeds(_: &Recorded, run: &Run) -> Result<(), String> {
    run.outcome.as_ref().map(drop).map_err(ToString::to_string)
}

fn failed(run: &Run) -> Result<(), String> {
    match &run.outcome {
        Err(_) => Ok(()),
        Ok(answer) => Err(format!("gives {answer}, but should fail")),
    }
}

/// A state that is unknown is not taken for the end.
fn polls_on(case: &Recorded, run: &Run) -> Result<(), String> {
    if run.requests.len() <= case.requests.len() {
        return Err(format!("it stopped at the unknown state: {:?}", run.outcome));
    }
    begins_as_recorded(case, run)?;
    let told = case.callback_states.as_deref().unwrap_or_default();
    if run.seen.states.starts_with(told) { Ok(()) } else { Err(format!("told of {:?}, not {told:?}", run.seen.states)) }
}

/// No file is outside of the folder, whatever the service says its name is.
fn stays_inside(case: &Recorded, run: &Run) -> Result<(), String> {
    let outside = |name: &&String| name.starts_with("../") && !case.files_before.contains_key(*name);
    match run.files.keys().find(outside) {
        Some(name) => Err(format!("{name} is outside of the folder")),
        None => begins_as_recorded(case, run),
    }
}

fn keeps_files(case: &Recorded, run: &Run) -> Result<(), String> {
    failed(run)?;
    expect::files(&case.files_before, case, run)
}

fn fetched_once(case: &Recorded, run: &Run) -> Result<(), String> {
    let [ours] = run.requests.as_slice() else { return Err(format!("{} requests, not 1", run.requests.len())) };
    let theirs = case.requests.first().ok_or("there is no recorded request")?;
    requests::difference(ours, theirs)?;
    match case.server.first().and_then(|answer| answer.status) {
        Some(200) => expect::outcome(case, run),
        _ => failed(run),
    }
}
