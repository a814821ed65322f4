//! The tables behind the look-ups, sorted as these want them.

use super::rust::{borrowed, constant, each};
use super::spec::{Bundle, ItemType, Specs, Tool};

pub(super) fn bundles(specs: &Specs) -> String {
    let count = specs.bundles.len();
    format!(
        "/// The version of the bundle specification, a date.\n\
         pub(crate) const VERSION: &str = {version:?};\n\n\
         /// By length of the name, then by name.\n\
         pub(crate) static BUNDLES: [BundleRow; {count}] = [{rows}];\n\n\
         /// Places in [`BUNDLES`], in the order of the specification.\n\
         pub(crate) static ORDER: [usize; {count}] = {order:?};\n",
        version = specs.version,
        rows = each(sorted_bundles(specs), bundle),
        order = places(specs, |_| true),
    )
}

fn sorted_bundles(specs: &Specs) -> Vec<&Bundle> {
    let mut sorted: Vec<&Bundle> = specs.bundles.iter().collect();
    sorted.sort_by_key(|bundle| search_key(&bundle.id));
    sorted
}

/// The places of some bundles in the table, in the order of the specification.
fn places(specs: &Specs, wanted: impl Fn(&Bundle) -> bool) -> Vec<usize> {
    let sorted = sorted_bundles(specs);
    let place = |wanted: &Bundle| sorted.iter().position(|bundle| bundle.id == wanted.id);
    specs.bundles.iter().filter(|bundle| wanted(bundle)).filter_map(place).collect()
}

fn bundle(bundle: &Bundle) -> String {
    let mut deliveries: Vec<_> = bundle.item_types.iter().collect();
    deliveries.sort_by_key(|(item_type, _)| item_type.to_ascii_lowercase());
    let deliveries = each(deliveries, |(item_type, assets)| {
        format!(
            "Delivery {{ item_type: ItemType::{}, assets: {} }}",
            constant(item_type),
            constants("AssetType", assets)
        )
    });
    format!(
        "BundleRow {{ bundle: Bundle::{name}, \
         form: Form {{ bands: {bands}, rectification: {rectification}, radiometry: {radiometry}, \
         file_type: {file_type}, enhancements: {enhancements} }}, \
         deliveries: Cow::Borrowed(&[{deliveries}]) }}",
        name = constant(&bundle.id),
        bands = borrowed(bundle.bands.as_deref()),
        rectification = borrowed(bundle.rectification.as_deref()),
        radiometry = borrowed(bundle.radiometry.as_deref()),
        file_type = borrowed(bundle.file_type.as_deref()),
        enhancements = borrowed(bundle.enhancements.as_deref()),
    )
}

pub(super) fn asset_types(specs: &Specs) -> String {
    let mut all = specs.all_asset_types();
    all.sort_by_key(|name| search_key(name));
    format!(
        "/// By length, then by name.\npub(crate) static ASSET_TYPES: [AssetType; {}] = [{}];\n",
        all.len(),
        each(&all, |name| format!("AssetType::{}", constant(name))),
    )
}

pub(super) fn item_types(specs: &Specs) -> String {
    let all = specs.item_types();
    let extras = each(&specs.item_types.extra_top_level_filterable, |extra| field(&extra.name, &extra.kind));
    format!(
        "/// By name.\n\
         pub(crate) static ITEM_TYPES: [ItemTypeRow; {count}] = [{rows}];\n\n\
         /// Fields of items of all types that are no properties.\n\
         pub(crate) static TOP_FIELDS: &[(&str, FieldKind)] = &[{extras}];\n",
        count = all.len(),
        rows = each(&all, |row| item_type(specs, row)),
    )
}

fn item_type(specs: &Specs, item_type: &ItemType) -> String {
    let mut fields = item_type.fields.clone();
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    format!(
        "ItemTypeRow {{ item_type: ItemType::{name}, bundles: Cow::Borrowed(&{bundles:?}), asset_types: {assets}, \
         fields: &[{fields}], fields_complete: {complete} }}",
        name = constant(&item_type.id),
        bundles = places(specs, |bundle| bundle.item_types.contains_key(&item_type.id)),
        assets = constants("AssetType", &specs.asset_types_of(item_type)),
        fields = each(&fields, |row| field(&row.name, &row.kind)),
        complete = item_type.fields_are_complete(),
    )
}

/// A kind that is new stops the generator at the compiler: it needs a variant first.
fn field(name: &str, kind: &str) -> String {
    let mut letters = kind.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let kind: String = first.into_iter().chain(letters).collect();
    format!("({name:?}, FieldKind::{})", kind.replace("Datetime", "DateTime"))
}

pub(super) fn tools(specs: &Specs) -> String {
    let tools = &specs.orders.tools;
    format!(
        "use crate::catalog::Exception;\n\n\
         /// The tools that take scenes.\n\
         #[doc(alias = \"SUPPORTED_TOOLS\")]\n\
         pub const SCENE_TOOLS: &[&str] = &[{scenes}];\n\n\
         /// The tools that take quads of a basemap.\n\
         pub const BASEMAP_TOOLS: &[&str] = &[{basemaps}];\n\n\
         /// What the tools that take scenes do not take.\n\
         pub(crate) static EXCEPTIONS: &[Exception] = &[{exceptions}];\n",
        scenes = each(tools.iter().filter(|tool| tool.scenes), |tool| format!("{:?}", tool.name)),
        basemaps = each(tools.iter().filter(|tool| tool.basemaps), |tool| format!("{:?}", tool.name)),
        exceptions = tools.iter().map(exceptions).collect::<String>(),
    )
}

fn exceptions(tool: &Tool) -> String {
    let name = &tool.name;
    let item_types =
        each(&tool.not_item_types, |not| format!("Exception::ItemType {{ tool: {name:?}, item_type: {not:?} }}"));
    let bundles = each(&tool.not_bundles, |not| format!("Exception::Bundles {{ tool: {name:?}, prefix: {not:?} }}"));
    let only = each(&tool.only, |only| {
        let (item_type, bundles) = (&only.item_type, &only.bundles);
        format!("Exception::AllBut {{ tool: {name:?}, item_type: {item_type:?}, bundles: &{bundles:?} }}")
    });
    item_types + &bundles + &only
}

/// The order in which the catalogue searches names.
fn search_key(name: &str) -> (usize, String) {
    (name.len(), name.to_ascii_lowercase())
}

/// A borrowed list of constants.
fn constants(newtype: &str, names: &[String]) -> String {
    format!("Cow::Borrowed(&[{}])", each(names, |name| format!("{newtype}::{}", constant(name))))
}
