//! Runs recorded cases of the official Python SDK against this one.
//!
//! `planet-conformance SUITE PATH...` prints a line for each case that failed, how many were skipped for which reason,
//! and last `N passed, M failed, K skipped`. It exits with 1 if a case failed and with 2 if it was called wrongly.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks to its user")]

mod args;
mod auth;
mod builders;
mod case;
mod compare;
mod log;
mod report;
mod signatures;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use case::Case;
use report::{Report, Verdict};

const USAGE: &str = "\
Usage: planet-conformance SUITE PATH...

SUITE is one of
  builders    pure functions, against planet-builders
  wire        calls of the clients, against planet and a server with scripted answers
  auth        credentials: what is found where, what is sent, what is written; and logins

PATH is a file of recorded cases, or a folder that is searched for such files.";

/// Finds the cases of a suite.
type Read = fn(&[PathBuf]) -> Result<Vec<Case>, String>;

/// The name of a suite, how it finds its cases and how it judges one.
type Suite = (&'static str, Read, fn(&Case) -> Verdict);

const SUITES: &[Suite] =
    &[("builders", case::read, builders::run), ("wire", case::read, wire::run), ("auth", auth::read, auth::run)];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(report) => {
            println!("{report}");
            if report.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(message) => {
            eprintln!("{message}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<Report, String> {
    let Some((name, paths)) = arguments.split_first() else {
        return Err("no suite was named".to_owned());
    };
    let Some((_, read, judge)) = SUITES.iter().find(|(suite, ..)| suite == name) else {
        return Err(format!("no such suite: {name}"));
    };
    if paths.is_empty() {
        return Err("no path was given".to_owned());
    }
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let cases = read(&paths)?;
    let mut report = Report::default();
    for (case, verdict) in cases.iter().zip(judge_all(&cases, *judge)) {
        report.add(&case.name(), verdict);
    }
    Ok(report)
}

/// Some cases wait for a time limit: others are run meanwhile.
const AT_ONCE: usize = 8;

fn judge_all(cases: &[Case], judge: fn(&Case) -> Verdict) -> Vec<Verdict> {
    let verdicts: Vec<OnceLock<Verdict>> = cases.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some((case, verdict)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            cases.get(index).zip(verdicts.get(index))
        } {
            verdict.get_or_init(|| judge(case));
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let not_run = || Verdict::Failed("it was not run".to_owned());
    verdicts.into_iter().map(|verdict| verdict.into_inner().unwrap_or_else(not_run)).collect()
}
