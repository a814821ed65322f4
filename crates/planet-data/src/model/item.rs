//! An item of the catalogue.

use planet_core::{Result, Timestamp};
use serde::de::DeserializeOwned;

planet_core::model! {
    /// An item: one scene of the catalogue. It keeps the bytes it arrived in and reads values when they are asked for.
    ///
    /// ```
    /// use planet_data::Item;
    ///
    /// let item: Item = serde_json::from_str(r#"{
    ///     "id": "20200909_182525_1014", "type": "Feature", "assets": ["ortho_udm2"],
    ///     "geometry": {"type": "Point", "coordinates": [-117.5, 45.25]},
    ///     "properties": {"item_type": "PSScene", "cloud_cover": 0, "acquired": "2020-09-09T18:25:25.1Z"}
    /// }"#)?;
    /// assert_eq!((item.id(), item.item_type()?.as_deref()), ("20200909_182525_1014", Some("PSScene")));
    /// assert_eq!((item.cloud_cover()?, item.acquired()?), (Some(0.0), Some("2020-09-09T18:25:25.1Z".parse()?)));
    /// assert_eq!((item.assets()?.len(), item.geometry()?.is_some()), (1, true));
    /// assert_eq!(item.property::<String>("strip_id")?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    feature Item {
        /// The id, unique within its item type.
        id,
    }
}

impl Item {
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

    /// One property, by its name. Where none has a name with these dots, a dot leads to a member of a property that is
    /// an object.
    ///
    /// # Errors
    /// `Decode` if the value is not of the type asked for.
    pub fn property<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        self.document.get(&format!("properties.{name}"))
    }
}
