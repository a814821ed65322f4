//! The rows of the tables: borrowed in the catalogue that is built in, owned in one that was read.

use std::borrow::Cow;

use super::{AssetType, Bundle, FieldKind, ItemType};

#[derive(Clone)]
pub(crate) struct BundleRow {
    pub(crate) bundle: Bundle,
    pub(crate) form: Form,
    /// Sorted by item type.
    pub(crate) deliveries: Cow<'static, [Delivery]>,
}

/// What a bundle delivers of items of one type.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub(crate) item_type: ItemType,
    pub(crate) assets: Cow<'static, [AssetType]>,
}

/// What the data of a bundle are like, in the words of the specification; empty where it says nothing.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) bands: Cow<'static, str>,
    pub(crate) rectification: Cow<'static, str>,
    pub(crate) radiometry: Cow<'static, str>,
    pub(crate) file_type: Cow<'static, str>,
    pub(crate) enhancements: Cow<'static, str>,
}

#[derive(Clone)]
pub(crate) struct ItemTypeRow {
    pub(crate) item_type: ItemType,
    /// The places of the bundles that cover it, in the order of the specification.
    pub(crate) bundles: Cow<'static, [usize]>,
    /// By name, in any case.
    pub(crate) asset_types: Cow<'static, [AssetType]>,
    pub(crate) fields: &'static [(&'static str, FieldKind)],
    /// Whether items may have no other properties.
    pub(crate) fields_complete: bool,
}

impl BundleRow {
    /// At most nine, so that going through them is the fastest.
    pub(super) fn delivery(&self, item_type: &str) -> Option<&Delivery> {
        self.deliveries.iter().find(|delivery| delivery.item_type.as_str().eq_ignore_ascii_case(item_type))
    }
}

impl ItemTypeRow {
    pub(super) fn is_orderable(&self) -> bool {
        !self.bundles.is_empty()
    }
}

impl Form {
    /// Whether one can stand in for the other: the same measurement in the same form, with fewer or more bands.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let measured = |form: &Self| !matches!(&*form.radiometry, "" | "N/A");
        let panchromatic = |form: &Self| form.bands == "panchromatic";
        measured(self)
            && self.radiometry == other.radiometry
            && self.rectification == other.rectification
            && self.file_type == other.file_type
            && self.enhancements == other.enhancements
            && panchromatic(self) == panchromatic(other)
    }
}
