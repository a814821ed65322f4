//! Saving a search (`POST /searches`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};

use super::definition::{Definition, definition_setters};
use crate::SavedSearch;

#[derive(Clone, Debug)]
pub(crate) struct Create {
    definition: Definition,
}

impl Operation for Create {
    type Output = SavedSearch;
    const NAME: &'static str = "data.create_search";
    const ROUTE: Route = Route::new("data", 10.0);
    // Names need not differ: sent twice, it makes two searches.
    const IDEMPOTENT: bool = false;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::with_json(Method::POST, endpoint.url("/data/v1/searches").build()?, &self.definition.checked()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<SavedSearch> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A search that is being saved.
    ///
    /// It is sent again only if it certainly did not reach the service, or was refused for speed. If the
    /// [outcome](planet_core::Error::outcome) of an error is `Unknown` the search may have been saved: a list of searches, the
    /// newest first, shows it.
    CreateSearch(Create) -> SavedSearch
}

impl CreateSearch {
    pub(crate) fn new(session: &Session, definition: Definition) -> Self {
        Self(session.call(Create { definition }))
    }
}

definition_setters!(CreateSearch);
