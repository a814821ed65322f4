//! "Did you mean": faults of names that are not there.

use planet_core::{Fault, FaultKind};

/// Names less alike than this are no help. With 1 they are the same, with 0 they have nothing in common.
const LIKENESS: f64 = 0.8;
/// Comparing costs the product of both lengths.
const LONGEST: usize = 100;

/// The allowed name that is most like a given one, if any is.
pub(crate) fn nearest<'a>(given: &str, allowed: Vec<&'a str>) -> Option<&'a str> {
    if given.len() > LONGEST {
        return None;
    }
    let given = given.to_ascii_lowercase();
    let mut best = None;
    for name in allowed {
        let likeness = strsim::jaro_winkler(&given, &name.to_ascii_lowercase());
        if likeness >= LIKENESS && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, name));
        }
    }
    best.map(|(_, name)| name)
}

/// The fault of a name that is not one of those allowed; whoever knows its place puts that before the empty path.
pub(super) fn unknown(given: &str, message: &str, allowed: Vec<&str>) -> Fault {
    refused(FaultKind::Invalid, given, message, allowed)
}

/// The fault of a name that is of another kind than unknown.
pub(super) fn refused(kind: FaultKind, given: &str, message: &str, allowed: Vec<&str>) -> Fault {
    let fault = Fault::new(kind, "", message).with_value(given).with_allowed(&allowed);
    match nearest(given, allowed) {
        Some(name) => fault.with_suggestion(name),
        None => fault,
    }
}
