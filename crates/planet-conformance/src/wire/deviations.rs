//! Where ours does something else on purpose though Python's way is no fault: rules for all cases, never for one by its id.
//!
//! `docs/python-deviations.md` has the reasons; a test sees to it that no rule is left out there.

use std::error::Error as _;

use planet::ErrorKind;
use planet::orders::LastOrder;
use serde_json::Value;

use super::decision::{Decision, fails};
use super::recorded::Recorded;
use super::{Run, data, expect, features, orders, requests};

/// A rule's name, whether a case falls under it, and what the case must come to.
type Rule = (&'static str, fn(&Recorded) -> bool, Decision);

const RULES: &[Rule] = &[
    ("quota-is-final", answers_with_quota, Decision::Check(ends_at_the_quota)),
    ("busy-is-repeated", ends_busy, Decision::Repeats),
    ("empty-filter", lists_by_nothing, Decision::Refused),
    ("sort-unknown", sorts_by_the_unknown, Decision::Refused),
    ("wait-ended-badly", waits_for_a_bad_end, Decision::Check(ended_as_recorded)),
    ("wait-state-empty", waits_for_nothing, Decision::Refused),
    ("answer-without-id", answers_without_id, Decision::Check(cannot_be_read)),
    ("title-empty", titles_nothing, Decision::Refused),
    ("default-is-not-sent", sends_a_default, Decision::Check(as_in_python_but_for_defaults)),
    ("sort-is-a-name", has_no_sort, Decision::Refused),
];

pub(super) fn decision(case: &Recorded) -> Decision {
    let rule = RULES.iter().find(|(_, applies, _)| applies(case));
    rule.map_or(Decision::AsInPython, |(_, _, decision)| *decision)
}

fn answers_with_quota(case: &Recorded) -> bool {
    quota_answer(case).is_some()
}

/// Which answer says that a quota is used up.
fn quota_answer(case: &Recorded) -> Option<usize> {
    case.server.iter().position(|answer| {
        let body = answer.body().unwrap_or_default();
        answer.status == Some(429) && String::from_utf8_lossy(&body).to_lowercase().contains("quota")
    })
}

/// A used-up quota does not come back within a minute: it is not asked again.
fn ends_at_the_quota(case: &Recorded, run: &Run) -> Result<(), String> {
    let until = quota_answer(case).map_or(0, |index| index + 1);
    let (made, saved) = case.requests.split_at_checked(until).ok_or("fewer requests than answers")?;
    requests::same(&run.requests, made)?;
    expect::adds_up(case)?;
    // What is not sent again is what was sent last.
    let last = run.requests.last().ok_or("there is no request")?;
    saved.iter().try_for_each(|theirs| requests::difference(last, theirs))?;
    match &run.outcome {
        Err(error) if error.kind() == ErrorKind::QuotaExceeded => expect::outcome(case, run)?,
        other => return Err(format!("{other:?} is not about a quota")),
    }
    expect::besides(case, run)
}

/// Cancelling, above all: the other cases of busy services are quirks.
fn ends_busy(case: &Recorded) -> bool {
    let busy = case.server.last().is_some_and(|answer| matches!(answer.status, Some(503 | 504)));
    busy && case.error.is_some() && !only_once(case)
}

/// Would the call do another thing if it was made twice?
pub(super) fn only_once(case: &Recorded) -> bool {
    match case.client.as_str() {
        "data" => data::ONCE_ONLY.contains(&case.method.as_str()),
        "orders" => orders::only_once(case),
        "features" => features::ONCE_ONLY.contains(&case.method.as_str()),
        _ => false,
    }
}

/// Filters of a list of orders that are an empty text: none has an empty name.
fn lists_by_nothing(case: &Recorded) -> bool {
    let texts = ["name", "name__contains", "destination_ref", "user_id"];
    case.name() == "orders.list_orders" && texts.iter().any(|name| case.args.get(*name).is_some_and(|text| text == ""))
}

/// Only of these four fields the service's reference speaks.
fn sorts_by_the_unknown(case: &Recorded) -> bool {
    let known = |text: &str| {
        let (field, direction) = text.trim().split_once(' ').unwrap_or((text.trim(), "ASC"));
        ["name", "created_on", "state", "last_modified"].contains(&field)
            && ["ASC", "DESC"].contains(&direction.trim().to_ascii_uppercase().as_str())
    };
    let sort = case.args.get("sort_by").and_then(|sort| sort.as_str());
    case.name() == "orders.list_orders" && sort.is_some_and(|sort| !sort.split(',').all(known))
}

fn waits_for_a_bad_end(case: &Recorded) -> bool {
    let end = case.result.as_ref().and_then(|result| result.as_str());
    case.name() == "orders.wait" && matches!(end, Some("failed" | "cancelled"))
}

fn waits_for_nothing(case: &Recorded) -> bool {
    case.name() == "orders.wait" && case.args.get("state").and_then(Value::as_str) == Some("")
}

/// The state that was waited for, or an error that carries the order in the state that it ended in.
pub(super) fn ended_as_recorded(case: &Recorded, run: &Run) -> Result<(), String> {
    let Err(error) = &run.outcome else { return expect::as_in_python(case, run) };
    let last = error.source().and_then(|source| source.downcast_ref::<LastOrder>());
    let state = last.map(|last| last.order().state().as_str());
    if error.kind() != ErrorKind::OperationFailed || state != case.result.as_ref().and_then(|result| result.as_str()) {
        return Err(format!("{error} is {:?} with the state {state:?}", error.kind()));
    }
    requests::same(&run.requests, &case.requests)?;
    expect::answers_left(case, run)?;
    expect::besides(case, run)
}

/// Of a collection or a feature: every real one has an id.
fn answers_without_id(case: &Recorded) -> bool {
    let lacks_id = |result: &Value| result.is_object() && !result.get("id").is_some_and(Value::is_string);
    case.client == "features" && case.result.as_ref().is_some_and(lacks_id)
}

/// An error about the answer that Python gives as its result.
fn cannot_be_read(case: &Recorded, run: &Run) -> Result<(), String> {
    fails(&[ErrorKind::Decode], case, run)?;
    expect::adds_up(case)?;
    let answer = case.server.last().and_then(|answer| answer.body().ok());
    let answer: Option<Value> = answer.and_then(|body| serde_json::from_slice(&body).ok());
    expect::same(&answer.unwrap_or_default(), &case.result.clone().unwrap_or_default())
}

fn titles_nothing(case: &Recorded) -> bool {
    let title = case.args.get("title").and_then(Value::as_str);
    case.name() == "features.create_collection" && title.is_some_and(|title| title.trim().is_empty())
}

/// What the service does if it is not told.
const DEFAULTS: [(&str, &str); 3] = [("_sort", "published desc"), ("_sort", "created desc"), ("search_type", "any")];

fn is_default((name, value): &(String, String)) -> bool {
    DEFAULTS.contains(&(name, value))
}

/// Python leaves a default out, unless it is spelt in another case.
fn sends_a_default(case: &Recorded) -> bool {
    case.client == "data" && case.requests.iter().any(|request| request.query.iter().any(is_default))
}

fn as_in_python_but_for_defaults(case: &Recorded, run: &Run) -> Result<(), String> {
    let mut case = case.clone();
    for request in &mut case.requests {
        request.query.retain(|pair| !is_default(pair));
    }
    expect::as_in_python(&case, run)
}

/// Python takes no order at all for none given.
fn has_no_sort(case: &Recorded) -> bool {
    case.client == "data" && case.error.is_none() && case.args.get("sort").is_some_and(|sort| sort == "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_in_the_documentation() {
        let document = include_str!("../../../../docs/python-deviations.md");
        for (name, ..) in RULES {
            assert!(document.contains(&format!("| `{name}` | ")), "{name}");
        }
    }
}
