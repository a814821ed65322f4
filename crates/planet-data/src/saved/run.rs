//! Running a search that the service keeps (`GET /searches/{id}/results`).

use bytes::Bytes;
use http::{Request, Response};
use planet_core::paging::{Page, Paged};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};

use crate::search::{items_page, page_size, trimmed};
use crate::{Item, SearchSort};

#[derive(Clone, Debug)]
pub(crate) struct Run {
    id: String,
    sort: SearchSort,
    page_size: Option<u32>,
}

impl Operation for Run {
    type Output = Page<Item>;
    const NAME: &'static str = "data.run_search";
    const ROUTE: Route = Route::new("data", 10.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let mut url = super::url(endpoint, &self.id)?.segment("results");
        if self.sort != SearchSort::default() {
            url = url.query("_sort", self.sort);
        }
        if let Some(size) = self.page_size {
            url = url.query("_page_size", size);
        }
        operation::get(url.build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<Item>> {
        items_page(response)
    }
}

impl Paged for Run {
    type Item = Item;

    fn trim_page_size(&mut self, items: u32) {
        self.page_size = trimmed(self.page_size, items);
    }
}

planet_core::list_builder! {
    /// The items that a search finds which the service keeps.
    RunSearch(Run) -> Item
}

impl RunSearch {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self(session.list(Run { id: id.to_owned(), sort: SearchSort::default(), page_size: None }))
    }

    /// The order of the items. Default: what was published last comes first.
    pub fn sort(mut self, sort: SearchSort) -> Self {
        self.0.operation_mut().sort = sort;
        self
    }

    /// How many items a page should have, 250 at most; 0, the default, leaves it to the service, which puts 250 on a page.
    pub fn page_size(mut self, items: u32) -> Self {
        self.0.operation_mut().page_size = page_size(items);
        self
    }
}
