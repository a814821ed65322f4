//! Releases of a scratch repository with two packages.

use std::fs;
use std::path::PathBuf;

use super::plan::{Plan, Verdict};
use super::repository::Repository;
use super::version::Version;
use super::{changelog, manifests, prepare, publish, upgrade};
use crate::Result;
use crate::workspace::Package;

const CHANGELOG: &str =
    "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- All.\n\n[Unreleased]: https://example.com/p\n";
const UPGRADE: &str = "# Upgrading\n\nHow.\n";
const DATE: &str = "2026-02-01";
const FILES: [&str; 4] = [manifests::MANIFEST, manifests::LOCK, changelog::FILE, upgrade::FILE];

/// `b` is built with `a`. Removed at the end of the test.
struct Scratch(Repository);

impl Scratch {
    fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("planet-xtask-release-{name}-{}", std::process::id()));
        for package in ["a", "b"] {
            fs::create_dir_all(root.join("crates").join(package).join("src")).unwrap();
        }
        fs::create_dir(root.join("docs")).unwrap();
        let scratch = Self(Repository { target: root.join("target"), root });
        scratch.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n\n[workspace.package]\nversion = \"0.1.0\"\n\n\
            [workspace.dependencies]\na = { path = \"crates/a\", version = \"=0.1.0\" }\n",
        );
        for (package, dependencies) in [("a", ""), ("b", "a.workspace = true\n")] {
            let repository = "https://example.com/p";
            let head =
                format!("[package]\nname = \"{package}\"\nversion.workspace = true\nrepository = \"{repository}\"");
            let manifest = format!("{head}\nedition = \"2024\"\n\n[dependencies]\n{dependencies}");
            scratch.write(&format!("crates/{package}/Cargo.toml"), &manifest);
            scratch.write(&format!("crates/{package}/src/lib.rs"), "");
        }
        scratch.write("CHANGELOG.md", CHANGELOG);
        scratch.write("docs/upgrade.md", UPGRADE);
        scratch.write(".gitignore", "/target\n");
        assert!(scratch.0.cargo(&["generate-lockfile", "--quiet", "--offline"]).status().unwrap().success());
        scratch.git(&["init", "--quiet"]);
        scratch.0.settle().unwrap();
        scratch.commit("Begin");
        scratch
    }

    /// A repository whose present state is version 0.1.0.
    fn released(name: &str) -> Self {
        let scratch = Self::new(name);
        scratch.prepare(None, false).unwrap();
        scratch.commit("Release");
        scratch.git(&["tag", "v0.1.0"]);
        scratch
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.root.join(file)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).unwrap();
    }

    fn replace(&self, file: &str, from: &str, to: &str) {
        let text = self.0.read(file).unwrap();
        assert!(text.contains(from), "{text}");
        self.write(file, &text.replacen(from, to, 1));
    }

    fn git(&self, args: &[&str]) -> String {
        self.0.git(args).unwrap()
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    /// A change of `a` with its entry in the changelog.
    fn change(&self, section: &str, entry: &str) {
        self.write("crates/a/src/lib.rs", &format!("//! {entry}\n"));
        self.replace("CHANGELOG.md", "## [Unreleased]\n", &format!("## [Unreleased]\n\n### {section}\n\n- {entry}\n"));
        self.commit(entry);
    }

    fn plan(&self, breaks: bool) -> Plan {
        Plan::make(&self.0, None, &|_, _| Ok(breaks)).unwrap()
    }

    fn prepare(&self, version: Option<&str>, breaks: bool) -> Result<Version> {
        let version = version.map(|version| version.parse().unwrap());
        prepare::run(&self.0, version, DATE, &|_: &Package, _: &str| Ok(breaks))
    }

    fn texts(&self) -> Vec<String> {
        FILES.iter().map(|file| self.0.read(file).unwrap()).collect()
    }

    /// The reason, when nothing was written.
    fn refusal(&self, version: Option<&str>, breaks: bool) -> String {
        let before = self.texts();
        let error = self.prepare(version, breaks).unwrap_err();
        assert_eq!(self.texts(), before);
        error.to_string()
    }

    fn publish(&self, published: &[&str]) -> String {
        let registry = |_: &Repository, name: &str, _: Version| Ok(published.contains(&name));
        publish::run(&self.0, &registry).unwrap_err().to_string()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0.root).unwrap();
    }
}

#[test]
fn a_first_release_has_nothing_to_compare_with_and_takes_the_version_of_the_manifest() {
    let scratch = Scratch::new("first");
    let plan = Plan::make(&scratch.0, None, &|_, _| Err("compared".into())).unwrap();
    let text = plan.to_string();
    assert!(text.contains("there is no release to compare with"), "{text}");
    assert!(text.contains("a: first release"), "{text}");
    assert!(text.contains("Begin"), "{text}");
    assert!(text.contains("Added: All."), "{text}");
    assert!(text.ends_with("next version: 0.1.0"), "{text}");
}

