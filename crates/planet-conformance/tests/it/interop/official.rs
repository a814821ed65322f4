//! The official library, in a process of its own: see official.py.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::authority::Authority;
use super::session::Home;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/official.py");

/// One process of it; it ends with the test.
pub(crate) struct Official {
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    sessions: usize,
}

/// One `planet.Auth` of that process.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    id: String,
    /// What it says of itself.
    pub(crate) facts: Value,
}

impl Official {
    pub(crate) fn start() -> Self {
        let python = env::var("PLANET_TEST_PYTHON").expect("cargo xtask interop says where the library is");
        let mut command = Command::new(python);
        command.arg(SCRIPT).env("NO_PROXY", "127.0.0.1").env("PYTHONDONTWRITEBYTECODE", "1");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let commands = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { child, commands, answers, sessions: 0 }
    }

    fn ask(&mut self, command: &Value) -> Value {
        writeln!(self.commands, "{command}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{command}: {error}: {line}"));
        assert_eq!(answer.get("error"), None, "{command}");
        answer
    }

    /// Calls a constructor of `planet.Auth`, with an authority in the place of both of Planet's.
    pub(crate) fn open(&mut self, home: &Home, authority: Option<&Authority>, function: &str, args: &Value) -> Session {
        self.sessions += 1;
        let id = self.sessions.to_string();
        let mut command = json!({"do": "open", "id": id, "home": home.path(), "call": {"fn": function, "args": args}});
        if let Some(authority) = authority {
            command["user_authority"] = json!(authority.url());
            command["m2m_authority"] = json!(authority.url());
        }
        let facts = self.ask(&command);
        Session { id, facts }
    }

    /// The session that it finds by itself in a home.
    pub(crate) fn default_session(&mut self, home: &Home) -> Session {
        self.open(home, None, "from_user_default_session", &json!({}))
    }

    /// The session of a profile.
    pub(crate) fn profile(&mut self, home: &Home, name: &str) -> Session {
        self.open(home, None, "from_profile", &json!({"profile_name": name}))
    }

    /// The header that it would send, and how often it asked the authority for it.
    pub(crate) fn authorization(&mut self, session: &Session, ahead: u64) -> (String, usize) {
        let answer = self.ask(&json!({"do": "authorization", "id": session.id, "ahead": ahead}));
        assert!(!answer["warnings"].to_string().contains("Refresh error"), "{answer}");
        let header = answer["authorization"].as_str().unwrap_or_else(|| panic!("no header: {answer}")).to_owned();
        (header, answer["requests"].as_array().unwrap().len())
    }

    /// A device login that the user approves at once.
    pub(crate) async fn log_in(&mut self, session: &Session, authority: &Authority) {
        let prompt = self.ask(&json!({"do": "login", "id": session.id}));
        authority.decide(prompt["user_code"].as_str().unwrap(), true).await;
        self.ask(&json!({"do": "complete", "id": session.id}));
    }
}

impl Drop for Official {
    fn drop(&mut self) {
        // A process that has ended already is what is wanted.
        self.child.kill().and_then(|()| self.child.wait()).ok();
    }
}

/// The key that version 2 of the library reads from a file: it knew nothing else.
pub(crate) fn key_read_by_version_2(path: &std::path::Path) -> String {
    let python = env::var("PLANET_TEST_PYTHON_KEYS").expect("cargo xtask interop says where version 2 is");
    let script = "import sys, planet; print(planet.Auth.from_file(sys.argv[1]).value, end='')";
    let output = Command::new(python).args(["-c", script]).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
