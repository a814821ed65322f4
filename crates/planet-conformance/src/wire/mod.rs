//! Calls of the Python SDK's clients, made with ours to a server that answers as recorded.

mod answer;
mod assets;
mod call;
mod data;
mod decision;
mod deviations;
mod downloads;
mod errors;
mod expect;
mod features;
mod folder;
mod orders;
mod profile;
mod quirks;
mod recorded;
mod requests;
mod server;
mod session;
mod specs;
mod want;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::time::Duration;

use planet::{Error, Planet};
use serde_json::Value;

use crate::args::{self, Stop};
use crate::case::Case;
use crate::log::Log;
use crate::report::Verdict;
use crate::signatures;
use call::{Call, Method, Methods, Seen};
use decision::Decision;
use folder::Folder;

use profile::Delays;
use recorded::Recorded;
use server::{Arrived, Script, Server};

/// Python's clients and their methods.
const CLIENTS: [(&str, Methods); 5] = [
    ("data", data::METHODS),
    ("orders", orders::METHODS),
    ("features", features::METHODS),
    ("session", session::METHODS),
    ("specs", specs::METHODS),
];

/// No case takes longer, unless something is stuck.
const LIMIT: Duration = Duration::from_secs(60);

/// A call that was made and all that came of it.
#[derive(Debug)]
struct Run {
    outcome: Result<Value, Error>,
    seen: Seen,
    requests: Vec<Arrived>,
    answers_left: usize,
    files: BTreeMap<String, String>,
    longest_delay: Duration,
    log: Log,
    /// The origin that is not ours.
    foreign: String,
}

/// Runs one case.
pub(crate) fn run(case: &Case) -> Verdict {
    match catch_unwind(|| judge(&case.text)) {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(why)) => Verdict::Failed(why),
        Err(_) => Verdict::Failed("it panicked".to_owned()),
    }
}

/// The error says why the case failed.
fn judge(text: &str) -> Result<Verdict, String> {
    let case = Recorded::read(text)?;
    let method = method(&case)?;
    signatures::check(&case.name(), &case.args)?;
    let decision = decision::of(&case)?;
    if let Some(reason) = args::unwritable(&case.args, case.python_only)? {
        return Ok(Verdict::Skipped(reason.to_owned()));
    }
    check_arguments(&case, method)?;

    let (case, run) = match perform(text, method, &decision)? {
        (_, Err(Stop::RuledOut(takes))) => {
            return Ok(Verdict::Skipped(format!("our types rule it out: {}", takes.reason())));
        }
        (_, Err(Stop::Refused(error))) => return Err(error.to_string()),
        (case, Ok(run)) => (case, run),
    };
    requests::no_credential_to(&run.foreign, &run.requests)?;
    match &case.want {
        Some(want) => want::as_wanted(want, &case, &run)?,
        None => decision.check(&case, &run)?,
    }
    Ok(Verdict::Passed)
}

fn method(case: &Recorded) -> Result<Method, String> {
    let name = case.name();
    let methods = CLIENTS.iter().find(|(client, _)| *client == case.client).map(|(_, methods)| methods);
    match methods.and_then(|methods| methods.iter().find(|(method, _)| *method == case.method)) {
        Some((_, method)) => Ok(*method),
        None => Err(format!("unknown method {name}")),
    }
}

/// An argument that ours does not take would be passed over in silence. One that has its default need not be given.
fn check_arguments(case: &Recorded, method: Method) -> Result<(), String> {
    let Method(known, _) = method;
    let given =
        |(name, value): &(&String, &Value)| !value.is_null() && Some(*value) != signatures::default(&case.name(), name);
    let mut given = case.args.iter().filter(given).map(|(name, _)| name.as_str());
    match given.find(|name| !known.contains(name)) {
        Some(name) => Err(format!("not built yet: the argument {name} of {}", case.name())),
        None => Ok(()),
    }
}

/// Makes the call, and gives the case with its placeholders replaced and what came of it.
fn perform(text: &str, method: Method, decision: &Decision) -> Result<(Recorded, Result<Run, Stop>), String> {
    let folder = Folder::new().map_err(stuck)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(stuck)?;
    let server = runtime.block_on(Server::bind()).map_err(stuck)?;
    let origins = server.origins().map_err(stuck)?;
    let mut text = text.to_owned();
    for (placeholder, value) in origins.iter().chain(&folder.paths()) {
        text = text.replace(placeholder, value);
    }
    let case = Recorded::read(&text)?;
    let turn = (!case.files_before.is_empty() || case.files_after.is_some()).then(|| folder.enter()).transpose();
    let turn = turn.map_err(stuck)?;
    folder.fill(&case.files_before).map_err(stuck)?;

    let script = Arc::new(Script::new(&case.server, decision.repeats())?);
    let (delays, log) = (Delays::default(), Log::default());
    let logging = tracing::subscriber::set_default(log.clone());
    let ended = runtime.block_on(async {
        tokio::select! {
            failed = server.serve(Arc::clone(&script)) => Err(format!("the server failed: {failed:?}")),
            ended = tokio::time::timeout(LIMIT, make(&case, method, &origins, &delays)) => {
                ended.map_err(|_| format!("it did not end within {LIMIT:?}"))
            }
        }
    });
    drop(logging);
    let (outcome, seen) = ended?;
    let files = folder.files().map_err(stuck)?;
    drop(turn);
    let outcome = match outcome {
        Err(Stop::Refused(error)) => Err(error),
        Err(stop) => return Ok((case, Err(stop))),
        Ok(answer) => Ok(answer),
    };
    let (requests, answers_left) = script.end();
    let [_, (_, foreign), _] = origins;
    let longest_delay = delays.longest();
    Ok((case, Ok(Run { outcome, seen, requests, answers_left, files, longest_delay, log, foreign })))
}

async fn make(
    case: &Recorded,
    method: Method,
    origins: &[(&str, String); 3],
    delays: &Delays,
) -> (Result<Value, Stop>, Seen) {
    let [(_, base), ..] = origins;
    let base_url = case.base_url.as_ref().unwrap_or(base);
    let session = match profile::session(&case.client, base_url, case.read_timeout, delays) {
        Ok(session) => session,
        Err(stop) => return (Err(stop), Seen::default()),
    };
    let Method(_, function) = method;
    let call = Call::new(case, Planet::new(session));
    let outcome = function(&call).await;
    let seen = std::mem::take(&mut *call.seen());
    (outcome, seen)
}

/// The runner itself failed.
fn stuck(cause: impl Display) -> String {
    format!("the case could not be set up: {cause}")
}
