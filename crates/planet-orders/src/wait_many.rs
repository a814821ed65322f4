//! Waiting for many orders at once.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use futures_util::TryStreamExt;
use planet_core::paging::{List as Pages, Page};
use planet_core::{Call, Error, ErrorKind, Result, Session, Timestamp, Wait, WaitLook, WaitRound};

use crate::get::Get;
use crate::ids::each_once;
use crate::list::List;
use crate::wait::finished;
use crate::{Order, TimeWindow};

/// How many orders are asked for one by one in a round, at most: those that the list does not show.
const SINGLE_QUESTIONS: usize = 10;

/// An order that lists did not show so often, after the time that it may take them, is not looked for there any more.
const MISSES: u32 = 3;
const LIST_LAG: Duration = Duration::from_secs(30);

planet_core::wait_builder! {
    /// A wait for many orders. Await it for a [`WaitReport`](crate::WaitReport), which has an end for each order, in the
    /// order given; by default an order is waited for until it has [`finished`]. An order that fails does not end the wait
    /// for the others. An id that is given twice counts once.
    ///
    /// It asks the list of orders, 100 a page, and not for each order: a round for 500 orders costs 5 requests. What the
    /// list does not show, and the last few, are asked for one by one, at most ten in a round.
    ///
    /// Orders that the list told of carry no [results](Order::results): [`get`](crate::OrdersClient::get) one for those.
    ///
    /// ```
    /// use planet_orders::testing::{Answer, ScriptedTransport};
    /// use planet_orders::{ErrorKind, OrdersClient};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_orders::Result<()> {
    /// let ids = ["18389c7e-1831-4de7-8187-d30ffe88b4b7", "26da6d2b-8ec0-4b7f-8d61-d0f5bd3b3c7d"];
    /// let orders = json!([
    ///     {"id": ids[0], "state": "success"},
    ///     {"id": ids[1], "state": "failed", "error_hints": ["no access"]},
    /// ]);
    /// let script = ScriptedTransport::new([Answer::json(&json!({"orders": orders, "_links": {}}))]);
    /// let client = OrdersClient::new(&script.session().build()?);
    ///
    /// let report = client.wait_many(ids).await?;
    /// assert!(report.done().map(|order| order.id()).eq([ids[0]]));
    /// for order in report.failed() {
    ///     assert_eq!(order.last().unwrap().error_hints(), ["no access"]);
    /// }
    /// assert_eq!(report.timed_out().count() + report.not_known().count(), 0);
    /// assert_eq!(report.into_results().unwrap_err().kind(), ErrorKind::OperationFailed);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidInput`, before anything is sent, if there are no ids or one is no UUID. What goes wrong with an order stands
    /// in the report; see [`Waited::result`](crate::Waited::result).
    WaitOrders(OrdersLook) -> [Order]
}

impl WaitOrders {
    pub(crate) fn new(session: &Session, ids: impl IntoIterator<Item: AsRef<str>>) -> Self {
        let ids = each_once(ids, "no orders are named");
        let orders = ids.iter().flatten().map(|id| Known::new(id)).collect();
        // Whom the call asks for does not matter: its options do.
        let look = OrdersLook { call: session.call(Get::new("")), orders };
        Self(Wait::new(look, "orders.wait_many", ids, finished))
    }
}

/// Looks at orders by way of their list.
#[derive(Clone, Debug)]
struct OrdersLook {
    call: Call<Get>,
    orders: Vec<Known>,
}

/// What is known of an order that is waited for.
#[derive(Clone, Debug)]
struct Known {
    id: String,
    created: Option<Timestamp>,
    /// The page of the list that showed it the last time.
    page: Option<usize>,
    /// How often the list did not show it, once it should have.
    misses: u32,
    /// How often it was asked for alone.
    asked: u32,
}

impl Known {
    fn new(id: &str) -> Self {
        Self { id: id.to_owned(), created: None, page: None, misses: 0, asked: 0 }
    }
}

impl WaitLook for OrdersLook {
    type Operation = Get;
    type Value = Order;

