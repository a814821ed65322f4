//! The constants, each with a comment that says what it is.

use super::rust::{constant, doc, each};
use super::spec::{Bundle, ItemType, Specs};

pub(super) fn item_types(specs: &Specs) -> String {
    let constants = specs.item_types().into_iter().map(|item_type| {
        let title = match item_type.title.as_str() {
            "" => "no more is known of it",
            title => title,
        };
        let retired = if item_type.is_retired() { " Retired: found in stored searches and orders only." } else { "" };
        doc(&format!("`{}`: {title}.{retired}", item_type.id)) + &declaration(&item_type.id)
    });
    inherent("ItemType", constants)
}

pub(super) fn asset_types(specs: &Specs) -> String {
    let item_types = specs.item_types();
    let constants = specs.all_asset_types().into_iter().map(|name| {
        let about = specs.asset_types.get(&name).map(|about| format!(": {about}")).unwrap_or_default();
        let of = item_types.iter().filter(|item_type| specs.asset_types_of(item_type).contains(&name)).collect();
        doc(&format!("`{name}`{about}.")) + "///\n" + &doc(&format!("Of {}.", listed(of))) + &declaration(&name)
    });
    inherent("AssetType", constants)
}

pub(super) fn bundles(specs: &Specs) -> String {
    let item_types = specs.item_types();
    let constants = specs.bundles.iter().map(|bundle| {
        let covered = item_types.iter().filter(|item_type| bundle.item_types.contains_key(&item_type.id)).collect();
        let title = doc(&format!("`{}`: {}; {}.", bundle.id, bundle.name, character(bundle)));
        title + "///\n" + &doc(&format!("For {}.", listed(covered))) + &declaration(&bundle.id)
    });
    inherent("Bundle", constants)
}

pub(super) fn limits(specs: &Specs) -> String {
    let mut text =
        "//! Limits of the Orders API, as its documentation states them.\n\nuse crate::catalog::ItemType;\n".to_owned();
    for limit in &specs.orders.limits {
        text += &format!("\n{}pub const {}: usize = {};\n", doc(&format!("{}.", limit.about)), limit.name, limit.value);
    }
    let large = each(&specs.orders.large_item_types, |name| format!("ItemType::{}", constant(name)));
    text += &format!(
        "\n/// Item types whose orders take fewer items as a zip archive: see [`ITEMS_PER_ZIPPED_ORDER`].\n\
         pub const LARGE_ITEM_TYPES: &[ItemType] = &[{large}];\n",
    );
    text
}

fn inherent(newtype: &str, constants: impl Iterator<Item = String>) -> String {
    let constants: Vec<String> = constants.collect();
    format!("impl {newtype} {{\n{}\n}}\n", constants.join("\n"))
}

fn declaration(name: &str) -> String {
    format!("pub const {}: Self = Self(Cow::Borrowed({name:?}));\n", constant(name))
}

fn character(bundle: &Bundle) -> String {
    let bands = match bundle.bands.as_deref() {
        Some("all") => Some("all bands"),
        bands => bands,
    };
    let rectification = match bundle.rectification.as_deref() {
        Some("non-orthorectified") => Some("not orthorectified"),
        rectification => rectification,
    };
    let parts = [rectification, bundle.radiometry.as_deref(), bands, bundle.file_type.as_deref()];
    let known: Vec<&str> = parts.into_iter().flatten().filter(|part| *part != "N/A").collect();
    known.join(", ")
}

/// The item types that are offered or, if there are none, all of them.
fn listed(item_types: Vec<&ItemType>) -> String {
    let name = |item_type: &ItemType| format!("`{}`", item_type.id);
    let offered: Vec<String> =
        item_types.iter().filter(|item_type| !item_type.is_retired()).map(|item_type| name(item_type)).collect();
    if offered.is_empty() {
        let retired: Vec<String> = item_types.into_iter().map(name).collect();
        return format!("{}: retired", retired.join(", "));
    }
    offered.join(", ")
}
