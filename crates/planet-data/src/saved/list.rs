//! Listing the searches that the service keeps (`GET /searches`).

use bytes::Bytes;
use http::{Request, Response};
use planet_core::paging::{Page, Paged, UnderscoreLinks};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};
use serde::Deserialize;

use crate::SavedSearch;
use crate::search::{page_size, trimmed};

planet_builders::names! {
    /// The order of a list of searches (Data API, the parameter `_sort`).
    ///
    /// ```
    /// use planet_data::SearchesSort;
    ///
    /// assert_eq!("Created ASC".parse::<SearchesSort>()?, SearchesSort::CreatedAsc);
    /// assert_eq!(SearchesSort::default().as_str(), "created desc");
    /// # Ok::<(), planet_data::Error>(())
    /// ```
    #[doc(alias = "LIST_SORT_ORDER")]
    #[derive(Default)]
    SearchesSort, "sort" {
        /// The newest comes first: the service's default.
        #[default]
        CreatedDesc = "created desc",
        /// The oldest comes first.
        CreatedAsc = "created asc",
    }
}

planet_builders::names! {
    /// Whether a search was saved (Data API, `search_type`).
    ///
    /// ```
    /// use planet_data::SearchType;
    ///
    /// assert_eq!("Saved".parse::<SearchType>()?, SearchType::Saved);
    /// assert_eq!(SearchType::Quick.as_str(), "quick");
    /// # Ok::<(), planet_data::Error>(())
    /// ```
    #[doc(alias = "LIST_SEARCH_TYPE")]
    open SearchType, "search_type" {
        /// Of any type: the default of a list. No search is of this type.
        Any = "any",
        /// Saved, and kept until it is deleted.
        Saved = "saved",
        /// A quick search, kept for 30 days.
        Quick = "quick",
    }
}

#[derive(Clone, Debug)]
pub(crate) struct List {
    sort: SearchesSort,
    search_type: SearchType,
    page_size: Option<u32>,
}

impl Operation for List {
    type Output = Page<SavedSearch>;
    const NAME: &'static str = "data.list_searches";
    const ROUTE: Route = Route::new("data", 10.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let mut url = endpoint.url("/data/v1/searches");
        if self.sort != SearchesSort::default() {
            url = url.query("_sort", self.sort);
        }
        if self.search_type != SearchType::Any {
            url = url.query("search_type", &self.search_type);
        }
        if let Some(size) = self.page_size {
            url = url.query("_page_size", size);
        }
        operation::get(url.build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<SavedSearch>> {
        #[derive(Deserialize)]
        struct SearchPage {
            searches: Vec<SavedSearch>,
            #[serde(rename = "_links")]
            links: Option<UnderscoreLinks>,
        }
        let page: SearchPage = operation::json(response)?;
        Ok(Page::linked(page.searches, page.links))
    }
}

impl Paged for List {
    type Item = SavedSearch;

    fn trim_page_size(&mut self, searches: u32) {
        self.page_size = trimmed(self.page_size, searches);
    }
}

planet_core::list_builder! {
    /// A list of the searches that the service keeps, saved and quick ones.
    ListSearches(List) -> SavedSearch
}

impl ListSearches {
    pub(crate) fn new(session: &Session) -> Self {
        let list = List { sort: SearchesSort::default(), search_type: SearchType::Any, page_size: None };
        Self(session.list(list))
    }

    /// The order of the searches. Default: the newest first.
    pub fn sort(mut self, sort: SearchesSort) -> Self {
        self.0.operation_mut().sort = sort;
        self
    }

    /// Only searches of this type. Default: of any type.
    pub fn search_type(mut self, search_type: SearchType) -> Self {
        self.0.operation_mut().search_type = search_type;
        self
    }

    /// How many searches a page should have, 250 at most; 0, the default, leaves it to the service, which puts 250 on a page.
    pub fn page_size(mut self, searches: u32) -> Self {
        self.0.operation_mut().page_size = page_size(searches);
        self
    }
}
