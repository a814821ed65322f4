//! `planet.specs`: names that the service knows.

use std::str::FromStr;
use std::sync::LazyLock;

use planet_builders::catalog::{SCENE_TOOLS, find_name};
use planet_builders::order::{ArchiveType, FileFormat};
use planet_builders::{Bundle, Catalogue, ItemType, OrderType};
use planet_core::{Error, Fault, Result};
use serde_json::Value;

use super::Function;
use crate::args::Args;
use crate::args::Stop;

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("specs.validate_item_type", validate_item_type),
    ("specs.validate_data_item_type", |args| {
        Ok(text(at("item_type", catalogue().item_type(&name(args, "item_type")?))?))
    }),
    ("specs.validate_bundle", validate_bundle),
    ("specs.validate_supported_bundles", validate_bundle),
    ("specs.validate_asset_type", validate_asset_type),
    ("specs.validate_order_type", |args| one_of::<OrderType>(args, "order_type")),
    ("specs.validate_archive_type", |args| one_of::<ArchiveType>(args, "archive_type")),
    ("specs.validate_file_format", |args| one_of::<FileFormat>(args, "file_format")),
    ("specs.validate_tool", |args| Ok(text(at("tool", find_name(&name(args, "tool")?, SCENE_TOOLS))?))),
    ("specs.get_match", get_match),
    ("specs.get_data_item_types", |_| Ok(list(catalogue().item_types()))),
    ("specs.get_bundle_names", |_| Ok(list(catalogue().bundles()))),
    ("specs.get_product_bundles", get_product_bundles),
    ("specs.get_item_types", get_item_types),
    ("specs.get_supported_assets", get_supported_assets),
];

/// The catalogue of the specification that the cases were recorded with.
pub(super) fn catalogue() -> &'static Catalogue {
    static RECORDED: LazyLock<Catalogue> = LazyLock::new(|| {
        let spec = include_bytes!("../../vectors/bundles_spec.json");
        Catalogue::from_spec(spec).expect("the file is part of the program and a test reads it")
    });
    &RECORDED
}

fn validate_item_type(args: &Args<'_>) -> Result<Value, Stop> {
    let item_type = orderable(&name(args, "item_type")?)?;
    Ok(text(item_type))
}

/// Both functions: the bundle of a name, for an item type. For an unknown one Python says that there are no bundles.
fn validate_bundle(args: &Args<'_>) -> Result<Value, Stop> {
    let (item_type, bundle) = (name(args, "item_type")?, name(args, "bundle")?);
    let bundles: Vec<&Bundle> = catalogue().bundles_of(&item_type).collect();
    if bundles.is_empty() {
        return Ok(text(at("product_bundle", find_name(&bundle, &bundles))?));
    }
    let (bundle, _) = catalogue().bundle_for(&bundle, &item_type).map_err(refused)?;
    Ok(text(bundle))
}

fn validate_asset_type(args: &Args<'_>) -> Result<Value, Stop> {
    let item_type = orderable(&name(args, "item_type")?)?;
    let allowed = catalogue().asset_types_of(item_type);
    Ok(text(at("asset_type", find_name(&name(args, "asset_type")?, allowed))?))
}

fn get_match(args: &Args<'_>) -> Result<Value, Stop> {
    let entries: Vec<String> = args.get("spec_entries")?;
    Ok(text(at(&name(args, "field_name")?, find_name(&name(args, "test_entry")?, &entries))?))
}

fn get_product_bundles(args: &Args<'_>) -> Result<Value, Stop> {
    Ok(match args.optional::<String>("item_type")? {
        Some(item_type) => list(catalogue().bundles_of(item_type)),
        None => list(catalogue().bundles()),
    })
}

fn get_item_types(args: &Args<'_>) -> Result<Value, Stop> {
    Ok(match args.optional::<String>("product_bundle")? {
        Some(bundle) => list(catalogue().item_types_of(at("product_bundle", catalogue().bundle(&bundle))?)),
        None => list(catalogue().orderable_item_types()),
    })
}

fn get_supported_assets(args: &Args<'_>) -> Result<Value, Stop> {
    Ok(list(catalogue().asset_types_of(orderable(&name(args, "item_type")?)?)))
}

/// An item type that is in a bundle.
fn orderable(name: &str) -> Result<&'static ItemType, Stop> {
    let types: Vec<&ItemType> = catalogue().orderable_item_types().collect();
    Ok(at("item_type", find_name(name, &types).copied())?)
}

/// The catalogue's faults have no path of their own.
fn at<T>(field: &str, found: std::result::Result<T, Fault>) -> Result<T> {
    found.map_err(|fault| Error::invalid(vec![fault.under(field)]))
}

fn refused(fault: Fault) -> Stop {
    Stop::Refused(Error::invalid(vec![fault]))
}

fn name(args: &Args<'_>, name: &str) -> Result<String, Stop> {
    args.get(name)
}

fn one_of<T: FromStr<Err = Error> + ToString>(args: &Args<'_>, field: &str) -> Result<Value, Stop> {
    Ok(text(name(args, field)?.parse::<T>()?.to_string()))
}

fn text(name: impl AsRef<str>) -> Value {
    name.as_ref().into()
}

fn list<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Value {
    names.into_iter().map(text).collect()
}
