//! Finding an order whose creation may or may not have worked.
//!
//! An order costs money, so it is never sent again when its outcome is unknown. Instead the service's list is looked at,
//! several times, as a new order may come into it late. What is found is taken for this call's order only if nothing else
//! can be true; whatever is in doubt ends in an error that names the candidates.

mod claims;
mod clock;
mod matching;
#[cfg(test)]
mod tests;
mod unknown;

use std::time::Duration;

use futures_util::TryStreamExt;
use planet_core::{Call, Error, ErrorKind, Response, Result, Session, Timestamp, paging};
use tokio::time::Instant;

pub(crate) use claims::Ticket;
pub(crate) use matching::ids_in;
pub use unknown::UnknownOrder;

use crate::list::List;
use crate::{Order, OrderRequest};
use clock::{Age, ServerClock};
use matching::Wanted;

/// When to look, as parts of the settling time. A match has to be alone in two looks, so the second decides at best.
const LOOKS: [f64; 5] = [0.03, 0.1, 0.25, 0.5, 1.0];

/// How much earlier than the call's beginning the listed window begins: it costs nothing, and clocks differ.
const MARGIN: Duration = Duration::from_secs(300);

/// A look may take half of the settling time, and at least this.
const SHORTEST_LIMIT: Duration = Duration::from_secs(2);

/// Longer settling times are cut to it.
const LONGEST_TIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Longer names are not sent as a filter: the address of the list would become too long for some servers.
const LONGEST_FILTER: usize = 500;

/// What happens when the answer to an order was lost: whether the order is looked for, and for how long.
///
/// When a connection breaks, a time limit passes, or the service answers 5xx or what cannot be read, the order may have
/// been placed. It is not sent again then. Instead it is looked for: by its name, source type and time of creation. An
/// order that is found is taken for the one that was placed if
///
/// - its products, tools and delivery are those of the request,
/// - it was created after the call began, by the service's clock,
/// - it is the only one, in two looks,
/// - and no other call of this process got it, or may have made it: one with the same name and products that is still
///   under way, or that was dropped or ended without an answer within the last quarter of an hour.
///
/// Otherwise the call ends in an error of outcome [`Unknown`](planet_core::Outcome::Unknown), whose source is an
/// [`UnknownOrder`] with the orders that could be it.
///
/// ```
/// use std::time::Duration;
/// use planet_orders::{Auth, OrdersClient, Reconcile, Session};
///
/// let session = Session::builder().auth(Auth::from_key("PLAK0123")).build()?;
/// let patient = OrdersClient::new(&session).reconcile(Reconcile::default().settle(Duration::from_secs(120)));
/// let never_looks = OrdersClient::new(&session).reconcile(Reconcile::off());
/// # drop((patient, never_looks));
/// # Ok::<(), planet_orders::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reconcile {
    settle: Option<Duration>,
}

impl Default for Reconcile {
    /// Looks five times within 60 s: a service that has not listed an order by then probably did not take it.
    fn default() -> Self {
        Self { settle: Some(Duration::from_secs(60)) }
    }
}

impl Reconcile {
    /// The order is not looked for: the call ends at once with an error of outcome `Unknown`.
    #[must_use]
    pub fn off() -> Self {
        Self { settle: None }
    }

    /// The time after which the last look begins. Default: 60 s; at most a day. No more than half of what a deadline leaves is
    /// used.
    #[must_use]
    pub fn settle(mut self, time: Duration) -> Self {
        self.settle = Some(time.min(LONGEST_TIME));
        self
    }

    pub(crate) fn time(self) -> Option<Duration> {
        self.settle
    }
}

/// The search for the order that one call may have placed.
pub(crate) struct Search {
    wanted: Wanted,
    ticket: Ticket,
    clock: ServerClock,
    /// Orders of the name, as they were last seen.
    seen: Vec<Order>,
    placed_twice: bool,
}

/// What a look brought, beside the orders.
struct Look {
    response: Response<()>,
    /// Would an order of this call's have been within the listed window?
    covered: bool,
}

/// What the looks came to.
pub(crate) enum Found {
    /// The order, with the facts of the list that held it.
    Order(Box<Response<Order>>),
    /// The service lists no order that could be it.
    Absent(Error),
    /// None of the above.
    Doubt(Error),
}

impl Search {
    /// To be made before the order is sent: it notes the time, and tells other calls that an order is under way.
    pub(crate) fn begin(session: &Session, request: &OrderRequest) -> Result<Self> {
        let wanted = Wanted::of(request)?;
        let ticket = Ticket::begin(wanted.fingerprint(session.endpoint().origin()));
        let clock = ServerClock::begin(Timestamp::try_from(session.clock().now())?);
        Ok(Self { wanted, ticket, clock, seen: Vec::new(), placed_twice: false })
    }

    /// The service answered with this order.
    pub(crate) fn answered(mut self, order: &Order) {
        self.ticket.answered(order.id());
        if self.placed_twice {
            self.ticket.may_have_made_another();
        }
    }

