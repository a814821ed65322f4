//! How many orders are under way (`GET /stats/orders/v2`).

use bytes::Bytes;
use http::{Request, Response};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};

use crate::OrderStats;

#[derive(Debug)]
pub(crate) struct Stats;

impl Operation for Stats {
    type Output = OrderStats;
    const NAME: &'static str = "orders.stats";
    const ROUTE: Route = Route::new("orders.stats", 5.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(endpoint.url("/compute/ops/stats/orders/v2").build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<OrderStats> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A question for the number of orders under way.
    GetOrderStats(Stats) -> OrderStats
}

impl GetOrderStats {
    pub(crate) fn new(session: &Session) -> Self {
        Self(session.call(Stats))
    }
}
