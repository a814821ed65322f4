//! How rustdoc is run with what is not stable yet: its JSON, and the notes about features.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use serde_json::Value;

use crate::workspace::Workspace;
use crate::{Result, sh};

/// Set, this program is rustdoc: the variable says which.
///
/// Cargo is told to run us in rustdoc's place, as `RUSTC_BOOTSTRAP` may reach nothing but rustdoc: many build scripts look
/// at it, and cargo would build half of the dependencies again each time that it comes and goes.
pub(crate) const STAND_IN: &str = "XTASK_RUSTDOC";

/// Runs rustdoc with our own arguments, and unstable options allowed.
pub(crate) fn stand_in(rustdoc: &OsStr) -> ExitCode {
    let mut command = Command::new(rustdoc);
    command.args(std::env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").env_remove(STAND_IN);
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: cannot start {}: {error}", rustdoc.display());
            ExitCode::FAILURE
        }
    }
}

/// The documentation of a package's library, with all features.
pub(super) fn json(package: &str, target: &str) -> Result<Value> {
    let args = ["rustdoc", "-q", "-p", package, "--lib", "--all-features"];
    let format = ["--", "-Z", "unstable-options", "--output-format", "json"];
    sh::run(unstable(&args)?.args(format))?;
    let path = Path::new(target).join("doc").join(format!("{}.json", package.replace('-', "_")));
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

/// Builds the pages of the published crates as docs.rs does; no warning is allowed.
pub(crate) fn docs_rs(workspace: &Workspace) -> Result {
    let mut command = unstable(&["doc", "-q", "--no-deps", "--all-features"])?;
    for package in workspace.ours().filter(|package| package.published) {
        command.args(["-p", &package.name]);
    }
    sh::run(command.env("RUSTDOCFLAGS", "--cfg docsrs -D warnings"))
}

fn unstable(args: &[&str]) -> Result<Command> {
    let rustdoc = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    let mut command = sh::cargo(args);
    command.env("RUSTDOC", std::env::current_exe()?).env(STAND_IN, rustdoc);
    Ok(command)
}
