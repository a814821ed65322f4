//! Installing what a chore needs and the machine lacks.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;
use crate::sh;

const QUIET: [&str; 3] = ["-qq", "-o", "Acquire::Retries=3"];

/// The folder `bin` of a virtual environment of Python with these packages.
pub(crate) fn venv(venv: &Path, packages: &[&str]) -> Result<PathBuf> {
    let bin = venv.join("bin");
    let python = bin.join("python");
    if !sh::works(sh::command(&python, &["-m", "pip"]).arg("--version")) {
        let mut create = sh::command("python3", &["-m", "venv", "--clear"]);
        create.arg(venv);
        if !sh::works(&mut create) {
            debian("python3-venv")?;
            sh::run(create.stdout(Stdio::inherit()).stderr(Stdio::inherit()))?;
        }
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    sh::run(sh::command(&python, &pip).args(packages))?;
    Ok(bin)
}

/// Installs a package of Debian.
pub(crate) fn debian(package: &str) -> Result {
    if !sh::works(&mut sh::command("apt-get", &["--version"])) {
        return Err(
            format!("install what Debian calls {package}: it is missing, and this machine has no apt-get").into()
        );
    }
    update()?;
    let install = ["install", "--yes", "--no-install-recommends"];
    sh::run(apt()?.args(install).args(QUIET).arg(package))
}

/// Fetches a package of Debian into a folder, without installing it.
pub(crate) fn download(package: &str, folder: &Path) -> Result {
    update()?;
    let mut download = sh::command("apt-get", &["download"]);
    sh::run(download.args(QUIET).arg(package).current_dir(folder))
}

fn update() -> Result {
    sh::run(apt()?.arg("update").args(QUIET))
}

fn apt() -> Result<Command> {
    let root = sh::read(&mut sh::command("id", &["-u"]))?.trim() == "0";
    let mut apt = if root { sh::command("env", &[]) } else { sh::command("sudo", &[]) };
    apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(apt)
}
