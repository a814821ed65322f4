//! Whether ours came to what a case wants. Whatever differs is named.

use std::collections::BTreeMap;
use std::fmt::Debug;

use http::header;
use planet::{AuthError, Error, ErrorKind};
use serde_json::Value;

use super::observed::Observed;
use super::recorded::{Cli, File, Request};
use super::token::claims;
use super::wanted::{Sent, Wanted};
use crate::auth::double::Asked;
use crate::auth::home::Written;
use crate::compare::difference;

/// How often ours asks an authority that it cannot reach, which is one question.
const ATTEMPTS: usize = 3;

pub(super) fn compare(ours: &Observed, wanted: &Wanted, now: f64) -> Result<(), String> {
    found(ours, wanted)?;
    sent(ours, wanted)?;
    asked(&ours.asked, &wanted.authority)?;
    warnings(ours, wanted)?;
    files(&ours.files, &wanted.files, now)?;
    wanted.cli.as_ref().map_or(Ok(()), |wanted| command_line(&ours.cli, wanted))
}

fn same<T: PartialEq + Debug>(what: &str, ours: &T, wanted: &T) -> Result<(), String> {
    if ours == wanted { Ok(()) } else { Err(format!("{what} is {ours:?}, not {wanted:?}")) }
}

fn found(ours: &Observed, wanted: &Wanted) -> Result<(), String> {
    let (ours, wanted) = match (&ours.found, &wanted.found) {
        (Err(error), None) => return typed(error),
        (Err(error), Some(wanted)) => return Err(format!("refused ({error}), but {wanted:?} is to be found")),
        (Ok(ours), None) => return Err(format!("finds {ours:?}, but is to be refused")),
        (Ok(ours), Some(wanted)) => (ours, wanted),
    };
    same("kind", &ours.kind, &wanted.kind)?;
    same("client_type", &ours.client_type, &wanted.client_type)?;
    same("profile_name", &ours.profile_name, &wanted.profile_name)?;
    same("client_id", &ours.client_id, &wanted.client_id)?;
    same("auth_server", &ours.auth_server, &wanted.auth_server)?;
    same("token_file", &ours.token_file, &wanted.token_file)?;
    same("is_initialized", &ours.is_initialized, &wanted.is_initialized)
}

/// An error that a program can branch on.
fn typed(error: &Error) -> Result<(), String> {
    match error.kind() {
        ErrorKind::InvalidInput => Ok(()),
        ErrorKind::Credentials if AuthError::of(error).is_some() => Ok(()),
        kind => Err(format!("fails as {kind:?} without a reason: {error}")),
    }
}

fn sent(ours: &Observed, wanted: &Wanted) -> Result<(), String> {
    if wanted.found.is_none() {
        return Ok(());
    }
    match (&wanted.request, &ours.ended) {
        (Sent::With(header), Ok(())) => same("authorization", &ours.sent, &vec![header.clone()]),
        (Sent::With(header), Err(error)) => Err(format!("sends nothing ({error}), but authorization is {header:?}")),
        (Sent::Not(_), _) if !ours.sent.is_empty() => {
            Err(format!("authorization is {:?}, but nothing is to be sent", ours.sent))
        }
        (Sent::Not(failures), Err(error)) => match AuthError::of(error).map(AuthError::failure) {
            Some(failure) if failures.contains(&failure) => Ok(()),
            failure => Err(format!("fails as {failure:?}, not as one of {failures:?}: {error}")),
        },
        (Sent::Not(failures), Ok(())) => {
            Err(format!("a request that is not sent ends well, not as one of {failures:?}"))
        }
    }
}

/// In this order; what is asked again because nobody answered counts once.
fn asked(ours: &[Asked], wanted: &[Request]) -> Result<(), String> {
    let mut left = ours;
    for wanted in wanted {
        let (first, _) = left.split_first().ok_or_else(|| format!("the authority is not asked {wanted:?}"))?;
        request(first, wanted)?;
        let again = left.iter().take_while(|asked| *asked == first).count();
        left = left.get(again.min(ATTEMPTS)..).unwrap_or_default();
    }
    match left.first() {
        Some(extra) => Err(format!("the authority is asked {} {} too", extra.method, extra.url)),
        None => Ok(()),
    }
}

