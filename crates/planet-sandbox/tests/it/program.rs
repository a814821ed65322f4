//! The binary.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::authority::{AUDIENCE, post_form};
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
    command.args(["--approve-after", "0", "--token-seconds", "60", "--consent-page", "--authority-port", "0"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut program = Running(child);
    let mut line = String::new();
    let mut stdout = BufReader::new(program.0.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let url = ready["url"].as_str().unwrap();
    let key = format!("api-key {}", ready["api_key"].as_str().unwrap());
    send("GET", &format!("{url}/data/v1/"), &[("authorization", &key)], b"").await.unwrap().expect(200);

    let machines = ready["machine_authority_url"].as_str().unwrap();
    assert_eq!(machines, format!("{}auth/realms/main", ready["authority_url"].as_str().unwrap()));
    let text = |name: &str| ready[name].as_str().unwrap();
    let client = [("client_id", text("m2m_client")), ("client_secret", text("m2m_secret"))];
    let fields = [&client[..], &[("grant_type", "client_credentials"), AUDIENCE]].concat();
    let tokens = post_form(&format!("{machines}/protocol/openid-connect/token"), &fields).await.expect(200).json();
    assert_eq!(tokens["expires_in"], 60);

    let id = program.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(program.0.wait().unwrap().code(), Some(0));
    let mut log = String::new();
    program.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    let (hints, requests): (Vec<_>, Vec<_>) = log.lines().partition(|line| line.starts_with(['#', 'c']));
    assert!(
        hints.iter().any(|line| line.contains(text("m2m_secret")) && line.ends_with("/protocol/openid-connect/token"))
    );
    let token = "POST /auth/realms/main/protocol/openid-connect/token 200";
    assert_eq!(requests, ["GET /data/v1/ 200", token], "a log has no secrets");
    let mut more = String::new();
    stdout.read_to_string(&mut more).unwrap();
    assert_eq!(more, "");
}

#[test]
fn a_bad_option_is_told_on_stderr_with_exit_code_2() {
    for arguments in
        [&["--nonsense"][..], &["--port"], &["--port", "x"], &["--order-seconds", "-1"], &["--token-seconds", "x"]]
    {
        let output = Command::new(PROGRAM).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        assert!(String::from_utf8(output.stderr).unwrap().contains("Usage:"));
    }
}
