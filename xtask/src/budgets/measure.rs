//! Measures the figures.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;
use std::{fs, thread};

use super::table::Row;
use crate::workspace::Workspace;
use crate::{Result, sh};

/// The figures of the commit that is checked out that have a limit.
pub(super) fn limited() -> Result<Row> {
    let workspace = Workspace::load()?;
    let target = Path::new(&workspace.target_directory);
    let version = sh::read(&mut sh::command("rustc", &["--version"]))?;
    let version = version.split(' ').nth(1).unwrap_or_default();
    Ok(Row {
        date: git(&["log", "-1", "--format=%cs"])?,
        commit: git(&["rev-parse", "--short", "HEAD"])?,
        crates: crates(&workspace)?,
        kib: kib(target)?,
        seconds: None,
        with: format!("Rust {version}, {} cores", thread::available_parallelism()?),
    })
}

fn git(args: &[&str]) -> Result<String> {
    Ok(sh::read(&mut sh::command("git", args))?.trim().to_owned())
}

fn crates(workspace: &Workspace) -> Result<u64> {
    let tree = ["tree", "-p", "planet", "-e", "no-dev", "--prefix", "none", "--no-dedupe"];
    let tree = sh::read(&mut sh::cargo(&tree))?;
    Ok(foreign(&tree, |name| workspace.is_ours(name)) as u64)
}

/// How many different crates there are in a tree, without ours. A crate in two versions counts twice: it is built twice.
fn foreign(tree: &str, ours: impl Fn(&str) -> bool) -> usize {
    let mut found = BTreeSet::new();
    for line in tree.lines() {
        let mut words = line.split(' ');
        if let (Some(name), Some(version)) = (words.next(), words.next())
            && !ours(name)
        {
            found.insert((name, version));
        }
    }
    found.len()
}

fn kib(target: &Path) -> Result<u64> {
    let build = ["build", "--quiet", "--release", "--config", "profile.release.strip=true"];
    sh::run(sh::cargo(&build).args(["-p", "planet-examples", "--example", "quickstart"]))?;
    Ok(fs::metadata(target.join("release/examples/quickstart"))?.len().div_ceil(1024))
}

/// The time of a clean debug build.
pub(super) fn seconds() -> Result<u64> {
    let folder = Path::new(&Workspace::load()?.target_directory).join("budgets");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    sh::run(&mut sh::cargo(&["fetch", "--quiet"]))?;
    let start = Instant::now();
    sh::run(sh::cargo(&["build", "--quiet", "-p", "planet", "--target-dir"]).arg(&folder))?;
    let seconds = start.elapsed().as_secs();
    fs::remove_dir_all(&folder)?;
    Ok(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_of_a_foreign_crate_counts_once() {
        let tree = "planet v0.1.0 (/planet/crates/planet)\nserde v1.0.0\nserde_derive v1.0.0 (proc-macro)\nserde v1.0.0\n\
                    getrandom v0.2.0\ngetrandom v0.4.0\n\n";
        assert_eq!(foreign(tree, |name| name == "planet"), 4);
    }
}