fn request(ours: &Asked, wanted: &Request) -> Result<(), String> {
    same("the method of a request to the authority", &ours.method, &wanted.method)?;
    same("the URL of a request to the authority", &ours.url, &wanted.url)?;
    same("the authorization at the authority", &ours.header(header::AUTHORIZATION), &wanted.authorization)?;
    if let Some(json) = &wanted.json {
        return same("the body of a request to the authority", &ours.json().as_ref(), &Some(json));
    }
    let form: Option<BTreeMap<String, String>> = ours.form().map(|form| form.into_iter().collect());
    let (form, wanted) = (form.unwrap_or_default(), wanted.form.clone().unwrap_or_default());
    let names = |form: &BTreeMap<String, String>| form.keys().cloned().collect::<Vec<_>>();
    same("the form of a request to the authority", &names(&form), &names(&wanted))?;
    form.iter().zip(wanted.values()).try_for_each(|((name, ours), wanted)| field(name, ours, wanted))
}

/// Two assertions of one client differ in their times and ids.
pub(in crate::auth) fn field(name: &str, ours: &str, wanted: &str) -> Result<(), String> {
    if name != "client_assertion" {
        return same(&format!("the field {name}"), &ours, &wanted);
    }
    let ours = claims(ours).ok_or("the client_assertion is no JWT")?;
    let wanted = claims(wanted).unwrap_or_default();
    let fixed = ["iss", "sub", "aud"].iter().filter(|claim| wanted.contains_key(**claim));
    fixed.into_iter().try_for_each(|claim| same(&format!("the claim {claim}"), &ours.get(*claim), &wanted.get(*claim)))
}

/// An error that ends the call says louder than any warning that there is no token.
fn warnings(ours: &Observed, wanted: &Wanted) -> Result<(), String> {
    let mut seen = ours.warnings.clone();
    let of_a_session =
        wanted.found.as_ref().is_some_and(|found| !["api_key", "legacy_key"].contains(&found.kind.as_str()));
    if of_a_session && ours.ended.is_err() {
        seen.insert("token_refresh_failed".to_owned());
    }
    if !wanted.warnings.contains("file_ignored") {
        // Python says nothing of a file that it passes over.
        seen.remove("file_ignored");
    }
    same("warnings", &seen, &wanted.warnings)
}

fn files(ours: &BTreeMap<String, Written>, wanted: &BTreeMap<String, File>, now: f64) -> Result<(), String> {
    same("the list of files written", &ours.keys().collect::<Vec<_>>(), &wanted.keys().collect::<Vec<_>>())?;
    for (name, file) in wanted {
        let Some(ours) = ours.get(name) else { continue };
        same(&format!("the mode of {name}"), &format!("{:04o}", ours.mode), &file.mode)?;
        let json = at(&file.json, now);
        match &ours.json {
            None => return Err(format!("{name} is no JSON")),
            Some(written) => {
                if let Some(why) = difference(written, &json) {
                    return Err(format!("{name}: {why}"));
                }
            }
        }
    }
    Ok(())
}

/// With `<now>` and `<now+3600>` as the times that they stand for.
fn at(json: &Value, now: f64) -> Value {
    let seconds = |text: &str| {
        let after = text.strip_prefix("<now")?.strip_suffix('>')?;
        let after = if after.is_empty() { 0.0 } else { after.strip_prefix('+')?.parse::<f64>().ok()? };
        Some(now.floor() + after)
    };
    match json {
        Value::String(text) => seconds(text).map_or_else(|| json.clone(), Value::from),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), at(value, now))).collect(),
        Value::Array(list) => list.iter().map(|value| at(value, now)).collect(),
        other => other.clone(),
    }
}

fn command_line(ours: &Result<Option<String>, Error>, wanted: &Cli) -> Result<(), String> {
    match (ours, &wanted.error) {
        (Err(error), Some(_)) => typed(error),
        (Err(error), None) => {
            Err(format!("the command line refuses ({error}), but {:?} is to be found", wanted.profile_name))
        }
        (Ok(ours), Some(_)) => Err(format!("the command line finds {ours:?}, but is to refuse")),
        (Ok(ours), None) => same("the profile of the command line", ours, &wanted.profile_name),
    }
}
