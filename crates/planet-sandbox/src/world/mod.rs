//! The world the emulator serves: a catalogue of invented items, the filters that search it and the files that are
//! delivered for it. Everything here is pure; times come in as arguments.

mod area;
mod catalog_spec;
mod filter;
mod generate;
mod geometry;
mod item;
mod metadata;
mod raster;
mod sidecar;
mod stats;
#[cfg(test)]
mod tests;

pub(crate) use catalog_spec::{
    asset_file_name, bundle_assets, bundles_wire_document, item_type_known, item_types, media_type,
};
pub(crate) use filter::{FilterError, SearchFilter};
pub(crate) use generate::Catalogue;
pub(crate) use geometry::{intersects, parse_geometry, repair, to_json};
pub(crate) use item::Item;
pub(crate) use metadata::item_metadata;
pub(crate) use raster::{mask_percent, render_asset, render_composite};
pub(crate) use stats::buckets;
