//! Where ours does something else on purpose: rules for all cases, by what a case shows and never by its name.
//!
//! `docs/python-deviations.md` has the reasons; a test sees to it that no rule is left out there.

use std::fmt::Debug;

use planet::AuthFailure;
use serde_json::{Map, Value, json};

use super::model;
use super::recorded::{Authority, File, Policy, Recorded, Request};
use super::stub::discovery_of;
use super::token::Token;
use super::wanted::{Found, Sent, Wanted};

/// Its name, whether a case shows it, and what ours comes to instead.
struct Rule {
    name: &'static str,
    /// Only cases that are marked as deviations fall under it.
    marked: bool,
    shows: fn(&Recorded, f64) -> bool,
    change: Change,
}

enum Change {
    /// The whole case as the specification has it, from its input alone.
    Modelled,
    /// What Python did, but for this.
    With(fn(&Recorded, &mut Wanted) -> Result<(), String>),
}
use Change::{Modelled, With};

/// In this order: the first ones ask what would be found if the input was another.
const RULES: &[Rule] = &[
    Rule { name: "blanks-kept", marked: true, shows: has_blanks, change: Modelled },
    Rule { name: "profile-path", marked: true, shows: names_a_path, change: Modelled },
    Rule { name: "planet-json-broken", marked: true, shows: has_bom, change: Modelled },
    Rule { name: "save-fails", marked: true, shows: cannot_store, change: Modelled },
    Rule { name: "planet-json-broken", marked: true, shows: has_broken_preferences, change: With(warn_of_the_file) },
    Rule { name: "refresh-token-lost", marked: true, shows: loses_a_refresh_token, change: With(keep_refresh_token) },
    Rule { name: "login-removed", marked: false, shows: logs_in, change: With(ask_the_legacy_endpoint) },
    Rule { name: "file-late", marked: false, shows: has_no_key_in_the_file, change: With(fail_at_once) },
    Rule { name: "sops", marked: true, shows: has_encrypted_token, change: With(say_unsupported) },
    Rule { name: "expired-sent", marked: false, shows: sends_an_expired_token, change: With(fail_typed) },
    Rule { name: "no-token-bare", marked: false, shows: sends_nothing, change: With(fail_typed) },
];

/// What the case must come to, at that time.
pub(super) fn wanted(case: &Recorded, now: f64) -> Result<Wanted, String> {
    let is_legacy = case.expect.kind.as_deref() == Some("legacy_key");
    if case.expect.authorization_error.is_some() != (is_legacy && case.expect.authorization.is_none()) {
        return Err("Python fails for want of the key of a legacy login, and for nothing else".to_owned());
    }
    if case.call.function == "from_file" && case.expect.error.is_some() {
        return Err("Python takes any file, and fails later".to_owned());
    }
    let mut wanted = Wanted::as_recorded(case);
    let mut shown = 0;
    for rule in RULES.iter().filter(|rule| !rule.marked || case.deviates()) {
        if !(rule.shows)(case, now) {
            continue;
        }
        shown += 1;
        let because = |why| format!("{}: {why}", rule.name);
        match rule.change {
            Modelled => {
                // A recording that says something else of its own input says nothing of ours.
                let in_python = model::wanted(case, model::Rules::Python, now).map_err(because)?;
                contradiction(&(&wanted.found, &wanted.request), &(&in_python.found, &in_python.request))?;
                contradiction(&wanted.authority, &in_python.authority)?;
                contradiction(&wanted.warnings, &in_python.warnings)?;
                contradiction(&wanted.cli, &in_python.cli)?;
                contradiction(&wanted.files, &in_python.files)?;
                return model::wanted(case, model::Rules::Ours, now).map_err(because);
            }
            With(change) => change(case, &mut wanted).map_err(because)?,
        }
    }
    match (case.policy, shown) {
        (Policy::Deviate, 0) => Err("it is marked as a deviation, but no rule of ours covers it".to_owned()),
        _ => Ok(wanted),
    }
}

fn contradiction<T: PartialEq + Debug>(recorded: &T, in_python: &T) -> Result<(), String> {
    if recorded == in_python {
        return Ok(());
    }
    Err(format!("the recording contradicts its own input: {recorded:?} and not {in_python:?}"))
}

