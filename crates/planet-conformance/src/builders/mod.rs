//! Pure functions of the Python SDK, against `planet-builders`.

mod data_filter;
mod download;
pub(crate) mod errors;
mod geojson;
mod io;
mod order_request;
mod orders_states;
pub(crate) mod quirks;
mod recorded;
mod specs;

use std::panic::catch_unwind;

use planet_core::Error;
use serde_json::Value;

use crate::args::{self, Args, Stop};
use crate::case::Case;
use crate::report::Verdict;
use crate::{compare, signatures};
use recorded::{Expected, Quirk, Recorded, Want};

/// What comes of a call of ours.
type Outcome = Result<Value, Error>;

/// A function of ours that stands for one of Python's.
type Function = fn(&Args<'_>) -> Result<Value, Stop>;

/// The functions, module by module.
const MODULES: [&[(&str, Function)]; 7] = [
    data_filter::FUNCTIONS,
    download::FUNCTIONS,
    geojson::FUNCTIONS,
    io::FUNCTIONS,
    order_request::FUNCTIONS,
    orders_states::FUNCTIONS,
    specs::FUNCTIONS,
];

/// Runs one case.
pub(crate) fn run(case: &Case) -> Verdict {
    match judge(&case.document) {
        Ok(verdict) => verdict,
        Err(why) => Verdict::Failed(why),
    }
}

/// The error says why the case failed.
fn judge(document: &Value) -> Result<Verdict, String> {
    let case = Recorded::read(document)?;
    let name = case.function.as_str();
    let mut functions = MODULES.into_iter().flatten();
    let (_, function) =
        functions.find(|(known, _)| *known == name).ok_or_else(|| format!("unknown function {name}"))?;
    signatures::check(name, &case.args)?;
    let decision = case.quirk.as_ref().map(|quirk| quirks::decision(&quirk.id)).transpose()?;
    if let Some(reason) = args::unwritable(&case.args, case.python_only)? {
        return Ok(Verdict::Skipped(reason.to_owned()));
    }

    let outcome = match catch_unwind(|| function(&Args(&case.args))) {
        Err(_) => return Err("it panicked".to_owned()),
        Ok(Err(Stop::RuledOut(takes))) => {
            return Ok(Verdict::Skipped(format!("our types rule it out: {}", takes.reason())));
        }
        Ok(Err(Stop::Refused(error))) => Err(error),
        Ok(Ok(answer)) => Ok(answer),
    };
    match (&case.quirk, decision) {
        (Some(Quirk { want: Some(want), .. }), _) => as_wanted(want, &case, &outcome)?,
        (_, Some((decision, reason))) => {
            decision.check(&case, &outcome).map_err(|why| format!("{why}; decided, as {reason}"))?;
        }
        (_, None) => as_in_python(&case, &outcome)?,
    }
    Ok(Verdict::Passed)
}

fn as_in_python(case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    match (&case.expected, outcome) {
        (Expected::Answer(wanted), Ok(answer)) => same(case, answer, wanted),
        (Expected::Error(exception), Err(error)) => errors::fits(error, exception, &case.args),
        (Expected::Answer(wanted), Err(error)) => Err(format!("refused ({error}), but Python gives {wanted}")),
        (Expected::Error(exception), Ok(answer)) => {
            let class = exception.classes.join(", a ");
            Err(format!("gives {answer}, but Python raises {class}"))
        }
    }
}

fn as_wanted(want: &Want, case: &Recorded, outcome: &Outcome) -> Result<(), String> {
    match (want, outcome) {
        (Want::Answer(wanted), Ok(answer)) => same(case, answer, wanted),
        (Want::Error, Err(error)) => errors::refusal(error),
        (Want::Answer(wanted), Err(error)) => Err(format!("refused ({error}), but {wanted} is wanted")),
        (Want::Error, Ok(answer)) => Err(format!("gives {answer}, but should be refused")),
    }
}

fn same(case: &Recorded, answer: &Value, wanted: &Value) -> Result<(), String> {
    let wanted = &args::times_as_text(wanted);
    let difference = if case.unordered {
        compare::unordered_difference(answer, wanted)
    } else {
        compare::difference(answer, wanted)
    };
    difference.map_or(Ok(()), Err)
}
