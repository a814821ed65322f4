//! Arguments of a recorded call as our types.

use planet_builders::filter::Number;
use planet_core::{Error, Fault, FaultKind, Timestamp};
use serde_json::{Map, Value};

/// Why a call gave no answer.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It was refused, or failed.
    Refused(Error),
    /// It cannot be written in Rust.
    RuledOut(Takes),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// What an argument takes in Rust. Anything else cannot be written there, so that a case with it is not run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Takes {
    Something,
    Text,
    Truth,
    Number,
    Integer,
    Time,
    List,
    Object,
    Filter,
    HostWithOptions,
    Order,
    Checksum,
    Client,
    LaterClient,
    Endpoint,
}

/// Every input that our types rule out, with the reason that the report gives.
const RULED_OUT: [(Takes, &str); 15] = [
    (Takes::Something, "nothing (or None) for a required argument: a function call without it does not compile"),
    (Takes::Text, "no text for an argument that is `impl Into<String>` or a name"),
    (Takes::Truth, "no bool for an argument that is `bool`"),
    (Takes::Number, "no number for an argument that is `impl Into<Number>` or `f64`"),
    (Takes::Integer, "no whole number in range for an argument that is an unsigned integer"),
    (Takes::Time, "no date with a time for an argument that is a `Timestamp`"),
    (Takes::List, "no list for an argument that is `impl IntoIterator`"),
    (Takes::Object, "no JSON object for an argument that is a type of its own, such as `Product` or `Tool`"),
    (Takes::HostWithOptions, "options of a host without a host: they are methods of `SentinelHub`"),
    (Takes::Filter, "no filter for an argument that is a `Filter`: what does not parse as one"),
    (Takes::Order, "no order for an argument that is an `OrderRequest`: what does not parse as one"),
    (Takes::Checksum, "no checksum for an argument that is a `Checksum`"),
    (Takes::Client, "a client that does not exist: clients are methods of `Planet`"),
    (Takes::LaterClient, "a client of a service that has no crate here"),
    (
        Takes::Endpoint,
        "a base URL with a path of its own: an `Endpoint` holds for all services, which have fixed paths",
    ),
];

impl Takes {
    pub(crate) fn reason(self) -> &'static str {
        RULED_OUT.iter().find(|(takes, _)| *takes == self).map_or("", |(_, reason)| reason)
    }
}

/// Why the input cannot be written in Rust at all, whatever is called with it.
pub(crate) fn unwritable(args: &Map<String, Value>, python_only: bool) -> Result<Option<&'static str>, String> {
    let placeholders: Vec<&str> = args.values().flat_map(placeholders).collect();
    let known = ["$datetime", "$float", "$feature", "$geo_interface"];
    if let Some(unknown) = placeholders.iter().find(|key| !known.contains(*key)) {
        return Err(format!("unknown placeholder {unknown}"));
    }
    if python_only {
        return Ok(Some("python_only"));
    }
    let foreign = placeholders.contains(&"$geo_interface");
    Ok(foreign.then_some("$geo_interface: an object of another geometry library of Python"))
}

/// The keyword arguments of a recorded call. One that is `null` was not given.
#[derive(Debug)]
pub(crate) struct Args<'a>(pub(crate) &'a Map<String, Value>);

impl<'a> Args<'a> {
    pub(crate) fn get<T: Typed>(&self, name: &str) -> Result<T, Stop> {
        self.optional(name)?.ok_or(Stop::RuledOut(Takes::Something))
    }

    pub(crate) fn optional<T: Typed>(&self, name: &str) -> Result<Option<T>, Stop> {
        self.raw(name).map(T::read).transpose()
    }

    /// The argument as it was recorded.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// An argument that may be any JSON, also none.
    pub(crate) fn json(&self, name: &str) -> Value {
        self.0.get(name).map_or(Value::Null, document)
    }
}

/// What an argument can be read as.
pub(crate) trait Typed: Sized {
    fn read(value: &Value) -> Result<Self, Stop>;
}

impl Typed for String {
    fn read(value: &Value) -> Result<Self, Stop> {
        value.as_str().map(Self::from).ok_or(Stop::RuledOut(Takes::Text))
    }
}

impl Typed for bool {
    fn read(value: &Value) -> Result<Self, Stop> {
        value.as_bool().ok_or(Stop::RuledOut(Takes::Truth))
    }
}

