//! The client: one short method for each operation.

use planet_core::Session;
use serde_json::Value;

use crate::{AddItems, CreateCollection, ListCollections, ListItems};

/// The Features API: `https://api.planet.com/features/v1/ogc/my`.
///
/// Clones are cheap and share the session.
#[derive(Clone, Debug)]
pub struct FeaturesClient {
    session: Session,
}

impl FeaturesClient {
    /// A client that uses a session.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self { session: session.clone() }
    }

    /// Lists the collections.
    pub fn list_collections(&self) -> ListCollections {
        ListCollections::new(&self.session)
    }

    /// Makes a collection.
    ///
    /// # Errors
    /// `Rejected` if the service does not accept the title.
    pub fn create_collection(&self, title: impl Into<String>) -> CreateCollection {
        CreateCollection::new(&self.session, title.into())
    }

    /// Lists the features of a collection.
    pub fn list_items(&self, collection: impl AsRef<str>) -> ListItems {
        ListItems::new(&self.session, collection.as_ref())
    }

    /// Adds a GeoJSON Feature or FeatureCollection to a collection, and gives a reference for each feature.
    ///
    /// # Errors
    /// `Rejected` if the service does not accept a geometry.
    pub fn add_items(&self, collection: impl AsRef<str>, features: impl Into<Value>) -> AddItems {
        AddItems::new(&self.session, collection.as_ref(), features.into())
    }
}
