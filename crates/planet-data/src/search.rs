//! Quick search (`POST /quick-search`): the first page is asked for with the filter, later ones by their links.

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_builders::geometry::Area;
use planet_builders::{Filter, Geometry, ItemType};
use planet_core::paging::{Page, Paged, UnderscoreLinks};
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

#[derive(Clone, Debug, Serialize)]
pub(crate) struct QuickSearch {
    item_types: Vec<ItemType>,
    filter: Filter,
    #[serde(skip_serializing_if = "Option::is_none")]
    geometry: Option<Area>,
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
        self.geometry.as_ref().map(Area::checked).transpose()?;
        let mut url = endpoint.url("/data/v1").segment("quick-search");
        if self.sort != SearchSort::default() {
            url = url.query("_sort", self.sort.as_str());
        }
        if let Some(size) = self.page_size {
            url = url.query("_page_size", size);
        }
        operation::with_json(Method::POST, url.build()?, self)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<Item>> {
        #[derive(Deserialize)]
        struct ItemPage {
            features: Vec<Item>,
            #[serde(rename = "_links")]
            links: Option<UnderscoreLinks>,
        }
        let page: ItemPage = operation::json(response)?;
        Ok(Page::linked(page.features, page.links))
    }
}

impl Paged for QuickSearch {
    type Item = Item;

    fn trim_page_size(&mut self, items: u32) {
        if items < self.page_size.unwrap_or(MAX_PAGE_SIZE) {
            self.page_size = Some(items.max(1));
        }
    }
}

planet_core::list_builder! {
    /// A search of the catalogue.
    Search(QuickSearch) -> Item
}

impl Search {
    pub(crate) fn new(session: &Session, item_types: Vec<ItemType>, filter: Filter) -> Self {
        Self(session.list(QuickSearch {
            item_types,
            filter,
            geometry: None,
            name: None,
            sort: SearchSort::default(),
            page_size: None,
        }))
    }

    /// Only items that intersect this area. Unlike a geometry filter it may be a feature or a reference to one.
    pub fn geometry<G>(mut self, area: G) -> Self
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        self.0.operation_mut().geometry = Some(Area::new(area));
        self
    }

    /// The name under which the service keeps the search, for 30 days.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.0.operation_mut().name = Some(name.into());
        self
    }

    /// The order of the items.
    pub fn sort(mut self, sort: SearchSort) -> Self {
        self.0.operation_mut().sort = sort;
        self
    }

    /// How many items a page should have. Default and maximum: 250.
    pub fn page_size(mut self, items: u32) -> Self {
        self.0.operation_mut().page_size = Some(items.clamp(1, MAX_PAGE_SIZE));
        self
    }
}
