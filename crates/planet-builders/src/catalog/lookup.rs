//! Names as a user writes them, and the names that the service knows.

use std::cmp::Ordering;

use planet_core::{Fault, FaultKind};

use super::suggest::{refused, unknown};
use super::{AssetType, Bundle, BundleRow, Catalogue, ItemType, ItemTypeRow};

impl Catalogue {
    /// The item type of a name, in any case. It can be searched, but not always be ordered: see
    /// [`bundle_for`](Self::bundle_for).
    ///
    /// ```
    /// use planet_builders::{Catalogue, ItemType};
    ///
    /// let catalogue = Catalogue::embedded();
    /// assert_eq!(catalogue.item_type("SKYSATVIDEO"), Ok(ItemType::SKYSAT_VIDEO));
    /// assert_eq!(catalogue.item_type("PSScene4Band").unwrap_err().suggestion(), Some("PSScene"));
    /// ```
    ///
    /// # Errors
    /// A fault without a path if there is none: with the name, all item types and, if one is like it, that.
    #[doc(alias = "validate_data_item_type")]
    pub fn item_type(&self, name: &str) -> Result<ItemType, Fault> {
        let row = self.item_type_row(name);
        let fault = || unknown(name, "not an item type", self.item_types().map(ItemType::as_str).collect());
        row.map(|row| row.item_type.clone()).ok_or_else(fault)
    }

    /// The bundle of a name, in any case.
    ///
    /// ```
    /// use planet_builders::{Bundle, Catalogue};
    ///
    /// assert_eq!(Catalogue::embedded().bundle("Analytic_UDM2"), Ok(Bundle::ANALYTIC_UDM2));
    /// ```
    ///
    /// # Errors
    /// A fault without a path if there is none: with the name, all bundles and, if one is like it, that.
    pub fn bundle(&self, name: &str) -> Result<Bundle, Fault> {
        let row = self.bundle_row(name);
        let fault = || unknown(name, "not a bundle", self.bundles().map(Bundle::as_str).collect());
        row.map(|row| row.bundle.clone()).ok_or_else(fault)
    }

    /// The asset type of a name, in any case. Those of one item type are in
    /// [`asset_types_of`](Self::asset_types_of).
    ///
    /// ```
    /// use planet_builders::{AssetType, Catalogue};
    ///
    /// assert_eq!(Catalogue::embedded().asset_type("ortho_udm2"), Ok(AssetType::ORTHO_UDM2));
    /// ```
    ///
    /// # Errors
    /// A fault without a path if there is none: with the name, all asset types and, if one is like it, that.
    pub fn asset_type(&self, name: &str) -> Result<AssetType, Fault> {
        let found = find(&self.asset_types, name, AssetType::as_str);
        let fault = || {
            let mut all: Vec<&str> = self.asset_types.iter().map(AssetType::as_str).collect();
            all.sort_by(|one, other| name_order(one, other));
            unknown(name, "not an asset type", all)
        };
        found.cloned().ok_or_else(fault)
    }

    /// The bundle and the item type of two names, in any case, if the bundle covers the item type.
    ///
    /// ```
    /// use planet_builders::{Bundle, Catalogue, ItemType};
    ///
    /// let catalogue = Catalogue::embedded();
    /// let found = catalogue.bundle_for("VISUAL", "psscene");
    /// assert_eq!(found, Ok((Bundle::VISUAL, ItemType::PSSCENE)));
    ///
    /// let fault = catalogue.bundle_for("panchromatic", "PSScene").unwrap_err().under("products[0]");
    /// assert_eq!(fault.path(), "products[0].product_bundle");
    /// assert!(fault.allowed().contains(&"visual".to_owned()));
    /// ```
    ///
    /// # Errors
    /// A fault at `item_type`, if that cannot be ordered, which lists those that can; else at `product_bundle`, of kind
    /// `Invalid` if there is none and `Conflict` if it does not cover the item type, which lists the bundles that do.
    #[doc(alias = "validate_bundle")]
    #[doc(alias = "validate_supported_bundles")]
    pub fn bundle_for(&self, bundle: &str, item_type: &str) -> Result<(Bundle, ItemType), Fault> {
        let row = self.bundle_row(bundle);
        match row.and_then(|row| row.delivery(item_type).map(|delivery| (row, delivery))) {
            Some((row, delivery)) => Ok((row.bundle.clone(), delivery.item_type.clone())),
            None => Err(self.pair_fault(row, bundle, item_type)),
        }
    }

    fn pair_fault(&self, row: Option<&BundleRow>, bundle: &str, item_type: &str) -> Fault {
        let Some(covered) = self.item_type_row(item_type).filter(|row| row.is_orderable()) else {
            let allowed = self.orderable_item_types().map(ItemType::as_str).collect();
            return unknown(item_type, "not an item type that can be ordered", allowed).under("item_type");
        };
        let allowed = self.bundles_of(&covered.item_type).map(Bundle::as_str).collect();
        let fault = match row {
            None => unknown(bundle, "not a bundle", allowed),
            Some(row) => {
                let covers: Vec<&str> = row.deliveries.iter().map(|delivery| delivery.item_type.as_str()).collect();
                let message = format!("a bundle for {}, not for {}", covers.join(", "), covered.item_type);
                refused(FaultKind::Conflict, bundle, &message, allowed)
            }
        };
        fault.under("product_bundle")
    }

    pub(super) fn bundle_row(&self, name: &str) -> Option<&BundleRow> {
        find(&self.bundles, name, |row| row.bundle.as_str())
    }

    /// At most twenty, so that going through them is the fastest.
    pub(super) fn item_type_row(&self, name: &str) -> Option<&ItemTypeRow> {
        self.item_types.iter().find(|row| row.item_type.as_str().eq_ignore_ascii_case(name))
    }
}

/// The one of the allowed names that is spelled like the given one, in any case.
///
/// ```
/// use planet_builders::catalog::find_name;
///
/// assert_eq!(find_name("cog", &["COG", "PL_NITF"]), Ok(&"COG"));
/// let fault = find_name("tif", &["COG", "PL_NITF"]).unwrap_err().under("tools[0].file_format.format");
/// assert_eq!(fault.allowed(), ["COG", "PL_NITF"]);
/// ```
///
/// # Errors
/// A fault without a path: with the name, those allowed and, if one is like it, that.
#[doc(alias = "get_match")]
#[doc(alias = "validate_tool")]
pub fn find_name<'a, T: AsRef<str>>(name: &str, allowed: &'a [T]) -> Result<&'a T, Fault> {
    let fault = || unknown(name, "not one of the names known", allowed.iter().map(AsRef::as_ref).collect());
    allowed.iter().find(|entry| entry.as_ref().eq_ignore_ascii_case(name)).ok_or_else(fault)
}

/// The entry of a name, in any case, among entries that are sorted by its length. Few names share one.
fn find<'a, T>(sorted: &'a [T], name: &str, name_of: impl Fn(&T) -> &str) -> Option<&'a T> {
    let start = sorted.partition_point(|entry| name_of(entry).len() < name.len());
    let mut same_length = sorted.get(start..)?.iter().take_while(|entry| name_of(entry).len() == name.len());
    same_length.find(|entry| name_of(entry).eq_ignore_ascii_case(name))
}

/// The order for people: by name, in any case.
pub(super) fn name_order(one: &str, other: &str) -> Ordering {
    one.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(other.bytes().map(|byte| byte.to_ascii_lowercase()))
}
