//! Placing an order (`POST /orders/v2`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_builders::OrderRequest;
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};

use crate::Order;

#[derive(Debug)]
pub(crate) struct Create(OrderRequest);

impl Operation for Create {
    type Output = Order;
    const NAME: &'static str = "orders.create";
    const ROUTE: Route = Route::new("orders.create", 3.0);
    const IDEMPOTENT: bool = false;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        self.0.check_secrets()?;
        operation::with_json(Method::POST, endpoint.url("/compute/ops/orders/v2").build()?, &self.0)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<Order> {
        operation::json(&response)
    }
}

planet_core::call_builder! {
    /// An order that is being placed.
    ///
    /// # Cancel safety
    /// Dropping the future after the request was sent leaves it open whether the order exists.
    CreateOrder(Create) -> Order
}

impl CreateOrder {
    pub(crate) fn new(session: &Session, request: OrderRequest) -> Self {
        Self(session.call(Create(request)))
    }
}