#[test]
fn a_plan_compares_what_was_touched_and_what_is_built_with_it() {
    let scratch = Scratch::released("touched");
    assert!(scratch.plan(true).packages.iter().all(|package| package.verdict == Verdict::Untouched));
    scratch.write("crates/b/src/lib.rs", "//! New.\n");
    scratch.commit("Change b");
    let verdicts = |plan: Plan| plan.packages.iter().map(|package| package.verdict).collect::<Vec<_>>();
    assert_eq!(verdicts(scratch.plan(false)), [Verdict::Untouched, Verdict::Compatible]);
    scratch.git(&["reset", "--quiet", "--hard", "v0.1.0"]);
    scratch.write("crates/a/src/lib.rs", "//! New.\n");
    scratch.commit("Change a");
    assert_eq!(verdicts(scratch.plan(false)), [Verdict::Compatible, Verdict::Compatible]);
}

#[test]
fn a_change_that_only_a_merge_brought_is_compared_and_one_that_was_taken_back_is_not() {
    let scratch = Scratch::released("merge");
    scratch.git(&["checkout", "--quiet", "-b", "side"]);
    scratch.commit("Nothing");
    scratch.git(&["checkout", "--quiet", "-"]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
    scratch.write("crates/b/src/lib.rs", "//! New.\n");
    scratch.commit("Merge, and change b");
    let verdicts = |plan: Plan| plan.packages.iter().map(|package| package.verdict).collect::<Vec<_>>();
    assert_eq!(verdicts(scratch.plan(false)), [Verdict::Untouched, Verdict::Compatible]);
    scratch.write("crates/b/src/lib.rs", "");
    scratch.commit("Change b back");
    assert_eq!(verdicts(scratch.plan(false)), [Verdict::Untouched, Verdict::Untouched]);
}

#[test]
fn a_change_of_the_dependencies_of_all_makes_all_be_compared() {
    let scratch = Scratch::released("shared");
    scratch.replace("Cargo.toml", "[workspace.package]", "# Another version of something.\n[workspace.package]");
    scratch.commit("Raise something");
    assert!(scratch.plan(false).packages.iter().all(|package| package.verdict == Verdict::Compatible));
}

#[test]
fn the_verdict_and_the_changelog_both_raise_the_version() {
    let scratch = Scratch::released("version");
    scratch.change("Added", "A function.");
    assert_eq!(scratch.plan(false).next.to_string(), "0.1.1");
    assert_eq!(scratch.plan(true).next.to_string(), "0.2.0");
    scratch.replace("CHANGELOG.md", "- A function.", "- **Breaking:** A function.");
    assert_eq!(scratch.plan(false).next.to_string(), "0.2.0");
}

#[test]
fn a_package_that_is_gone_breaks_programs() {
    let scratch = Scratch::released("gone");
    fs::remove_dir_all(scratch.path("crates/b")).unwrap();
    scratch.commit("Drop b");
    let plan = scratch.plan(false);
    assert!(plan.breaks());
    assert!(plan.to_string().contains("crates/b: BREAKING: the package is gone"), "{plan}");
}

#[test]
fn a_package_that_is_not_published_any_more_breaks_programs() {
    let scratch = Scratch::released("kept");
    scratch.replace("crates/b/Cargo.toml", "[package]\n", "[package]\npublish = false\n");
    scratch.commit("Keep b back");
    let plan = scratch.plan(false);
    assert!(plan.breaks(), "{plan}");
    assert!(plan.to_string().contains("crates/b: BREAKING: the package is gone"), "{plan}");
}

#[test]
fn a_plan_can_be_made_since_any_revision_and_names_one_that_is_not_there() {
    let scratch = Scratch::released("since");
    scratch.change("Fixed", "One.");
    scratch.change("Removed", "Two.");
    let plan = Plan::make(&scratch.0, Some("HEAD~1"), &|_, _| Ok(false)).unwrap().to_string();
    assert!(plan.contains("Two.") && !plan.contains(" One.\n  "), "{plan}");
    let error = Plan::make(&scratch.0, Some("v9"), &|_, _| Ok(false)).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "there is no commit v9");
}

#[test]
fn preparing_writes_versions_lock_file_changelog_and_notes() {
    let scratch = Scratch::released("writes");
    scratch.change("Removed", "**Breaking:** A function.");
    scratch.write("docs/upgrade.md", "# Upgrading\n\n## Unreleased\n\nDo without it.\n");
    scratch.commit("Tell what to do");
    assert_eq!(scratch.prepare(None, true).unwrap().to_string(), "0.2.0");
    assert_eq!(scratch.0.version().unwrap().to_string(), "0.2.0");
    let [manifest, lock, page, notes] = <[String; 4]>::try_from(scratch.texts()).unwrap();
    assert!(manifest.contains("version = \"=0.2.0\" }"), "{manifest}");
    assert!(lock.contains("name = \"b\"\nversion = \"0.2.0\""), "{lock}");
    assert!(page.contains("## [0.2.0] - 2026-02-01\n\n### Removed"), "{page}");
    assert!(page.contains("[0.2.0]: https://example.com/p/compare/v0.1.0...v0.2.0"), "{page}");
    assert_eq!(notes, "# Upgrading\n\n## 0.2.0\n\nDo without it.\n");
}