    /// The service certainly made no order.
    pub(crate) fn nothing(mut self) {
        self.ticket.nothing();
    }

    /// The order is about to be placed once more.
    pub(crate) fn again(&mut self) {
        self.placed_twice = true;
    }

    /// Looks until the order is found, or the time is over.
    pub(crate) async fn run(
        &mut self,
        call: &Call<List>,
        settle: Duration,
        end: Option<Instant>,
        cause: Error,
    ) -> Found {
        let started = Instant::now();
        let left = end.map(|end| end.saturating_duration_since(started));
        if left.is_some_and(|left| left.is_zero()) {
            let no_look = Error::new(ErrorKind::Timeout, "the deadline left no time to look");
            return Found::Doubt(unknown::error(cause, Vec::new(), Some(no_look), Duration::ZERO));
        }
        let settle = left.map_or(settle, |left| settle.min(left / 2));
        let (mut alone, mut last) = (None, None);
        for part in LOOKS {
            tokio::time::sleep_until(started + settle.mul_f64(part)).await;
            let limit = (settle / 2).max(SHORTEST_LIMIT);
            let limit = end.map_or(limit, |end| limit.min(end.saturating_duration_since(Instant::now())));
            let look = self.look(call, limit).await;
            if let Ok(Look { response, .. }) = &look {
                let only = self.only_match();
                // Two that were placed may both exist: the time is used up to see them both.
                let decides = !self.placed_twice || part == 1.0;
                let again = only.as_ref().filter(|order| decides && alone.as_deref() == Some(order.id()));
                if let Some(order) = again.filter(|order| self.ticket.adopt(order.id())) {
                    if self.placed_twice {
                        self.ticket.may_have_made_another();
                    }
                    let found = response.clone().map(|()| order.clone());
                    return Found::Order(Box::new(found.with_recovered_from(cause)));
                }
                alone = only.map(|order| order.id().to_owned());
            }
            last = Some(look);
        }
        self.not_found(cause, last, started.elapsed())
    }

    fn not_found(&self, cause: Error, last: Option<Result<Look>>, looked: Duration) -> Found {
        // Should the service ever rewrite products, an order of ours would look like a namesake: that is no absence.
        let absent = self.namesakes().next().is_none() && matches!(last, Some(Ok(Look { covered: true, .. })));
        let candidates: Vec<Order> = self.candidates().cloned().collect();
        let error = unknown::error(cause, candidates, last.and_then(Result::err), looked);
        if absent { Found::Absent(error) } else { Found::Doubt(error) }
    }

    /// Lists the orders of the name and the window, and keeps those that could be this call's.
    async fn look(&mut self, call: &Call<List>, limit: Duration) -> Result<Look> {
        let listing = async {
            let mut look = self.list(call).await?;
            // The first answer tells how far the clocks are apart. A window that began too late for that is asked for anew.
            if !look.covered && self.clock.is_known() {
                look = self.list(call).await?;
            }
            Ok(look)
        };
        let late = || format!("the list of orders took longer than {:.1} s", limit.as_secs_f64());
        tokio::time::timeout(limit, listing).await.unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout, late())))
    }

    async fn list(&mut self, call: &Call<List>) -> Result<Look> {
        let window = self.clock.window(MARGIN);
        let name = Some(self.wanted.name()).filter(|name| name.len() <= LONGEST_FILTER).map(str::to_owned);
        let list = List::to_find(self.wanted.source_type().cloned(), name, window.map(|start| (start..).into()));
        let sent = self.clock.now();
        let response = call.with_operation(list.clone()).send().await?;
        let received = self.clock.now();
        let orders = match response.value().next {
            Some(_) => paging::List::new(call.with_operation(list)).items().try_collect().await?,
            None => response.value().items.clone(),
        };
        if let Some(date) = response.date() {
            self.clock.observe(sent, received, date);
        }
        for order in orders {
            self.keep(order);
        }
        Ok(Look { response: response.map(drop), covered: self.clock.covers(window) })
    }

    fn keep(&mut self, order: Order) {
        if order.name() == self.wanted.name() {
            self.seen.retain(|seen| seen.id() != order.id());
            self.seen.push(order);
        }
    }

    /// Orders of the name that may have been created since the call began, and belong to no call.
    fn namesakes(&self) -> impl Iterator<Item = &Order> {
        let young = |order: &&Order| self.clock.age(order.created_on()) != Age::Before;
        self.seen.iter().filter(young).filter(|order| !self.ticket.is_of_another(order.id()))
    }

    /// The orders that could be this call's.
    fn candidates(&self) -> impl Iterator<Item = &Order> {
        self.namesakes().filter(|order| self.wanted.has_products_of(order))
    }

    /// The order that is the only candidate, and that has everything that was asked for.
    fn only_match(&self) -> Option<Order> {
        let mut candidates = self.candidates();
        let order = candidates.next().filter(|_| candidates.next().is_none())?;
        let sure = self.clock.age(order.created_on()) == Age::After && self.wanted.is_echoed_by(order);
        sure.then(|| order.clone())
    }
}
