//! The catalogue: item types, asset types and product bundles, and what goes together.
//!
//! It mirrors the item and asset types of the Data API and the product bundles of the Orders API. A snapshot is built in,
//! so that a look-up needs no network; [`Catalogue::from_spec`] reads a newer one. The names are open sets: a constant
//! stands for each that the snapshot knows, any other is made from text and sent as it is.

mod fields;
mod lookup;
mod name;
mod row;
mod spec;
pub(crate) mod suggest;
mod tools;

use std::borrow::Cow;
use std::fmt;

use planet_core::Document;

pub use crate::generated::limits;
pub use crate::generated::tools::{BASEMAP_TOOLS, SCENE_TOOLS};
pub use fields::FieldKind;
pub use lookup::find_name;
pub use name::{AssetType, Bundle, ItemType};
pub(crate) use row::{BundleRow, Delivery, Form, ItemTypeRow};
pub(crate) use tools::Exception;

use crate::generated::{asset_types, bundles, item_types};

/// What the service offers: which bundles there are, which item types they cover, which assets they deliver.
///
/// Names are found in any case and come back as the service spells them. Asking costs no allocation as long as the
/// answer is not an error.
///
/// ```
/// use planet_builders::{Bundle, Catalogue, ItemType};
///
/// let catalogue = Catalogue::embedded();
/// assert_eq!(catalogue.item_type("psscene")?, ItemType::PSSCENE);
/// assert!(catalogue.bundles_of("PSScene").any(|bundle| *bundle == Bundle::ANALYTIC_8B_UDM2));
///
/// let fault = catalogue.bundle_for("analytic_sr", "PSScene").unwrap_err();
/// assert_eq!(fault.suggestion(), Some("analytic_sr_udm2"));
/// # Ok::<(), planet_builders::Fault>(())
/// ```
#[derive(Clone)]
pub struct Catalogue {
    version: Cow<'static, str>,
    /// By the length of the name, to be searched.
    bundles: Cow<'static, [BundleRow]>,
    /// Places in `bundles`, in the order of the specification.
    order: Cow<'static, [usize]>,
    /// By name, in any case.
    item_types: Cow<'static, [ItemTypeRow]>,
    /// By the length of the name, to be searched.
    asset_types: Cow<'static, [AssetType]>,
    document: Option<Document>,
}

static EMBEDDED: Catalogue = Catalogue {
    version: Cow::Borrowed(bundles::VERSION),
    bundles: Cow::Borrowed(&bundles::BUNDLES),
    order: Cow::Borrowed(&bundles::ORDER),
    item_types: Cow::Borrowed(&item_types::ITEM_TYPES),
    asset_types: Cow::Borrowed(&asset_types::ASSET_TYPES),
    document: None,
};

impl Catalogue {
    /// The snapshot that is built in.
    ///
    /// ```
    /// use planet_builders::Catalogue;
    ///
    /// assert_eq!(Catalogue::embedded().version(), "2024-08-12");
    /// ```
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The version of the bundle specification: a date, empty if the document said none.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The document that it was read from, as it came; none for the one that is built in.
    #[must_use]
    pub fn as_json(&self) -> Option<&str> {
        self.document.as_ref().map(Document::as_json)
    }

    /// All bundles, in the order of the specification.
    ///
    /// ```
    /// use planet_builders::Catalogue;
    ///
    /// assert_eq!(Catalogue::embedded().bundles().count(), 35);
    /// ```
    #[doc(alias = "get_bundle_names")]
    pub fn bundles(&self) -> impl Iterator<Item = &Bundle> {
        self.rows(&self.order).map(|row| &row.bundle)
    }

    /// All item types that can be searched, by name.
    ///
    /// ```
    /// use planet_builders::{Catalogue, ItemType};
    ///
    /// assert!(Catalogue::embedded().item_types().any(|item_type| *item_type == ItemType::SKYSAT_VIDEO));
    /// ```
    #[doc(alias = "get_data_item_types")]
    pub fn item_types(&self) -> impl Iterator<Item = &ItemType> {
        self.item_types.iter().map(|row| &row.item_type)
    }

