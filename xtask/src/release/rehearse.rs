//! Two releases of a scratch copy, with everything that must be refused on the way. A job of continuous integration.

use std::fs;

use super::changelog::{self, Unreleased};
use super::plan::{Plan, Verdict};
use super::repository::Repository;
use super::version::{Change, Version};
use super::{manifests, prepare, publish, semver, upgrade};
use crate::workspace::Package;
use crate::{Result, sh};

/// Few packages are built with it, so that little has to be compared.
const PACKAGE: &str = "planet-sandbox";
const SOURCE: &str = "crates/planet-sandbox/src/lib.rs";
const UMBRELLA: &str = "crates/planet/Cargo.toml";
const DATE: &str = "2026-11-22";

/// Clones what is committed, and releases it.
pub(crate) fn run() -> Result {
    let here = Repository::here()?;
    let scratch = here.target.join("rehearsal");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    sh::run(sh::command("git", &["clone", "--quiet", "--no-tags", "."]).arg(&scratch))?;
    let rehearsal = Rehearsal(Repository { root: scratch.canonicalize()?, target: here.target });
    rehearsal.0.settle()?;
    let first = rehearsal.first()?;
    rehearsal.addition(first)?;
    let second = rehearsal.removal(first)?;
    publish::dry_run(&rehearsal.0)?;
    rehearsal.publication(second)?;
    fs::remove_dir_all(&scratch)?;
    Ok(())
}

struct Rehearsal(Repository);

impl Rehearsal {
    /// There is no release to compare with. Returns the version.
    fn first(&self) -> Result<Version> {
        step("the first release");
        self.append(SOURCE, "\n/// Is taken away again.\npub fn rehearsal() {}\n")?;
        let page = self.0.read(changelog::FILE)?;
        // This clone has no tags, and what has a section has one.
        self.write(changelog::FILE, &changelog::unreleased(&page))?;
        if Unreleased::read(&page)?.is_empty() {
            self.entry("Added", "Something.")?;
        }
        self.commit("Add a function")?;
        let plan = Plan::make(&self.0, None, &compared_with_nothing)?;
        expect(
            plan.to_string().contains("there is no release to compare with"),
            "a first release, and a plan says so",
        )?;
        let now = self.0.version()?;
        let version = if changelog::has(&page, now) { now.next(Change::Breaking) } else { now };
        prepare::run(&self.0, Some(version), DATE, &compared_with_nothing)?;
        self.release(version)?;
        Ok(version)
    }

    fn addition(&self, first: Version) -> Result {
        step("an addition");
        refused("no entry under [Unreleased]", prepare::run(&self.0, None, DATE, &unchanged))?;
        self.append(SOURCE, "\n/// Is new.\npub fn encore() {}\n")?;
        self.entry("Added", "A function.")?;
        refused("the tree is not clean", prepare::run(&self.0, None, DATE, &unchanged))?;
        self.commit("Add another function")?;
        let plan = self.plan()?;
        expect(plan.next == first.next(Change::Addition), "an addition asks for the next small version")?;
        for package in &plan.packages {
            let verdict = if package.name == PACKAGE { Verdict::Compatible } else { Verdict::Untouched };
            expect(package.verdict == verdict, "only the package with an addition is compared")?;
        }
        Ok(())
    }

    fn removal(&self, first: Version) -> Result<Version> {
        step("a removal");
        let source = self.0.read(SOURCE)?;
        self.write(SOURCE, &source.replace("\n/// Is taken away again.\npub fn rehearsal() {}\n", ""))?;
        self.commit("Take a function away")?;
        let plan = self.plan()?;
        let second = first.next(Change::Breaking);
        expect(plan.breaks() && plan.next == second, "a removal breaks programs")?;

        // It was compared; to compare again takes long and finds the same.
        let judge = |package: &Package, _: &str| Ok(package.name == PACKAGE);
        let prepare = |version| prepare::run(&self.0, version, DATE, &judge);
        refused("no entry with `**Breaking:**`", prepare(None))?;
        let page = self.0.read(changelog::FILE)?;
        let page =
            page.replacen("## [Unreleased]\n", "## [Unreleased]\n\n### Removed\n\n- **Breaking:** A function.\n", 1);
        self.write(changelog::FILE, &page)?;
        self.commit("Tell of it")?;
        refused("does not say what to change", prepare(None))?;
        let page = self.0.read(upgrade::FILE)?;
        self.write(upgrade::FILE, &page.replacen("\n## ", "\n## Unreleased\n\nDo without it.\n\n## ", 1))?;
        self.commit("Tell what to do")?;
        refused("is too low", prepare(Some(first.next(Change::Fix))))?;
        expect(self.0.dirt()?.is_empty(), "what is refused writes nothing")?;
        prepare(None)?;
        expect(self.0.version()? == second, "the packages have the new version")?;
        self.commit("Release")?;
        Ok(second)
    }

