//! Deleting a search (`DELETE /searches/{id}`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};

#[derive(Clone, Debug)]
pub(crate) struct Delete(String);

impl Operation for Delete {
    type Output = ();
    const NAME: &'static str = "data.delete_search";
    const ROUTE: Route = Route::new("data", 10.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::bodyless(Method::DELETE, super::url(endpoint, &self.0)?.build()?)
    }

    fn decode(&self, _: &Response<Bytes>) -> Result<()> {
        Ok(())
    }
}

planet_core::call_builder! {
    /// A search that is being deleted.
    ///
    /// An error of kind `NotFound` says that there is no such search. If its [outcome](planet_core::Error::outcome) is `Unknown`
    /// the answer to an earlier attempt was lost, and that attempt may have deleted it: then the search is gone as wanted.
    DeleteSearch(Delete) -> ()
}

impl DeleteSearch {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self(session.call(Delete(id.to_owned())))
    }
}
