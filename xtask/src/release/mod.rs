//! Releases: what is in the next one, writing it, and publishing it. docs/release.md tells the steps.

mod changelog;
mod manifests;
mod packages;
mod plan;
mod prepare;
mod publish;
mod rehearse;
mod repository;
mod semver;
#[cfg(test)]
mod tests;
mod upgrade;
mod version;

pub(crate) use rehearse::run as rehearse;

use crate::workspace::Package;
use crate::{Result, sh};
use plan::Plan;
use repository::Repository;

const USAGE: &str = "\
usage: cargo xtask release plan [--since REVISION]
       cargo xtask release prepare [VERSION]
       cargo xtask release publish [--dry-run]";

/// Runs one step of a release.
pub(crate) fn run(args: &[String]) -> Result {
    let repository = Repository::here()?;
    let judge = |package: &Package, baseline: &str| semver::breaks(&repository, package, baseline);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["plan"] => plan(&repository, None),
        ["plan", "--since", revision] => plan(&repository, Some(revision)),
        ["prepare"] => prepared(prepare::run(&repository, None, &today()?, &judge)?),
        ["prepare", version] => prepared(prepare::run(&repository, Some(version.parse()?), &today()?, &judge)?),
        ["publish", "--dry-run"] => publish::dry_run(&repository),
        ["publish"] => publish::run(&repository, &publish::published),
        _ => Err(USAGE.into()),
    }
}

fn plan(repository: &Repository, since: Option<&str>) -> Result {
    let plan = Plan::make(repository, since, &|package, baseline| semver::breaks(repository, package, baseline))?;
    println!("{plan}");
    Ok(())
}

fn prepared(version: version::Version) -> Result {
    println!(
        "prepared {version}. Next: read `git diff`, commit it as \"Release {version}\", and go on in docs/release.md"
    );
    Ok(())
}

/// The day of a release is the one in Greenwich.
fn today() -> Result<String> {
    Ok(sh::read(&mut sh::command("date", &["-u", "+%F"]))?.trim().to_owned())
}
