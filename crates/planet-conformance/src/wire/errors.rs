//! Whether an error of ours fits an exception of Python.

use super::recorded::{Exception, Recorded};
use crate::args::words;
use crate::builders::errors::fits_detail;
use planet::{Error, ErrorKind};

/// How much of an error's document the SDK keeps, in bytes.
const KEPT_BODY: usize = 8 * 1024;

/// Python's exceptions for statuses, with their status. `APIError` is for all others.
const STATUSES: [(&str, u16, &[ErrorKind]); 10] = [
    ("BadQuery", 400, &[ErrorKind::Rejected]),
    ("InvalidAPIKey", 401, &[ErrorKind::Unauthorized]),
    ("NoPermission", 403, &[ErrorKind::Forbidden]),
    ("MissingResource", 404, &[ErrorKind::NotFound]),
    ("Conflict", 409, &[ErrorKind::Conflict]),
    // Python does not tell the one from the other.
    ("TooManyRequests", 429, &[ErrorKind::RateLimited, ErrorKind::QuotaExceeded]),
    ("OverQuota", 429, &[ErrorKind::QuotaExceeded]),
    ("ServerError", 500, &[ErrorKind::Server]),
    ("BadGateway", 502, &[ErrorKind::Server]),
    ("APIError", 0, &[ErrorKind::Rejected, ErrorKind::NotFound, ErrorKind::Timeout, ErrorKind::Server]),
];

/// What Python lumps together as an error of the client.
const CLIENT: &[ErrorKind] = &[
    ErrorKind::InvalidInput,
    ErrorKind::Credentials,
    ErrorKind::Conflict,
    ErrorKind::OperationFailed,
    ErrorKind::WaitTimeout,
    ErrorKind::Integrity,
    ErrorKind::File,
    ErrorKind::Paging,
];

const INVALID: &[ErrorKind] = &[ErrorKind::InvalidInput];
const TRANSPORT: &[ErrorKind] = &[ErrorKind::Connect, ErrorKind::Timeout, ErrorKind::Transport];

/// Python's other exceptions, and what sorts of failure they are here. Those of Python itself and of its HTTP library have
/// leaked out of the SDK.
const CLASSES: [(&str, &[ErrorKind]); 26] = [
    ("PagingError", &[ErrorKind::Paging]),
    ("SpecificationException", INVALID),
    ("GeoJSONError", INVALID),
    ("FeatureError", INVALID),
    ("ClientError", CLIENT),
    ("PlanetError", CLIENT),
    ("FetchBundlesSpecError", &[ErrorKind::Server, ErrorKind::NotFound, ErrorKind::Decode, ErrorKind::Rejected]),
    ("ConnectError", &[ErrorKind::Connect]),
    ("ConnectTimeout", &[ErrorKind::Connect, ErrorKind::Timeout]),
    ("ReadTimeout", &[ErrorKind::Timeout]),
    ("WriteTimeout", &[ErrorKind::Timeout]),
    ("PoolTimeout", &[ErrorKind::Timeout]),
    ("ReadError", &[ErrorKind::Transport]),
    ("WriteError", &[ErrorKind::Transport]),
    ("RemoteProtocolError", &[ErrorKind::Transport]),
    ("LocalProtocolError", &[ErrorKind::Transport]),
    ("UnsupportedProtocol", INVALID),
    ("TooManyRedirects", &[ErrorKind::Unexpected]),
    ("TransportError", TRANSPORT),
    ("RequestError", TRANSPORT),
    ("JSONDecodeError", &[ErrorKind::Decode]),
    // A member that an answer, or a manifest, should have.
    ("KeyError", &[ErrorKind::Decode, ErrorKind::Integrity]),
    ("TypeError", INVALID),
    ("ValueError", INVALID),
    ("AttributeError", INVALID),
    ("IndexError", INVALID),
];

/// Is it the error that stands for this exception?
pub(super) fn fits(error: &Error, exception: &Exception, case: &Recorded) -> Result<(), String> {
    for class in exception.classes() {
        if let Some((_, status, kinds)) = STATUSES.iter().find(|(name, ..)| *name == class) {
            of_kind(error, class, kinds)?;
            return says(error, *status, exception);
        }
        if let Some((_, kinds)) = CLASSES.iter().find(|(name, _)| *name == class) {
            of_kind(error, class, kinds)?;
            return match &exception.detail {
                Some(detail) => fits_detail(error, detail),
                None if *kinds == CLIENT || *kinds == INVALID => names_input(error, case, &exception.message),
                None => Ok(()),
            };
        }
    }
    Err(format!("unknown class of error: {}", exception.classes().collect::<Vec<_>>().join(", a ")))
}

fn of_kind(error: &Error, class: &str, kinds: &[ErrorKind]) -> Result<(), String> {
    if kinds.contains(&error.kind()) {
        return Ok(());
    }
    Err(format!("{error} is {:?}, but {class} is {kinds:?}", error.kind()))
}

/// The status, and the body word for word.
fn says(error: &Error, status: u16, exception: &Exception) -> Result<(), String> {
    let (Some(answered), Some(api)) = (error.status(), error.api()) else {
        return Err(format!("{error} has no answer of the service"));
    };
    let named = STATUSES.iter().any(|(_, named, _)| *named == answered.as_u16());
    if if status == 0 { named } else { answered.as_u16() != status } {
        return Err(format!("{error} has the status {answered}"));
    }
    let whole = exception.message.as_bytes();
    let kept = String::from_utf8_lossy(whole.get(..KEPT_BODY).unwrap_or(whole));
    let same = match &exception.message_contains {
        Some(part) => api.body().contains(part.as_str()),
        None => api.body() == kept,
    };
    if same { Ok(()) } else { Err(format!("the service said {:?}, not {:?}", api.body(), exception.message)) }
}

/// Does it name a name or a value of the input, or a value that Python names?
fn names_input(error: &Error, case: &Recorded, message: &str) -> Result<(), String> {
    let shown = error.to_string();
    let args = case.args.iter().flat_map(|(name, value)| std::iter::once(name.clone()).chain(words(value)));
    let mut input = args.chain(case.base_url.clone());
    let value_named = |value: &str| !value.is_empty() && message.contains(value);
    // An empty text is shown by its quotes.
    if input.any(|word| shown.contains(if word.is_empty() { "\"\"" } else { &word }))
        || error.faults().iter().any(|fault| fault.value().is_some_and(value_named))
    {
        return Ok(());
    }
    Err(format!("{error} names neither field nor value"))
}
