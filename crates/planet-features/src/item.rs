//! Features of a collection (`/collections/{id}/items`): listing, getting, deleting.

use std::fmt::Display;

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_builders::Geometry;
use planet_core::paging::{Page, Paged, RelLinks};
use planet_core::{Endpoint, Operation, Result, Route, Session, UrlBuilder, operation};
use serde::Deserialize;

use crate::collection::{MAX_PAGE_SIZE, PAGE_SIZE, ROUTE, collection, trimmed, with_page_size};
use crate::filter::Filters;
use crate::{Feature, FeatureSort};

pub(crate) fn items(endpoint: &Endpoint, collection_id: &str) -> UrlBuilder {
    collection(endpoint, collection_id).segment("items")
}

/// Which feature of which collection.
#[derive(Debug)]
pub(crate) struct Place {
    collection: String,
    feature: String,
}

impl Place {
    fn new(collection: &str, feature: &str) -> Self {
        Self { collection: collection.to_owned(), feature: feature.to_owned() }
    }

    fn url(&self, endpoint: &Endpoint) -> UrlBuilder {
        items(endpoint, &self.collection).id("feature_id", &self.feature)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct List {
    collection: String,
    filters: Filters,
    sort: Option<FeatureSort>,
    page_size: u32,
}

impl Operation for List {
    type Output = Page<Feature>;
    const NAME: &'static str = "features.list_items";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let mut url = self.filters.add_to(items(endpoint, &self.collection))?;
        if let Some(sort) = self.sort {
            url = url.query("sort", sort.as_str());
        }
        operation::get(with_page_size(url, self.page_size).build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<Feature>> {
        #[derive(Deserialize)]
        struct ItemsPage {
            features: Vec<Feature>,
            links: Option<RelLinks>,
            #[serde(rename = "numberMatched")]
            total: Option<u64>,
        }
        let page: ItemsPage = operation::json(response)?;
        Ok(Page::linked(page.features, page.links).with_total(page.total))
    }
}

impl Paged for List {
    type Item = Feature;

    fn trim_page_size(&mut self, features: u32) {
        self.page_size = trimmed(self.page_size, features);
    }
}

planet_core::list_builder! {
    /// A list of the features of a collection. All filters have to fit.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use planet_features::testing::{Answer, ScriptedTransport};
    /// use planet_features::{Feature, FeatureSort, FeaturesClient};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_features::Result<()> {
    /// let page = json!({"features": [{"type": "Feature", "id": "7"}], "links": [], "numberMatched": 1});
    /// let script = ScriptedTransport::new([Answer::json(&page)]);
    /// let features = FeaturesClient::new(&script.session().build()?);
    ///
    /// let list = features.list_items("fields-8vdGGZe").bbox(-118.0, 45.0, -117.0, 46.0);
    /// let list = list.property("soil__ph", 6.5).property_contains("crop", "rye").sort(FeatureSort::Id).page_size(100);
    /// let found: Vec<Feature> = list.items().try_collect().await?;
    /// assert_eq!(found[0].id(), "7");
    /// let query = "bbox=-118%2C45%2C-117%2C46&soil__ph=6.5&crop=~rye&sort=id&limit=100";
    /// assert_eq!(script.requests()[0].uri().query(), Some(query));
    ///
    /// let one = features.list_items("fields-8vdGGZe").id("7").to_request()?;
    /// assert_eq!(one.uri().query(), Some("id=7&limit=1000"));
    /// # Ok(())
    /// # }
    /// ```
    ListItems(List) -> Feature
}

impl ListItems {
    pub(crate) fn new(session: &Session, collection: &str) -> Self {
        let filters = Filters::default();
        Self(session.list(List { collection: collection.to_owned(), filters, sort: None, page_size: PAGE_SIZE }))
    }

    /// Only features within or across a rectangle of two meridians and two parallels, in degrees.
    pub fn bbox(mut self, west: f64, south: f64, east: f64, north: f64) -> Self {
        let checked = Geometry::bbox(west, south, east, north);
        let faults = checked.as_ref().err().map_or(&[][..], |error| error.faults());
        self.0.operation_mut().filters.checked("bbox", format!("{west},{south},{east},{north}"), faults);
        self
    }

    /// Only features of this id, which is the one that you gave them.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.0.operation_mut().filters.is_named("id", id.into());
        self
    }

    /// Only features that have this value in this property. Two underscores lead deeper: `soil__ph` is the member `ph` of
    /// the property `soil`, `crops__0` the first entry of the list `crops`.
    pub fn property(mut self, name: impl AsRef<str>, value: impl Display) -> Self {
        self.0.operation_mut().filters.property(name.as_ref(), value);
        self
    }

    /// Only features that have this text within this property. The name is as for [`property`](Self::property).
    pub fn property_contains(mut self, name: impl AsRef<str>, part: impl AsRef<str>) -> Self {
        self.0.operation_mut().filters.property_contains(name.as_ref(), part.as_ref());
        self
    }

    /// The order of the features. Without it the service chooses.
    pub fn sort(mut self, sort: FeatureSort) -> Self {
        self.0.operation_mut().sort = Some(sort);
        self
    }

    /// How many features a page should have, 10,000 at most; 0 leaves it to the service, which puts 10 on a page.
    /// Default: 1,000.
    pub fn page_size(mut self, features: u32) -> Self {
        self.0.operation_mut().page_size = features.min(MAX_PAGE_SIZE);
        self
    }
}

#[derive(Debug)]
pub(crate) struct Get(Place);

impl Operation for Get {
    type Output = Feature;
    const NAME: &'static str = "features.get_item";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(self.0.url(endpoint).build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Feature> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A feature that is asked for.
    GetItem(Get) -> Feature
}

impl GetItem {
    pub(crate) fn new(session: &Session, collection: &str, feature: &str) -> Self {
        Self(session.call(Get(Place::new(collection, feature))))
    }
}

#[derive(Debug)]
pub(crate) struct Delete(Place);

impl Operation for Delete {
    type Output = ();
    const NAME: &'static str = "features.delete_item";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::bodyless(Method::DELETE, self.0.url(endpoint).build()?)
    }

    fn decode(&self, _: &Response<Bytes>) -> Result<()> {
        Ok(())
    }
}

planet_core::call_builder! {
    /// A feature that is being deleted.
    DeleteItem(Delete) -> ()
}

impl DeleteItem {
    pub(crate) fn new(session: &Session, collection: &str, feature: &str) -> Self {
        Self(session.call(Delete(Place::new(collection, feature))))
    }
}
