//! Listing orders (`GET /orders/v2`).

use bytes::Bytes;
use http::{Request, Response};
use planet_core::paging::{Page, Paged, Pager};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};
use serde::Deserialize;

use crate::{Order, OrderState};

#[derive(Debug, Default)]
pub(crate) struct List {
    states: Vec<OrderState>,
    name: Option<String>,
    name_contains: Option<String>,
    page_size: Option<u32>,
}

impl Operation for List {
    type Output = Page<Order>;
    const NAME: &'static str = "orders.list";
    const ROUTE: Route = Route::new("orders.list", 3.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        // The service lists scenes only unless it is told otherwise.
        let mut url = endpoint.url("/compute/ops/orders/v2").query("source_type", "all");
        for state in &self.states {
            url = url.query("state", state);
        }
        for (name, value) in [("name", &self.name), ("name__contains", &self.name_contains)] {
            if let Some(value) = value {
                url = url.query(name, value);
            }
        }
        if let Some(size) = self.page_size {
            url = url.query("page_size", size);
        }
        operation::get(url.build()?)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<Page<Order>> {
        let page: OrdersPage = operation::json(&response)?;
        Ok(Page::new(page.orders, page.links.and_then(|links| links.next)))
    }
}

impl Paged for List {
    type Item = Order;
}

#[derive(Deserialize)]
struct OrdersPage {
    orders: Vec<Order>,
    #[serde(rename = "_links")]
    links: Option<Links>,
}

#[derive(Deserialize)]
struct Links {
    next: Option<String>,
}

/// A list of orders, the newest first. [`items`](Self::items) begins it.
#[must_use = "a list does nothing until items() is polled"]
#[derive(Debug)]
pub struct ListOrders {
    session: Session,
    list: List,
    limit: u64,
}

impl ListOrders {
    pub(crate) fn new(session: &Session) -> Self {
        Self { session: session.clone(), list: List::default(), limit: 0 }
    }

    /// Only orders in this state. Call it again for further states.
    pub fn state(mut self, state: OrderState) -> Self {
        self.list.states.push(state);
        self
    }

    /// Only orders of exactly this name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.list.name = Some(name.into());
        self
    }

    /// Only orders whose name contains this.
    pub fn name_contains(mut self, part: impl Into<String>) -> Self {
        self.list.name_contains = Some(part.into());
        self
    }

    /// How many orders a page should have. The service may send fewer.
    pub fn page_size(mut self, orders: u32) -> Self {
        self.list.page_size = Some(orders.max(1));
        self
    }

    /// At most so many orders; 0 means all.
    pub fn limit(mut self, orders: u64) -> Self {
        self.limit = orders;
        self
    }

    /// The orders, as a stream that fetches pages as they are needed.
    pub fn items(self) -> Pager<Order> {
        Pager::new(self.session.call(self.list)).limit(self.limit)
    }
}
