//! The client: one short method for each operation.

use planet_core::Session;

use crate::{
    AddItems, AddMany, CreateCollection, DeleteCollection, DeleteItem, GetCollection, GetItem, ListCollections,
    ListItems, NewFeatures,
};

/// The Features API: `https://api.planet.com/features/v1/ogc/my`.
///
/// Clones are cheap and share the session.
///
/// ```
/// use planet_features::FeaturesClient;
/// use planet_features::testing::{Answer, ScriptedTransport};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_features::Result<()> {
/// let reference = "pl:features/my/fields-8vdGGZe/amXKR50";
/// let script = ScriptedTransport::new([
///     Answer::json(&json!({"id": "fields-8vdGGZe", "title": "fields"})),
///     Answer::json(&json!([reference])),
/// ]);
/// let features = FeaturesClient::new(&script.session().build()?);
///
/// let collection = features.create_collection("fields").await?;
/// let square = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]});
/// let references = features.add_items(collection.id(), square).await?;
/// assert_eq!(references, [reference]);
/// # Ok(())
/// # }
/// ```
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

    /// Lists the collections: all of them, unless [`limit`](ListCollections::limit) says otherwise.
    pub fn list_collections(&self) -> ListCollections {
        ListCollections::new(&self.session)
    }

    /// Gets one collection.
    ///
    /// ```
    /// # use planet_features::FeaturesClient;
    /// # use planet_features::testing::{Answer, ScriptedTransport};
    /// # use serde_json::json;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_features::Result<()> {
    /// let script = ScriptedTransport::new([Answer::json(&json!({"id": "fields-8vdGGZe", "feature_count": 2}))]);
    /// let features = FeaturesClient::new(&script.session().build()?);
    ///
    /// let collection = features.get_collection("fields-8vdGGZe").await?;
    /// assert_eq!(collection.feature_count()?, Some(2));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no such collection; `InvalidInput` naming `collection_id` if it cannot be an id.
    pub fn get_collection(&self, collection_id: impl AsRef<str>) -> GetCollection {
        GetCollection::new(&self.session, collection_id.as_ref())
    }

    /// Makes a collection. It is not made twice: if the answer is lost, the error has the outcome `Unknown`.
    ///
    /// # Errors
    /// `InvalidInput` if the title is empty; `Rejected` if the service does not accept it.
    pub fn create_collection(&self, title: impl Into<String>) -> CreateCollection {
        CreateCollection::new(&self.session, title.into())
    }

    /// Deletes a collection with all its features.
    ///
    /// ```
    /// # use planet_features::FeaturesClient;
    /// # use planet_features::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_features::Result<()> {
    /// let script = ScriptedTransport::new([Answer::status(204)]);
    /// let features = FeaturesClient::new(&script.session().build()?);
    ///
    /// features.delete_collection("fields-8vdGGZe").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no such collection; `InvalidInput` naming `collection_id` if it cannot be an id. If the
    /// answer to a first attempt was lost, the second may find nothing left to delete: `NotFound` has the outcome `Unknown`
    /// then.
    pub fn delete_collection(&self, collection_id: impl AsRef<str>) -> DeleteCollection {
        DeleteCollection::new(&self.session, collection_id.as_ref())
    }

    /// Lists the features of a collection: all of them, unless [`limit`](ListItems::limit) says otherwise.
    pub fn list_items(&self, collection_id: impl AsRef<str>) -> ListItems {
        ListItems::new(&self.session, collection_id.as_ref())
    }

    /// Gets one feature, by its own id or by the last part of its reference.
    ///
    /// ```
    /// # use planet_features::FeaturesClient;
    /// # use planet_features::testing::{Answer, ScriptedTransport};
    /// # use serde_json::json;
    /// use planet_features::FeatureRef;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_features::Result<()> {
    /// let script = ScriptedTransport::new([Answer::json(&json!({"id": "7", "properties": {"crop": "rye"}}))]);
    /// let features = FeaturesClient::new(&script.session().build()?);
    ///
    /// let reference: FeatureRef = "pl:features/my/fields-8vdGGZe/7-amXKR50".parse()?;
    /// let field = features.get_item(reference.collection(), reference.feature()).await?;
    /// assert_eq!(field.property::<String>("crop")?.as_deref(), Some("rye"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no such feature; `InvalidInput` naming `collection_id` or `feature_id` if it cannot be an id.
    pub fn get_item(&self, collection_id: impl AsRef<str>, feature_id: impl AsRef<str>) -> GetItem {
        GetItem::new(&self.session, collection_id.as_ref(), feature_id.as_ref())
    }

    /// Adds features to a collection in one request, and gives a reference for each, in the order given.
    ///
    /// What can be added: a GeoJSON Feature, a FeatureCollection, or a bare geometry, as JSON, as text or in types of
    /// [`geojson`](crate::geojson); a [`Geometry`](crate::Geometry); a [`Feature`](crate::Feature) of another collection; a
    /// list of such. See [`NewFeatures`]. For more than a few hundred features there is [`add_many`](Self::add_many).
    ///
    /// They are not added twice: if the answer is lost, the error has the outcome `Unknown`, and nothing is sent again.
    ///
    /// # Errors
    /// `InvalidInput` before anything is sent if one of them is not valid, with all faults and the number of the feature
    /// that each is about; `Rejected` if the service does not accept one; `NotFound` if there is no such collection.
    #[doc(alias = "upload")]
    pub fn add_items(&self, collection_id: impl AsRef<str>, features: impl Into<NewFeatures>) -> AddItems {
        AddItems::new(&self.session, collection_id.as_ref(), features.into())
    }

    /// Adds any number of features to a collection, some hundred a request, and tells what became of each.
    ///
    /// It takes what [`add_items`](Self::add_items) takes. A request that fails does not lose the references of the others,
    /// and what was not added can be added later: [`AddReport`](crate::AddReport).
    ///
    /// # Errors
    /// `InvalidInput` before anything is sent if one of them is not valid, with all faults and the number of the feature
    /// that each is about. What the service refuses, and answers that are lost, stand in the report.
    #[doc(alias = "upload")]
    pub fn add_many(&self, collection_id: impl AsRef<str>, features: impl Into<NewFeatures>) -> AddMany {
        AddMany::new(&self.session, collection_id.as_ref(), features.into())
    }

    /// Deletes one feature, by its own id or by the last part of its reference.
    ///
    /// ```
    /// # use planet_features::FeaturesClient;
    /// # use planet_features::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_features::Result<()> {
    /// let script = ScriptedTransport::new([Answer::status(204)]);
    /// let features = FeaturesClient::new(&script.session().build()?);
    ///
    /// features.delete_item("fields-8vdGGZe", "amXKR50").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no such feature; `InvalidInput` naming `collection_id` or `feature_id` if it cannot be an id.
    /// If the answer to a first attempt was lost, the second may find nothing left to delete: `NotFound` has the outcome
    /// `Unknown` then.
    pub fn delete_item(&self, collection_id: impl AsRef<str>, feature_id: impl AsRef<str>) -> DeleteItem {
        DeleteItem::new(&self.session, collection_id.as_ref(), feature_id.as_ref())
    }
}
