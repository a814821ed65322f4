//! Asking for the bundles that the service offers (`GET /bundles/spec`).

use bytes::Bytes;
use http::{Request, Response};
use planet_builders::Catalogue;
use planet_core::{Endpoint, Operation, Outcome, Result, Route, Session, operation};

#[derive(Debug)]
pub(crate) struct Bundles;

impl Operation for Bundles {
    type Output = Catalogue;
    const NAME: &'static str = "orders.bundles";
    const ROUTE: Route = Route::new("orders.bundles", 10.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(endpoint.url("/compute/ops/bundles/spec").build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Catalogue> {
        Catalogue::from_spec(response.body()).map_err(|error| error.with_outcome(Outcome::Unknown))
    }
}

planet_core::call_builder! {
    /// A question for the bundles that the service offers.
    GetBundles(Bundles) -> Catalogue
}

impl GetBundles {
    pub(crate) fn new(session: &Session) -> Self {
        Self(session.call(Bundles))
    }
}