    /// The item types that are in a bundle and can be ordered, by name. Videos of SkySat are in none.
    ///
    /// ```
    /// use planet_builders::{Catalogue, ItemType};
    ///
    /// assert!(!Catalogue::embedded().orderable_item_types().any(|item_type| *item_type == ItemType::SKYSAT_VIDEO));
    /// ```
    #[doc(alias = "get_item_types")]
    #[doc(alias = "validate_item_type")]
    pub fn orderable_item_types(&self) -> impl Iterator<Item = &ItemType> {
        self.item_types.iter().filter(|row| row.is_orderable()).map(|row| &row.item_type)
    }

    /// The bundles that cover an item type, in the order of the specification; none if it is not known.
    ///
    /// ```
    /// use planet_builders::{Bundle, Catalogue, ItemType};
    ///
    /// let first = Catalogue::embedded().bundles_of(ItemType::PSSCENE).next();
    /// assert_eq!(first, Some(&Bundle::ANALYTIC_UDM2));
    /// ```
    #[doc(alias = "get_product_bundles")]
    pub fn bundles_of(&self, item_type: impl AsRef<str>) -> impl Iterator<Item = &Bundle> {
        self.covering(item_type.as_ref()).map(|row| &row.bundle)
    }

    fn covering(&self, item_type: &str) -> impl Iterator<Item = &BundleRow> + use<'_> {
        self.rows(self.item_type_row(item_type).map_or(&[], |row| &row.bundles))
    }

    fn rows<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = &'a BundleRow> {
        places.iter().filter_map(|place| self.bundles.get(*place))
    }

    /// The item types that a bundle covers, by name; none if it is not known.
    ///
    /// ```
    /// use planet_builders::{Bundle, Catalogue, ItemType};
    ///
    /// let covered = Catalogue::embedded().item_types_of(Bundle::ANALYTIC_8B_UDM2);
    /// assert!(covered.eq([&ItemType::PSSCENE]));
    /// ```
    pub fn item_types_of(&self, bundle: impl AsRef<str>) -> impl Iterator<Item = &ItemType> {
        let row = self.bundle_row(bundle.as_ref());
        row.into_iter().flat_map(|row| row.deliveries.iter()).map(|delivery| &delivery.item_type)
    }

    /// The asset types that a bundle delivers of each item; none if it does not cover the item type.
    ///
    /// ```
    /// use planet_builders::{AssetType, Bundle, Catalogue, ItemType};
    ///
    /// let delivered = Catalogue::embedded().assets(Bundle::VISUAL, ItemType::PSSCENE);
    /// assert_eq!(delivered, [AssetType::ORTHO_VISUAL]);
    /// ```
    #[must_use]
    pub fn assets(&self, bundle: impl AsRef<str>, item_type: impl AsRef<str>) -> &[AssetType] {
        let row = self.bundle_row(bundle.as_ref());
        row.and_then(|row| row.delivery(item_type.as_ref())).map_or(&[], |delivery| &delivery.assets)
    }

    /// The asset types that items of a type can offer, by name; none if the item type is not known.
    ///
    /// ```
    /// use planet_builders::{Catalogue, ItemType};
    ///
    /// assert_eq!(Catalogue::embedded().asset_types_of(ItemType::PSSCENE).len(), 16);
    /// ```
    #[doc(alias = "get_supported_assets")]
    #[must_use]
    #[doc(alias = "validate_asset_type")]
    pub fn asset_types_of(&self, item_type: impl AsRef<str>) -> &[AssetType] {
        self.item_type_row(item_type.as_ref()).map_or(&[], |row| &row.asset_types)
    }
}

/// How much it knows, not all that it knows.
impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue")
            .field("version", &self.version)
            .field("bundles", &self.bundles.len())
            .field("item_types", &self.item_types.len())
            .finish_non_exhaustive()
    }
}
