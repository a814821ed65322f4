//! The orders of a plan that was run.

use planet_core::Error;

use super::PlannedOrder;
use crate::{Order, OrdersClient, WaitOrders};

/// The orders of a plan that was [run](crate::OrderPlan::run): to wait for them, to download them and to check what came.
///
/// To have it again later, also in another program, run the same plan again.
///
/// ```
/// use planet_orders::testing::{Answer, ScriptedTransport};
/// use planet_orders::{Bundle, ItemType, OrderRequest, OrdersClient, Product};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> planet_orders::Result<()> {
/// let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
/// # let product = Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["20200925_161029_69_2223"]);
/// # let offline = OrdersClient::new(&ScriptedTransport::new([]).session().build()?);
/// # let plan = offline.plan(OrderRequest::builder("harvest").product(product.clone()))?;
/// # let name = plan.parts()[0].name();
/// let mut order = json!({"id": id, "name": name, "state": "success"}); // placed by an earlier run
/// order["products"] = json!([{"item_ids": ["20200925_161029_69_2223"], "item_type": "PSScene", "product_bundle": "visual"}]);
/// let listed = Answer::json(&json!({"orders": [order], "_links": {}}));
/// let script = ScriptedTransport::new([listed, Answer::json(&order)]);
/// let orders = OrdersClient::new(&script.session().build()?);
/// let plan = orders.plan(OrderRequest::builder("harvest").product(product))?;
///
/// let job = plan.run().await?;
/// assert_eq!((job.name(), job.parts().len()), ("harvest", 1));
/// let part = &job.parts()[0];
/// assert!(part.is_complete() && !part.is_new() && part.error().is_none());
/// assert_eq!((part.name(), part.items(), part.orders().len()), (plan.parts()[0].name(), 1, 1));
/// let report = job.wait().await?;
/// assert_eq!(report.done().count(), job.order_ids().count());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OrderJob {
    client: OrdersClient,
    name: String,
    parts: Vec<JobPart>,
}

impl OrderJob {
    pub(super) fn new(client: OrdersClient, name: String, parts: Vec<JobPart>) -> Self {
        Self { client, name, parts }
    }

    pub(super) fn client(&self) -> &OrdersClient {
        &self.client
    }

    /// The name of the plan: what the names of all its orders begin with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What became of each part of the plan, in the plan's order.
    #[must_use]
    pub fn parts(&self) -> &[JobPart] {
        &self.parts
    }

    /// Waits for all its orders, by way of their list. By default an order is waited for until it has
    /// [`finished`](crate::finished); one that fails does not end the wait for the others, and stands in the report.
    pub fn wait(&self) -> WaitOrders {
        self.client.wait_many(self.order_ids())
    }

    /// The ids of all its orders.
    pub fn order_ids(&self) -> impl Iterator<Item = &str> {
        let mut seen = std::collections::HashSet::new();
        let ids = self.parts.iter().flat_map(JobPart::orders).map(Order::id);
        ids.filter(move |id| seen.insert(*id))
    }
}

/// What became of a part of a plan.
#[derive(Clone, Debug)]
pub struct JobPart {
    name: String,
    items: usize,
    orders: Vec<Order>,
    is_new: bool,
    error: Option<Error>,
    left_out: bool,
}

impl JobPart {
    /// A part of which these orders were there already.
    pub(super) fn there(part: &PlannedOrder, orders: Vec<Order>) -> Self {
        let (name, items) = (part.name().to_owned(), part.items());
        Self { name, items, orders, is_new: false, error: None, left_out: false }
    }

    pub(super) fn placed(mut self, order: Order) -> Self {
        self.orders.push(order);
        Self { is_new: true, ..self }
    }

    pub(super) fn failed(self, error: Error) -> Self {
        Self { error: Some(error), ..self }
    }

    pub(super) fn left_out(self) -> Self {
        Self { left_out: true, ..self }
    }

    /// The name of its order.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many items, or quads, it has.
    #[must_use]
    pub fn items(&self) -> usize {
        self.items
    }

    /// The orders that have its items, as they were when the plan was run: one, unless earlier runs divided the items in
    /// another way.
    #[must_use]
    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// Did this run place an order for it?
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Are all its items in orders?
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.error.is_none() && !self.left_out
    }

    /// Why no order was placed for what is missing of it. None for a part that was not begun, after too many failures of
    /// others.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}
