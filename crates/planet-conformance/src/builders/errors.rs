//! Whether an error of ours fits an exception of Python.

use planet_core::{Error, ErrorKind, Fault, FaultKind};
use serde_json::{Map, Value};

use super::recorded::{self, Detail, Exception};
use crate::args::{text, words};
use crate::compare;

/// Python's exceptions, and what sort of failure each is here. Those of Python itself have leaked out of a builder.
const CLASSES: [(&str, ErrorKind); 21] = [
    ("APIError", ErrorKind::Rejected),
    ("BadQuery", ErrorKind::Rejected),
    ("InvalidAPIKey", ErrorKind::Unauthorized),
    ("NoPermission", ErrorKind::Forbidden),
    ("MissingResource", ErrorKind::NotFound),
    ("Conflict", ErrorKind::Conflict),
    ("TooManyRequests", ErrorKind::RateLimited),
    ("OverQuota", ErrorKind::QuotaExceeded),
    ("ServerError", ErrorKind::Server),
    ("BadGateway", ErrorKind::Server),
    ("PlanetError", ErrorKind::InvalidInput),
    ("ClientError", ErrorKind::InvalidInput),
    ("GeoJSONError", ErrorKind::InvalidInput),
    ("FeatureError", ErrorKind::InvalidInput),
    ("SpecificationException", ErrorKind::InvalidInput),
    ("AttributeError", ErrorKind::InvalidInput),
    ("IndexError", ErrorKind::InvalidInput),
    ("KeyError", ErrorKind::InvalidInput),
    ("LookupError", ErrorKind::InvalidInput),
    ("TypeError", ErrorKind::InvalidInput),
    ("ValueError", ErrorKind::InvalidInput),
];

/// Fields that Python's errors and the service's JSON call by different names.
const FIELDS: [(&str, &str); 4] =
    [("bundle", "product_bundle"), ("file_format", "format"), ("item_type", "item_types"), ("tool", "tools")];

/// Is it the error that stands for this exception?
pub(super) fn fits(error: &Error, exception: &Exception, args: &Map<String, Value>) -> Result<(), String> {
    refusal(error)?;
    let known = |class: &String| CLASSES.iter().find(|(name, _)| name == class);
    let Some((class, kind)) = exception.classes.iter().find_map(known) else {
        return Err(format!("unknown class of error: {}", exception.classes.join(", a ")));
    };
    if error.kind() != *kind {
        return Err(format!("{error} is {:?}, but {class} is {kind:?}", error.kind()));
    }
    match &exception.detail {
        Some(detail) if error.faults().iter().any(|fault| says(fault, detail)) => Ok(()),
        Some(detail) => Err(format!("{error} does not say what Python says: {detail:?}")),
        None if error.faults().iter().any(|fault| names_input(fault, args, &exception.message)) => Ok(()),
        None => Err(format!("{error} names neither field nor value")),
    }
}

/// Any error of the input, with its faults; or of what the service sent.
pub(super) fn refusal(error: &Error) -> Result<(), String> {
    let input = error.kind() == ErrorKind::InvalidInput && !error.faults().is_empty();
    if input || error.kind() == ErrorKind::Integrity {
        return Ok(());
    }
    Err(format!("{error} is {:?} with {} faults", error.kind(), error.faults().len()))
}

/// Does an error say what the recorded detail of an exception says?
pub(crate) fn fits_detail(error: &Error, recorded: &Value) -> Result<(), String> {
    let detail = recorded::detail(recorded)?;
    if error.faults().iter().any(|fault| says(fault, &detail)) {
        return Ok(());
    }
    Err(format!("{error} does not say what Python says: {detail:?}"))
}

/// Does the fault have the field, the value and the values that are allowed?
fn says(fault: &Fault, detail: &Detail) -> bool {
    let last = fault.path().rsplit('.').next().unwrap_or_default();
    let field = last.split('[').next().unwrap_or_default();
    let ours = FIELDS.iter().find(|(theirs, _)| *theirs == detail.field).map(|(_, ours)| *ours);
    let allowed: Value = fault.allowed().iter().cloned().collect();
    (field == detail.field || fault.path() == detail.field || Some(field) == ours)
        && fault.value().is_some_and(|value| value == text(&detail.value))
        && compare::unordered_difference(&allowed, &Value::Array(detail.supported.clone())).is_none()
}

/// Does it name a field or a value of the input, or a field that is missing there, or the value that Python names?
fn names_input(fault: &Fault, args: &Map<String, Value>, message: &str) -> bool {
    let shown = fault.to_string();
    let named = |word: &String| fault.value() == Some(word) || (!word.is_empty() && shown.contains(word));
    let mut words = args.iter().flat_map(|(name, value)| std::iter::once(name.clone()).chain(words(value)));
    (fault.kind() == FaultKind::Missing && !fault.path().is_empty())
        || fault.value().is_some_and(|value| !value.is_empty() && message.contains(value))
        || words.any(|word| named(&word))
}
