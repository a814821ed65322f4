//! The members that a JSON object of a request can have, and what is wrong with those of a given one.

use planet_core::{Fault, FaultKind};
use serde_json::{Map, Number, Value};

use super::hidden::is_redacted;
use super::values::unknown;
use crate::Hint;
use crate::catalog::suggest::nearest;

/// What a check leaves to the service: see `OrderRequestBuilder::allow_unknown` and `ignore_rules`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Leave {
    pub(super) unknown: bool,
    pub(super) rules: bool,
    /// What splitting mends: too many items, and the same one twice.
    pub(super) split: bool,
}

/// A member of an object.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) form: Form,
}

/// What the value of a member looks like.
pub(super) enum Form {
    /// A text that says something.
    Text,
    /// Any text; an empty one means none, or is looked at elsewhere.
    AnyText,
    /// A text that is kept as a secret and looked at where that is.
    Secret,
    Flag,
    Number,
    /// A number that is zero or more.
    NotNegative,
    /// A whole number in a range.
    Whole(u64, u64),
    /// One of these texts.
    OneOf(&'static [&'static str], Case),
    /// A list of texts.
    Texts,
    Projection,
    /// What is looked at elsewhere.
    Other,
}

/// May a text be corrected to the case of the name?
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Any,
    Exact,
}

pub(super) const fn required(name: &'static str, form: Form) -> Member {
    Member { name, required: true, form }
}

pub(super) const fn optional(name: &'static str, form: Form) -> Member {
    Member { name, required: false, form }
}

/// A number, as JSON has it. One that is not finite becomes a text, which the checks then report.
pub(super) fn number(number: f64) -> Value {
    Number::from_f64(number).map_or_else(|| Value::String(number.to_string()), Value::Number)
}

/// All faults of an object's members. An optional member that is null counts as not given.
pub(super) fn faults(object: &Map<String, Value>, members: &[Member], leave: Leave) -> Vec<Fault> {
    let one = |member: &Member| match object.get(member.name) {
        _ if matches!(member.form, Form::Secret) => None,
        Some(Value::Null) | None => member.required.then(|| missing(member.name, "it is needed")),
        Some(value) => fault(member, value, leave),
    };
    members.iter().filter_map(one).collect()
}

/// Writes texts that were given in another case as the service knows them.
pub(super) fn correct(object: &mut Map<String, Value>, members: &[Member]) {
    for member in members {
        let (Form::OneOf(names, Case::Any), Some(Value::String(given))) = (&member.form, object.get_mut(member.name))
        else {
            continue;
        };
        if let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(given)) {
            *given = (*name).to_owned();
        }
    }
}

/// The members of an object that the service does not know, each with the name that may be meant.
pub(super) fn strangers(object: &Map<String, Value>, members: &[Member]) -> Vec<Hint> {
    let names: Vec<&str> = members.iter().map(|member| member.name).collect();
    let strange = object.keys().filter(|key| !names.contains(&key.as_str()));
    let hint = |key: &String| {
        let meant = nearest(key, names.clone()).map(|name| format!("; did you mean {name}?")).unwrap_or_default();
        Hint::new(key, format!("the service passes over what it does not know{meant}"))
    };
    strange.map(hint).collect()
}

pub(super) fn missing(path: impl Into<String>, message: &str) -> Fault {
    Fault::new(FaultKind::Missing, path, message)
}

fn fault(member: &Member, value: &Value, leave: Leave) -> Option<Fault> {
    let name = member.name;
    let invalid = |wanted: &str| Some(Fault::new(FaultKind::Invalid, name, wanted).with_value(shown(value)));
    let outside = |wanted: String| Some(Fault::new(FaultKind::OutOfRange, name, wanted).with_value(value));
    match (&member.form, value) {
        (Form::Text, Value::String(text)) if text.trim().is_empty() => Some(missing(name, "it is empty")),
        (Form::OneOf(names, _), Value::String(text)) if !names.contains(&text.as_str()) => {
            (!leave.unknown).then(|| unknown(name, text, names))
        }
        (Form::Projection, Value::String(text)) => projection(text, leave),
        (Form::NotNegative, Value::Number(number)) if number.as_f64() < Some(0.0) => {
            outside("it is not below zero".to_owned())
        }
        (Form::Whole(least, most), Value::Number(number)) => match number.as_u64() {
            Some(number) if (*least..=*most).contains(&number) => None,
            _ => outside(format!("a whole number from {least} to {most} is needed")),
        },
        (Form::Text | Form::AnyText | Form::OneOf(..), Value::String(_))
        | (Form::Flag, Value::Bool(_))
        | (Form::Number | Form::NotNegative, Value::Number(_))
        | (Form::Other | Form::Secret, _) => None,
        (Form::Texts, Value::Array(list)) if list.iter().all(Value::is_string) => None,
        (Form::Text | Form::AnyText | Form::OneOf(..) | Form::Projection, _) => invalid("a text is needed"),
        (Form::Flag, _) => invalid("true or false is needed"),
        (Form::Number | Form::NotNegative | Form::Whole(..), _) => invalid("a finite number is needed"),
        (Form::Texts, _) => invalid("a list of texts is needed"),
    }
}

/// The beginning of a value: a whole file can stand there by mistake.
fn shown(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}

/// The short names that GDAL, and so the service, takes beside EPSG codes.
const SHORT_NAMES: [&str; 4] = ["WGS84", "WGS72", "NAD27", "NAD83"];

fn projection(text: &str, leave: Leave) -> Option<Fault> {
    let code = text.split_once(':').filter(|(authority, _)| authority.eq_ignore_ascii_case("EPSG"));
    let well_formed = match code {
        Some((_, code)) => (4..=6).contains(&code.len()) && code.bytes().all(|digit| digit.is_ascii_digit()),
        // Well-known text, such as PROJCS["..."].
        None => SHORT_NAMES.contains(&text) || (text.contains('[') && text.ends_with(']')),
    };
    if text.trim().is_empty() {
        return Some(missing("projection", "it is empty"));
    }
    if well_formed || leave.unknown {
        return None;
    }
    let message = "neither an EPSG code such as EPSG:32611, nor WGS84, nor well-known text";
    let fault = Fault::new(FaultKind::Invalid, "projection", message).with_value(text);
    Some(match nearest(text, SHORT_NAMES.to_vec()) {
        Some(name) => fault.with_suggestion(name),
        None => fault,
    })
}

/// The fault of a member in whose place the service sent a mark, as it does not tell secrets.
pub(super) fn redacted(path: impl Into<String>) -> Fault {
    missing(path, "the service keeps this secret to itself: give it again")
}

/// All places below a value where such a mark stands.
pub(super) fn redacted_in(value: &Value) -> Vec<Fault> {
    let under = |path: String, value: &Value| redacted_in(value).into_iter().map(move |fault| fault.under(&path));
    match value {
        Value::String(text) if is_redacted(text) => vec![redacted("")],
        Value::Array(list) => {
            list.iter().enumerate().flat_map(|(index, value)| under(format!("[{index}]"), value)).collect()
        }
        Value::Object(object) => object.iter().flat_map(|(name, value)| under(name.clone(), value)).collect(),
        _ => Vec::new(),
    }
}
