//! The yardstick of digests: two processes of `openssl dgst` side by side, each with half of the files.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

/// How long they take, in seconds, and what they say of the first file.
pub fn digest(algorithm: &str, files: &[PathBuf]) -> (f64, String) {
    let started = Instant::now();
    let start = |half: &[PathBuf]| {
        let mut command = Command::new("openssl");
        command.args(["dgst", algorithm, "-r"]).args(half).stdout(Stdio::piped()).spawn().unwrap()
    };
    let (first, second) = files.split_at(files.len() / 2);
    let outputs = [first, second].map(start).map(|process| process.wait_with_output().unwrap());
    let wall = started.elapsed().as_secs_f64();
    assert!(outputs.iter().all(|output| output.status.success()));
    let said = String::from_utf8(outputs[1].stdout.clone()).unwrap();
    (wall, said.split_whitespace().next().unwrap().to_owned())
}
