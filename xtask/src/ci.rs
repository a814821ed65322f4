//! The jobs of continuous integration, beside the tests themselves.

use std::time::Instant;

use crate::Result;
use crate::workspace::{Package, Workspace};
use crate::{api, book, boundaries, budgets, codegen, examples, guide, interop, minimal, release, sh, shown, tools};

type Job = fn() -> Result;

const JOBS: &[(&str, Job)] = &[
    ("format", format),
    ("lint", lint),
    ("hack", hack),
    ("features", features),
    ("docs", docs),
    ("api", api::run),
    ("shown", shown::run),
    ("boundaries", boundaries::run),
    ("codegen", codegen::check),
    ("msrv", msrv),
    ("minimal", minimal::run),
    ("unused", unused),
    ("deny", deny),
    ("spelling", spelling),
    ("book", book::run),
    ("links", book::links),
    ("budgets", budgets::run),
    ("examples", examples::run),
    ("guide", || guide::run(&[])),
    ("release", release::rehearse),
    ("interop", || interop::run(&[])),
];

/// How the combinations of features are chosen that `hack` lints: a package, and options of cargo-hack. All of its features are
/// on in `features`, and what a package only hands on is tried in planet-core.
const POWERSET: &[(&str, &[&str])] = &[
    (
        "planet-core",
        &[
            "--depth=2",
            "--exclude-features=default",
            "--group-features=chrono,jiff,time",
            "--group-features=rustls-ring,native-roots",
            "--group-features=rustls-aws-lc-rs,webpki-roots",
        ],
    ),
    ("planet-builders", &["--include-features=geo-types,wkt"]),
    ("planet", &["--include-features=data,orders,features,fs,blocking"]),
];

/// The names of all jobs.
pub(crate) fn names() -> Vec<&'static str> {
    JOBS.iter().map(|(name, _)| *name).collect()
}

/// Runs the named jobs, or all; the first that fails ends the run.
pub(crate) fn run(wanted: &[String]) -> Result {
    for name in wanted {
        if !names().contains(&name.as_str()) {
            return Err(format!("no such job: {name}; there are {}", names().join(", ")).into());
        }
    }
    for (name, job) in JOBS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            println!("==> {name}");
            let start = Instant::now();
            job().map_err(|error| format!("job {name}: {error}"))?;
            println!("==> {name}: ok in {:.1} s", start.elapsed().as_secs_f64());
        }
    }
    Ok(())
}

fn format() -> Result {
    sh::run(&mut sh::cargo(&["fmt", "--all", "--check"]))
}

fn lint() -> Result {
    sh::run(&mut sh::cargo(&["clippy", "-q", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// Lints combinations of features.
fn hack() -> Result {
    let hack = tools::program("cargo-hack")?;
    for (package, options) in POWERSET {
        let mut command = sh::command(&hack, &["hack", "clippy", "-q", "--lib", "--feature-powerset", "-p", package]);
        sh::run(command.args(*options).args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}

/// What is off by default: `cargo test` leaves it out. And what is on by default, turned off.
fn features() -> Result {
    let packages = ["-p", "planet-core", "-p", "planet-builders"];
    sh::run(&mut sh::cargo(&["clippy", "-q", "-p", "planet", "--all-features", "--", "-D", "warnings"]))?;
    sh::run(sh::cargo(&["test", "-q", "--all-features", "--tests"]).args(packages))?;
    let shown = ["--doc", "-p", "planet-core", "--", "to_store", "browser"];
    sh::tests(sh::cargo(&["test", "-q", "--all-features"]).args(shown))?;
    sh::tests(&mut sh::cargo(&["test", "-q", "-p", "planet", "--features", "blocking,reporting", "blocking"]))?;
    let bare = ["--no-default-features", "--features", "client", "--tests"];
    sh::run(sh::cargo(&["test", "-q", "-p", "planet-core"]).args(bare))
}

fn docs() -> Result {
    let args = ["doc", "-q", "--workspace", "--no-deps", "--all-features"];
    sh::run(sh::cargo(&args).env("RUSTDOCFLAGS", "-D warnings"))?;
    api::docs_rs(&Workspace::load()?)
}

/// Dependencies that nothing uses.
fn unused() -> Result {
    sh::run(&mut sh::command(tools::program("cargo-machete")?, &["--with-metadata"]))
}

/// Licences, the rule of imports, and sources; what it knows of the registry is what cargo already fetched.
fn deny() -> Result {
    let args = ["--offline", "check", "licenses", "bans", "sources"];
    sh::run(&mut sh::command(tools::program("cargo-deny")?, &args))
}

/// What is known of the dependencies' weaknesses today. It needs the network, and is no job: see deny.toml.
pub(crate) fn advisories() -> Result {
    sh::run(&mut sh::command(tools::program("cargo-deny")?, &["check", "advisories"]))
}

fn spelling() -> Result {
    sh::run(&mut sh::command(tools::program("typos")?, &[]))
}

fn msrv() -> Result {
    let workspace = Workspace::load()?;
    let violations = too_new(&workspace);
    if violations.is_empty() {
        println!("{} packages allow our rust-version", workspace.packages.len());
        return Ok(());
    }
    Err(violations.join("\n  ").into())
}

/// Packages that ask for a newer compiler than we promise.
fn too_new(workspace: &Workspace) -> Vec<String> {
    let ours = workspace.ours().filter_map(rust_version).min();
    let Some(ours) = ours else {
        return vec!["no package of ours declares a rust-version".to_owned()];
    };
    workspace
        .packages
        .iter()
        .filter(|package| rust_version(package).is_some_and(|theirs| theirs > ours))
        .map(|Package { name, version, rust_version, .. }| {
            let theirs = rust_version.as_deref().unwrap_or_default();
            format!("{name} {version} asks for Rust {theirs}, the workspace promises {ours:?}")
        })
        .collect()
}

/// `1.88` and `1.88.0` are the same compiler, therefore three numbers.
fn rust_version(package: &Package) -> Option<[u32; 3]> {
    let mut version = [0; 3];
    for (number, text) in version.iter_mut().zip(package.rust_version.as_ref()?.split('.')) {
        *number = text.parse().ok()?;
    }
    Some(version)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn workspace(theirs: Option<&str>) -> Workspace {
        Workspace::from_json(&json!({
            "workspace_members": ["planet"],
            "packages": [
                {"id": "planet", "name": "planet", "version": "0.1.0", "rust_version": "1.88"},
                {"id": "sha2", "name": "sha2", "version": "0.11.1", "rust_version": theirs},
            ],
        }))
    }

    #[test]
    fn a_dependency_that_asks_for_a_newer_compiler_is_refused() {
        for theirs in ["1.89", "1.88.1", "2.0"] {
            let found = too_new(&workspace(Some(theirs)));
            assert_eq!(found.len(), 1, "{theirs}");
            assert!(found[0].contains("sha2 0.11.1"), "{found:?}");
        }
    }

    #[test]
    fn a_dependency_with_an_older_or_no_declared_compiler_is_allowed() {
        for theirs in [Some("1.88"), Some("1.88.0"), Some("1.9"), None] {
            assert!(too_new(&workspace(theirs)).is_empty(), "{theirs:?}");
        }
    }

    #[test]
    fn an_unknown_job_is_refused_before_any_runs() {
        let error = run(&["boundaries".to_owned(), "lunch".to_owned()]).unwrap_err();
        assert!(error.to_string().starts_with("no such job: lunch"), "{error}");
    }
}
