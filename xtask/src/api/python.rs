//! The names of the Python SDK, which readers search for.

use std::collections::BTreeSet;

use super::json::Item;
use crate::Result;

/// Fewer names than this are not what the SDK has: the tables have moved.
const FEWEST: usize = 100;

/// The chapter whose names are ours, for values that have several names in Python or none.
const DESCRIBED: &str = "## Constants";

/// The names on the left of the page's tables, without the modules and classes that hold them.
pub(super) fn names(page: &str) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let (mut within, mut described) = (false, false);
    for line in page.lines() {
        if line.starts_with("## ") {
            described = line == DESCRIBED;
        }
        let Some((python, rust)) = line.strip_prefix('|').and_then(|row| row.split_once('|')) else {
            within = false;
            continue;
        };
        within |= line.starts_with("| Python | Rust |") && !described;
        let has_none = rust.split('|').next().is_some_and(|rust| rust.trim() == "none");
        if within && !has_none {
            names.extend(python.split('`').skip(1).step_by(2).filter_map(name));
        }
    }
    if names.len() < FEWEST {
        let found = names.len();
        return Err(format!("{}: only {found} names in tables `| Python | Rust |`", super::PYTHON_PAGE).into());
    }
    Ok(names)
}

/// `create_order` of `orders.create_order`. An argument, `state=`, is no name of its own.
fn name(code: &str) -> Option<String> {
    let is_path = code.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    is_path.then(|| code.rsplit('.').next().unwrap_or(code).to_owned())
}

/// The names that a search of our documentation does not find. The search does not care about case.
pub(super) fn wanting(names: &BTreeSet<String>, items: &[Item]) -> Vec<String> {
    let names_of = |item: &Item| {
        item.aliases.iter().map(String::as_str).chain([item.name()]).map(str::to_lowercase).collect::<Vec<_>>()
    };
    let known: BTreeSet<String> = items.iter().flat_map(names_of).collect();
    let missing = names.iter().filter(|name| !known.contains(&name.to_lowercase()));
    missing.map(|name| format!("{} `{name}`: no item has this name or alias", super::PYTHON_PAGE)).collect()
}
