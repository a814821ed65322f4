//! Asking for one order (`GET /orders/v2/{id}`).

use bytes::Bytes;
use http::{Request, Response};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};

use crate::Order;

#[derive(Clone, Debug)]
pub(crate) struct Get(String);

impl Get {
    pub(crate) fn new(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl Operation for Get {
    type Output = Order;
    const NAME: &'static str = "orders.get";
    const ROUTE: Route = Route::new("orders.get", 3.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(endpoint.url("/compute/ops/orders/v2").segment(&self.0).build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Order> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A question for one order.
    GetOrder(Get) -> Order
}

impl GetOrder {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self(session.call(Get::new(id)))
    }
}
