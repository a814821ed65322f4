//! What a case must come to.

use planet::ErrorKind;

use super::recorded::Recorded;
use super::{Run, deviations, expect, quirks, requests};

/// What we decided for a quirk or a deviation; without either, the same as in Python.
#[derive(Clone, Copy, Debug)]
pub(super) enum Decision {
    /// The same as in Python.
    AsInPython,
    /// An error of the input, before any request.
    Refused,
    /// The same requests, and an error of one of these kinds.
    Fails(&'static [ErrorKind]),
    /// The last request is made again until the attempts are used up. The server repeats its last answer.
    Repeats,
    /// See the function.
    Check(fn(&Recorded, &Run) -> Result<(), String>),
}

/// The decision on a case.
pub(super) fn of(case: &Recorded) -> Result<Decision, String> {
    match &case.quirk_id {
        Some(id) => quirks::decision(id),
        None => Ok(deviations::decision(case)),
    }
}

impl Decision {
    pub(super) fn repeats(self) -> bool {
        matches!(self, Self::Repeats)
    }

    pub(super) fn check(self, case: &Recorded, run: &Run) -> Result<(), String> {
        match self {
            Self::AsInPython => expect::as_in_python(case, run),
            Self::Refused => refused(run),
            Self::Fails(kinds) => fails(kinds, case, run),
            Self::Repeats => repeats(case, run),
            Self::Check(check) => check(case, run),
        }
    }
}

pub(super) fn refused(run: &Run) -> Result<(), String> {
    match &run.outcome {
        Err(error) if error.kind() == ErrorKind::InvalidInput && run.requests.is_empty() => Ok(()),
        Err(error) => Err(format!("{error} after {} requests, but the input should be refused", run.requests.len())),
        Ok(answer) => Err(format!("gives {answer}, but the input should be refused")),
    }
}

pub(super) fn fails(kinds: &[ErrorKind], case: &Recorded, run: &Run) -> Result<(), String> {
    requests::same(&run.requests, &case.requests)?;
    match &run.outcome {
        Err(error) if kinds.contains(&error.kind()) => Ok(()),
        Err(error) => Err(format!("{error} is {:?}, not one of {kinds:?}", error.kind())),
        Ok(answer) => Err(format!("gives {answer}, but should fail as {kinds:?}")),
    }
}

fn repeats(case: &Recorded, run: &Run) -> Result<(), String> {
    let mut wanted = case.requests.clone();
    let Some(last) = wanted.last().cloned() else { return Err("there is no request to repeat".to_owned()) };
    // Python made one attempt where ours makes six.
    wanted.extend(std::iter::repeat_n(last, 5));
    requests::same(&run.requests, &wanted)?;
    expect::adds_up(case)?;
    expect::outcome(case, run)?;
    expect::besides(case, run)
}
