//! The sandbox in the eyes of others: scripts with Planet's own Python SDK, with GDAL, and with a brute-force search.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::{Place, tools};
use crate::{Result, install, sh};

/// Sandboxes by their flags, and the scripts that run against each, in this order.
const RUNS: &[(&[&str], &[&str])] = &[
    (&["--order-seconds", "2"], &["sdk.py", "gdal_check.py"]),
    (&["--no-limits"], &["filters.py"]),
    // Orders must stay queued until they are cancelled.
    (&["--no-limits", "--order-seconds", "6"], &["sdk_data.py", "sdk_features.py", "sdk_orders.py"]),
];

/// Runs all scripts; fails if one fails.
pub(super) fn run(place: &Place) -> Result {
    if !sh::works(&mut sh::command("gdalinfo", &["--version"])) {
        install::debian("gdal-bin")?;
    }
    let python = tools::python(place)?;
    sh::run(&mut sh::cargo(&["build", "-q", "-p", "planet-sandbox"]))?;
    let mut failed = Vec::new();
    for (number, (flags, scripts)) in RUNS.iter().enumerate() {
        let log = place.folder.join(format!("sandbox-{number}.log"));
        let sandbox = Sandbox::start(&place.target.join("debug/planet-sandbox"), flags, &log)?;
        for script in *scripts {
            if let Err(error) = sandbox.run(&python, script, &place.folder) {
                eprintln!("{error}; the sandbox's log is {}", log.display());
                failed.push(*script);
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", ")).into()) }
}

/// A running sandbox; dropping it stops it.
struct Sandbox {
    child: Child,
    /// Kept open: a closed pipe would be an error for the sandbox.
    stdout: BufReader<ChildStdout>,
    url: String,
    api_key: String,
}

impl Sandbox {
    fn start(binary: &Path, flags: &[&str], log: &Path) -> Result<Self> {
        println!("$ planet-sandbox --port 0 {}", flags.join(" "));
        let mut child = Command::new(binary)
            .args(["--port", "0"])
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(File::create(log)?)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("the sandbox has no standard output")?;
        let mut sandbox = Self { child, stdout: BufReader::new(stdout), url: String::new(), api_key: String::new() };
        let mut line = String::new();
        sandbox.stdout.read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line).unwrap_or_default();
        let field = |name: &str| {
            let value = ready.get(name).and_then(Value::as_str);
            value.map(str::to_owned).ok_or_else(|| {
                let (line, log) = (line.trim(), log.display());
                format!("the sandbox's first line has no `{name}`: `{line}`; its log is {log}")
            })
        };
        sandbox.url = field("url")?;
        sandbox.api_key = field("api_key")?;
        Ok(sandbox)
    }

    /// Runs one script with the address, the key, and a folder for its files.
    fn run(&self, python: &Path, script: &str, folder: &Path) -> Result {
        let path = format!("{}/{script}", tools::SCRIPTS);
        let mut command = sh::command(python, &[&path, &self.url, &self.api_key]);
        // The sandbox is on this machine, whatever proxy the machine uses for the rest.
        command.arg(folder.join("files")).env("NO_PROXY", "127.0.0.1,localhost");
        sh::run(command.env("PYTHONDONTWRITEBYTECODE", "1"))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let stopped = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = stopped {
            eprintln!("cannot stop the sandbox: {error}");
        }
    }
}
