//! Writing what a release needs: versions, changelog and upgrade notes. All of it, or nothing.

use std::fs;

use super::plan::{Judge, Plan};
use super::repository::Repository;
use super::version::{Change, Version};
use super::{changelog, manifests, upgrade};
use crate::{Result, sh};

/// A file and what it will contain.
type Text = (&'static str, String);

/// Checks, then writes; returns the version.
pub(super) fn run(repository: &Repository, wanted: Option<Version>, date: &str, judge: Judge<'_>) -> Result<Version> {
    repository.must_be_clean("commit or remove first")?;
    let plan = Plan::make(repository, None, judge)?;
    println!("{plan}\n");
    let version = wanted.unwrap_or(plan.next);
    let texts = texts(repository, &plan, version, date)?;
    write(repository, &texts)?;
    Ok(version)
}

/// The files of the release. Whatever is wrong is found here, before the first is written.
fn texts(repository: &Repository, plan: &Plan, version: Version, date: &str) -> Result<Vec<Text>> {
    let page = repository.read(changelog::FILE)?;
    history(repository, plan, &page)?;
    if plan.unreleased.is_empty() {
        return Err(format!("{} has no entry under [Unreleased]: nothing to release", changelog::FILE).into());
    }
    if version < plan.next {
        return Err(format!("{version} is too low: what changed asks for {} at least", plan.next).into());
    }
    if !repository.git(&["tag", "--list", &version.tag()])?.is_empty() {
        return Err(format!("there is a tag {} already", version.tag()).into());
    }
    let notes = upgrade::release(&repository.read(upgrade::FILE)?, version)?;
    let noted = upgrade::tells(&notes, version);
    breaking(plan, version, noted)?;

    let workspace = repository.workspace()?;
    let names: Vec<&str> = workspace.ours().map(|package| package.name.as_str()).collect();
    let home = workspace.ours().map(|package| package.repository.as_str()).find(|home| !home.is_empty());
    let home = home.ok_or("no package names its repository")?;
    let page = changelog::release(&page, version, date, plan.released, home)?;
    let old = repository.version()?;
    Ok(vec![
        (manifests::MANIFEST, manifests::manifest(&repository.read(manifests::MANIFEST)?, old, version)?),
        (manifests::LOCK, manifests::lock(&repository.read(manifests::LOCK)?, &names, old, version)?),
        (changelog::FILE, page),
        (upgrade::FILE, notes),
    ])
}

/// A clone without tags, or with a part of the history, would take the next release for the first, and compare nothing.
fn history(repository: &Repository, plan: &Plan, page: &str) -> Result {
    let Some(last) = changelog::last(page) else { return Ok(()) };
    let tag = last.tag();
    if plan.released.is_some() && !repository.git(&["tag", "--list", &tag])?.is_empty() {
        return Ok(());
    }
    let page = changelog::FILE;
    Err(format!(
        "{page} has a section for {last}, and this clone lacks the tag {tag} or the commits since: `git fetch --tags`, \
        or in a shallow clone `git fetch --tags --unshallow`"
    )
    .into())
}

/// A program that breaks must find out why, and what to do.
fn breaking(plan: &Plan, version: Version, noted: bool) -> Result {
    let told = plan.unreleased.breaking() > 0;
    if plan.breaks() && !told {
        let page = changelog::FILE;
        return Err(format!("programs break (see above), and {page} has no entry with `**Breaking:**`").into());
    }
    // Nobody has to upgrade to the first release.
    let Some(released) = plan.released else { return Ok(()) };
    let breaks = told || version >= released.next(Change::Breaking);
    if breaks && !noted {
        let page = upgrade::FILE;
        return Err(format!(
            "{version} breaks programs, and {page} does not say what to change: \
            write a section `## Unreleased` or `## {version}` there"
        )
        .into());
    }
    Ok(())
}

fn write(repository: &Repository, texts: &[Text]) -> Result {
    let before: Vec<Text> = texts.iter().map(|(file, _)| Ok((*file, repository.read(file)?))).collect::<Result<_>>()?;
    let written = put(repository, texts).and_then(|()| {
        // Cargo agrees that the manifests and the lock file belong together.
        let args = ["metadata", "--locked", "--format-version", "1"];
        sh::read(&mut repository.cargo(&args)).map(drop)
    });
    written.or_else(|error| {
        put(repository, &before)?;
        Err(format!("everything is as it was, because: {error}").into())
    })
}

fn put(repository: &Repository, texts: &[Text]) -> Result {
    for (file, text) in texts {
        fs::write(repository.root.join(file), text)?;
    }
    Ok(())
}
