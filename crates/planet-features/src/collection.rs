//! Collections (`/collections`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_core::paging::{Page, Paged, RelLinks};
use planet_core::{Endpoint, Error, Fault, FaultKind, Operation, Result, Route, Session, UrlBuilder, operation};
use serde::{Deserialize, Serialize};

use crate::filter::Filters;
use crate::{Collection, CollectionSort};

/// The service publishes no limit for this API; this is the lowest it has elsewhere in practice.
pub(crate) const ROUTE: Route = Route::new("features", 5.0);

/// The most entries that the service puts on a page. Its default is 10.
pub(crate) const MAX_PAGE_SIZE: u32 = 10_000;

/// What we ask for: the service's default would make a hundred calls of a thousand features.
pub(crate) const PAGE_SIZE: u32 = 1_000;

pub(crate) fn collections(endpoint: &Endpoint) -> UrlBuilder {
    endpoint.url("/features/v1/ogc/my").segment("collections")
}

pub(crate) fn collection(endpoint: &Endpoint, id: &str) -> UrlBuilder {
    collections(endpoint).id("collection_id", id)
}

/// The first page's URL with the number of entries asked for; 0 leaves it to the service.
pub(crate) fn with_page_size(url: UrlBuilder, entries: u32) -> UrlBuilder {
    if entries == 0 { url } else { url.query("limit", entries) }
}

/// A page need not be larger than what is wanted. What is left to the service stays so.
pub(crate) fn trimmed(page_size: u32, wanted: u32) -> u32 {
    page_size.min(wanted.max(1))
}

#[derive(Clone, Debug)]
pub(crate) struct List {
    filters: Filters,
    sort: Option<CollectionSort>,
    page_size: u32,
}

impl Operation for List {
    type Output = Page<Collection>;
    const NAME: &'static str = "features.list_collections";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let mut url = self.filters.add_to(collections(endpoint))?;
        if let Some(sort) = self.sort {
            url = url.query("sort", sort.as_str());
        }
        operation::get(with_page_size(url, self.page_size).build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<Collection>> {
        #[derive(Deserialize)]
        struct CollectionsPage {
            collections: Vec<Collection>,
            links: Option<RelLinks>,
            #[serde(rename = "numberMatched")]
            total: Option<u64>,
        }
        let page: CollectionsPage = operation::json(response)?;
        Ok(Page::linked(page.collections, page.links).with_total(page.total))
    }
}

impl Paged for List {
    type Item = Collection;

    fn trim_page_size(&mut self, collections: u32) {
        self.page_size = trimmed(self.page_size, collections);
    }
}

planet_core::list_builder! {
    /// A list of collections. All filters have to fit.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use planet_features::testing::{Answer, ScriptedTransport};
    /// use planet_features::{Collection, CollectionSort, FeaturesClient};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_features::Result<()> {
    /// let page = json!({"collections": [{"id": "rye-8vdGGZe", "title": "rye fields"}], "links": []});
    /// let script = ScriptedTransport::new([Answer::json(&page)]);
    /// let features = FeaturesClient::new(&script.session().build()?);
    ///
    /// let list = features.list_collections().title_contains("fields").description_contains("rye");
    /// let list = list.sort(CollectionSort::TitleAsc).page_size(500);
    /// let found: Vec<Collection> = list.items().try_collect().await?;
    /// assert_eq!(found[0].id(), "rye-8vdGGZe");
    /// let query = "title=~fields&description=~rye&sort=title&limit=500";
    /// assert_eq!(script.requests()[0].uri().query(), Some(query));
    ///
    /// let exact = features.list_collections().title("rye fields").description("all of them").to_request()?;
    /// assert!(exact.uri().query().unwrap_or_default().starts_with("title=rye%20fields&description=all"));
    /// # Ok(())
    /// # }
    /// ```
    ListCollections(List) -> Collection
}

impl ListCollections {
    pub(crate) fn new(session: &Session) -> Self {
        Self(session.list(List { filters: Filters::default(), sort: None, page_size: PAGE_SIZE }))
    }

    /// Only collections of this title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.0.operation_mut().filters.is_named("title", title.into());
        self
    }

