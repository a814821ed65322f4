//! Bundles, item types and file names: the tables that Planet publishes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

struct Spec {
    /// Bundle, then item type, then the assets delivered.
    bundles: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    wire: Value,
    item_types: Vec<ItemType>,
}

/// An item type that the service still offers.
#[derive(Debug)]
pub(crate) struct ItemType {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) asset_types: Vec<String>,
}

static SPEC: LazyLock<Spec> = LazyLock::new(|| {
    let bundles = parse(include_str!("../../fixtures/catalog/bundles.json"));
    let item_types = parse(include_str!("../../fixtures/catalog/item-types.json"));
    Spec {
        bundles: array(&bundles, "bundles").map(|bundle| (text(bundle, "id"), assets_by_item_type(bundle))).collect(),
        wire: wire_document(&bundles),
        item_types: array(&item_types, "item_types")
            .filter(|t| text(t, "status") != "retired")
            .map(|t| ItemType {
                id: text(t, "id"),
                title: text(t, "title"),
                asset_types: strings(t.get("asset_types")),
            })
            .collect(),
    }
});

fn parse(fixture: &str) -> Value {
    serde_json::from_str(fixture).unwrap_or_default()
}

fn array<'a>(v: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    v.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text(v: &Value, key: &str) -> String {
    v.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn strings(v: Option<&Value>) -> Vec<String> {
    v.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn assets_by_item_type(bundle: &Value) -> BTreeMap<String, Vec<String>> {
    let item_types = bundle.get("item_types").and_then(Value::as_object).into_iter().flatten();
    item_types.map(|(item_type, assets)| (item_type.clone(), strings(Some(assets)))).collect()
}

fn wire_document(spec: &Value) -> Value {
    let bundles: Map<String, Value> =
        array(spec, "bundles").map(|bundle| (text(bundle, "id"), wire_bundle(bundle))).collect();
    json!({"bundles": bundles, "version": spec.get("spec_version")})
}

fn wire_bundle(bundle: &Value) -> Value {
    let mut wire = Map::new();
    for (theirs, ours) in [
        ("name", "name"),
        ("description", "summary"),
        ("bands", "bands"),
        ("rectification", "rectification"),
        ("radiometry", "radiometry"),
        ("fileType", "file_type"),
        ("enhancements", "enhancements"),
        ("assets", "item_types"),
    ] {
        if let Some(value) = bundle.get(ours).filter(|value| !value.is_null()) {
            wire.insert(theirs.to_owned(), value.clone());
        }
    }
    let auxiliary = strings(bundle.get("auxiliary_files"));
    if !auxiliary.is_empty() {
        wire.insert("auxiliaryFiles".to_owned(), auxiliary.join(", ").into());
    }
    Value::Object(wire)
}

/// The asset types that a bundle delivers for an item type.
pub(crate) fn bundle_assets(bundle: &str, item_type: &str) -> Option<Vec<String>> {
    SPEC.bundles.get(bundle)?.get(item_type).cloned()
}

/// The bundle specification in the shape of `/compute/ops/bundles/spec`.
pub(crate) fn bundles_wire_document() -> Value {
    SPEC.wire.clone()
}

/// Whether the service offers the item type.
pub(crate) fn item_type_known(t: &str) -> bool {
    item_types().iter().any(|known| known.id == t)
}

/// All item types that the service offers.
pub(crate) fn item_types() -> &'static [ItemType] {
    &SPEC.item_types
}

/// The name of a delivered file; `suffix` (such as `_clip`) goes before the extension.
pub(crate) fn asset_file_name(item_id: &str, asset_type: &str, suffix: &str) -> String {
    let (stem, extension) = match asset_type {
        "ortho_visual" if !item_id.contains("_ssc") => ("_3B_Visual", "tif"),
        "ortho_analytic_3b" => ("_3B_Analytic", "tif"),
        "ortho_analytic_3b_xml" => ("_3B_Analytic_metadata", "xml"),
        "ortho_analytic_4b" => ("_3B_AnalyticMS", "tif"),
        "ortho_analytic_4b_xml" => ("_3B_AnalyticMS_metadata", "xml"),
        "ortho_analytic_4b_sr" => ("_3B_AnalyticMS_SR", "tif"),
        "ortho_analytic_8b" => ("_3B_AnalyticMS_8b", "tif"),
        "ortho_analytic_8b_xml" => ("_3B_AnalyticMS_8b_metadata", "xml"),
        "ortho_analytic_8b_sr" => ("_3B_AnalyticMS_SR_8b", "tif"),
        "ortho_udm2" => ("_3B_udm2", "tif"),
        "basic_analytic_4b" => ("_1B_AnalyticMS", "tif"),
        "basic_analytic_4b_rpc" => ("_1B_AnalyticMS_RPC", "TXT"),
        "basic_analytic_4b_xml" => ("_1B_AnalyticMS_metadata", "xml"),
        "basic_analytic_8b" => ("_1B_AnalyticMS_8b", "tif"),
        "basic_analytic_8b_xml" => ("_1B_AnalyticMS_8b_metadata", "xml"),
        "basic_udm2" => ("_1B_udm2", "tif"),
        other => return other_file_name(item_id, other, suffix),
    };
    format!("{item_id}{stem}{suffix}.{extension}")
}

/// File names outside PSScene follow the asset type.
fn other_file_name(item_id: &str, asset_type: &str, suffix: &str) -> String {
    let name = asset_type.strip_prefix("ortho_").unwrap_or(asset_type);
    if let Some(name) = name.strip_suffix("_xml") {
        format!("{item_id}_{name}_metadata{suffix}.xml")
    } else if let Some(name) = name.strip_suffix("_rpc") {
        format!("{item_id}_{name}_RPC{suffix}.TXT")
    } else {
        format!("{item_id}_{name}{suffix}.tif")
    }
}

/// The media type of a delivered file, by its extension.
pub(crate) fn media_type(file_name: &str) -> &'static str {
    match file_name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("tif" | "tiff") => "image/tiff",
        Some("json") => "application/json",
        Some("xml") => "text/xml",
        Some("txt") => "text/plain",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}
