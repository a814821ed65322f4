//! The verdict of `cargo-semver-checks`.

use super::repository::Repository;
use crate::workspace::Package;
use crate::{Result, sh, tools};

/// What it exits with if something was found; anything else but 0 is trouble.
const FOUND: i32 = 100;

/// Whether a program that uses the public items of the package as of `baseline` may not compile any more.
pub(super) fn breaks(repository: &Repository, package: &Package, baseline: &str) -> Result<bool> {
    let program = tools::program("cargo-semver-checks")?;
    let all_features = (!package.features.is_empty()).then_some("--all-features");
    for features in std::iter::once("--default-features").chain(all_features) {
        let mut command = sh::command(&program, &["semver-checks", "--package", &package.name]);
        // Below 1.0 it takes an addition for a minor change, too: what it finds beyond that breaks programs.
        command.args(["--release-type", "minor", "--baseline-rev", baseline, features]);
        // It builds with other flags than we do; all packages together build what is foreign once.
        command.current_dir(&repository.root).env("CARGO_TARGET_DIR", repository.target.join("semver"));
        let status = command.status().map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        match status.code() {
            Some(0) => {}
            Some(FOUND) => return Ok(true),
            _ => return Err(format!("cargo-semver-checks could not compare {}: {status}", package.name).into()),
        }
    }
    Ok(false)
}
