//! Asking for one order (`GET /orders/v2/{id}`).

use bytes::Bytes;
use http::{Request, Response};
use planet_core::{Endpoint, Operation, Result, Route, Session, id, operation};

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
        let id = id::dashed_uuid("order_id", &self.0)?;
        operation::get(endpoint.url("/compute/ops/orders/v2").segment(&id).build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Order> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A question for one order.
    ///
    /// ```
    /// use planet_orders::testing::{Answer, ScriptedTransport};
    /// use planet_orders::{OrderState, OrdersClient};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_orders::Result<()> {
    /// let answer = json!({"id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "state": "running", "name": "oregon"});
    /// let script = ScriptedTransport::new([Answer::json(&answer)]);
    /// let orders = OrdersClient::new(&script.session().build()?);
    ///
    /// let order = orders.get("18389C7E18314DE78187D30FFE88B4B7").await?; // ids are taken in any form
    /// assert_eq!(*order.state(), OrderState::Running);
    /// assert_eq!(order.get::<String>("name")?.as_deref(), Some("oregon"));
    /// assert!(orders.get("oregon").await.is_err()); // no id: nothing is sent
    /// # Ok(())
    /// # }
    /// ```
    GetOrder(Get) -> Order
}

impl GetOrder {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self(session.call(Get::new(id)))
    }
}
