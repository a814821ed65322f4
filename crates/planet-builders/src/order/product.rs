//! Products: items of one type, delivered as one bundle, or quads of a basemap.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::area::Area;
use crate::{Bundle, Catalogue, Geometry, ItemType};

/// A product of an order: items of one type, delivered as a bundle or, where an item lacks that, as a fallback; or quads
/// of a basemap.
///
/// It mirrors the entries of `products` in an order request of the Orders API.
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
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Product(pub(super) Kind);

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Kind {
    Scenes(Scenes),
    Basemap(Basemap),
    /// What is neither, as it came.
    Other(Value),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Scenes {
    pub(super) item_ids: Vec<String>,
    pub(super) item_type: ItemType,
    /// One bundle or several with commas between them: the first is tried first.
    pub(super) product_bundle: String,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Basemap {
    pub(super) mosaic_name: String,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) quad_ids: Option<Vec<String>>,
    #[serde(default, deserialize_with = "area", skip_serializing_if = "Option::is_none")]
    pub(super) geometry: Option<Area>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

/// A list of `null` is not the same as none: it would not go out as it came in.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<String>>, D::Error> {
    Vec::deserialize(from).map(Some)
}

fn area<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Area>, D::Error> {
    Value::deserialize(from).map(|area| Some(Area::from_wire(area)))
}

impl Product {
    /// Items of a type, delivered as a bundle. Several bundles may be given with commas between them.
    #[doc(alias = "product")]
    #[must_use]
    pub fn new(
        item_type: impl Into<ItemType>,
        bundle: impl Into<Bundle>,
        item_ids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self(Kind::Scenes(Scenes {
            item_ids: item_ids.into_iter().map(Into::into).collect(),
            item_type: item_type.into(),
            product_bundle: bundle.into().to_string(),
            rest: Map::new(),
        }))
    }

    /// Quads of a basemap.
    ///
    /// ```
    /// use planet_builders::Product;
    ///
    /// let product = Product::quads("global_monthly_2022_01_mosaic", ["1057-1365"]);
    /// assert_eq!(serde_json::to_value(&product)?["quad_ids"][0], "1057-1365");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn quads(mosaic: impl Into<String>, quad_ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(Kind::Basemap(Basemap {
            mosaic_name: mosaic.into(),
            quad_ids: Some(quad_ids.into_iter().map(Into::into).collect()),
            geometry: None,
            rest: Map::new(),
        }))
    }

    /// The quads of a basemap that an area meets.
    ///
    /// Anything that converts to a [`Geometry`] will do. Its faults are reported when the request is built.
    ///
    /// ```
    /// use planet_builders::{Geometry, Product};
    ///
    /// let amsterdam = Geometry::bbox(4.61, 52.35, 4.68, 52.40)?;
    /// let product = Product::mosaic_area("global_monthly_2022_01_mosaic", amsterdam);
    /// assert_eq!(product.mosaic_name(), Some("global_monthly_2022_01_mosaic"));
    /// # Ok::<(), planet_builders::Error>(())
    /// ```
    #[must_use]
    pub fn mosaic_area<G>(mosaic: impl Into<String>, area: G) -> Self
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        Self(Kind::Basemap(Basemap {
            mosaic_name: mosaic.into(),
            quad_ids: None,
            geometry: Some(Area::from_input(area)),
            rest: Map::new(),
        }))
    }

    /// Adds a bundle that is tried for an item that lacks those before it. Several may be given with commas between them.
    #[must_use]
    pub fn fallback(mut self, bundle: impl Into<Bundle>) -> Self {
        if let Kind::Scenes(scenes) = &mut self.0 {
            scenes.product_bundle.push(',');
            scenes.product_bundle.push_str(bundle.into().as_str());
        }
        self
    }

    /// Adds bundles that are tried, in this order, for an item that lacks those before them.
    ///
    /// ```
    /// use planet_builders::{Bundle, ItemType, Product};
    ///
    /// let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_8B_UDM2, ["20200925_161029_69_2223"])
    ///     .fallbacks([Bundle::ANALYTIC_UDM2, Bundle::VISUAL]);
    /// assert_eq!(product.bundles().count(), 3);
    /// ```
    #[must_use]
    pub fn fallbacks(self, bundles: impl IntoIterator<Item = impl Into<Bundle>>) -> Self {
        bundles.into_iter().fold(self, Self::fallback)
    }

    /// The same product with other ids: of items, or of quads. A product that has neither stays as it is.
    ///
    /// ```
    /// use planet_builders::{Bundle, ItemType, Product};
    ///
    /// let product = Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["20200925_161029_69_2223"]);
    /// let other = product.with_ids(["20200925_161028_41_2223"]);
    /// assert_eq!(other.item_ids(), ["20200925_161028_41_2223"]);
    /// ```
    #[must_use]
    pub fn with_ids(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let ids = ids.into_iter().map(Into::into);
        match &mut self.0 {
            Kind::Scenes(scenes) => scenes.item_ids = ids.collect(),
            Kind::Basemap(Basemap { quad_ids: Some(quads), .. }) => *quads = ids.collect(),
            _ => {}
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
    /// let product = Product::new(ItemType::PSSCENE, "analytic_8b_udm2, visual", ["20200925_161029_69_2223"]);
    /// assert!(product.bundles().eq([Bundle::ANALYTIC_8B_UDM2, Bundle::VISUAL]));
    /// ```
    pub fn bundles(&self) -> impl Iterator<Item = Bundle> {
        let names = self.scenes().into_iter().flat_map(|scenes| scenes.product_bundle.split(','));
        names.map(|name| Bundle::from(name.trim()))
    }

    /// The name of the basemap; none for a product of items.
    #[must_use]
    pub fn mosaic_name(&self) -> Option<&str> {
        self.basemap().map(|basemap| basemap.mosaic_name.as_str())
    }

    /// The ids of the quads, if these were given.
    #[must_use]
    pub fn quad_ids(&self) -> &[String] {
        self.basemap().and_then(|basemap| basemap.quad_ids.as_deref()).unwrap_or_default()
    }

    pub(super) fn scenes(&self) -> Option<&Scenes> {
        match &self.0 {
            Kind::Scenes(scenes) => Some(scenes),
            _ => None,
        }
    }

    pub(super) fn basemap(&self) -> Option<&Basemap> {
        match &self.0 {
            Kind::Basemap(basemap) => Some(basemap),
            _ => None,
        }
    }

    /// Trims names, and writes those that were given in another case as the service knows them.
    pub(super) fn correct(&mut self) {
        let Kind::Scenes(scenes) = &mut self.0 else {
            return;
        };
        let catalogue = Catalogue::embedded();
        let item_type = scenes.item_type.as_str().trim();
        let item_type = catalogue.item_type(item_type).unwrap_or_else(|_| ItemType::from(item_type));
        let bundle = |name: &str| catalogue.bundle(name).unwrap_or_else(|_| Bundle::from(name)).to_string();
        let bundles: Vec<String> = scenes.product_bundle.split(',').map(|name| bundle(name.trim())).collect();
        scenes.product_bundle = bundles.join(",");
        scenes.item_type = item_type;
    }
}

/// Reads anything: what is no product is reported when the request is checked.
impl<'de> Deserialize<'de> for Product {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let document = Value::deserialize(deserializer)?;
        // A struct would also be read from a list.
        if !document.is_object() {
            return Ok(Self(Kind::Other(document)));
        }
        let scenes = Scenes::deserialize(&document).map(Kind::Scenes);
        let known = scenes.or_else(|_| Basemap::deserialize(&document).map(Kind::Basemap));
        Ok(Self(known.unwrap_or(Kind::Other(document))))
    }
}