    fn call_mut(&mut self) -> &mut Call<Get> {
        &mut self.call
    }

    async fn look(&mut self, round: &mut WaitRound<Order>) -> Result<()> {
        let in_list: BTreeSet<usize> = round.wanted().filter(|at| self.is_listed(*at)).collect();
        if !in_list.is_empty() && !self.is_cheaper_alone(&in_list) {
            self.list(round, &in_list).await?;
        }
        self.ask_singly(round).await;
        Ok(())
    }
}

impl OrdersLook {
    fn is_listed(&self, at: usize) -> bool {
        self.orders.get(at).is_some_and(|order| order.misses < MISSES)
    }

    /// Does it take as many pages to see these orders as there are orders?
    fn is_cheaper_alone(&self, wanted: &BTreeSet<usize>) -> bool {
        let pages = || wanted.iter().filter_map(|at| self.orders.get(*at)?.page);
        let (first, last) = (pages().min().unwrap_or(0), pages().max().unwrap_or(0));
        wanted.len() <= SINGLE_QUESTIONS && wanted.len() <= last - first + 1
    }

    /// Reads the list, the newest first, until it has shown all these orders; or until as many pages showed none of them as
    /// there are orders left, because asking for each of those is cheaper than to read on.
    async fn list(&mut self, round: &mut WaitRound<Order>, in_list: &BTreeSet<usize>) -> Result<()> {
        let operation = List::to_watch(self.window(in_list));
        let mut pages = Pages::new(round.limit(self.call.with_operation(operation))).pages();
        let places: HashMap<String, usize> =
            round.wanted().filter_map(|at| Some((self.orders.get(at)?.id.clone(), at))).collect();
        let mut unseen = in_list.clone();
        let (mut number, mut in_vain, mut refused) = (0, 0, false);
        while in_vain < unseen.len() {
            let page: Page<Order> = match pages.try_next().await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(error) if is_refused(&error) => {
                    refused = true;
                    break;
                }
                Err(error) => return Err(error),
            };
            let before = unseen.len();
            for order in page.items {
                let Some(at) = places.get(order.id()).copied() else { continue };
                if let Some(known) = self.orders.get_mut(at) {
                    (known.created, known.page, known.misses) = (order.created_on(), Some(number), 0);
                }
                unseen.remove(&at);
                round.tell(at, Ok(order));
            }
            in_vain += usize::from(unseen.len() == before);
            number += 1;
        }
        if round.waited() >= LIST_LAG && !refused {
            for at in unseen {
                if let Some(known) = self.orders.get_mut(at) {
                    known.misses += 1;
                }
            }
        }
        Ok(())
    }

    /// When these orders were placed, in whole seconds; None unless all is known.
    fn window(&self, wanted: &BTreeSet<usize>) -> Option<TimeWindow> {
        let placed = wanted.iter().map(|at| Some(self.orders.get(*at)?.created?.unix_seconds()));
        let placed: Option<Vec<i64>> = placed.collect();
        let (first, last) = (*placed.as_ref()?.iter().min()?, *placed.as_ref()?.iter().max()?);
        let (start, end) = (Timestamp::from_unix_seconds(first)?, Timestamp::from_unix_seconds(last.checked_add(1)?)?);
        Some((start..end).into())
    }

    /// Asks for some of the orders that were not told, those first that were asked for least.
    async fn ask_singly(&mut self, round: &mut WaitRound<Order>) {
        let mut places: Vec<usize> = round.wanted().collect();
        places.sort_by_key(|at| self.orders.get(*at).map(|order| order.asked));
        places.truncate(SINGLE_QUESTIONS);
        for at in places {
            let Some(known) = self.orders.get_mut(at) else { continue };
            known.asked = known.asked.saturating_add(1);
            let seen = round.limit(self.call.with_operation(Get::new(&known.id))).await;
            if let Ok(order) = &seen {
                known.created = order.created_on();
            }
            round.tell(at, seen);
        }
    }
}

/// Is the list itself refused, or does it lead nowhere, so that the orders must be asked for one by one?
fn is_refused(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Rejected | ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::Paging)
}
