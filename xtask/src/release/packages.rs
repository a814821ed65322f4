//! Which packages go to crates.io, in which order, and which must not.

use std::collections::{BTreeMap, BTreeSet};

use crate::Result;
use crate::workspace::{Package, Workspace};

/// Names that belong to somebody else on crates.io. docs/adr/0002-name-of-the-umbrella.md has the decision to take.
const TAKEN: &[&str] = &["planet"];

/// The packages that can be published, in an order in which each comes after those that it needs, and the others
/// with the reason.
pub(super) struct Packages<'a> {
    pub(super) ready: Vec<&'a Package>,
    pub(super) refused: Vec<(&'a Package, String)>,
}

impl<'a> Packages<'a> {
    pub(super) fn of(workspace: &'a Workspace) -> Result<Self> {
        let mut packages = Self { ready: Vec::new(), refused: Vec::new() };
        for package in in_order(workspace)? {
            match packages.reason(package) {
                Some(reason) => packages.refused.push((package, reason)),
                None => packages.ready.push(package),
            }
        }
        Ok(packages)
    }

    fn reason(&self, package: &Package) -> Option<String> {
        let name = package.name.as_str();
        if TAKEN.contains(&name) {
            return Some(format!(
                "the name `{name}` on crates.io belongs to an unrelated crate. To be decided: a package name such as \
                `{name}-sdk`, with `[lib] name = \"{name}\"` so that programs still say `use {name}::`. Then the line \
                `name = ...` in crates/planet/Cargo.toml is changed (docs/adr/0002-name-of-the-umbrella.md)"
            ));
        }
        let (refused, _) = self.refused.iter().find(|(refused, _)| needs(package).any(|need| need == refused.name))?;
        let refused = &refused.name;
        Some(format!("it needs `{refused}`, which cannot be published"))
    }
}

/// What a package is published with. Cargo leaves a dependency out that is for tests only and has no version.
pub(super) fn needs(package: &Package) -> impl Iterator<Item = &str> {
    let kept = package.dependencies.iter().filter(|dependency| !dependency.dev || dependency.requirement != "*");
    kept.map(|dependency| dependency.name.as_str())
}

/// The packages of these names and all that are built with them: what a change in the former may change.
pub(super) fn with_dependents(workspace: &Workspace, mut changed: BTreeSet<String>) -> BTreeSet<String> {
    loop {
        let before = changed.len();
        for package in workspace.ours() {
            let mut built_with = package.dependencies.iter().filter(|dependency| !dependency.dev);
            if built_with.any(|dependency| changed.contains(&dependency.name)) {
                changed.insert(package.name.clone());
            }
        }
        if changed.len() == before {
            return changed;
        }
    }
}

