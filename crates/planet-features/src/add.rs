//! Adding features in one request (`POST /collections/{id}/items`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_core::{
    Endpoint, Error, ErrorKind, Fault, FaultKind, Operation, Outcome, Result, Route, Session, UrlBuilder, operation,
};

use crate::NewFeatures;
use crate::collection::ROUTE;
use crate::item::items;

pub(crate) const NAME: &str = "features.add_items";

/// Where features go: the collection, and the property that holds their ids.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) collection: String,
    pub(crate) property_id: Option<String>,
}

impl Target {
    pub(crate) fn new(collection: &str) -> Self {
        Self { collection: collection.to_owned(), property_id: None }
    }

    pub(crate) fn url(&self, endpoint: &Endpoint) -> Result<UrlBuilder> {
        let url = items(endpoint, &self.collection);
        match self.property_id.as_deref() {
            None => Ok(url),
            Some("") => Err(Error::invalid(vec![Fault::new(
                FaultKind::Missing,
                "property_id",
                "the property that holds the ids has a name",
            )])),
            Some(property) => Ok(url.query("property_id", property)),
        }
    }
}

/// The references of so many features that were added. If they are not as many, nobody can tell which is whose.
pub(crate) fn references(response: &Response<Bytes>, features: usize) -> Result<Vec<String>> {
    let references: Vec<String> = operation::json(response)?;
    if references.len() == features {
        return Ok(references);
    }
    let message = format!("the service answered with {} references for {features} features", references.len());
    Err(Error::new(ErrorKind::Decode, message).with_outcome(Outcome::Unknown))
}

#[derive(Debug)]
pub(crate) struct Add {
    target: Target,
    features: NewFeatures,
}

impl Operation for Add {
    type Output = Vec<String>;
    const NAME: &'static str = NAME;
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = false;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let url = self.target.url(endpoint)?.build()?;
        operation::with_json(Method::POST, url, self.features.document()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Vec<String>> {
        references(response, self.features.len())
    }
}

planet_core::call_builder! {
    /// Features that are being added. Its value is a reference (`pl:features/my/...`) for each, in the order given.
    ///
    /// ```
    /// use planet_features::FeaturesClient;
    /// use planet_features::testing::{Answer, ScriptedTransport};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_features::Result<()> {
    /// let script = ScriptedTransport::new([Answer::json(&json!(["pl:features/my/fields-8vdGGZe/north-amXKR50"]))]);
    /// let features = FeaturesClient::new(&script.session().build()?);
    ///
    /// let field = json!({
    ///     "type": "Feature",
    ///     "properties": {"name": "north", "crop": "rye"},
    ///     "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]},
    /// });
    /// let references = features.add_items("fields-8vdGGZe", field).property_id("name").await?;
    /// assert_eq!(references, ["pl:features/my/fields-8vdGGZe/north-amXKR50"]);
    /// assert_eq!(script.requests()[0].uri().query(), Some("property_id=name"));
    /// # Ok(())
    /// # }
    /// ```
    AddItems(Add) -> Vec<String>
}

impl AddItems {
    pub(crate) fn new(session: &Session, collection: &str, features: NewFeatures) -> Self {
        Self(session.call(Add { target: Target::new(collection), features }))
    }

    /// The property of each feature that holds its id. Without it the id is that of the feature itself, or one that the
    /// service makes.
    pub fn property_id(mut self, name: impl Into<String>) -> Self {
        self.0.operation_mut().target.property_id = Some(name.into());
        self
    }
}