impl Typed for u32 {
    fn read(value: &Value) -> Result<Self, Stop> {
        let number = u64::read(value)?;
        Self::try_from(number).map_err(|_| Stop::RuledOut(Takes::Integer))
    }
}

impl Typed for u64 {
    fn read(value: &Value) -> Result<Self, Stop> {
        let whole = value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..9e15).contains(number));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
        let whole = whole.map(|number| number as Self);
        value.as_u64().or(whole).ok_or(Stop::RuledOut(Takes::Integer))
    }
}

impl Typed for f64 {
    fn read(value: &Value) -> Result<Self, Stop> {
        let number = match value.get("$float").and_then(Value::as_str) {
            Some(text) => text.parse().ok(),
            None => value.as_f64(),
        };
        number.ok_or(Stop::RuledOut(Takes::Number))
    }
}

impl Typed for Number {
    fn read(value: &Value) -> Result<Self, Stop> {
        if let Some(number) = value.as_u64() {
            return Ok(number.into());
        }
        if let Some(number) = value.as_i64() {
            return Ok(number.into());
        }
        f64::read(value).map(Into::into)
    }
}

/// A naive time counts as UTC.
impl Typed for Timestamp {
    fn read(value: &Value) -> Result<Self, Stop> {
        let Some(text) = value.get("$datetime").and_then(Value::as_str) else {
            return Err(Stop::RuledOut(Takes::Time));
        };
        Self::parse_service(text).map_err(Stop::Refused)
    }
}

impl<T: Typed> Typed for Vec<T> {
    fn read(value: &Value) -> Result<Self, Stop> {
        let list = value.as_array().ok_or(Stop::RuledOut(Takes::List))?;
        list.iter().map(T::read).collect()
    }
}

/// A JSON object, such as a part of an order request that was written by hand.
impl Typed for Map<String, Value> {
    fn read(value: &Value) -> Result<Self, Stop> {
        match document(value) {
            Value::Object(members) => Ok(members),
            _ => Err(Stop::RuledOut(Takes::Object)),
        }
    }
}

/// Text that is no such thing.
pub(crate) fn unreadable(cause: &serde_json::Error) -> Stop {
    Stop::Refused(Error::invalid(vec![Fault::new(FaultKind::Invalid, "", cause.to_string())]))
}

/// A value that has no place here.
pub(crate) fn refused(path: &str, message: &str) -> Stop {
    Stop::Refused(Error::invalid(vec![Fault::new(FaultKind::Conflict, path, message)]))
}

/// JSON as a program would hold it: a number that is not finite has become `null`.
pub(crate) fn document(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(document).collect(),
        Value::Object(members) => match placeholder(members) {
            Some(("$float", _)) => Value::Null,
            Some(("$datetime" | "$feature", inner)) => document(inner),
            _ => members.iter().map(|(name, value)| (name.clone(), document(value))).collect(),
        },
        plain => plain.clone(),
    }
}

/// The key and content of an object that stands for what JSON cannot spell.
pub(crate) fn placeholder(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut members = members.iter();
    match (members.next(), members.next()) {
        (Some((key, inner)), None) if key.starts_with('$') => Some((key, inner)),
        _ => None,
    }
}

/// All placeholders in a value, however deep.
pub(crate) fn placeholders(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(list) => list.iter().flat_map(placeholders).collect(),
        Value::Object(members) => {
            let own = placeholder(members).map(|(key, _)| key);
            own.into_iter().chain(members.values().flat_map(placeholders)).collect()
        }
        _ => Vec::new(),
    }
}

/// All names and plain values in a document, as text.
pub(crate) fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().flat_map(words).collect(),
        Value::Object(members) => {
            members.iter().flat_map(|(name, value)| std::iter::once(name.clone()).chain(words(value))).collect()
        }
        plain => vec![text(plain)],
    }
}

/// A plain value as text, without quotes.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A recorded answer with its times as text, as ours have them.
pub(crate) fn times_as_text(answer: &Value) -> Value {
    match answer {
        Value::Array(list) => list.iter().map(times_as_text).collect(),
        Value::Object(members) => match placeholder(members) {
            Some(("$datetime", text)) => text.clone(),
            _ => members.iter().map(|(name, value)| (name.clone(), times_as_text(value))).collect(),
        },
        plain => plain.clone(),
    }
}
