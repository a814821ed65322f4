//! Placing an order (`POST /orders/v2`).

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request};
use planet_builders::OrderRequest;
use planet_core::{Call, Endpoint, Operation, Outcome, Response, Result, RetryPolicy, Route, Session, operation};
use tokio::time::Instant;

use crate::list::List;
use crate::reconcile::{Found, Search};
use crate::{Order, Reconcile};

#[derive(Clone, Debug)]
pub(crate) struct Create(Arc<OrderRequest>);

impl Operation for Create {
    type Output = Order;
    const NAME: &'static str = "orders.create";
    const ROUTE: Route = Route::new("orders.create", 3.0);
    const IDEMPOTENT: bool = false;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        self.0.check_secrets()?;
        operation::with_json(Method::POST, endpoint.url("/compute/ops/orders/v2").build()?, &*self.0)
    }

    fn decode(&self, response: &http::Response<Bytes>) -> Result<Order> {
        operation::json(response)
    }
}

/// An order that is being placed. Await it for the order, or [`send`](Self::send) it for the order with the facts of its
/// answer.
///
/// It is sent again only if it certainly did not reach the service, or was refused for speed. If the answer is lost, the
/// order is looked for, as [`Reconcile`] says.
///
/// # Errors
/// `Rejected` with the service's reasons if it does not accept the order; `QuotaExceeded` if it says that the quota is
/// used up; `Conflict` (409) if too many orders of the organization are under way, as a document of the service of 2019
/// says: wait until some have ended. None of the three is sent again. If the [outcome](planet_core::Error::outcome) is
/// `Unknown` the order may have been placed: the message says what was found, and the source, an
/// [`UnknownOrder`](crate::UnknownOrder), has the orders that could be it. With [`Reconcile::off`] nobody looks, and
/// the error is that of the lost answer.
///
/// # Cancel safety
/// Dropping the future after the request was sent leaves it open whether the order exists. For a quarter of an hour after
/// any drop an order of the same name and products is not taken for another call's.
#[must_use = "a request does nothing until it is awaited or sent"]
pub struct CreateOrder {
    session: Session,
    call: Call<Create>,
    request: Arc<OrderRequest>,
    reconcile: Reconcile,
    recreate: bool,
    deadline: Option<Duration>,
}

impl CreateOrder {
    pub(crate) fn new(session: &Session, request: OrderRequest, reconcile: Reconcile) -> Self {
        let request = Arc::new(request);
        Self {
            session: session.clone(),
            call: session.call(Create(Arc::clone(&request))),
            request,
            reconcile,
            recreate: false,
            deadline: None,
        }
    }

    /// Whether and for how long the order is looked for if its answer is lost, instead of the client's way.
    pub fn reconcile(mut self, reconcile: Reconcile) -> Self {
        self.reconcile = reconcile;
        self
    }

    /// Places the order once more if its answer was lost and the service lists no order of its name when the settling time
    /// is over. It does nothing where looking is turned off.
    ///
    /// The risk is the caller's: if the service acts on the first request after that, there are two orders, and both are
    /// paid.
    ///
    /// ```
    /// # use planet_orders::testing::{Answer, ScriptedTransport};
    /// # use planet_orders::{OrderRequest, OrdersClient, Product};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_orders::Result<()> {
    /// # let placed = serde_json::json!({"id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "state": "queued"});
    /// # let script = ScriptedTransport::new([Answer::json(&placed)]);
    /// # let orders = OrdersClient::new(&script.session().build()?);
    /// let product = Product::new("PSScene", "analytic_udm2", ["20200909_182525_1014"]);
    /// let request = OrderRequest::builder("free of charge").product(product).build()?;
    /// let order = orders.create(request).recreate_if_absent().await?;
    /// # assert_eq!(order.state().as_str(), "queued");
    /// # Ok(())
    /// # }
    /// ```
    pub fn recreate_if_absent(mut self) -> Self {
        self.recreate = true;
        self
    }

    /// The time for the whole call: waiting for a turn, all attempts, the body, and looking for the order. An
    /// [`attempt_timeout`](Self::attempt_timeout) below it leaves time to look.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// The time for one attempt, until the headers of its answer are there.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.call = self.call.attempt_timeout(limit);
        self
    }

    /// How failed attempts of this call are repeated, instead of the session's way.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.call = self.call.retry(policy);
        self
    }

    /// Adds a header. The questions for an order whose answer was lost carry it, too.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.call = self.call.header(name, value);
        self
    }

    /// The request as it would be sent, without the credential.
    ///
    /// # Errors
    /// `InvalidInput` if the inputs make no valid request.
    pub fn to_request(&self) -> Result<Request<Bytes>> {
        self.call.to_request()
    }

    /// Sends the request and gives the order with what is known about the answer. Where the answer was lost and the order
    /// found, [`recovered_from`](Response::recovered_from) tells the failure, and the facts are those of the list that
    /// held the order.
    ///
    /// # Errors
    /// As awaiting it.
    ///
    /// # Cancel safety
    /// As awaiting it: dropped after the request was sent, it leaves open whether the order exists.
    pub async fn send(self) -> Result<Response<Order>> {
        Box::pin(self.run()).await
    }

    async fn run(self) -> Result<Response<Order>> {
        let end = self.deadline.and_then(|limit| Instant::now().checked_add(limit));
        let mut search =
            Search::begin(&self.session, &self.request).map_err(|error| error.with_operation(Create::NAME))?;
        let mut may_recreate = self.recreate;
        let mut first_failure = None;
        loop {
            let cause = match self.place(end).await {
                Ok(response) => {
                    search.answered(response.value());
                    return Ok(match first_failure {
                        Some(failure) => response.with_recovered_from(failure),
                        None => response,
                    });
                }
                Err(error) => error,
            };
            let placed_before = first_failure.is_some();
            if !placed_before && matches!(cause.outcome(), Outcome::NotSent | Outcome::Rejected) {
                search.nothing();
                return Err(cause);
            }
            let Some(settle) = self.reconcile.time() else {
                return Err(cause);
            };
            // In a box of its own: few calls come here, and all would be as large.
            match Box::pin(search.run(&self.looks(), settle, end, cause)).await {
                Found::Order(found) => {
                    let id = found.value().id();
                    tracing::warn!(operation = Create::NAME, order = id, "the answer was lost; the order was found");
                    return Ok(*found);
                }
                Found::Absent(error) if may_recreate => {
                    may_recreate = false;
                    search.again();
                    tracing::warn!(
                        operation = Create::NAME,
                        "the answer was lost, and no order found; placing it again"
                    );
                    first_failure = Some(error);
                }
                Found::Absent(error) | Found::Doubt(error) => return Err(error),
            }
        }
    }

    /// Sends the order, within what is left of the time.
    async fn place(&self, end: Option<Instant>) -> Result<Response<Order>> {
        let call = self.call.with_operation(Create(Arc::clone(&self.request)));
        match end {
            Some(end) => call.deadline(end.saturating_duration_since(Instant::now())).send().await,
            None => call.send().await,
        }
    }

    fn looks(&self) -> Call<List> {
        self.call.with_operation(List::default())
    }
}

impl IntoFuture for CreateOrder {
    type Output = Result<Order>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.run().await?.into_value()) })
    }
}

impl fmt::Debug for CreateOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateOrder")
            .field("request", &self.request)
            .field("reconcile", &self.reconcile)
            .field("recreate", &self.recreate)
            .finish_non_exhaustive()
    }
}