/// A value of the environment, but for a name: names are never trimmed.
fn has_blanks(case: &Recorded, _: f64) -> bool {
    let named = ["PL_API_KEY", "PL_AUTH_CLIENT_ID", "PL_AUTH_CLIENT_SECRET", model::variable_asked_for(case)];
    named.iter().filter_map(|name| case.env.get(*name)).any(|value| value.trim_ascii() != value)
}

fn names_a_path(case: &Recorded, _: f64) -> bool {
    model::profile_asked_for(case).is_some_and(|name| !model::is_name(&name))
}

fn has_bom(case: &Recorded, _: f64) -> bool {
    case.file(model::PREFERENCES).is_some_and(|text| text.starts_with('\u{feff}'))
}

/// A home, or a folder in it, that nothing can be written to.
fn cannot_store(case: &Recorded, _: f64) -> bool {
    case.is_m2m() && !model::can_store(case)
}

fn has_broken_preferences(case: &Recorded, now: f64) -> bool {
    let broken = |text: &str| !serde_json::from_str::<Value>(text).is_ok_and(|document| document.is_object());
    !has_bom(case, now) && case.file(model::PREFERENCES).is_some_and(broken)
}

fn warn_of_the_file(_: &Recorded, wanted: &mut Wanted) -> Result<(), String> {
    wanted.warnings.insert("file_ignored".to_owned());
    Ok(())
}

/// A refresh whose answer has no refresh token.
fn loses_a_refresh_token(case: &Recorded, _: f64) -> bool {
    let written = case.expect.token_file.as_ref().and_then(|name| case.expect.files_written.get(name));
    sent_refresh_token(case).is_some() && written.is_some_and(|file| file.json.get("refresh_token").is_none())
}

fn sent_refresh_token(case: &Recorded) -> Option<&String> {
    case.expect.authority_requests.iter().find_map(|request| request.form.as_ref()?.get("refresh_token"))
}

fn keep_refresh_token(case: &Recorded, wanted: &mut Wanted) -> Result<(), String> {
    let file: Option<&mut File> = case.expect.token_file.as_ref().and_then(|name| wanted.files.get_mut(name));
    let (file, token) = file.zip(sent_refresh_token(case)).ok_or("there is nothing to keep")?;
    let members: &mut Map<String, Value> = file.json.as_object_mut().ok_or("a token that is no object")?;
    members.insert("refresh_token".to_owned(), token.clone().into());
    Ok(())
}

fn logs_in(case: &Recorded, _: f64) -> bool {
    case.call.function == "from_login"
}

/// No authority of the cases knows the older login, so that it fails, but not before it was asked.
fn ask_the_legacy_endpoint(case: &Recorded, wanted: &mut Wanted) -> Result<(), String> {
    let text = |name: &str| case.call.args.get(name).and_then(Value::as_str);
    let base = text("base_url").unwrap_or("https://api.planet.com/v0/auth").trim_end_matches('/');
    let json = json!({"email": text("email"), "password": text("password")});
    let url = format!("{base}/login");
    contradiction(&wanted.authority, &Vec::new())?;
    wanted.authority = vec![Request { method: "POST".to_owned(), url, json: Some(json), ..Request::default() }];
    Ok(())
}

fn has_no_key_in_the_file(case: &Recorded, _: f64) -> bool {
    case.call.function == "from_file" && case.expect.authorization.is_none() && case.expect.error.is_none()
}

fn fail_at_once(case: &Recorded, wanted: &mut Wanted) -> Result<(), String> {
    let in_python = Found {
        kind: "legacy_key".to_owned(),
        client_type: Some("planet_legacy".to_owned()),
        token_file: Some(model::PREFERENCES.to_owned()),
        is_initialized: case.file(model::PREFERENCES).is_some(),
        ..Found::default()
    };
    contradiction(&wanted.found.take(), &Some(in_python))
}

fn has_encrypted_token(case: &Recorded, _: f64) -> bool {
    let is_encrypted = case.expect.token_file.as_ref().is_some_and(|name| name.ends_with(".sops.json"));
    is_encrypted && case.expect.authorization.is_none()
}

fn say_unsupported(_: &Recorded, wanted: &mut Wanted) -> Result<(), String> {
    wanted.request = Sent::Not(vec![AuthFailure::Unsupported]);
    Ok(())
}

