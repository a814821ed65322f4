//! Cancelling an order (`PUT /orders/v2/{id}`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};

use crate::Order;

#[derive(Debug)]
pub(crate) struct Cancel(String);

impl Operation for Cancel {
    type Output = Order;
    const NAME: &'static str = "orders.cancel";
    const ROUTE: Route = Route::new("orders.cancel", 3.0);
    // The second of two cancellations answers 409: nothing else happens.
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::bodyless(Method::PUT, endpoint.url("/compute/ops/orders/v2").segment(&self.0).build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Order> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// An order that is being cancelled.
    CancelOrder(Cancel) -> Order
}

impl CancelOrder {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self(session.call(Cancel(id.to_owned())))
    }
}
