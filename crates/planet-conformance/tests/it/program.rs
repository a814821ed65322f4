//! Runs the program.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// What a run printed and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The lines of cases that failed, without the word before them.
    pub(crate) fn failures(&self) -> Vec<&str> {
        self.stdout.lines().filter_map(|line| line.strip_prefix("FAIL ")).collect()
    }

    pub(crate) fn last(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }
}

pub(crate) fn run<A: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = A>) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_planet-conformance")).args(arguments).output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a suite over cases of the test's own.
pub(crate) fn run_cases(suite: &str, cases: &[Value]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.json");
    std::fs::write(&file, json!({"cases": cases}).to_string()).unwrap();
    run([Path::new(suite), &file])
}

/// Runs a suite over cases of which none may pass.
#[track_caller]
pub(crate) fn run_wrong_cases(suite: &str, cases: &[Value]) -> Run {
    let run = run_cases(suite, cases);
    assert!(run.last().starts_with("0 passed, "), "{}", passing(cases, &run.failures()));
    run
}

fn passing(cases: &[Value], failures: &[&str]) -> String {
    let failed = |id: &str| failures.iter().any(|line| line.starts_with(&format!("{id}: ")));
    cases.iter().filter_map(|case| case["id"].as_str()).filter(|id| !failed(id)).collect::<Vec<_>>().join("\n")
}

/// The recorded vectors of a suite.
pub(crate) fn vectors(suite: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(suite)
}

/// All recorded cases of a suite.
pub(crate) fn recorded(suite: &str) -> Vec<Value> {
    let files = std::fs::read_dir(vectors(suite)).unwrap();
    let cases: Vec<Value> = files.flat_map(|entry| cases_of(&entry.unwrap().path())).collect();
    assert!(cases.len() > 400);
    cases
}

/// The cases of one file.
pub(crate) fn cases_of(file: &Path) -> Vec<Value> {
    let document: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    document["cases"].as_array().unwrap().clone()
}
