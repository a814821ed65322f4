//! The table of features on a crate's page, against its manifest.

use std::collections::BTreeMap;

use crate::workspace::Package;

const HEADER: &str = "| feature | default |";

/// Where the table on this page and the features of the package differ.
pub(super) fn wanting(package: &Package, page: &str) -> Vec<String> {
    let real = real(package);
    let told = told(page);
    let name = &package.name;
    if real.is_empty() && told.is_empty() {
        return Vec::new();
    }
    let mut wanting = Vec::new();
    for (feature, default) in &real {
        match told.get(feature) {
            None => wanting.push(format!("{name}: its page has no row for the feature `{feature}` (`{HEADER} ..`)")),
            Some(told) if told == default => {}
            Some(_) => wanting.push(format!("{name}: its page is wrong about `{feature}` being a default feature")),
        }
    }
    let gone = told.keys().filter(|feature| !real.contains_key(*feature));
    wanting.extend(gone.map(|feature| format!("{name}: its page tells of a feature `{feature}`, which is not there")));
    wanting
}

/// The features, and whether each is on by default.
fn real(package: &Package) -> BTreeMap<&str, bool> {
    let default = package.features.get("default").map(Vec::as_slice).unwrap_or_default();
    let features = package.features.keys().filter(|feature| *feature != "default");
    features.map(|feature| (feature.as_str(), default.contains(feature))).collect()
}

fn told(page: &str) -> BTreeMap<&str, bool> {
    let table = page.lines().skip_while(|line| !line.starts_with(HEADER)).skip(2);
    let mut told = BTreeMap::new();
    for row in table.take_while(|line| line.starts_with('|')) {
        let mut cells = row.split('|').skip(1).map(str::trim);
        let (names, default) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        told.extend(names.split('`').skip(1).step_by(2).map(|name| (name, default == "yes")));
    }
    told
}
