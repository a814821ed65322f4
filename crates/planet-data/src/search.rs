//! Quick search (`POST /quick-search`): the first page is asked for with the filter, later ones by their links.

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_builders::{Filter, Geometry, ItemType};
use planet_core::paging::{Page, Paged, Pager};
use planet_core::{Endpoint, Error, Fault, FaultKind, Operation, Result, Route, Session, operation};
use serde::{Deserialize, Serialize};

use crate::Item;

/// The most items that the service puts on a page.
const MAX_PAGE_SIZE: u32 = 250;

/// The order of a search's items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchSort {
    /// Published last comes first: the service's default.
    #[default]
    PublishedDesc,
    /// Published first comes first.
    PublishedAsc,
    /// Acquired last comes first.
    AcquiredDesc,
    /// Acquired first comes first.
    AcquiredAsc,
}

impl SearchSort {
    /// The order as the service spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PublishedDesc => "published desc",
            Self::PublishedAsc => "published asc",
            Self::AcquiredDesc => "acquired desc",
            Self::AcquiredAsc => "acquired asc",
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct QuickSearch {
    item_types: Vec<ItemType>,
    filter: Filter,
    #[serde(skip_serializing_if = "Option::is_none")]
    geometry: Option<Geometry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip)]
    sort: SearchSort,
    #[serde(skip)]
    page_size: Option<u32>,
}

impl Operation for QuickSearch {
    type Output = Page<Item>;
    const NAME: &'static str = "data.search";
    const ROUTE: Route = Route::new("data.search", 5.0);
    // A quick search leaves nothing behind that a second one would disturb.
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        if self.item_types.is_empty() {
            return Err(Error::invalid(vec![Fault::new(
                FaultKind::Missing,
                "item_types",
                "a search needs at least one item type",
            )]));
        }
        let mut url = endpoint.url("/data/v1").segment("quick-search");
        if self.sort != SearchSort::default() {
            url = url.query("_sort", self.sort.as_str());
        }
        if let Some(size) = self.page_size {
            url = url.query("_page_size", size);
        }
        operation::with_json(Method::POST, url.build()?, self)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<Page<Item>> {
        let page: ItemPage = operation::json(&response)?;
        Ok(Page::new(page.features, page.links.and_then(|links| links.next)))
    }
}

impl Paged for QuickSearch {
    type Item = Item;
}

#[derive(Deserialize)]
struct ItemPage {
    features: Vec<Item>,
    #[serde(rename = "_links")]
    links: Option<Links>,
}

#[derive(Deserialize)]
struct Links {
    #[serde(rename = "_next")]
    next: Option<String>,
}

/// A search of the catalogue. [`items`](Self::items) begins it.
#[must_use = "a search does nothing until items() is polled"]
#[derive(Debug)]
pub struct Search {
    session: Session,
    search: QuickSearch,
    limit: u64,
}

impl Search {
    pub(crate) fn new(session: &Session, item_types: Vec<ItemType>, filter: Filter) -> Self {
        let search = QuickSearch {
            item_types,
            filter,
            geometry: None,
            name: None,
            sort: SearchSort::default(),
            page_size: None,
        };
        Self { session: session.clone(), search, limit: 0 }
    }

    /// Only items that intersect this area. Unlike a geometry filter it may be a feature reference.
    pub fn geometry(mut self, area: impl Into<Geometry>) -> Self {
        self.search.geometry = Some(area.into());
        self
    }

    /// The name under which the service keeps the search, for 30 days.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.search.name = Some(name.into());
        self
    }

    /// The order of the items.
    pub fn sort(mut self, sort: SearchSort) -> Self {
        self.search.sort = sort;
        self
    }

    /// How many items a page should have. Default and maximum: 250.
    pub fn page_size(mut self, items: u32) -> Self {
        self.search.page_size = Some(items.clamp(1, MAX_PAGE_SIZE));
        self
    }

    /// At most so many items; 0 means all.
    pub fn limit(mut self, items: u64) -> Self {
        self.limit = items;
        self
    }

    /// The items, as a stream that fetches pages as they are needed.
    pub fn items(mut self) -> Pager<Item> {
        // A page larger than the limit would bring items that nobody asked for.
        if self.search.page_size.is_none()
            && let Some(few) = u32::try_from(self.limit).ok().filter(|limit| (1..MAX_PAGE_SIZE).contains(limit))
        {
            self.search.page_size = Some(few);
        }
        Pager::new(self.session.call(self.search)).limit(self.limit)
    }
}
