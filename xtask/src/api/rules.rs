//! What the documentation of an item must have.

use std::collections::BTreeSet;

use super::json::{Item, Kind, Promises};
use crate::shown;

const ERRORS: &str = "# Errors";
const CANCEL_SAFETY: &str = "# Cancel safety";

/// What is missing in the documentation of these items. `shown` are the types that an example has a value of.
///
/// A call that fails says how at the type that is awaited or read, not at each method that makes one: that is where all
/// methods lead, and where a future ends up that was handed on.
pub(super) fn wanting(items: &[Item], shown: &BTreeSet<String>) -> Vec<String> {
    let mut wanting = Vec::new();
    for item in items {
        let mut lacks = |what: &str| wanting.push(format!("{} {}: {what}", item.place, item.path));
        if item.docs.trim().is_empty() {
            lacks("no documentation");
            continue;
        }
        if let Kind::Type(promises) | Kind::Function(promises) = &item.kind {
            let Promises { may_fail, is_async } = promises;
            if *may_fail && !has_section(item, ERRORS) {
                lacks("no `# Errors`, though it can fail");
            }
            if *is_async && !has_section(item, CANCEL_SAFETY) {
                lacks("no `# Cancel safety`, though it is awaited or read");
            }
        }
        if matches!(item.kind, Kind::Type(_)) && !shown.contains(item.name()) && !has_example(item, items) {
            lacks("no example has one");
        }
    }
    wanting
}

fn has_section(item: &Item, title: &str) -> bool {
    item.docs.lines().any(|line| line.trim() == title)
}

/// In its own documentation, or in that of what it holds.
fn has_example(of: &Item, items: &[Item]) -> bool {
    let within = format!("{}::", of.path);
    let mut parts = items.iter().filter(|item| item.path == of.path || item.path.starts_with(&within));
    parts.any(|item| shown::in_documentation(&item.docs))
}
