//! `docs/errors-and-retries.md` against the code.

use std::collections::BTreeSet;
use std::path::Path;

use http::{HeaderMap, StatusCode};

use super::*;
use crate::{Clock, ErrorKind, Outcome};

const QUOTA: &[u8] = br#"{"general":[{"message":"Download quota has been exceeded."}]}"#;

/// The cells of a table of the page, without its head.
fn table(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors-and-retries.md");
    let page = std::fs::read_to_string(&path)
        .unwrap_or_else(|cause| panic!("{}: {cause}; this test needs the whole repository", path.display()));
    let (_, after) =
        page.split_once(&format!("<!-- table: {name} -->\n\n")).unwrap_or_else(|| panic!("no table {name}"));
    let rows = after.lines().take_while(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    rows.map(cells).collect()
}

/// The variants of [`ErrorKind`], from its source, so that none can be forgotten.
fn kinds() -> Vec<String> {
    let source = include_str!("../error/kind.rs");
    let (_, after) = source.split_once("pub enum ErrorKind {").unwrap();
    let lines = after.lines().take_while(|line| *line != "}");
    let names =
        lines.filter_map(|line| line.trim().strip_suffix(',').filter(|name| name.chars().all(char::is_alphabetic)));
    names.map(str::to_owned).collect()
}

/// What happened, as the table's first column tells it.
enum End {
    Answer(StatusCode, &'static [u8]),
    Failure(Error),
}

impl End {
    fn attempt<'a>(&'a self, headers: &'a HeaderMap) -> Attempt<'a> {
        match self {
            Self::Answer(status, body) => Attempt::answered(*status, headers, body, &Clock::system()),
            Self::Failure(error) => Attempt::failed(error),
        }
    }
}

fn error(kind: &str, outcome: &str) -> Error {
    let (kind, transient) = match kind.strip_suffix(", transient") {
        Some(kind) => (kind, true),
        None => (kind, false),
    };
    let kind = match kind.trim_matches('`') {
        "Connect" => ErrorKind::Connect,
        "Transport" => ErrorKind::Transport,
        "Timeout" => ErrorKind::Timeout,
        "Credentials" => ErrorKind::Credentials,
        "Decode" => ErrorKind::Decode,
        "Unexpected" => ErrorKind::Unexpected,
        "Closed" => ErrorKind::Closed,
        "InvalidInput" => ErrorKind::InvalidInput,
        other => panic!("no attempt ends in {other} without an answer"),
    };
    let outcome = match outcome {
        "`NotSent`" => Outcome::NotSent,
        "`Rejected`" => Outcome::Rejected,
        "`Unknown`" => Outcome::Unknown,
        other => panic!("no outcome {other}"),
    };
    let error = Error::new(kind, "").with_outcome(outcome);
    if transient { error.with_transient(true) } else { error }
}

/// The statuses that a row speaks of, beside those that rows before it named.
fn statuses(what: &str, named: &mut BTreeSet<u16>) -> Vec<u16> {
    let own: Vec<u16> = match what {
        "any other 5xx" => (500..600).filter(|code| !named.contains(code)).collect(),
        "any other 4xx" => (400..500).filter(|code| !named.contains(code)).collect(),
        "a 3xx that leads nowhere" => (300..400).collect(),
        listed => {
            listed.split([' ', ',']).filter(|word| !word.is_empty()).map_while(|word| word.parse().ok()).collect()
        }
    };
    named.extend(&own);
    own
}

#[test]
fn the_policy_decides_as_the_table_says() {
    let (mut named, headers) = (BTreeSet::new(), HeaderMap::new());
    for row in table("attempts") {
        let [what, kind, outcome, idempotent, not_idempotent] = &row[..] else { panic!("{row:?}") };
        let body = if what.ends_with("for quota") { QUOTA } else { b"" };
        let mut ends: Vec<End> = statuses(what, &mut named)
            .into_iter()
            .map(|code| End::Answer(StatusCode::from_u16(code).unwrap(), body))
            .collect();
        if ends.is_empty() {
            ends.push(End::Failure(error(kind, outcome)));
        }
        for end in ends {
            let attempt = end.attempt(&headers);
            let context = format!("{what}: {attempt:?}");
            assert!(kind.starts_with(&format!("`{:?}`", attempt.kind())), "{context}");
            assert_eq!(*outcome, format!("`{:?}`", attempt.outcome()), "{context}");
            for (idempotent, expected) in [(true, idempotent), (false, not_idempotent)] {
                let decided = Retry::default().decide(&RetryState::new("test", idempotent), &attempt);
                match expected.as_str() {
                    "again" => assert!(matches!(decided, Decision::Again(_)), "{context}"),
                    "no" => assert_eq!(decided, Decision::Final, "{context}"),
                    other => panic!("{other}"),
                }
            }
        }
    }
    assert!((300..600).all(|code| named.contains(&code)), "the table leaves statuses out");
}

#[test]
fn the_defaults_are_those_of_the_page() {
    let (retry, budget) = (Retry::default(), RetryBudget::default());
    let expected = [
        ("`Retry::max_attempts`", f64::from(retry.max_attempts)),
        ("`Retry::max_elapsed`", retry.max_elapsed.as_secs_f64()),
        ("`Retry::first_delay`", retry.first_delay.as_secs_f64()),
        ("`Retry::max_delay`", retry.max_delay.as_secs_f64()),
        ("`RetryBudget::share`", budget.share),
        ("`RetryBudget::floor`", f64::from(budget.floor)),
        ("", f64::from(u16::try_from(crate::error::KEPT_BODY).unwrap())),
    ];
    let rows = table("defaults");
    assert_eq!(rows.len(), expected.len());
    for (row, (set_by, value)) in rows.iter().zip(expected) {
        let number: f64 = row[1].split(' ').next().unwrap().parse().unwrap();
        assert_eq!((row.get(2).map_or("", String::as_str), number), (set_by, value), "{row:?}");
    }
}

#[test]
fn every_kind_is_on_the_page_once() {
    let listed: Vec<String> = table("kinds").iter().map(|row| row[0].trim_matches('`').to_owned()).collect();
    let kinds = kinds();
    assert!(kinds.len() >= 20, "{kinds:?}");
    assert_eq!(listed, kinds);
}

#[test]
fn the_errors_of_the_python_sdk_are_those_that_the_page_names() {
    let kinds = kinds();
    for row in table("python") {
        let (python, status, here) = (&row[0], &row[1], row[2].trim_matches('`'));
        let Ok(code) = status.parse::<u16>() else {
            assert!(here.contains("Error") || here.ends_with("()") || kinds.iter().any(|kind| kind == here), "{row:?}");
            continue;
        };
        let body = if python.starts_with("`OverQuota`") { QUOTA } else { b"" };
        let error = Error::from_status(StatusCode::from_u16(code).unwrap(), &HeaderMap::new(), body);
        assert_eq!(here, format!("{:?}", error.kind()), "{row:?}");
        assert!(error.is_api_error() && !error.is_client_error(), "{row:?}");
    }
}
