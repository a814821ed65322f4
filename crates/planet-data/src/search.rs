//! Quick search (`POST /quick-search`): the first page is asked for with the filter, later ones by their links.

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_builders::geometry::Area;
use planet_builders::{AssetType, Geometry};
use planet_core::paging::{Page, Paged, UnderscoreLinks};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};
use serde::{Deserialize, Serialize};

use crate::Item;
use crate::criteria::{Checked, Criteria};

/// The most items, or searches, that the service puts on a page, and how many it does if it is not told.
pub(crate) const MAX_PAGE_SIZE: u32 = 250;

planet_builders::names! {
    /// The order of a search's items (Data API, the parameter `_sort`).
    ///
    /// ```
    /// use planet_data::SearchSort;
    ///
    /// assert_eq!("Acquired ASC".parse::<SearchSort>()?, SearchSort::AcquiredAsc);
    /// assert_eq!(SearchSort::AcquiredAsc.as_str(), "acquired asc");
    ///
    /// let error = "created asc".parse::<SearchSort>().unwrap_err();
    /// assert_eq!(error.faults()[0].path(), "sort");
    /// # Ok::<(), planet_data::Error>(())
    /// ```
    #[doc(alias = "SEARCH_SORT")]
    #[derive(Default)]
    SearchSort, "sort" {
        /// Published last comes first: the service's default.
        #[default]
        PublishedDesc = "published desc",
        /// Published first comes first.
        PublishedAsc = "published asc",
        /// Acquired last comes first.
        AcquiredDesc = "acquired desc",
        /// Acquired first comes first.
        AcquiredAsc = "acquired asc",
    }
}

#[derive(Clone, Debug)]
pub(crate) struct QuickSearch {
    criteria: Criteria,
    name: Option<String>,
    sort: SearchSort,
    page_size: Option<u32>,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(flatten)]
    criteria: Checked<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

impl Operation for QuickSearch {
    type Output = Page<Item>;
    const NAME: &'static str = "data.search";
    const ROUTE: Route = Route::new("data.search", 5.0);
    // A quick search leaves nothing behind that a second one would disturb.
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let mut url = endpoint.url("/data/v1").segment("quick-search");
        if self.sort != SearchSort::default() {
            url = url.query("_sort", self.sort);
        }
        if let Some(size) = self.page_size {
            url = url.query("_page_size", size);
        }
        let body = Body { criteria: self.criteria.checked()?, name: self.name.as_deref() };
        operation::with_json(Method::POST, url.build()?, &body)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<Item>> {
        items_page(response)
    }
}

/// A page of the items that a search finds.
pub(crate) fn items_page(response: &Response<Bytes>) -> Result<Page<Item>> {
    #[derive(Deserialize)]
    struct ItemPage {
        features: Vec<Item>,
        #[serde(rename = "_links")]
        links: Option<UnderscoreLinks>,
    }
    let page: ItemPage = operation::json(response)?;
    Ok(Page::linked(page.features, page.links))
}

/// The page size that a caller asks for; 0 leaves it to the service.
pub(crate) fn page_size(wanted: u32) -> Option<u32> {
    (wanted > 0).then(|| wanted.min(MAX_PAGE_SIZE))
}

/// The page size for a list of which a caller wants no more than so many.
pub(crate) fn trimmed(page_size: Option<u32>, wanted: u32) -> Option<u32> {
    if wanted < page_size.unwrap_or(MAX_PAGE_SIZE) { Some(wanted.max(1)) } else { page_size }
}

impl Paged for QuickSearch {
    type Item = Item;

    fn trim_page_size(&mut self, items: u32) {
        self.page_size = trimmed(self.page_size, items);
    }
}

planet_core::list_builder! {
    /// A search of the catalogue.
    Search(QuickSearch) -> Item
}

impl Search {
    pub(crate) fn new(session: &Session, criteria: Criteria) -> Self {
        Self(session.list(QuickSearch { criteria, name: None, sort: SearchSort::default(), page_size: None }))
    }

    /// Only items that intersect this area. Unlike a geometry filter it may be a feature or a reference to one.
    pub fn geometry<G>(mut self, area: G) -> Self
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        self.0.operation_mut().criteria.geometry = Some(Area::new(area));
        self
    }

    /// Only items that have an asset of at least one of these types.
    pub fn asset_types(mut self, types: impl IntoIterator<Item = impl Into<AssetType>>) -> Self {
        self.0.operation_mut().criteria.asset_types = Some(types.into_iter().map(Into::into).collect());
        self
    }

    /// The name under which the service keeps the search, for 30 days. Default: its id.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.0.operation_mut().name = Some(name.into());
        self
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

    /// Accepts item types that are not in the catalogue that was built in. The service may know them by now. Names in
    /// another case are still corrected.
    pub fn allow_unknown(mut self) -> Self {
        self.0.operation_mut().criteria.allow_unknown = true;
        self
    }
}
