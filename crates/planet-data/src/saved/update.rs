//! Replacing a saved search (`PUT /searches/{id}`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};

use super::definition::{Definition, definition_setters};
use crate::SavedSearch;

#[derive(Clone, Debug)]
pub(crate) struct Update {
    id: String,
    definition: Definition,
}

impl Operation for Update {
    type Output = SavedSearch;
    const NAME: &'static str = "data.update_search";
    const ROUTE: Route = Route::new("data", 10.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::with_json(Method::PUT, super::url(endpoint, &self.id)?.build()?, &self.definition.checked()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<SavedSearch> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A saved search that is being replaced, as a whole: what is not given here is not kept.
    UpdateSearch(Update) -> SavedSearch
}

impl UpdateSearch {
    pub(crate) fn new(session: &Session, id: &str, definition: Definition) -> Self {
        Self(session.call(Update { id: id.to_owned(), definition }))
    }
}

definition_setters!(UpdateSearch);
