//! Logins, refreshes and what else is said to authorities, request by request.

mod browser;
mod client;
mod device;
mod drive;
mod recorded;
mod script;

use planet::AuthError;
use serde_json::Value;

use super::stuck;
use crate::log::Log;
use crate::report::Verdict;
use drive::Outcome;
use recorded::{Flow, Goal};

/// The error says why the flow failed.
pub(super) fn judge(document: &Value) -> Result<Verdict, String> {
    let flow = Flow::read(document)?;
    let goal = flow.goal()?;
    // A browser comes over a socket, which takes real time; everything else waits for nothing but time.
    let paused = goal != Goal::Browser;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(paused).build();
    let log = Log::default();
    let logging = tracing::subscriber::set_default(log.clone());
    let outcome = runtime.map_err(stuck)?.block_on(drive::drive(&flow, goal));
    drop(logging);
    let outcome = outcome?;
    let said = outcome.as_ref().err().map(|error| format!("{error} {error:?}")).unwrap_or_default();
    if let Some(secret) = flow.secrets().find(|secret| said.contains(*secret) || !log.levels_of(secret).is_empty()) {
        return Err(format!("{secret:?} is told to whoever reads errors and logs"));
    }
    compare(&flow, &outcome)?;
    Ok(Verdict::Passed)
}

fn compare(flow: &Flow, outcome: &Outcome) -> Result<(), String> {
    let error = match (outcome, flow.outcome.is_ok()) {
        (Ok(()), true) => return Ok(()),
        (Ok(()), false) => return Err("ends well, but is to fail".to_owned()),
        (Err(error), true) => return Err(format!("fails ({error}), but is to end well")),
        (Err(error), false) => error,
    };
    let why = AuthError::of(error).ok_or_else(|| format!("fails without a reason: {error}"))?;
    if why.code() != flow.error_code() {
        return Err(format!("fails with the code {:?}, not {:?}: {error}", why.code(), flow.error_code()));
    }
    match flow.failure() {
        Some(failure) if failure != why.failure() => {
            Err(format!("fails as {:?}, not {failure:?}: {error}", why.failure()))
        }
        _ => Ok(()),
    }
}
