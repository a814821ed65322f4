//! Who may import whom, and which names may not be public.
//!
//! Each rule is a function from what cargo or the sources say to a list of violations.

use std::collections::BTreeSet;

use crate::Result;
use crate::workspace::{Package, Workspace};
use crate::{sh, source};

/// Our packages and which of ours they may depend on. Arrows point down only, and service crates
/// never import each other.
const LAYERS: &[(&str, &[&str])] = &[
    ("planet-core", &[]),
    ("planet-builders", &["planet-core"]),
    ("planet-data", &["planet-builders", "planet-core"]),
    ("planet-features", &["planet-builders", "planet-core"]),
    ("planet-orders", &["planet-builders", "planet-core"]),
    ("planet", &["planet-builders", "planet-core", "planet-data", "planet-features", "planet-orders"]),
    ("planet-conformance", &["planet", "planet-builders", "planet-core"]),
    ("planet-examples", &["planet"]),
    ("planet-sandbox", &[]),
    ("xtask", &[]),
];

/// May be a dev-dependency of every package that does not stand alone.
const SANDBOX: &str = "planet-sandbox";
/// Stand alone: not even a dev-dependency on one of ours.
const ALONE: &[&str] = &[SANDBOX, "xtask"];

/// Foreign packages and the only ones of ours that may name them.
const TRANSPORT: &[(&str, &[&str])] = &[
    ("h2", &["planet-core"]),
    ("hyper", &["planet-core", SANDBOX]),
    ("hyper-util", &["planet-core", SANDBOX]),
    ("hyper-rustls", &["planet-core"]),
    ("rustls", &["planet-core"]),
    ("tower-http", &["planet-core"]),
];

/// What a package that does no IO may not bring in, not even through others.
const IO: &[&str] = &["tokio", "hyper", "rustls"];

/// How `cargo tree` is asked for the packages that do no IO.
const IO_FREE: &[&[&str]] = &[&["planet-builders"], &["planet-core", "--no-default-features"]];

/// Checks all rules and reports long files.
pub(crate) fn run() -> Result {
    let workspace = Workspace::load()?;
    let files = source::files(&sh::root())?;

    let mut violations = layers(&workspace);
    violations.extend(transport(&workspace));
    violations.extend(versions(&workspace));
    for package in IO_FREE {
        violations.extend(io(&package.join(" "), &closure(package)?));
    }
    for file in &files {
        violations.extend(source::shadowing_names(file));
    }
    for long in source::long_files(&files) {
        println!("note: {long}");
    }

    if violations.is_empty() {
        let ours = workspace.ours().count();
        println!("{ours} packages and {} source files keep the rules", files.len());
        return Ok(());
    }
    Err(format!("import rules broken:\n  {}", violations.join("\n  ")).into())
}

/// Arrows point down only; each package of ours has its place in [`LAYERS`].
fn layers(workspace: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for package in workspace.ours() {
        let name = package.name.as_str();
        let Some((_, below)) = LAYERS.iter().find(|(layer, _)| *layer == name) else {
            violations.push(format!("{name} has no place in LAYERS (xtask/src/boundaries.rs)"));
            continue;
        };
        for dependency in &package.dependencies {
            let on = dependency.name.as_str();
            let sandbox = dependency.dev && on == SANDBOX && !ALONE.contains(&name);
            if workspace.is_ours(on) && !below.contains(&on) && !sandbox {
                let kind = if dependency.dev { " for its tests" } else { "" };
                violations.push(format!("{name} may not depend on {on}{kind}"));
            }
        }
    }
    violations
}

/// Only the packages in [`TRANSPORT`] name the HTTP machinery, not even the tests of others do.
fn transport(workspace: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for package in workspace.ours() {
        let name = package.name.as_str();
        for dependency in &package.dependencies {
            let Some((on, allowed)) = TRANSPORT.iter().find(|(on, _)| *on == dependency.name) else {
                continue;
            };
            if !allowed.contains(&name) {
                let allowed = allowed.join(" and ");
                violations.push(format!("{name} may not name {on}: only {allowed} may"));
            }
        }
    }
    violations
}

/// One version for all of ours, pinned with `=` between them.
fn versions(workspace: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    let Some(first) = workspace.ours().next() else {
        return violations;
    };
    for Package { name, version, dependencies, .. } in workspace.ours() {
        if *version != first.version {
            let (other, its) = (&first.name, &first.version);
            violations.push(format!("{name} has version {version}, {other} has {its}"));
        }
        for dependency in dependencies {
            let (on, requirement) = (&dependency.name, &dependency.requirement);
            if workspace.is_ours(on) && *requirement != format!("={version}") {
                violations.push(format!("{name} asks for {on} {requirement}, not ={version}"));
            }
        }
    }
    violations
}

/// `tree` is what a package brings in without doing IO.
fn io(package: &str, tree: &BTreeSet<String>) -> Vec<String> {
    IO.iter()
        .filter(|name| tree.contains(**name))
        .map(|name| format!("{package} brings in {name}, but does no IO"))
        .collect()
}

