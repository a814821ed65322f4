//! Publishing: each package built from its tarball, in order. What must not go out is refused with the reason.

use std::{env, fs};

use super::changelog;
use super::packages::Packages;
use super::repository::Repository;
use super::version::Version;
use crate::workspace::Package;
use crate::{Result, sh};

/// What each package holds beside its source.
const FILES: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Whether crates.io has this version of a package.
pub(super) type Registry<'a> = &'a dyn Fn(&Repository, &str, Version) -> Result<bool>;

/// All that can be tried without uploading anything.
pub(super) fn dry_run(repository: &Repository) -> Result {
    let workspace = repository.workspace()?;
    let version = repository.version()?;
    let packages = Packages::of(&workspace)?;
    for package in &packages.ready {
        files(repository, package)?;
    }
    let mut command = publish(repository, &packages.ready);
    command.arg("--dry-run");
    // As in the workspace, or as the variable says there too: what is foreign and was built is not built again.
    if env::var_os("CARGO_PROFILE_DEV_DEBUG").is_none() {
        command.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    }
    if !repository.dirt()?.is_empty() {
        println!("the tree is not clean; publishing would refuse it, packaging is tried all the same");
        command.arg("--allow-dirty");
    }
    sh::run(&mut command)?;
    println!("\ndry run of {version}, in this order:");
    for package in &packages.ready {
        println!("  {}: packaged, and built from its tarball", package.name);
    }
    for (package, reason) in &packages.refused {
        println!("  {}: REFUSED: {reason}", package.name);
    }
    println!("dry run: {} packages would be published, {} refused", packages.ready.len(), packages.refused.len());
    Ok(())
}

/// Uploads all packages.
pub(super) fn run(repository: &Repository, registry: Registry<'_>) -> Result {
    let workspace = repository.workspace()?;
    let version = repository.version()?;
    let packages = Packages::of(&workspace)?;
    if let Some((package, reason)) = packages.refused.first() {
        return Err(format!("{} cannot be published: {reason}. Nothing was uploaded", package.name).into());
    }
    ready(repository, version)?;
    for package in &packages.ready {
        files(repository, package)?;
    }
    unpublished(repository, &packages.ready, version, registry)?;
    sh::run(&mut publish(repository, &packages.ready))
}

/// One command: cargo finds the order, and waits for each package to appear before what needs it.
fn publish(repository: &Repository, packages: &[&Package]) -> std::process::Command {
    let mut command = repository.cargo(&["publish", "--quiet", "--locked"]);
    for package in packages {
        command.args(["--package", &package.name]);
    }
    command
}

/// Whether what is checked out is the release.
fn ready(repository: &Repository, version: Version) -> Result {
    repository.must_be_clean("a release is made of a commit")?;
    if !changelog::has(&repository.read(changelog::FILE)?, version) {
        let page = changelog::FILE;
        return Err(format!("{page} has no section for {version}; `cargo xtask release prepare` writes it").into());
    }
    let tag = version.tag();
    if !repository.git(&["tag", "--points-at", "HEAD"])?.lines().any(|at_head| at_head == tag) {
        return Err(
            format!("the tag {tag} is missing, or names another commit than the one that is checked out").into()
        );
    }
    Ok(())
}

fn unpublished(repository: &Repository, packages: &[&Package], version: Version, registry: Registry<'_>) -> Result {
    let mut there = Vec::new();
    for package in packages {
        if registry(repository, &package.name, version)? {
            there.push(package.name.as_str());
        }
    }
    if there.is_empty() {
        return Ok(());
    }
    let mut error = format!("{version} was published before, of {}; a version is published once.", there.join(", "));
    let missing: Vec<_> = packages.iter().map(|package| &*package.name).filter(|name| !there.contains(name)).collect();
    if !missing.is_empty() {
        error +=
            &format!(" An upload that broke off goes on with `cargo publish --locked -p {}`", missing.join(" -p "));
    }
    Err(error.into())
}

/// Asks crates.io.
pub(super) fn published(repository: &Repository, name: &str, version: Version) -> Result<bool> {
    let spec = format!("{name}@{version}");
    let output = repository.cargo(&["info", "--quiet", "--registry", "crates-io", &spec]).output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => Ok(true),
        false if error.contains("could not find") => Ok(false),
        false => Err(format!("crates.io cannot be asked for {spec}: {error}").into()),
    }
}

/// A package that leaves its licences behind may not be passed on; without a page, nobody knows what it is.
fn files(repository: &Repository, package: &Package) -> Result {
    let folder = package.manifest.parent().unwrap_or(&package.manifest);
    let list = ["package", "--quiet", "--list", "--allow-dirty", "--package", &package.name];
    let list = sh::read(&mut repository.cargo(&list))?;
    for file in FILES {
        if !list.lines().any(|listed| listed == file) {
            return Err(format!("the package {} has no {file}", package.name).into());
        }
        let copied = file.starts_with("LICENSE");
        if copied && fs::read(folder.join(file))? != fs::read(repository.root.join(file))? {
            return Err(format!("{file} of {} is not the one of the repository", package.name).into());
        }
    }
    Ok(())
}
