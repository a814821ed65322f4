//! The binary.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::http::send;

const PROGRAM: &str = env!("CARGO_BIN_EXE_planet-sandbox");

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[tokio::test]
async fn it_says_where_it_is_and_logs_each_request_until_interrupted() {
    let mut command = Command::new(PROGRAM);
    command.args(["--port", "0", "--order-seconds", "0.5", "--seed", "7", "--no-limits"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut program = Running(child);
    let mut line = String::new();
    let mut stdout = BufReader::new(program.0.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let url = ready["url"].as_str().unwrap();
    let key = format!("api-key {}", ready["api_key"].as_str().unwrap());
    send("GET", &format!("{url}/data/v1/"), &[("authorization", &key)], b"").await.unwrap().expect(200);

    let id = program.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(program.0.wait().unwrap().code(), Some(0));
    let mut log = String::new();
    program.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!(log, "GET /data/v1/ 200\n");
    let mut more = String::new();
    stdout.read_to_string(&mut more).unwrap();
    assert_eq!(more, "");
}

#[test]
fn a_bad_option_is_told_on_stderr_with_exit_code_2() {
    for arguments in [&["--nonsense"][..], &["--port"], &["--port", "x"], &["--order-seconds", "-1"]] {
        let output = Command::new(PROGRAM).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        assert!(String::from_utf8(output.stderr).unwrap().contains("Usage:"));
    }
}
