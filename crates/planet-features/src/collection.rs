//! Collections (`/collections`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_core::paging::{Page, Paged, RelLinks};
use planet_core::{Endpoint, Error, Fault, FaultKind, Operation, Result, Route, Session, UrlBuilder, operation};
use serde::{Deserialize, Serialize};

use crate::Collection;

/// The service publishes no limit for this API; this is the lowest it has elsewhere in practice.
pub(crate) const ROUTE: Route = Route::new("features", 5.0);

/// The most entries that the service puts on a page. Its default is 10.
pub(crate) const MAX_PAGE_SIZE: u32 = 10_000;

/// What we ask for: the service's default would make a hundred calls of a thousand features.
pub(crate) const PAGE_SIZE: u32 = 1_000;

pub(crate) fn collections(endpoint: &Endpoint) -> UrlBuilder {
    endpoint.url("/features/v1/ogc/my").segment("collections")
}

#[derive(Clone, Debug)]
pub(crate) struct List {
    page_size: u32,
}

impl Operation for List {
    type Output = Page<Collection>;
    const NAME: &'static str = "features.list_collections";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(collections(endpoint).query("limit", self.page_size).build()?)
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
        self.page_size = self.page_size.min(collections.max(1));
    }
}

planet_core::list_builder! {
    /// A list of collections.
    ListCollections(List) -> Collection
}

impl ListCollections {
    pub(crate) fn new(session: &Session) -> Self {
        Self(session.list(List { page_size: PAGE_SIZE }))
    }

    /// How many collections a page should have, 10,000 at most. Default: 1,000.
    pub fn page_size(mut self, collections: u32) -> Self {
        self.0.operation_mut().page_size = collections.clamp(1, MAX_PAGE_SIZE);
        self
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct Create {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

impl Operation for Create {
    type Output = Collection;
    const NAME: &'static str = "features.create_collection";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = false;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        if self.title.trim().is_empty() {
            return Err(Error::invalid(vec![Fault::new(FaultKind::Missing, "title", "a collection needs a title")]));
        }
        operation::with_json(Method::POST, collections(endpoint).build()?, self)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Collection> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A collection that is being made.
    CreateCollection(Create) -> Collection
}

impl CreateCollection {
    pub(crate) fn new(session: &Session, title: String) -> Self {
        Self(session.call(Create { title, description: None }))
    }

    /// What the collection is about.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.0.operation_mut().description = Some(description.into());
        self
    }
}
