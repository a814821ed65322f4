//! The sandbox in the eyes of others: Planet's own Python SDK, GDAL, and a brute-force search. And the client behind a
//! real proxy.

mod proxy;

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::Result;
use crate::sh;
use crate::workspace::Workspace;

const SCRIPTS: &str = "crates/planet-sandbox/tests/interop";

/// Sandboxes by their flags, and the scripts that run against each, in this order.
const RUNS: &[(&[&str], &[&str])] = &[
    (&["--order-seconds", "2"], &["sdk.py", "gdal_check.py"]),
    (&["--no-limits"], &["filters.py"]),
    // Orders must stay queued until they are cancelled.
    (&["--no-limits", "--order-seconds", "6"], &["sdk_data.py", "sdk_features.py", "sdk_orders.py"]),
];

/// Runs all scripts; fails if one fails.
pub(crate) fn run() -> Result {
    let target = PathBuf::from(Workspace::load()?.target_directory);
    let python = prepare(&target)?;
    sh::run(&mut sh::cargo(&["build", "-q", "-p", "planet-sandbox"]))?;

    let folder = target.join("interop");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;

    let (mut passed, mut failed) = (0, 0);
    for (number, (flags, scripts)) in RUNS.iter().enumerate() {
        let log = folder.join(format!("sandbox-{number}.log"));
        let sandbox = Sandbox::start(&target.join("debug/planet-sandbox"), flags, &log)?;
        for script in *scripts {
            match sandbox.run(&python, script, &folder) {
                Ok(()) => passed += 1,
                Err(error) => {
                    eprintln!("{error}; the sandbox's log is {}", log.display());
                    failed += 1;
                }
            }
        }
    }
    match proxy::run(&folder) {
        Ok(()) => passed += 1,
        Err(error) => {
            eprintln!("proxy: {error}");
            failed += 1;
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(format!("{failed} of {} failed", passed + failed).into()) }
}

/// Installs what is missing and returns the interpreter of a virtual environment with the SDK.
fn prepare(target: &Path) -> Result<PathBuf> {
    if !sh::works(&mut sh::command("gdalinfo", &["--version"])) {
        install("gdal-bin")?;
    }
    let venv = target.join("interop-venv");
    let python = venv.join("bin/python");
    if !sh::works(sh::command(&python, &["-m", "pip"]).arg("--version")) {
        let mut create = sh::command("python3", &["-m", "venv", "--clear"]);
        create.arg(&venv);
        if !sh::works(&mut create) {
            install("python3-venv")?;
            sh::run(create.stdout(Stdio::inherit()).stderr(Stdio::inherit()))?;
        }
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    sh::run(sh::command(&python, &pip).arg(format!("{SCRIPTS}/requirements.txt")))?;
    Ok(python)
}

fn install(package: &str) -> Result {
    let quiet = ["-qq", "-o", "Acquire::Retries=3"];
    sh::run(apt()?.arg("update").args(quiet))?;
    let install = ["install", "--yes", "--no-install-recommends"];
    sh::run(apt()?.args(install).args(quiet).arg(package))
}

fn apt() -> Result<Command> {
    let root = sh::read(&mut sh::command("id", &["-u"]))?.trim() == "0";
    let mut apt = if root { sh::command("env", &[]) } else { sh::command("sudo", &[]) };
    apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(apt)
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
        let path = format!("{SCRIPTS}/{script}");
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
