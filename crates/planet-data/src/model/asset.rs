//! The assets of an item: the files that it offers.

use std::fmt;

use planet_core::{Document, Model, Timestamp, lenient};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::AssetStatus;

/// What an asset's permissions hold if its file may be downloaded.
const DOWNLOAD: &str = "download";

planet_core::model! {
/// An asset: one file that an item offers, such as its `ortho_visual`. It keeps the document as it came.
///
/// An asset must be activated before it has a location to download it from; it loses both after a while.
///
/// ```
/// use planet_data::{Asset, AssetStatus};
///
/// let asset: Asset = serde_json::from_str(r#"{"type": "ortho_visual", "status": "inactive", "_permissions": ["download"],
///     "_links": {"_self": "https://api.planet.com/data/v1/assets/ey"}, "md5_digest": null}"#)?;
/// assert_eq!((asset.asset_type(), asset.status()), ("ortho_visual", AssetStatus::Inactive));
/// assert!(asset.may_download() && asset.permissions() == ["download"]);
/// assert_eq!((asset.location(), asset.md5_digest(), asset.expires_at()), (None, None, None));
/// assert_eq!(asset.self_link(), Some("https://api.planet.com/data/v1/assets/ey"));
/// assert_eq!(asset.activate_link(), None);
/// assert_eq!(asset.get::<String>("_links._self")?.as_deref(), asset.self_link());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
document Asset as View
}

/// The members that programs ask for. None must be there: one odd asset must not cost the caller the others of its item.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct View {
    #[serde(rename = "type", deserialize_with = "lenient")]
    asset_type: Option<String>,
    #[serde(deserialize_with = "lenient")]
    status: Option<AssetStatus>,
    #[serde(deserialize_with = "lenient")]
    location: Option<String>,
    #[serde(deserialize_with = "lenient")]
    md5_digest: Option<String>,
    #[serde(deserialize_with = "lenient")]
    expires_at: Option<Timestamp>,
    #[serde(rename = "_permissions", deserialize_with = "lenient")]
    permissions: Option<Vec<String>>,
    #[serde(rename = "_links", deserialize_with = "lenient")]
    links: Option<Links>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Links {
    #[serde(rename = "_self", deserialize_with = "lenient")]
    own: Option<String>,
    #[serde(deserialize_with = "lenient")]
    activate: Option<String>,
}

impl Asset {
    /// The asset type, such as `ortho_analytic_4b`; empty if the service left it out.
    #[must_use]
    pub fn asset_type(&self) -> &str {
        self.view.asset_type.as_deref().unwrap_or_default()
    }

    /// The status when the asset was fetched. One that the service left out is an unknown one without a name.
    #[must_use]
    pub fn status(&self) -> AssetStatus {
        self.view.status.clone().unwrap_or_else(|| AssetStatus::from(""))
    }

    /// The status as the service spells it.
    pub(crate) fn status_text(&self) -> &str {
        self.view.status.as_ref().map_or("", AssetStatus::as_str)
    }

    /// Where the file can be downloaded; only an active asset has it. Whoever has this link can use it until it expires, so
    /// it belongs into no log.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.view.location.as_deref()
    }

    /// The MD5 digest of the file, in hexadecimal; none before the asset is active.
    #[must_use]
    pub fn md5_digest(&self) -> Option<&str> {
        self.view.md5_digest.as_deref()
    }

    /// When the [location](Self::location) expires, about an hour after the asset was fetched. Fetching it again gives a
    /// fresh one. The service writes no zone, and means UTC.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.view.expires_at
    }

    /// What the caller may do with the asset: `download`, or nothing.
    #[must_use]
    pub fn permissions(&self) -> &[String] {
        self.view.permissions.as_deref().unwrap_or_default()
    }

    /// May the caller activate and download it?
    #[must_use]
    pub fn may_download(&self) -> bool {
        self.permissions().iter().any(|permission| permission == DOWNLOAD)
    }

    /// Where the asset itself can be fetched again.
    #[must_use]
    pub fn self_link(&self) -> Option<&str> {
        self.view.links.as_ref()?.own.as_deref()
    }

    /// The link that activates it, which [`DataClient::activate`](crate::DataClient::activate) follows.
    #[must_use]
    pub fn activate_link(&self) -> Option<&str> {
        self.view.links.as_ref()?.activate.as_deref()
    }
}

