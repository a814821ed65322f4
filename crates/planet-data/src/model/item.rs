//! An item of the catalogue.

use planet_core::{Document, Result, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An item: one scene of the catalogue. It keeps the bytes it arrived in and reads values when they are asked for.
///
/// ```
/// let item: planet_data::Item = serde_json::from_str(
///     r#"{"id":"20200909_182525_1014","type":"Feature","properties":{"cloud_cover":0,"acquired":"2020-09-09T18:25:25.1Z"}}"#)?;
/// assert_eq!(item.cloud_cover()?, Some(0.0));
/// assert_eq!(item.property::<String>("strip_id")?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Item {
    document: Document,
    id: String,
}

impl Item {
    /// The id, unique within its item type.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The item type, such as `PSScene`.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn item_type(&self) -> Result<Option<String>> {
        self.property("item_type")
    }

    /// When the image was taken.
    ///
    /// # Errors
    /// `Decode` if it is no time.
    pub fn acquired(&self) -> Result<Option<Timestamp>> {
        self.property("acquired")
    }

    /// The share of the image that clouds cover, from 0 to 1.
    ///
    /// # Errors
    /// `Decode` if it is no number.
    pub fn cloud_cover(&self) -> Result<Option<f64>> {
        self.property("cloud_cover")
    }

    /// The footprint, as GeoJSON.
    ///
    /// # Errors
    /// `Decode` if it is no JSON.
    pub fn geometry(&self) -> Result<Option<serde_json::Value>> {
        self.document.get("geometry")
    }

    /// The types of the assets that exist for the item.
    ///
    /// # Errors
    /// `Decode` if it is no list of texts.
    pub fn assets(&self) -> Result<Vec<String>> {
        Ok(self.document.get("assets")?.unwrap_or_default())
    }

    /// One property.
    ///
    /// # Errors
    /// `Decode` if the value is not of the type asked for.
    pub fn property<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        self.document.get(&format!("properties.{name}"))
    }

    /// Reads the value at a path of member names, parted by dots.
    ///
    /// # Errors
    /// `Decode` if the value is not of the type asked for.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>> {
        self.document.get(path)
    }

    /// The document as it came.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.document.as_json()
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let document = Document::deserialize(deserializer)?;
        let id = document.get("id").map_err(de::Error::custom)?.ok_or_else(|| de::Error::missing_field("id"))?;
        Ok(Self { document, id })
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}
