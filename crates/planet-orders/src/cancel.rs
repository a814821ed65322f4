//! Cancelling orders: one (`PUT /orders/v2/{id}`), some or all (`POST /bulk/orders/v2/cancel`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_core::{Endpoint, Operation, Result, Route, Session, id, operation};
use serde_json::json;

use crate::ids::each_once;
use crate::{CancelReport, Order};

/// The service documents one rate for both ways to cancel many.
const BULK: Route = Route::new("orders.bulk_cancel", 5.0);

fn bulk(endpoint: &Endpoint, body: &serde_json::Value) -> Result<Request<Bytes>> {
    operation::with_json(Method::POST, endpoint.url("/compute/ops/bulk/orders/v2/cancel").build()?, body)
}

#[derive(Debug)]
pub(crate) struct Cancel(String);

impl Operation for Cancel {
    type Output = Order;
    const NAME: &'static str = "orders.cancel";
    const ROUTE: Route = Route::new("orders.cancel", 3.0);
    // The second of two cancellations answers 409: nothing else happens.
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let id = id::dashed_uuid("order_id", &self.0)?;
        operation::bodyless(Method::PUT, endpoint.url("/compute/ops/orders/v2").segment(&id).build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Order> {
        operation::json(response)
    }
}

#[derive(Debug)]
pub(crate) struct CancelMany(Vec<String>);

impl CancelMany {
    /// Each id once, in the service's form.
    fn ids(&self) -> Result<Vec<String>> {
        each_once(&self.0, "no orders are named; cancel_all cancels all that are queued")
    }
}

impl Operation for CancelMany {
    type Output = CancelReport;
    const NAME: &'static str = "orders.cancel_many";
    const ROUTE: Route = BULK;
    // As one: what is cancelled already is reported as not cancellable, and nothing else happens.
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        // An empty list would cancel every queued order.
        bulk(endpoint, &json!({"order_ids": self.ids()?}))
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<CancelReport> {
        operation::json(response)
    }
}

#[derive(Debug)]
pub(crate) struct CancelAll;

impl Operation for CancelAll {
    type Output = CancelReport;
    const NAME: &'static str = "orders.cancel_all";
    const ROUTE: Route = BULK;
    // Sent again some seconds later it would also cancel orders that were placed in between.
    const IDEMPOTENT: bool = false;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        bulk(endpoint, &json!({}))
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<CancelReport> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// An order that is being cancelled.
    ///
    /// It is sent again if its answer is lost: an order is not cancelled twice. If the first one worked after all, the
    /// second ends in `Conflict`; the order's state tells.
    ///
    /// ```
    /// use planet_orders::testing::{Answer, ScriptedTransport};
    /// use planet_orders::{OrderState, OrdersClient};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_orders::Result<()> {
    /// let answer = json!({"id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "state": "cancelled"});
    /// let script = ScriptedTransport::new([Answer::json(&answer)]);
    /// let orders = OrdersClient::new(&script.session().build()?);
    ///
    /// let order = orders.cancel("18389c7e-1831-4de7-8187-d30ffe88b4b7").await?;
    /// assert_eq!(*order.state(), OrderState::Cancelled);
    /// # Ok(())
    /// # }
    /// ```
    CancelOrder(Cancel) -> Order
}

planet_core::call_builder! {
    /// Orders that are being cancelled, each by itself: some may be cancelled and others not.
    ///
    /// The ids are checked before anything is sent. Each is sent once, in lower case with dashes.
    ///
    /// It is sent again if its answer is lost: an order is not cancelled twice. Orders that the first one cancelled are then
    /// among the [failures](crate::CancelReport::failures), as they are no longer queued;
    /// [`attempts`](planet_core::Response::attempts) of the sent call tells whether there was more than one.
    CancelOrders(CancelMany) -> CancelReport
}

planet_core::call_builder! {
    /// All queued orders that are being cancelled.
    ///
    /// It is sent again only if it certainly did not arrive, or was refused for speed: some seconds later it would cancel
    /// orders, too, that were placed in between. If the [outcome](planet_core::Error::outcome) of its error is `Unknown`,
    /// list the queued orders before you call it again.
    CancelAllOrders(CancelAll) -> CancelReport
}

impl CancelOrder {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self(session.call(Cancel(id.to_owned())))
    }
}

impl CancelOrders {
    pub(crate) fn new(session: &Session, ids: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self(session.call(CancelMany(ids.into_iter().map(|id| id.as_ref().to_owned()).collect())))
    }
}

impl CancelAllOrders {
    pub(crate) fn new(session: &Session) -> Self {
        Self(session.call(CancelAll))
    }
}
