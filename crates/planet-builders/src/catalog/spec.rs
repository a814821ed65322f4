//! The document that the service sends for `GET /compute/ops/bundles/spec`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use planet_core::{Document, Error, ErrorKind, Result};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::lookup::name_order;
use super::{AssetType, Bundle, BundleRow, Catalogue, Delivery, Form, ItemType, ItemTypeRow};

#[derive(Deserialize)]
struct Spec {
    #[serde(default)]
    version: Value,
    #[serde(deserialize_with = "in_order")]
    bundles: Vec<(String, Product)>,
}

/// The texts are read as anything: what is new in one of them is no reason to fail.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Product {
    bands: Value,
    rectification: Value,
    radiometry: Value,
    file_type: Value,
    enhancements: Value,
    assets: Option<BTreeMap<ItemType, Vec<AssetType>>>,
}

impl Catalogue {
    /// Reads the product bundles that the service offers now: the answer to `GET /compute/ops/bundles/spec`.
    ///
    /// The document says nothing about properties and about item types without bundles: these are those of the catalogue
    /// that is built in.
    ///
    /// ```
    /// use planet_builders::Catalogue;
    ///
    /// let spec = br#"{"version": "2027-01-01", "bundles": {"thermal": {"assets": {"EmberScene": ["ortho_thermal"]}}}}"#;
    /// let catalogue = Catalogue::from_spec(spec)?;
    /// assert_eq!(catalogue.version(), "2027-01-01");
    /// assert_eq!(catalogue.assets("thermal", "EmberScene")[0].as_str(), "ortho_thermal");
    /// # Ok::<(), planet_builders::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Decode` if it is no such document. Names and fields that are unknown here are no error.
    pub fn from_spec(json: &[u8]) -> Result<Self> {
        let document: Document = serde_json::from_slice(json).map_err(no_spec)?;
        let spec: Spec = serde_json::from_str(document.as_json()).map_err(no_spec)?;
        let (bundles, order) = bundle_rows(spec.bundles);
        let item_types = item_type_rows(&bundles, &order);
        let mut asset_types = sorted(item_types.iter().flat_map(|row| row.asset_types.iter()), AssetType::as_str);
        asset_types.sort_by_key(|name| name.as_str().len());
        Ok(Self {
            version: text(spec.version),
            bundles: bundles.into(),
            order: order.into(),
            item_types: item_types.into(),
            asset_types: asset_types.into(),
            document: Some(document),
        })
    }
}

fn no_spec(cause: serde_json::Error) -> Error {
    Error::new(ErrorKind::Decode, "this cannot be read as a specification of bundles").with_source(cause)
}

/// The rows, sorted to be searched, and their places in the order of the document.
fn bundle_rows(products: Vec<(String, Product)>) -> (Vec<BundleRow>, Vec<usize>) {
    let mut rows: Vec<(usize, BundleRow)> = products.into_iter().map(bundle_row).enumerate().collect();
    rows.sort_by_key(|(_, row)| row.bundle.as_str().len());
    let mut places: Vec<(usize, usize)> = rows.iter().enumerate().map(|(place, (rank, _))| (*rank, place)).collect();
    places.sort_unstable();
    (rows.into_iter().map(|(_, row)| row).collect(), places.into_iter().map(|(_, place)| place).collect())
}

fn bundle_row((name, product): (String, Product)) -> BundleRow {
    let mut deliveries: Vec<Delivery> = product
        .assets
        .into_iter()
        .flatten()
        .map(|(item_type, assets)| Delivery { item_type, assets: assets.into() })
        .collect();
    deliveries.sort_by(|one, other| name_order(one.item_type.as_str(), other.item_type.as_str()));
    BundleRow {
        bundle: Bundle::from(name),
        form: Form {
            bands: text(product.bands),
            rectification: text(product.rectification),
            radiometry: text(product.radiometry),
            file_type: text(product.file_type),
            enhancements: text(product.enhancements),
        },
        deliveries: deliveries.into(),
    }
}

/// The item types of the bundles, and those that are searched only.
fn item_type_rows(bundles: &[BundleRow], order: &[usize]) -> Vec<ItemTypeRow> {
    let deliveries = || bundles.iter().flat_map(|row| row.deliveries.iter());
    let covers = |place: usize, item_type: &ItemType| {
        bundles.get(place).is_some_and(|row| row.delivery(item_type.as_str()).is_some())
    };
    let names = sorted(deliveries().map(|delivery| &delivery.item_type), ItemType::as_str);
    let mut rows: Vec<ItemTypeRow> = names
        .into_iter()
        .map(|item_type| {
            let known = Catalogue::embedded().item_type_row(item_type.as_str());
            let of_this = deliveries().filter(|delivery| delivery.item_type == item_type);
            ItemTypeRow {
                asset_types: sorted(of_this.flat_map(|delivery| delivery.assets.iter()), AssetType::as_str).into(),
                bundles: order.iter().copied().filter(|place| covers(*place, &item_type)).collect(),
                fields: known.map_or(&[], |known| known.fields),
                fields_complete: known.is_some_and(|known| known.fields_complete),
                item_type,
            }
        })
        .collect();
    for row in Catalogue::embedded().item_types.iter().filter(|row| !row.is_orderable()) {
        if !rows.iter().any(|ordered| ordered.item_type == row.item_type) {
            rows.push(row.clone());
        }
    }
    rows.sort_by(|one, other| name_order(one.item_type.as_str(), other.item_type.as_str()));
    rows
}

/// By name, and each once.
fn sorted<'a, T: Clone + PartialEq + 'a>(names: impl Iterator<Item = &'a T>, key: impl Fn(&T) -> &str) -> Vec<T> {
    let mut names: Vec<T> = names.cloned().collect();
    names.sort_by(|one, other| name_order(key(one), key(other)));
    names.dedup();
    names
}

fn text(value: Value) -> Cow<'static, str> {
    match value {
        Value::String(text) => text.into(),
        _ => "".into(),
    }
}

/// An object as a list: the order of the bundles is the service's.
fn in_order<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Vec<(String, Product)>, D::Error> {
    struct InOrder;

    impl<'de> Visitor<'de> for InOrder {
        type Value = Vec<(String, Product)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object with the bundles under their names")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> std::result::Result<Self::Value, A::Error> {
            let mut bundles = Vec::new();
            while let Some(bundle) = object.next_entry()? {
                bundles.push(bundle);
            }
            Ok(bundles)
        }
    }

    from.deserialize_map(InOrder)
}