/// Without the location, which is a way to the file for anybody.
impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let located = self.location.as_ref().map(|_| "..");
        f.debug_struct("View")
            .field("asset_type", &self.asset_type)
            .field("status", &self.status)
            .field("location", &located)
            .field("md5_digest", &self.md5_digest)
            .field("expires_at", &self.expires_at)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}

/// The assets of one item by their types, in the order in which the service sent them.
///
/// ```
/// use planet_data::{AssetType, Assets};
///
/// let assets: Assets = serde_json::from_str(
///     r#"{"ortho_udm2": {"type": "ortho_udm2", "status": "active"}, "basic_udm2": {"type": "basic_udm2"}}"#)?;
/// assert!(assets.get(AssetType::ORTHO_UDM2).is_some_and(|asset| asset.status().is_active()));
/// assert!(assets.get("ortho_visual").is_none());
/// assert_eq!((assets.len(), assets.is_empty()), (2, false));
///
/// let types: Vec<&str> = assets.iter().map(|asset| asset.asset_type()).collect();
/// assert_eq!(types, ["ortho_udm2", "basic_udm2"]);
/// assert!(assets.as_json().starts_with(r#"{"ortho_udm2": {"#));
/// for asset in assets {
///     println!("{} is {}", asset.asset_type(), asset.status());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Assets {
    document: Document,
    assets: Vec<Asset>,
}

impl Assets {
    /// The asset of a type, in any case, if the item has it.
    #[must_use]
    pub fn get(&self, asset_type: impl AsRef<str>) -> Option<&Asset> {
        self.iter().find(|asset| asset.asset_type().eq_ignore_ascii_case(asset_type.as_ref()))
    }

    /// The assets.
    pub fn iter(&self) -> std::slice::Iter<'_, Asset> {
        self.assets.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.assets.len()
    }

    /// Has the item no asset that the caller may know of?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.assets.is_empty()
    }

    /// The document as it came, down to the byte.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.document.as_json()
    }
}

impl IntoIterator for Assets {
    type Item = Asset;
    type IntoIter = std::vec::IntoIter<Asset>;

    fn into_iter(self) -> Self::IntoIter {
        self.assets.into_iter()
    }
}

impl<'a> IntoIterator for &'a Assets {
    type Item = &'a Asset;
    type IntoIter = std::slice::Iter<'a, Asset>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Model for Assets {
    const IS_FEATURE: bool = false;

    fn document(&self) -> &Document {
        &self.document
    }

    fn into_document(self) -> Document {
        self.document
    }
}

impl<'de> Deserialize<'de> for Assets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let document = Document::deserialize(deserializer)?;
        let Entries(assets) = serde_json::from_str(document.as_json()).map_err(D::Error::custom)?;
        Ok(Self { document, assets })
    }
}

impl Serialize for Assets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}

/// The document as it came. It may hold links with tokens: mind where you print it.
impl fmt::Display for Assets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.document.fmt(f)
    }
}

/// What stands in the map. An entry that is no object is no asset; it stays in the document.
struct Entries(Vec<Asset>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of assets by their types")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Entries, M::Error> {
                let mut assets = Vec::new();
                while let Some((asset_type, document)) = map.next_entry::<String, Document>()? {
                    if let Ok(view) = document.read::<View>() {
                        let asset_type = Some(asset_type);
                        assets.push(Asset { document, view: View { asset_type, ..view } });
                    }
                }
                Ok(Entries(assets))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
