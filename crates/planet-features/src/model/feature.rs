//! A feature.

use planet_core::Result;
use serde::de::DeserializeOwned;

planet_core::model! {
    /// A feature: an area of interest with properties. It keeps the document as it came, and reads values when they are asked
    /// for. It stands wherever an area is asked for, as its [reference](Feature::reference).
    ///
    /// ```
    /// use planet_features::Feature;
    ///
    /// let field: Feature = serde_json::from_str(
    ///     r#"{"type": "Feature", "id": "7", "geometry": {"type": "Polygon", "coordinates": []},
    ///         "properties": {"pl:ref": "pl:features/my/fields-8vdGGZe/7-amXKR50", "pl:area": 3104292.8, "crop": "rye",
    ///                        "title": "north", "description": "by the river"}}"#,
    /// )?;
    /// assert_eq!(field.id(), "7");
    /// assert_eq!(field.reference()?.as_deref(), Some("pl:features/my/fields-8vdGGZe/7-amXKR50"));
    /// assert_eq!(field.title()?.as_deref(), Some("north"));
    /// assert_eq!(field.description()?.as_deref(), Some("by the river"));
    /// assert_eq!(field.area()?, Some(3104292.8));
    /// assert_eq!(field.property::<String>("crop")?.as_deref(), Some("rye"));
    /// assert_eq!(field.geometry()?.unwrap_or_default()["type"], "Polygon");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    feature Feature {
        /// The id: yours, or one that the service made.
        id,
    }
}

impl Feature {
    /// The reference that stands for the feature elsewhere: `pl:features/my/<collection>/<feature>`.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    #[doc(alias = "ref")]
    pub fn reference(&self) -> Result<Option<String>> {
        self.property("pl:ref")
    }

    /// The title.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn title(&self) -> Result<Option<String>> {
        self.property("title")
    }

    /// The description.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn description(&self) -> Result<Option<String>> {
        self.property("description")
    }

    /// The area, in square metres.
    ///
    /// # Errors
    /// `Decode` if it is no number.
    pub fn area(&self) -> Result<Option<f64>> {
        self.property("pl:area")
    }

    /// The geometry, as GeoJSON.
    ///
    /// # Errors
    /// `Decode` if it is no JSON.
    pub fn geometry(&self) -> Result<Option<serde_json::Value>> {
        self.get("geometry")
    }

    /// One property, by its name. Where none has a name with these dots, such as `soil.ph`, a dot leads to a member of
    /// a property that is an object.
    ///
    /// ```
    /// use planet_features::Feature;
    ///
    /// let field: Feature = serde_json::from_str(
    ///     r#"{"type": "Feature", "id": "7", "properties": {"soil.ph": 6.5, "owner": {"name": "Ann"}}}"#,
    /// )?;
    /// assert_eq!(field.property("soil.ph")?, Some(6.5));
    /// assert_eq!(field.property::<String>("owner.name")?.as_deref(), Some("Ann"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `Decode` if the value is not of the type asked for.
    pub fn property<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        self.get(&format!("properties.{name}"))
    }
}
