//! A collection.

use planet_core::{Result, Timestamp};

planet_core::model! {
    /// A collection of features. It keeps the document as it came, and reads values when they are asked for: right after it was
    /// made, the service tells little more than the id.
    ///
    /// ```
    /// use planet_features::Collection;
    ///
    /// let fields: Collection = serde_json::from_str(
    ///     r#"{"id": "fields-8vdGGZe", "title": "fields", "description": "all of them", "feature_count": 2,
    ///         "area": 9890943.9, "created": "2025-12-19T23:22:29Z", "updated": "2025-12-19T23:22:33Z",
    ///         "title_property": "name", "description_property": null}"#,
    /// )?;
    /// assert_eq!((fields.id(), fields.reference().as_str()), ("fields-8vdGGZe", "pl:features/my/fields-8vdGGZe"));
    /// assert_eq!(fields.title()?.as_deref(), Some("fields"));
    /// assert_eq!(fields.description()?.as_deref(), Some("all of them"));
    /// assert_eq!((fields.feature_count()?, fields.area()?), (Some(2), Some(9890943.9)));
    /// assert!(fields.created()? < fields.updated()?);
    /// assert_eq!((fields.title_property()?.as_deref(), fields.description_property()?), (Some("name"), None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    document Collection {
        /// The id: `<slug>-<hashid>`.
        id,
    }
}

impl Collection {
    /// The title.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn title(&self) -> Result<Option<String>> {
        self.get("title")
    }

    /// What the collection is about.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn description(&self) -> Result<Option<String>> {
        self.get("description")
    }

    /// How many features it has.
    ///
    /// # Errors
    /// `Decode` if it is no whole number.
    pub fn feature_count(&self) -> Result<Option<u64>> {
        self.get("feature_count")
    }

    /// The area of all its features together, in square metres.
    ///
    /// # Errors
    /// `Decode` if it is no number.
    pub fn area(&self) -> Result<Option<f64>> {
        self.get("area")
    }

    /// When it was made.
    ///
    /// # Errors
    /// `Decode` if it is no time.
    pub fn created(&self) -> Result<Option<Timestamp>> {
        self.get("created")
    }

    /// When it, or a feature of it, last changed.
    ///
    /// # Errors
    /// `Decode` if it is no time.
    pub fn updated(&self) -> Result<Option<Timestamp>> {
        self.get("updated")
    }

    /// The property of each feature that holds its title, if one was chosen.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn title_property(&self) -> Result<Option<String>> {
        self.get("title_property")
    }

    /// The property of each feature that holds its description, if one was chosen.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn description_property(&self) -> Result<Option<String>> {
        self.get("description_property")
    }

    /// The reference of the collection as a whole: `pl:features/my/<collection>`. It is made from the id where the service
    /// does not tell it. Searches and orders take references of features.
    #[must_use]
    pub fn reference(&self) -> String {
        self.get("pl:ref").ok().flatten().unwrap_or_else(|| format!("pl:features/my/{}", self.id()))
    }
}
