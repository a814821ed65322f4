//! Credentials as the Python SDK finds, sends and keeps them, and its logins, made with ours.

mod double;
mod exchanges;
mod home;
mod read;
mod resolution;

use std::fmt::Display;
use std::panic::catch_unwind;

use crate::case::Case;
use crate::report::Verdict;
pub(crate) use read::read;

/// Runs one case: a look for credentials, or a login.
pub(crate) fn run(case: &Case) -> Verdict {
    let judge = if case.document.get("exchanges").is_some() { exchanges::judge } else { resolution::judge };
    match catch_unwind(|| judge(&case.document)) {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(why)) => Verdict::Failed(why),
        Err(_) => Verdict::Failed("it panicked".to_owned()),
    }
}

/// The runner itself failed.
fn stuck(cause: impl Display) -> String {
    format!("the case could not be set up: {cause}")
}
