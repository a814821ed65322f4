//! What the parts of interop share: installing what is missing, and running tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Place;
use crate::{Result, install, sh};

/// Where the scripts in Python lie, and the packages that they need.
pub(super) const SCRIPTS: &str = "crates/planet-sandbox/tests/interop";

/// The interpreter of a virtual environment with what the scripts need.
pub(super) fn python(place: &Place) -> Result<PathBuf> {
    venv(place, "interop-venv", &["-r", &format!("{SCRIPTS}/requirements.txt")])
}

/// The interpreter of a virtual environment with these packages.
pub(super) fn venv(place: &Place, name: &str, packages: &[&str]) -> Result<PathBuf> {
    Ok(install::venv(&place.target.join(name), packages)?.join("python"))
}

/// Puts the files of a package of Debian into a folder of ours; nothing is installed and nothing of it starts.
pub(super) fn unpack(package: &str, folder: &Path) -> Result {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    install::download(package, folder)?;
    let files: Vec<_> = fs::read_dir(folder)?.collect::<std::io::Result<_>>()?;
    for file in files {
        sh::run(sh::command("dpkg", &["-x"]).arg(file.path()).arg(folder))?;
    }
    Ok(())
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

/// Runs tests with these variables, and returns how many there are.
pub(super) fn tests(mut command: Command, variables: &[(&str, String)]) -> Result<usize> {
    sh::tests(command.envs(variables.iter().map(|(name, value)| (name, value))))
}