fn sends_an_expired_token(case: &Recorded, now: f64) -> bool {
    let Some(token) = case.token().and_then(Token::parse) else { return false };
    let sent = case.expect.authorization.as_deref().and_then(|header| header.strip_prefix("Bearer "));
    sent.is_some() && sent == token.text("access_token") && token.is_expired(now)
}

fn sends_nothing(case: &Recorded, _: f64) -> bool {
    let Recorded { expect, .. } = case;
    expect.error.is_none() && expect.authorization.is_none() && expect.kind.as_deref() != Some("none")
}

/// An error before any request to the API, of a kind that says what is wrong.
fn fail_typed(case: &Recorded, wanted: &mut Wanted) -> Result<(), String> {
    if matches!(wanted.request, Sent::Not(_)) || wanted.found.is_none() {
        return Ok(());
    }
    let token = case.token().and_then(Token::parse).and_then(|token| token.text("access_token").map(str::to_owned));
    if token.is_some() && case.expect.authorization.is_none() {
        return Err("Python sends the token that it has, whatever is wrong with it".to_owned());
    }
    let failures = failures(case)?;
    if failures == [AuthFailure::LoginRequired] && is_asked_in_vain(case)? {
        wanted.authority.clear();
    }
    wanted.request = Sent::Not(failures);
    Ok(())
}

/// What is wrong, from the files and from how the authority behaves.
fn failures(case: &Recorded) -> Result<Vec<AuthFailure>, String> {
    let refused = match case.authority {
        Authority::Offline => vec![AuthFailure::Unreachable],
        Authority::InvalidClient => vec![AuthFailure::ClientRejected],
        Authority::InvalidGrant => vec![AuthFailure::LoginRequired],
        Authority::Stub | Authority::StubNoRotation => Vec::new(),
    };
    match (case.expect.kind.as_deref(), case.token().map(Token::parse)) {
        (Some("m2m"), _) if !refused.is_empty() => Ok(refused),
        (Some("device_code" | "auth_code"), Some(None)) => Ok(vec![AuthFailure::BadFile]),
        (Some("device_code" | "auth_code"), None) => Ok(vec![AuthFailure::LoginRequired]),
        (Some("device_code" | "auth_code"), Some(Some(token))) if token.is_empty() => {
            Ok(vec![AuthFailure::LoginRequired])
        }
        (Some("device_code" | "auth_code"), Some(Some(token))) => match token.text("refresh_token") {
            None => Ok(vec![AuthFailure::LoginRequired]),
            Some(_) if !refused.is_empty() => Ok(refused),
            Some(_) => Err("there is no reason why the refresh should fail".to_owned()),
        },
        (Some("legacy_key"), Some(Some(_) | None)) => Ok(vec![AuthFailure::BadFile, AuthFailure::Missing]),
        (Some("legacy_key"), None) => Ok(vec![AuthFailure::LoginRequired]),
        (Some("api_key"), _) => Ok(vec![AuthFailure::Missing, AuthFailure::BadProfile, AuthFailure::BadFile]),
        (kind, _) => Err(format!("there is no reason why {kind:?} should fail")),
    }
}

/// Python refreshes also what it has no refresh token for. Ours does not ask; everything else is asked as recorded.
fn is_asked_in_vain(case: &Recorded) -> Result<bool, String> {
    let refresh_token =
        case.token().and_then(Token::parse).and_then(|token| token.text("refresh_token").map(str::to_owned));
    if refresh_token.is_some() {
        return Ok(false);
    }
    let discovery = case.expect.auth_server.as_deref().map(discovery_of);
    let in_vain = |request: &Request| match &request.form {
        None => request.method == "GET" && Some(&request.url) == discovery.as_ref() && request.authorization.is_none(),
        Some(form) => {
            form.get("grant_type").is_some_and(|grant| grant == "refresh_token") && !form.contains_key("refresh_token")
        }
    };
    match case.expect.authority_requests.iter().find(|request| !in_vain(request)) {
        Some(other) => Err(format!("nobody without a token makes the request {other:?}")),
        None => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_in_the_documentation() {
        let document = include_str!("../../../../../docs/python-deviations.md");
        for Rule { name, .. } in RULES {
            assert!(document.contains(&format!("| `{name}` | ")), "{name}");
        }
    }
}
