//! The list of 50,000 items in 200 pages, as a service crate has it.

use bytes::Bytes;
use http::{Request, Response};
use planet_core::paging::{Page, Paged};
use planet_core::{Endpoint, Operation, Pager, Result, Route, operation};
use serde::Deserialize;

use crate::common::small;

planet_core::model! {
    /// An item.
    feature Item {
        /// The id.
        id
    }
}

#[derive(Deserialize)]
struct ItemPage {
    features: Vec<Item>,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Deserialize)]
pub struct Links {
    #[serde(rename = "_next")]
    pub next: Option<String>,
}

struct ListItems;

impl Operation for ListItems {
    type Output = Page<Item>;
    const NAME: &'static str = "bench.list";
    const ROUTE: Route = Route::new("bench", 5.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(endpoint.url("/pages/0").build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<Item>> {
        let page: ItemPage = operation::json(response)?;
        Ok(Page::new(page.features, page.links.next))
    }
}

impl Paged for ListItems {
    type Item = Item;
}

/// All items, as a session gives them.
pub fn items(url: &str) -> Pager<Item> {
    small::session(url).list(ListItems).items()
}