fn in_order(workspace: &Workspace) -> Result<Vec<&Package>> {
    let mut waiting: BTreeMap<&str, &Package> =
        workspace.ours().filter(|package| package.published).map(|package| (package.name.as_str(), package)).collect();
    for package in waiting.values() {
        if let Some(need) = needs(package).find(|need| workspace.is_ours(need) && !waiting.contains_key(need)) {
            return Err(format!("{} needs {need}, which is not meant for crates.io", package.name).into());
        }
    }
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let next = waiting.values().find(|package| needs(package).all(|need| !waiting.contains_key(need)));
        let Some(next) = next.copied() else {
            let names: Vec<&str> = waiting.into_keys().collect();
            return Err(format!("there is no order to publish {} in: each needs another one", names.join(", ")).into());
        };
        waiting.remove(next.name.as_str());
        order.push(next);
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const DEV: bool = true;

    fn package(name: &str, dependencies: &[(&str, &str, bool)]) -> Value {
        let dependencies: Vec<_> = dependencies
            .iter()
            .map(|(name, req, dev)| json!({"name": name, "req": req, "kind": dev.then_some("dev")}))
            .collect();
        json!({"id": name, "name": name, "version": "0.1.0", "publish": null, "dependencies": dependencies})
    }

    fn workspace(packages: &[Value]) -> Workspace {
        let ids: Vec<_> = packages.iter().map(|package| &package["id"]).collect();
        Workspace::from_json(&json!({"workspace_members": ids, "packages": packages}))
    }

    fn names(packages: &[&Package]) -> Vec<String> {
        packages.iter().map(|package| package.name.clone()).collect()
    }

    #[test]
    fn each_package_comes_after_those_that_it_needs() {
        let workspace = workspace(&[
            package("a", &[("b", "=0.1.0", false), ("z", "=0.1.0", DEV)]),
            package("b", &[("c", "=0.1.0", false), ("serde", "^1", false)]),
            package("c", &[]),
            package("z", &[]),
        ]);
        assert_eq!(names(&Packages::of(&workspace).unwrap().ready), ["c", "b", "z", "a"]);
    }

    #[test]
    fn tests_may_need_each_other_by_path() {
        let workspace = workspace(&[package("a", &[("b", "*", DEV)]), package("b", &[("a", "=0.1.0", false)])]);
        assert_eq!(names(&Packages::of(&workspace).unwrap().ready), ["a", "b"]);
    }

    #[test]
    fn a_circle_is_refused_with_its_names() {
        let workspace = workspace(&[package("a", &[("b", "=0.1.0", DEV)]), package("b", &[("a", "=0.1.0", false)])]);
        let error = Packages::of(&workspace).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("publish a, b in"), "{error}");
    }

    #[test]
    fn the_umbrella_is_refused_until_its_name_is_decided() {
        let before = workspace(&[package("planet", &[("planet-core", "=0.1.0", false)]), package("planet-core", &[])]);
        let packages = Packages::of(&before).unwrap();
        assert_eq!(names(&packages.ready), ["planet-core"]);
        let (umbrella, reason) = &packages.refused[0];
        assert_eq!(umbrella.name, "planet");
        assert!(reason.contains("belongs to an unrelated crate"), "{reason}");
        assert!(reason.contains("`planet-sdk`, with `[lib] name = \"planet\"`"), "{reason}");

        let after = workspace(&[package("planet-sdk", &[])]);
        assert!(Packages::of(&after).unwrap().refused.is_empty());
    }

    #[test]
    fn what_needs_a_refused_package_is_refused() {
        let workspace = workspace(&[package("planet", &[]), package("b", &[("planet", "=0.1.0", DEV)])]);
        let packages = Packages::of(&workspace).unwrap();
        let (_, reason) = packages.refused.iter().find(|(package, _)| package.name == "b").unwrap();
        assert_eq!(reason, "it needs `planet`, which cannot be published");
    }

    #[test]
    fn a_package_that_needs_an_unpublished_one_is_refused() {
        let mut tool = package("tool", &[]);
        tool["publish"] = json!([]);
        let error = Packages::of(&workspace(&[package("a", &[("tool", "=0.1.0", false)]), tool])).map(|_| ());
        let error = error.unwrap_err().to_string();
        assert!(error.contains("a needs tool, which is not meant for crates.io"), "{error}");
    }

    #[test]
    fn a_change_reaches_all_that_are_built_with_it() {
        let workspace = workspace(&[
            package("a", &[("b", "=0.1.0", false)]),
            package("b", &[("c", "=0.1.0", false)]),
            package("c", &[]),
            package("t", &[("c", "=0.1.0", DEV)]),
        ]);
        let changed = with_dependents(&workspace, BTreeSet::from(["c".to_owned()]));
        assert_eq!(changed.into_iter().collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn of_our_own_packages_only_the_umbrella_cannot_be_published() {
        let workspace = Workspace::members(&crate::sh::root()).unwrap();
        let packages = Packages::of(&workspace).unwrap();
        let refused: Vec<_> = packages.refused.iter().map(|(package, _)| package.name.as_str()).collect();
        assert_eq!(refused, ["planet"]);
        assert_eq!(packages.ready.len(), 6);
    }
}
