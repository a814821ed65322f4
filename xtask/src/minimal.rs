//! The lowest versions that our manifests allow: what we publish must build with them.

use std::fs;
use std::path::Path;

use crate::workspace::Workspace;
use crate::{Result, sh};

/// Checks the published libraries in a copy of the workspace whose direct dependencies are as old as they may be.
pub(crate) fn run() -> Result {
    let workspace = Workspace::load()?;
    let folder = Path::new(&workspace.target_directory).join("minimal");
    copy(&folder)?;
    let dependencies = workspace.ours().flat_map(|package| &package.dependencies);
    let direct: Vec<_> = dependencies.map(|dependency| dependency.name.as_str()).collect();
    let lock = folder.join("Cargo.lock");
    fs::write(&lock, without(&direct, &fs::read_to_string(&lock)?))?;
    // The option is unstable, and a stable cargo takes it when told so. The compiler is the stable one.
    let mut update = sh::cargo(&["update", "--quiet", "--workspace", "-Z", "direct-minimal-versions"]);
    sh::run(update.env("RUSTC_BOOTSTRAP", "1").current_dir(&folder))?;
    let mut check = sh::cargo(&["check", "--quiet", "--locked", "--all-features", "--lib"]);
    for package in workspace.ours().filter(|package| package.published) {
        check.args(["-p", &package.name]);
    }
    // One target folder for all: most dependencies are the same.
    sh::run(check.args(["--target-dir", &workspace.target_directory]).current_dir(&folder))
}

/// A copy of what git knows of the workspace.
fn copy(folder: &Path) -> Result {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let files = ["ls-files", "--cached", "--others", "--exclude-standard"];
    for file in sh::read(&mut sh::command("git", &files))?.lines() {
        let (from, to) = (sh::root().join(file), folder.join(file));
        // A file that is deleted and not yet committed is still listed.
        if from.is_file() {
            fs::create_dir_all(to.parent().unwrap_or(folder))?;
            fs::copy(from, to)?;
        }
    }
    Ok(())
}

/// A lock file that has forgotten the direct dependencies: cargo chooses these anew, and keeps what they depend on.
///
/// Without it the choice would be made among all that was published until today, and a change could fail by the clock.
fn without(direct: &[&str], lock: &str) -> String {
    let ours_or_indirect = |package: &&str| {
        let name = package.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
        !package.contains("\nsource = ") || name.is_none_or(|name| !direct.contains(&name))
    };
    lock.split("\n\n").filter(ours_or_indirect).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_forgets_direct_dependencies_only() {
        let package = |name, rest| format!("[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\n{rest}");
        let registry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        let lock = |packages: &[String]| format!("version = 4\n\n{}", packages.join("\n"));
        let (ours, direct, indirect) =
            (package("planet-core", ""), package("http", registry), package("itoa", registry));
        let all = lock(&[ours.clone(), direct, indirect.clone()]);
        assert_eq!(without(&["http", "planet-core"], &all), lock(&[ours, indirect]));
    }
}
