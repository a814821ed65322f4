//! An authority that expects the recorded requests, in their order, and gives the recorded answers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderName;
use serde_json::Value;

use super::recorded::{Exchange, Request, Response};
use crate::auth::double::{Answer, Asked, Double};
use crate::auth::resolution::field;
use crate::compare;

/// Headers that stand in a recording if they were sent.
const HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// What Python makes up in another way than ours.
const MADE_UP: [&str; 1] = ["code_verifier"];

pub(super) struct Script {
    authority: Double,
    expected: usize,
    repeats: bool,
    wrong: Arc<Mutex<Option<String>>>,
}

impl Script {
    /// `repeats`: the last exchange may be made again and again.
    pub(super) fn new(exchanges: Vec<Exchange>, repeats: bool) -> Self {
        let wrong = Arc::default();
        let expected = exchanges.len();
        let noted: Arc<Mutex<Option<String>>> = Arc::clone(&wrong);
        let authority = Double::new(move |asked, number| {
            let number = if repeats { number.min(exchanges.len().saturating_sub(1)) } else { number };
            let (checked, answer) = match exchanges.get(number) {
                Some(exchange) => (check(asked, &exchange.request), answer(&exchange.response)),
                None => (Err(format!("{} {} is asked too", asked.method, asked.url)), None),
            };
            if let Err(why) = checked {
                noted.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
            }
            answer
        });
        Self { authority, expected, repeats, wrong }
    }

    pub(super) fn authority(&self) -> &Double {
        &self.authority
    }

    /// Was everything asked, and asked as recorded?
    pub(super) fn end(&self) -> Result<(), String> {
        if let Some(why) = self.wrong.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(why);
        }
        let made = self.authority.asked().len();
        if made < self.expected || (made > self.expected && !self.repeats) {
            return Err(format!("{made} requests, but {} are recorded", self.expected));
        }
        Ok(())
    }
}

fn check(ours: &Asked, theirs: &Request) -> Result<(), String> {
    let at = format!("{} {}", theirs.method, theirs.url);
    if (&ours.method, &ours.url) != (&theirs.method, &theirs.url) {
        return Err(format!("asks {} {}, not {at}", ours.method, ours.url));
    }
    let recorded: BTreeMap<String, &String> =
        theirs.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    if let Some(unknown) = recorded.keys().find(|name| !HEADERS.contains(&name.as_str())) {
        return Err(format!("{at}: nobody compares the header {unknown}"));
    }
    for name in HEADERS {
        let header = ours.header(HeaderName::from_static(name));
        if header.as_ref() != recorded.get(name).copied() {
            return Err(format!("{at}: the header {name} is {header:?}, not {:?}", recorded.get(name)));
        }
    }
    body(ours, theirs).map_err(|why| format!("{at}: {why}"))
}

fn body(ours: &Asked, theirs: &Request) -> Result<(), String> {
    if let Some(form) = &theirs.form {
        return fields(ours.form().ok_or("the body is no form")?, form, &MADE_UP);
    }
    match (&theirs.json, ours.json()) {
        (Some(theirs), Some(ours)) => compare::difference(&ours, theirs).map_or(Ok(()), Err),
        (Some(_), None) => Err("the body is no JSON".to_owned()),
        (None, _) if ours.body.is_empty() => Ok(()),
        (None, _) => Err("there is a body".to_owned()),
    }
}

/// The same fields, each once, in any order; of those that are made up only that they are there.
pub(super) fn fields(
    mut ours: Vec<(String, String)>,
    theirs: &BTreeMap<String, String>,
    made_up: &[&str],
) -> Result<(), String> {
    ours.sort();
    let names: Vec<&String> = ours.iter().map(|(name, _)| name).collect();
    if names != theirs.keys().collect::<Vec<_>>() {
        return Err(format!("the fields are {names:?}, not {:?}", theirs.keys()));
    }
    for ((name, ours), theirs) in ours.iter().zip(theirs.values()) {
        match made_up.contains(&name.as_str()) {
            true if ours.is_empty() => return Err(format!("the field {name} is empty")),
            true => {}
            false => field(name, ours, theirs)?,
        }
    }
    Ok(())
}

fn answer(response: &Response) -> Answer {
    let headers = response.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let json = response.json.as_ref().map(|json| Value::Object(json.clone()).to_string());
    let body = json.or_else(|| response.body.clone()).unwrap_or_default();
    Some((response.status?, headers, body.into_bytes()))
}
