//! Asking for one search (`GET /searches/{id}`).

use bytes::Bytes;
use http::{Request, Response};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};

use crate::SavedSearch;

#[derive(Clone, Debug)]
pub(crate) struct Get(String);

impl Operation for Get {
    type Output = SavedSearch;
    const NAME: &'static str = "data.get_search";
    const ROUTE: Route = Route::new("data", 10.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(super::url(endpoint, &self.0)?.build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<SavedSearch> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A question for one search that the service keeps.
    GetSearch(Get) -> SavedSearch
}

impl GetSearch {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self(session.call(Get(id.to_owned())))
    }
}
