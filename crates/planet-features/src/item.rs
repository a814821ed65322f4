//! The features of a collection (`/collections/{c}/items`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_core::paging::{Page, Paged, RelLinks};
use planet_core::{Endpoint, Operation, Result, Route, Session, UrlBuilder, operation};
use serde::Deserialize;
use serde_json::Value;

use crate::Feature;
use crate::collection::{MAX_PAGE_SIZE, PAGE_SIZE, ROUTE, collections};

fn items(endpoint: &Endpoint, collection: &str) -> UrlBuilder {
    collections(endpoint).segment(collection).segment("items")
}

#[derive(Clone, Debug)]
pub(crate) struct List {
    collection: String,
    page_size: u32,
}

impl Operation for List {
    type Output = Page<Feature>;
    const NAME: &'static str = "features.list_items";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(items(endpoint, &self.collection).query("limit", self.page_size).build()?)
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
        self.page_size = self.page_size.min(features.max(1));
    }
}

planet_core::list_builder! {
    /// A list of the features of a collection.
    ListItems(List) -> Feature
}

impl ListItems {
    pub(crate) fn new(session: &Session, collection: &str) -> Self {
        Self(session.list(List { collection: collection.to_owned(), page_size: PAGE_SIZE }))
    }

    /// How many features a page should have, 10,000 at most. Default: 1,000.
    pub fn page_size(mut self, features: u32) -> Self {
        self.0.operation_mut().page_size = features.clamp(1, MAX_PAGE_SIZE);
        self
    }
}

#[derive(Debug)]
pub(crate) struct Add {
    collection: String,
    features: Value,
}

impl Operation for Add {
    type Output = Vec<String>;
    const NAME: &'static str = "features.add_items";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = false;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::with_json(Method::POST, items(endpoint, &self.collection).build()?, &self.features)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Vec<String>> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// Features that are being added. Its value is a reference (`pl:features/my/...`) for each, in the order given.
    AddItems(Add) -> Vec<String>
}

impl AddItems {
    pub(crate) fn new(session: &Session, collection: &str, features: Value) -> Self {
        Self(session.call(Add { collection: collection.to_owned(), features }))
    }
}