    /// What an upload needs, up to the last check before it.
    fn publication(&self, version: Version) -> Result {
        step("the publication");
        let nothing = |_: &Repository, _: &str, _: Version| Ok(false);
        refused("belongs to an unrelated crate", publish::run(&self.0, &nothing))?;
        self.decide_the_name(version)?;
        refused("the tree is not clean", publish::run(&self.0, &nothing))?;
        self.commit("Name the umbrella")?;
        refused("is missing, or names another commit", publish::run(&self.0, &nothing))?;
        self.0.git(&["tag", &version.tag()])?;
        let one = |_: &Repository, name: &str, _: Version| Ok(name == "planet-core");
        refused("was published before, of planet-core", publish::run(&self.0, &one))
    }

    /// What docs/adr/0002-name-of-the-umbrella.md says: one line for the package, and one for our own crates.
    fn decide_the_name(&self, version: Version) -> Result {
        let umbrella = self.0.read(UMBRELLA)?;
        self.write(UMBRELLA, &umbrella.replacen("name = \"planet\"\n", "name = \"planet-sdk\"\n", 1))?;
        let manifest = self.0.read(manifests::MANIFEST)?;
        let from = format!("planet = {{ path = \"crates/planet\", version = \"={version}\"");
        let to = format!("planet = {{ path = \"crates/planet\", package = \"planet-sdk\", version = \"={version}\"");
        expect(manifest.contains(&from), "the manifest names the umbrella")?;
        self.write(manifests::MANIFEST, &manifest.replacen(&from, &to, 1))?;
        sh::run(&mut self.0.cargo(&["check", "--quiet", "--package", "planet-examples", "--example", "quickstart"]))
    }

    fn plan(&self) -> Result<Plan> {
        let plan = Plan::make(&self.0, None, &|package, baseline| semver::breaks(&self.0, package, baseline))?;
        println!("{plan}\n");
        Ok(plan)
    }

    fn release(&self, version: Version) -> Result {
        self.commit("Release")?;
        self.0.git(&["tag", &version.tag()]).map(drop)
    }

    fn commit(&self, message: &str) -> Result {
        self.0.git(&["commit", "--quiet", "--all", "--message", message]).map(drop)
    }

    /// The first entry under Unreleased, where there is none.
    fn entry(&self, section: &str, entry: &str) -> Result {
        let page = self.0.read(changelog::FILE)?;
        let with = format!("## [Unreleased]\n\n### {section}\n\n- {entry}\n");
        self.write(changelog::FILE, &page.replacen("## [Unreleased]\n", &with, 1))
    }

    fn append(&self, file: &str, text: &str) -> Result {
        self.write(file, &(self.0.read(file)? + text))
    }

    fn write(&self, file: &str, text: &str) -> Result {
        Ok(fs::write(self.0.root.join(file), text)?)
    }
}

fn step(name: &str) {
    println!("\n--> {name}");
}

fn compared_with_nothing(package: &Package, _: &str) -> Result<bool> {
    Err(format!("{} was compared, and there was no release before", package.name).into())
}

fn unchanged(package: &Package, _: &str) -> Result<bool> {
    Err(format!("{} was compared, and nothing had changed", package.name).into())
}

fn expect(holds: bool, what: &str) -> Result {
    if holds { Ok(()) } else { Err(format!("rehearsal of a release: not so: {what}").into()) }
}

/// The step must end with this reason.
fn refused<T>(reason: &str, result: Result<T>) -> Result {
    match result {
        Err(error) if error.to_string().contains(reason) => {
            println!("refused, as it must be: {error}");
            Ok(())
        }
        Err(error) => {
            Err(format!("rehearsal of a release: refused for another reason than `{reason}`: {error}").into())
        }
        Ok(_) => Err(format!("rehearsal of a release: not refused, though `{reason}`").into()),
    }
}
