//! Products: items of one type, delivered as one bundle.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Bundle, ItemType};

/// A product of an order: items of one type, delivered as a bundle or, where an item lacks that, as a fallback.
///
/// ```
/// use planet_builders::{Bundle, ItemType, Product};
///
/// let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_8B_UDM2, ["20200925_161029_69_2223"])
///     .fallback(Bundle::ANALYTIC_UDM2);
/// let json = serde_json::to_value(&product)?;
/// assert_eq!(json["product_bundle"], "analytic_8b_udm2,analytic_udm2");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Product(pub(super) Kind);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Kind {
    Scenes(Scenes),
    /// A product of another form, such as quads of a basemap, as it came.
    Other(BTreeMap<String, Value>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Scenes {
    pub(super) item_ids: Vec<String>,
    pub(super) item_type: ItemType,
    /// One bundle or several with commas between them: the first is tried first.
    pub(super) product_bundle: String,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

impl Product {
    /// Items of a type, delivered as a bundle.
    #[doc(alias = "product")]
    pub fn new(
        item_type: impl Into<ItemType>,
        bundle: impl Into<Bundle>,
        item_ids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self(Kind::Scenes(Scenes {
            item_ids: item_ids.into_iter().map(Into::into).collect(),
            item_type: item_type.into(),
            product_bundle: bundle.into().to_string(),
            rest: BTreeMap::new(),
        }))
    }

    /// Adds a bundle that is tried for an item that lacks those before it.
    #[must_use]
    pub fn fallback(mut self, bundle: impl Into<Bundle>) -> Self {
        if let Kind::Scenes(scenes) = &mut self.0 {
            scenes.product_bundle.push(',');
            scenes.product_bundle.push_str(bundle.into().as_str());
        }
        self
    }

    /// The type of the items; none for a product that is not made of items.
    #[must_use]
    pub fn item_type(&self) -> Option<&ItemType> {
        self.scenes().map(|scenes| &scenes.item_type)
    }

    /// The ids of the items; none for a product that is not made of items.
    #[must_use]
    pub fn item_ids(&self) -> &[String] {
        self.scenes().map_or(&[], |scenes| &scenes.item_ids)
    }

    /// The bundles in the order in which they are tried.
    ///
    /// ```
    /// use planet_builders::{Bundle, ItemType, Product};
    ///
    /// let product = Product::new(ItemType::PSSCENE, "analytic_8b_udm2,visual", ["20200925_161029_69_2223"]);
    /// assert!(product.bundles().eq([Bundle::ANALYTIC_8B_UDM2, Bundle::VISUAL]));
    /// ```
    pub fn bundles(&self) -> impl Iterator<Item = Bundle> {
        self.scenes().into_iter().flat_map(|scenes| scenes.product_bundle.split(',')).map(Bundle::from)
    }

    fn scenes(&self) -> Option<&Scenes> {
        match &self.0 {
            Kind::Scenes(scenes) => Some(scenes),
            Kind::Other(_) => None,
        }
    }
}
