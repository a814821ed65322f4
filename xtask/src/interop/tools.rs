//! What the parts of interop share: installing what is missing, and running tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Place;
use crate::Result;
use crate::sh;

/// Where the scripts in Python lie, and the packages that they need.
pub(super) const SCRIPTS: &str = "crates/planet-sandbox/tests/interop";

const QUIET: [&str; 3] = ["-qq", "-o", "Acquire::Retries=3"];

/// The interpreter of a virtual environment with what the scripts need.
pub(super) fn python(place: &Place) -> Result<PathBuf> {
    venv(place, "interop-venv", &["-r", &format!("{SCRIPTS}/requirements.txt")])
}

/// The interpreter of a virtual environment with these packages.
pub(super) fn venv(place: &Place, name: &str, packages: &[&str]) -> Result<PathBuf> {
    let venv = place.target.join(name);
    let python = venv.join("bin/python");
    if !sh::works(sh::command(&python, &["-m", "pip"]).arg("--version")) {
        let mut create = sh::command("python3", &["-m", "venv", "--clear"]);
        create.arg(&venv);
        if !sh::works(&mut create) {
            install("python3-venv")?;
            sh::run(create.stdout(Stdio::inherit()).stderr(Stdio::inherit()))?;
        }
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    sh::run(sh::command(&python, &pip).args(packages))?;
    Ok(python)
}

/// Installs a package of Debian.
pub(super) fn install(package: &str) -> Result {
    sh::run(apt()?.arg("update").args(QUIET))?;
    let install = ["install", "--yes", "--no-install-recommends"];
    sh::run(apt()?.args(install).args(QUIET).arg(package))
}

/// Puts the files of a package into a folder of ours; nothing is installed and nothing of it starts.
pub(super) fn unpack(package: &str, folder: &Path) -> Result {
    sh::run(apt()?.arg("update").args(QUIET))?;
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut download = sh::command("apt-get", &["download"]);
    sh::run(download.args(QUIET).arg(package).current_dir(folder))?;
    let files: Vec<_> = fs::read_dir(folder)?.collect::<std::io::Result<_>>()?;
    for file in files {
        sh::run(sh::command("dpkg", &["-x"]).arg(file.path()).arg(folder))?;
    }
    Ok(())
}

fn apt() -> Result<Command> {
    let root = sh::read(&mut sh::command("id", &["-u"]))?.trim() == "0";
    let mut apt = if root { sh::command("env", &[]) } else { sh::command("sudo", &[]) };
    apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(apt)
}

/// Runs those ignored tests of planet-core whose names begin so, with these variables, and returns how many there are.
pub(super) fn core_tests(prefix: &str, variables: &[(&str, String)]) -> Result<usize> {
    tests(sh::cargo(&["test", "-q", "-p", "planet-core", "--test", "it", "--", "--ignored", prefix]), variables)
}

/// As [`core_tests`], of planet-conformance. Many at once: they wait for others most of the time.
pub(super) fn conformance_tests(prefix: &str, variables: &[(&str, String)]) -> Result<usize> {
    let mut command = sh::cargo(&["test", "-q", "-p", "planet-conformance", "--test", "it"]);
    command.args(["--", "--ignored", "--test-threads=8", prefix]);
    tests(command, variables)
}

/// Runs tests and returns how many there are: none is not enough.
pub(super) fn tests(mut command: Command, variables: &[(&str, String)]) -> Result<usize> {
    let ran = sh::read(command.envs(variables.iter().map(|(name, value)| (name, value))))?;
    let passed = ran.split_once(" passed").and_then(|(before, _)| before.rsplit(' ').next()?.parse().ok());
    passed.filter(|passed| *passed > 0).ok_or_else(|| format!("no tests ran:\n{ran}").into())
}