/// The names of all packages that these arguments of `cargo tree -p` bring in, on any platform.
fn closure(package: &[&str]) -> Result<BTreeSet<String>> {
    let args = ["tree", "-e", "normal", "--prefix", "none", "--target", "all", "-p"];
    let text = sh::read(sh::cargo(&args).args(package))?;
    Ok(tree_names(&text))
}

fn tree_names(text: &str) -> BTreeSet<String> {
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn package(name: &str, dependencies: &[Value]) -> Value {
        json!({"id": name, "name": name, "version": "0.1.0", "dependencies": dependencies})
    }

    fn normal(name: &str) -> Value {
        json!({"name": name, "req": "=0.1.0", "kind": null})
    }

    fn dev(name: &str) -> Value {
        json!({"name": name, "req": "=0.1.0", "kind": "dev"})
    }

    fn workspace(packages: &[Value]) -> Workspace {
        let members: Vec<_> = packages.iter().map(|package| package["id"].clone()).collect();
        Workspace::from_json(&json!({"packages": packages, "workspace_members": members}))
    }

    /// A workspace in which one package has these dependencies and all others have none.
    fn with(name: &str, dependencies: &[Value]) -> Workspace {
        let packages: Vec<_> =
            LAYERS.iter().map(|(layer, _)| package(layer, if *layer == name { dependencies } else { &[] })).collect();
        workspace(&packages)
    }

    #[test]
    fn arrows_that_point_down_are_allowed() {
        let data = [normal("planet-core"), normal("planet-builders"), normal("serde")];
        assert!(layers(&with("planet-data", &data)).is_empty());
        assert!(layers(&with("planet-examples", &[dev("planet")])).is_empty());
    }

    #[test]
    fn an_arrow_that_points_up_is_refused() {
        let found = layers(&with("planet-core", &[normal("planet-builders")]));
        assert_eq!(found, ["planet-core may not depend on planet-builders"]);
        assert_eq!(layers(&with("planet-orders", &[dev("planet")])).len(), 1);
    }

    #[test]
    fn a_service_crate_that_imports_another_is_refused() {
        let found = layers(&with("planet-orders", &[normal("planet-data")]));
        assert_eq!(found, ["planet-orders may not depend on planet-data"]);
    }

    #[test]
    fn the_sandbox_is_for_tests_only() {
        assert!(layers(&with("planet-data", &[dev("planet-sandbox")])).is_empty());
        assert_eq!(layers(&with("planet-data", &[normal("planet-sandbox")])).len(), 1);
    }

    #[test]
    fn the_sandbox_and_xtask_depend_on_none_of_ours() {
        for name in ["planet-sandbox", "xtask"] {
            assert_eq!(layers(&with(name, &[normal("planet-core")])).len(), 1, "{name}");
            assert_eq!(layers(&with(name, &[dev("planet-core")])).len(), 1, "{name}");
        }
        assert_eq!(layers(&with("xtask", &[dev("planet-sandbox")])).len(), 1);
    }

    #[test]
    fn a_member_without_a_place_is_refused() {
        let found = layers(&workspace(&[package("planet-cli", &[])]));
        assert!(found[0].starts_with("planet-cli has no place"), "{found:?}");
    }

    #[test]
    fn only_the_core_and_the_sandbox_name_the_http_machinery() {
        for (foreign, allowed) in TRANSPORT {
            for (name, _) in LAYERS {
                let found = transport(&with(name, &[normal(foreign)]));
                assert_eq!(found.is_empty(), allowed.contains(name), "{name} names {foreign}");
            }
        }
    }

    #[test]
    fn tests_name_the_http_machinery_only_where_the_code_may() {
        assert!(transport(&with("planet-core", &[dev("rustls")])).is_empty());
        assert_eq!(transport(&with("planet-data", &[dev("hyper")])).len(), 1);
        assert_eq!(transport(&with("planet-sandbox", &[dev("rustls")])).len(), 1);
    }

    #[test]
    fn a_pin_that_is_not_exact_is_refused() {
        let loose = json!({"name": "planet-core", "req": "^0.1.0", "kind": null});
        let found = versions(&with("planet-data", &[loose]));
        assert_eq!(found, ["planet-data asks for planet-core ^0.1.0, not =0.1.0"]);
        assert!(versions(&with("planet-data", &[normal("planet-core")])).is_empty());
    }

    #[test]
    fn a_member_with_another_version_is_refused() {
        let mut other = package("planet-data", &[]);
        other["version"] = json!("0.2.0");
        let found = versions(&workspace(&[package("planet-core", &[]), other]));
        assert_eq!(found, ["planet-data has version 0.2.0, planet-core has 0.1.0"]);
    }

    #[test]
    fn a_package_without_io_may_not_bring_in_a_runtime() {
        let tree = "planet-builders v0.1.0 (/x)\ntokio-util v1.0.0\nserde v1.0.0 (*)\n";
        assert!(io("planet-builders", &tree_names(tree)).is_empty());
        for name in ["tokio", "hyper", "rustls"] {
            let tree = tree_names(&format!("{tree}{name} v1.0.0\n"));
            assert_eq!(io("planet-builders", &tree).len(), 1, "{name}");
        }
    }
}
