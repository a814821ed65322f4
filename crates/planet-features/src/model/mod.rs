//! What the service says of collections and features.

use planet_core::Result;

planet_core::model! {
    /// A collection of features. It keeps the document as it came.
    document Collection {
        /// The id: `<slug>-<hashid>`.
        id,
    }
}

planet_core::model! {
    /// A feature: an area of interest with properties. It keeps the document as it came.
    feature Feature {
        /// The id: the user's, or one that the service made.
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
}

impl Feature {
    /// The reference that stands for the feature's geometry elsewhere: `pl:features/my/<collection>/<feature>`.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn reference(&self) -> Result<Option<String>> {
        self.get("properties.pl:ref")
    }
}
