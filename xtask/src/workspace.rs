//! What `cargo metadata` says about the workspace, as far as the chores ask.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Result;
use crate::sh;

/// The packages of the resolved graph, ours and foreign ones.
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
    pub(crate) target_directory: String,
}

pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) rust_version: Option<String>,
    /// A member of the workspace: one of ours.
    pub(crate) ours: bool,
    /// Meant for a registry.
    pub(crate) published: bool,
    /// The features, `default` among them, and what each turns on.
    pub(crate) features: BTreeMap<String, Vec<String>>,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) examples: Vec<String>,
    /// Its manifest.
    pub(crate) manifest: PathBuf,
    pub(crate) repository: String,
}

/// A dependency as the manifest declares it.
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) requirement: String,
    /// For tests and examples only.
    pub(crate) dev: bool,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> Result<Self> {
        let args = ["metadata", "--format-version", "1", "--all-features"];
        let text = sh::read(&mut sh::cargo(&args))?;
        Ok(Self::from_json(&serde_json::from_str(&text)?))
    }

    /// Our own packages alone, of a copy of the repository.
    pub(crate) fn members(root: &Path) -> Result<Self> {
        let args = ["metadata", "--format-version", "1", "--no-deps"];
        let text = sh::read(sh::cargo(&args).current_dir(root))?;
        Ok(Self::from_json(&serde_json::from_str(&text)?))
    }

    pub(crate) fn from_json(metadata: &Value) -> Self {
        let members = strings(&metadata["workspace_members"]);
        let packages = array(&metadata["packages"]).map(|package| Package::from_json(package, &members)).collect();
        Self { packages, target_directory: string(&metadata["target_directory"]) }
    }

    /// Our own packages.
    pub(crate) fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.ours)
    }

    /// Whether a package of this name is one of ours.
    pub(crate) fn is_ours(&self, name: &str) -> bool {
        self.ours().any(|package| package.name == name)
    }
}

impl Package {
    fn from_json(package: &Value, members: &[String]) -> Self {
        let examples = array(&package["targets"])
            .filter(|target| strings(&target["kind"]).iter().any(|kind| kind == "example"))
            .map(|target| string(&target["name"]))
            .collect();
        Self {
            name: string(&package["name"]),
            version: string(&package["version"]),
            rust_version: package["rust_version"].as_str().map(str::to_owned),
            ours: members.contains(&string(&package["id"])),
            published: package["publish"].is_null(),
            features: object(&package["features"]).map(|(name, brings)| (name.clone(), strings(brings))).collect(),
            dependencies: array(&package["dependencies"])
                .map(|dependency| Dependency {
                    name: string(&dependency["name"]),
                    requirement: string(&dependency["req"]),
                    dev: dependency["kind"] == "dev",
                })
                .collect(),
            examples,
            manifest: string(&package["manifest_path"]).into(),
            repository: string(&package["repository"]),
        }
    }
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn strings(value: &Value) -> Vec<String> {
    array(value).map(string).collect()
}
