//! What the README tells to type.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use planet_sandbox::Fault;

const README: &str = include_str!("../../README.md");

/// The code blocks of this kind.
fn blocks(kind: &str) -> Vec<&'static str> {
    let fence = format!("\n```{kind}\n");
    README.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

#[cfg(unix)]
#[test]
fn the_lines_for_a_terminal_do_what_they_say() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let script = blocks("sh").join("\n").replace("8765", &free);
    let script = format!("set -e\ntrap 'kill $!' EXIT\n{script}\ncat ready.json\n");
    let program = Path::new(env!("CARGO_BIN_EXE_planet-sandbox")).parent().unwrap();
    let path = format!("{}:{}", program.display(), env::var("PATH").unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("bash");
    let output = command.args(["-c", &script]).env("PATH", path).current_dir(folder.path()).output().unwrap();
    let (printed, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{printed}\n{errors}");
    let mut rest = printed.as_str();
    let parts = [
        r#"{"clock":"manual","now":""#,
        r#""item_types":["#,
        r#"{"ids":[1]}"#,
        r#""item_types":["#,
        r#"{"faults":[{"hits":1,"id":1,"#,
        r#""now":""#,
        r#""status":503}]}"#,
        r#"{"removed":1}"#,
        r#"{"forgotten":3}"#,
        r#""control_url":"#,
    ];
    for part in parts {
        rest = rest.split_once(part).unwrap_or_else(|| panic!("no {part} in\n{rest}\nof\n{printed}")).1;
    }
    assert_eq!(fs::read_to_string(folder.path().join("ready.json")).unwrap().lines().count(), 1);
}

#[test]
fn its_file_of_faults_is_one() {
    let file = blocks("json").join("");
    assert_eq!(Fault::from_json(&file).unwrap().len(), 2);
}
