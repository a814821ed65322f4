//! A recorded call of a pure function and what came of it in Python.

use serde_json::{Map, Value};

/// A case of the builders suite.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) function: String,
    pub(super) args: Map<String, Value>,
    pub(super) expected: Expected,
    /// A list is compared as a set.
    pub(super) unordered: bool,
    /// The input cannot be written in a typed API.
    pub(super) python_only: bool,
    /// Python does something here that we do not have to repeat.
    pub(super) quirk: Option<Quirk>,
}

/// What came of a call in Python.
#[derive(Debug)]
pub(super) enum Expected {
    Answer(Value),
    Error(Exception),
}

/// An exception of Python.
#[derive(Debug)]
pub(super) struct Exception {
    /// Its class and those above it, the nearest first.
    pub(super) classes: Vec<String>,
    pub(super) message: String,
    /// The field, the value and the values that are allowed, for a value that is not one of them.
    pub(super) detail: Option<Detail>,
}

#[derive(Debug)]
pub(super) struct Detail {
    pub(super) field: String,
    pub(super) value: Value,
    pub(super) supported: Vec<Value>,
}

#[derive(Debug)]
pub(super) struct Quirk {
    pub(super) id: String,
    pub(super) want: Option<Want>,
}

/// What a quirk's case proposes instead.
#[derive(Debug)]
pub(super) enum Want {
    Answer(Value),
    Error,
}

impl Recorded {
    /// Reads a case. Members that say nothing about the outcome, such as `note`, are passed over.
    pub(super) fn read(document: &Value) -> Result<Self, String> {
        let members = document.as_object().ok_or("a case is a JSON object")?;
        let expected = match (members.get("expect"), members.get("expect_error")) {
            (Some(answer), None) => Expected::Answer(answer.clone()),
            (None, Some(error)) => Expected::Error(exception(error)?),
            _ => return Err("a case has either `expect` or `expect_error`".to_owned()),
        };
        let want = members.get("want").map(want).transpose()?;
        let quirk = match members.get("quirk_id") {
            Some(id) => Some(Quirk { id: text(id, "quirk_id")?, want }),
            None if want.is_some() => return Err("only a quirk can have a `want`".to_owned()),
            None => None,
        };
        Ok(Self {
            function: text(members.get("function").unwrap_or(&Value::Null), "function")?,
            args: members.get("args").and_then(Value::as_object).cloned().ok_or("a case needs `args`, an object")?,
            expected,
            unordered: flag(members, "unordered")?,
            python_only: flag(members, "python_only")?,
            quirk,
        })
    }
}

fn exception(error: &Value) -> Result<Exception, String> {
    let class = text(error.get("class").unwrap_or(&Value::Null), "expect_error.class")?;
    let bases = error.get("bases").and_then(Value::as_array).into_iter().flatten();
    let bases = bases.map(|base| text(base, "expect_error.bases"));
    let classes = std::iter::once(Ok(class)).chain(bases).collect::<Result<_, _>>()?;
    let message = text(error.get("message").unwrap_or(&Value::Null), "expect_error.message")?;
    Ok(Exception { classes, message, detail: error.get("detail").map(detail).transpose()? })
}

pub(super) fn detail(detail: &Value) -> Result<Detail, String> {
    let member = |name: &str| detail.get(name).ok_or_else(|| format!("the detail of an error needs `{name}`"));
    Ok(Detail {
        field: text(member("field_name")?, "detail.field_name")?,
        value: member("value")?.clone(),
        supported: member("supported")?.as_array().cloned().ok_or("detail.supported is a list")?,
    })
}

fn want(want: &Value) -> Result<Want, String> {
    let members = want.as_object().ok_or("`want` is an object")?;
    let mut members = members.iter();
    match (members.next(), members.next()) {
        (Some((key, answer)), None) if key == "expect" => Ok(Want::Answer(answer.clone())),
        (Some((key, Value::Bool(true))), None) if key == "error" => Ok(Want::Error),
        _ => Err(format!("a `want` that cannot be checked here: {want}")),
    }
}

fn text(value: &Value, name: &str) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("`{name}` is a text"))
}

fn flag(members: &Map<String, Value>, name: &str) -> Result<bool, String> {
    match members.get(name) {
        None => Ok(false),
        Some(value) => value.as_bool().ok_or_else(|| format!("`{name}` is true or false")),
    }
}