    /// Only collections whose title holds this text.
    pub fn title_contains(mut self, part: impl AsRef<str>) -> Self {
        self.0.operation_mut().filters.contains("title", part.as_ref());
        self
    }

    /// Only collections of this description.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.0.operation_mut().filters.is("description", description.into());
        self
    }

    /// Only collections whose description holds this text.
    pub fn description_contains(mut self, part: impl AsRef<str>) -> Self {
        self.0.operation_mut().filters.contains("description", part.as_ref());
        self
    }

    /// The order of the collections. Without it the service chooses.
    pub fn sort(mut self, sort: CollectionSort) -> Self {
        self.0.operation_mut().sort = Some(sort);
        self
    }

    /// How many collections a page should have, 10,000 at most; 0 leaves it to the service, which puts 10 on a page.
    /// Default: 1,000.
    pub fn page_size(mut self, collections: u32) -> Self {
        self.0.operation_mut().page_size = collections.min(MAX_PAGE_SIZE);
        self
    }
}

#[derive(Debug)]
pub(crate) struct Get {
    id: String,
}

impl Operation for Get {
    type Output = Collection;
    const NAME: &'static str = "features.get_collection";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(collection(endpoint, &self.id).build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Collection> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A collection that is asked for.
    GetCollection(Get) -> Collection
}

impl GetCollection {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self(session.call(Get { id: id.to_owned() }))
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct Create {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title_property: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description_property: Option<String>,
}

impl Create {
    fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.title.trim().is_empty() {
            faults.push(Fault::new(FaultKind::Missing, "title", "a collection needs a title"));
        }
        for (name, property) in
            [("title_property", &self.title_property), ("description_property", &self.description_property)]
        {
            if property.as_ref().is_some_and(String::is_empty) {
                faults.push(Fault::new(FaultKind::Missing, name, "a property has a name"));
            }
        }
        faults
    }
}

impl Operation for Create {
    type Output = Collection;
    const NAME: &'static str = "features.create_collection";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = false;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let faults = self.faults();
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        operation::with_json(Method::POST, collections(endpoint).build()?, self)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Collection> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A collection that is being made.
    ///
    /// ```
    /// use planet_features::FeaturesClient;
    /// use planet_features::testing::{Answer, ScriptedTransport};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_features::Result<()> {
    /// let script = ScriptedTransport::new([Answer::json(&json!({"id": "fields-8vdGGZe"})).with_status(201)]);
    /// let features = FeaturesClient::new(&script.session().build()?);
    ///
    /// let fields = features
    ///     .create_collection("fields")
    ///     .description("of the farm in Oregon")
    ///     .title_property("name")
    ///     .description_property("crop")
    ///     .await?;
    /// assert_eq!(fields.reference(), "pl:features/my/fields-8vdGGZe");
    /// # Ok(())
    /// # }
    /// ```
    CreateCollection(Create) -> Collection
}

impl CreateCollection {
    pub(crate) fn new(session: &Session, title: String) -> Self {
        let create = Create { title, description: None, title_property: None, description_property: None };
        Self(session.call(create))
    }

    /// What the collection is about.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.0.operation_mut().description = Some(description.into());
        self
    }

    /// The property of each feature that holds its title.
    pub fn title_property(mut self, property: impl Into<String>) -> Self {
        self.0.operation_mut().title_property = Some(property.into());
        self
    }

    /// The property of each feature that holds its description.
    pub fn description_property(mut self, property: impl Into<String>) -> Self {
        self.0.operation_mut().description_property = Some(property.into());
        self
    }
}

#[derive(Debug)]
pub(crate) struct Delete {
    id: String,
}

impl Operation for Delete {
    type Output = ();
    const NAME: &'static str = "features.delete_collection";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::bodyless(Method::DELETE, collection(endpoint, &self.id).build()?)
    }

    fn decode(&self, _: &Response<Bytes>) -> Result<()> {
        Ok(())
    }
}

planet_core::call_builder! {
    /// A collection that is being deleted.
    DeleteCollection(Delete) -> ()
}

impl DeleteCollection {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self(session.call(Delete { id: id.to_owned() }))
    }
}
