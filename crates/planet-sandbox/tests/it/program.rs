//! The binary.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
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
    assert_eq!(ready["control_url"], format!("{url}/__sandbox__/"));
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

/// Every setting, with a flag that sets it.
const FLAGS: &[(&str, &[&str])] = &[
    ("port", &["--port", "0"]),
    ("storage_port", &["--storage-port", "0"]),
    ("authority_port", &["--authority-port", "0"]),
    ("seed", &["--seed", "7"]),
    ("scenes", &["--scenes", "100"]),
    ("padding", &["--padding", "1000"]),
    ("api_key", &["--api-key", "my-key"]),
    ("access_token", &["--access-token", "my-token"]),
    ("clock", &["--clock", "manual"]),
    ("order_time", &["--order-seconds", "60"]),
    ("list_lag", &["--list-lag-seconds", "2"]),
    ("activation_time", &["--activation-seconds", "3"]),
    ("link_lifetime", &["--link-seconds", "100"]),
    ("active_orders", &["--active-orders", "3"]),
    ("page_cap", &["--page-cap", "10"]),
    ("next_on_last_page", &["--next-on-last-page"]),
    ("requests_a_second", &["--requests-a-second", "50"]),
    ("limits", &["--no-limits"]),
    ("retry_after", &["--no-retry-after"]),
    ("user", &["--user", "me@example.com:pass:word"]),
    ("device_client", &["--device-client", "my-device"]),
    ("confidential_device_client", &["--confidential-device-client", "my-secret-device:s"]),
    ("code_client", &["--code-client", "my-code,http://127.0.0.1/a,http://127.0.0.1/b"]),
    ("m2m_client", &["--m2m-client", "my-machine:my-secret"]),
    ("approve_after", &["--approve-after", "2"]),
    ("device_interval", &["--device-interval-seconds", "0.5"]),
    ("device_lifetime", &["--device-code-seconds", "30"]),
    ("token_lifetime", &["--token-seconds", "60"]),
    ("consent", &["--consent", "denied"]),
    ("opaque_tokens", &["--opaque-tokens"]),
    ("rotate_refresh_tokens", &["--no-rotation"]),
    ("tell_expiry", &["--no-expiry"]),
    ("on_answer", &["--requests", "requests.jsonl"]),
];

/// Starts the program in `folder`, and reads its ready line.
fn start(folder: &Path, arguments: &[&str]) -> (Running, Value) {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut program = Running(command.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(program.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready = serde_json::from_str(&line).unwrap();
    (program, ready)
}

#[tokio::test]
async fn every_setting_of_the_builder_is_a_flag() {
    let sources = [include_str!("../../src/sandbox.rs"), include_str!("../../src/authority/settings.rs")];
    let setters =
        sources.iter().flat_map(|source| source.split("impl Builder {").nth(1).unwrap().split("pub fn ").skip(1));
    for setter in setters.map(|text| text.split(['(', '<']).next().unwrap()) {
        assert!(FLAGS.iter().any(|(name, _)| *name == setter), "no flag for {setter}");
    }
    let help = String::from_utf8(Command::new(PROGRAM).arg("--help").output().unwrap().stdout).unwrap();
    for (_, flag) in FLAGS {
        assert!(help.contains(&format!("  {} ", flag[0])), "{flag:?} is not in --help");
    }

    let folder = tempfile::tempdir().unwrap();
    let all: Vec<&str> = FLAGS.iter().flat_map(|(_, flag)| *flag).copied().collect();
    let (_program, ready) = start(folder.path(), &all);
    let told =
        ["api_key", "access_token", "device_client", "code_client", "m2m_client", "m2m_secret", "email", "password"];
    assert_eq!(
        told.map(|name| ready[name].as_str().unwrap()),
        ["my-key", "my-token", "my-device", "my-code", "my-machine", "my-secret", "me@example.com", "pass:word"]
    );
    let url = format!("{}clock", ready["control_url"].as_str().unwrap());
    assert_eq!(send("GET", &url, &[], b"").await.unwrap().expect(200).json()["clock"], "manual");
}

#[tokio::test]
async fn faults_come_by_flag_and_by_file_and_requests_go_to_a_file_of_their_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("faults.json"), r#"[{"method": "GET", "path": "/data", "nth": 2, "status": 502}]"#).unwrap();
    fs::write(path("requests.jsonl"), "of an earlier run\n").unwrap();
    let fault = r#"{"method": "GET", "path": "/data", "times": 1, "status": 503}"#;
    let flags = ["--fault", fault, "--faults", "faults.json", "--requests", "requests.jsonl", "--order-seconds", "0"];
    let (program, ready) = start(folder.path(), &flags);
    let url = format!("{}/data/v1/", ready["url"].as_str().unwrap());
    for (key, status) in [("sandbox-api-key", 503), ("sandbox-api-key", 502), ("PLAK-real", 401)] {
        let header = [("authorization", format!("api-key {key}"))];
        let header = header.each_ref().map(|(name, value)| (*name, value.as_str()));
        send("GET", &url, &header, b"").await.unwrap().expect(status);
    }
    drop(program);
    let text = fs::read_to_string(path("requests.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = lines.iter().map(|line| (line["number"].as_u64(), line["status"].as_u64())).collect();
    assert_eq!(told, [(Some(1), Some(503)), (Some(2), Some(502)), (Some(3), Some(401))]);
    assert!(text.contains("api-key sandbox-api-key") && !text.contains("PLAK-real"), "{text}");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(path("requests.jsonl")).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn the_containers_flags_are_flags() {
    let file = include_str!("../../Containerfile");
    let command = file.lines().find_map(|line| line.strip_prefix("CMD ")).unwrap();
    let flags: Vec<String> = serde_json::from_str(command).unwrap();
    let flags: Vec<&str> = flags.iter().map(|flag| if flag.starts_with("--") { flag } else { "0" }).collect();
    let (_program, ready) = start(Path::new("."), &flags);
    assert!(ready["url"].is_string());
}

#[test]
fn a_bad_option_is_told_on_stderr_with_exit_code_2() {
    let cases: &[(&[&str], &str)] = &[
        (&["--nonsense"], "unknown option: --nonsense"),
        (&["--port"], "--port needs a value"),
        (&["--port", "x"], "--port cannot be x"),
        (&["--api-key", "--no-limits"], "--api-key needs a value"),
        (&["--page-cap", "0"], "--page-cap cannot be 0"),
        (&["--order-seconds", "-1"], "--order-seconds cannot be -1"),
        (&["--token-seconds", "x"], "--token-seconds cannot be x"),
        (&["--clock", "fast"], "--clock cannot be fast: it is one of real, manual"),
        (&["--consent", "maybe"], "--consent cannot be maybe: it is one of automatic, page, denied"),
        (&["--user", "me"], "--user needs EMAIL:PASSWORD"),
        (&["--code-client", "me"], "--code-client needs ID,URI"),
        (&["--fault", r#"{"method": "GET"}"#], "--fault: missing field `path`"),
        (&["--faults", "no-such-file"], "--faults no-such-file: No such file"),
    ];
    for (arguments, part) in cases {
        let output = Command::new(PROGRAM).args(*arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("Usage:") && text.contains(part), "{arguments:?}: {text}");
    }
    let output = Command::new(PROGRAM).args(["--requests", "no-such-folder/file"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--requests no-such-folder/file: "));
}
