//! What a reader of the published crates finds in their documentation, as rustdoc understands it.

mod json;
mod python;
mod rules;
mod rustdoc;
mod tables;
#[cfg(test)]
mod tests;

use std::fs;

use crate::workspace::Workspace;
use crate::{Result, sh, shown};
use json::Item;
pub(crate) use rustdoc::{STAND_IN, docs_rs, stand_in};

/// The page whose tables name what the Python SDK has.
const PYTHON_PAGE: &str = "docs/from-python.md";

/// The page of the guide with the features of the umbrella.
const FEATURES_PAGE: &str = "docs/configuration.md";

/// Reads the documentation of all published crates and fails with a list of what is missing there.
pub(crate) fn run() -> Result {
    let workspace = Workspace::load()?;
    let shown = shown::types()?;
    let (mut items, mut wanting) = (Vec::new(), Vec::new());
    for package in workspace.ours().filter(|package| package.published) {
        let found = json::items(&rustdoc::json(&package.name, &workspace.target_directory)?)
            .map_err(|error| format!("{}: {error}", package.name))?;
        wanting.extend(rules::wanting(&found, &shown));
        let page = found.first().map_or("", |root: &Item| root.docs.as_str());
        wanting.extend(tables::wanting(package, page));
        if package.name == "planet" {
            wanting.extend(tables::wanting(package, &fs::read_to_string(sh::root().join(FEATURES_PAGE))?));
        }
        items.extend(found);
    }
    let page = fs::read_to_string(sh::root().join(PYTHON_PAGE))?;
    let names = python::names(&page)?;
    wanting.extend(python::wanting(&names, &items));

    if wanting.is_empty() {
        println!("{} public items are documented, and {} names of Python are found", items.len(), names.len());
        return Ok(());
    }
    Err(format!("the documentation lacks these {}:\n  {}", wanting.len(), wanting.join("\n  ")).into())
}