#[test]
fn a_dirty_tree_is_refused() {
    let scratch = Scratch::new("dirty");
    scratch.write("notes.txt", "");
    assert!(scratch.refusal(None, false).contains("the tree is not clean; commit or remove first:\n?? notes.txt"));
}

#[test]
fn a_clone_without_the_last_release_is_refused() {
    let scratch = Scratch::released("tagless");
    scratch.change("Added", "A function.");
    scratch.git(&["tag", "--delete", "v0.1.0"]);
    assert!(scratch.refusal(Some("0.1.1"), true).contains("lacks the tag v0.1.0 or the commits since"));
    // As after `git fetch --tags` in a shallow clone.
    scratch.git(&["tag", "v0.1.0", "HEAD~1"]);
    scratch.git(&["checkout", "--quiet", "--orphan", "cut-off"]);
    scratch.commit("Everything so far");
    assert!(scratch.refusal(Some("0.1.1"), true).contains("git fetch --tags --unshallow"));
}

#[test]
fn a_release_of_nothing_is_refused() {
    let scratch = Scratch::released("nothing");
    assert!(scratch.refusal(None, false).contains("nothing to release"));
}

#[test]
fn a_break_that_the_changelog_does_not_tell_is_refused() {
    let scratch = Scratch::released("untold");
    scratch.change("Changed", "Something.");
    assert!(scratch.refusal(None, true).contains("no entry with `**Breaking:**`"));
}

#[test]
fn a_break_without_notes_for_upgrading_is_refused() {
    let scratch = Scratch::released("unnoted");
    scratch.change("Changed", "**Breaking:** Something.");
    // Told by people, who may know of a change that no signature shows.
    assert!(scratch.refusal(None, false).contains("0.2.0 breaks programs, and docs/upgrade.md does not say"));
    scratch.write("docs/upgrade.md", "# Upgrading\n\n## 0.3.0\n\nOf another version.\n");
    scratch.commit("Write notes");
    assert!(scratch.refusal(None, true).contains("write a section `## Unreleased` or `## 0.2.0`"));
    assert!(scratch.prepare(Some("0.3.0"), true).is_ok());
}

#[test]
fn a_version_that_promises_too_much_or_exists_is_refused() {
    let scratch = Scratch::released("low");
    scratch.change("Fixed", "**Breaking:** Something.");
    assert!(scratch.refusal(Some("0.1.1"), false).contains("0.1.1 is too low: what changed asks for 0.2.0"));
    // Released from another branch, which this one does not know.
    scratch.git(&["switch", "--quiet", "--create", "side", "HEAD~1"]);
    scratch.commit("Elsewhere");
    scratch.git(&["tag", "v0.2.0"]);
    scratch.git(&["switch", "--quiet", "-"]);
    assert!(scratch.refusal(None, false).contains("there is a tag v0.2.0 already"));
}

#[test]
fn files_are_put_back_if_cargo_refuses_them() {
    let scratch = Scratch::released("back");
    scratch.change("Fixed", "Something.");
    let lock = scratch.0.read("Cargo.lock").unwrap();
    scratch.write("Cargo.lock", &lock.replace("dependencies = [\n \"a\",\n]\n", ""));
    scratch.commit("Spoil the lock file");
    assert!(scratch.refusal(None, false).contains("everything is as it was"));
}

#[test]
fn publishing_needs_a_clean_tree_a_section_a_tag_and_a_version_that_is_not_there_yet() {
    let scratch = Scratch::new("publish");
    for package in ["a", "b"] {
        for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
            scratch.write(&format!("crates/{package}/{file}"), file);
            scratch.write(file, file);
        }
    }
    assert!(scratch.publish(&[]).contains("the tree is not clean"));
    scratch.commit("Add what packages hold");
    assert!(scratch.publish(&[]).contains("no section for 0.1.0"));
    scratch.prepare(None, false).unwrap();
    scratch.commit("Release");
    assert!(scratch.publish(&[]).contains("the tag v0.1.0 is missing"));
    scratch.git(&["tag", "v0.1.0"]);
    let error = scratch.publish(&["a"]);
    assert!(error.contains("published before, of a; a version is published once. An upload that broke off"), "{error}");
    assert!(error.ends_with("-p b`"), "{error}");
    assert!(!scratch.publish(&["a", "b"]).contains("broke off"));

    scratch.write("crates/b/LICENSE-MIT", "Another.");
    scratch.commit("Spoil a licence");
    scratch.git(&["tag", "--force", "v0.1.0"]);
    assert!(scratch.publish(&[]).contains("LICENSE-MIT of b is not the one of the repository"));
    fs::remove_file(scratch.path("crates/a/README.md")).unwrap();
    scratch.commit("Lose a page");
    assert!(scratch.publish(&[]).contains("the tag v0.1.0"), "the tag is of another commit");
    scratch.git(&["tag", "--force", "v0.1.0"]);
    assert!(scratch.publish(&[]).contains("the package a has no README.md"));
}
