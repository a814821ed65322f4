//! Runs recorded cases of the official Python SDK against this one.
//!
//! `planet-conformance SUITE PATH...` prints a line for each case that failed, how many were skipped for which reason,
//! and last `N passed, M failed, K skipped`. It exits with 1 if a case failed and with 2 if it was called wrongly.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks to its user")]

mod builders;
mod case;
mod compare;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use case::Case;
use report::{Report, Verdict};

const USAGE: &str = "\
Usage: planet-conformance SUITE PATH...

SUITE is one of
  builders    pure functions, against planet-builders

PATH is a file of recorded cases, or a folder that is searched for such files.";

/// The name of a suite and how it judges a case.
type Suite = (&'static str, fn(&Case) -> Verdict);

const SUITES: &[Suite] = &[("builders", builders::run)];

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
    let Some((_, judge)) = SUITES.iter().find(|(suite, _)| suite == name) else {
        return Err(format!("no such suite: {name}"));
    };
    if paths.is_empty() {
        return Err("no path was given".to_owned());
    }
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let mut report = Report::default();
    for case in case::read(&paths)? {
        report.add(&case.name(), judge(&case));
    }
    Ok(report)
}
