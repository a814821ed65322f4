//! Waiting for an order.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use planet_core::{Call, Error, ErrorKind, Outcome, Result, RetryPolicy, Session};
use tokio::time::Instant;

use crate::get::Get;
use crate::{Order, OrderState};

/// What a condition says of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Not yet.
    Wait,
    /// This is what was waited for.
    Done,
    /// It can no longer come.
    Never,
}

/// Done when the order has delivered, wholly or in part; never when it failed or was cancelled.
#[must_use]
pub fn finished(order: &Order) -> Verdict {
    match order.state() {
        OrderState::Success | OrderState::Partial => Verdict::Done,
        OrderState::Failed | OrderState::Cancelled => Verdict::Never,
        _ => Verdict::Wait,
    }
}

/// Done when the order has delivered everything; never when it ended in another way.
#[must_use]
pub fn succeeded(order: &Order) -> Verdict {
    match order.state() {
        OrderState::Success => Verdict::Done,
        state if state.is_final() => Verdict::Never,
        _ => Verdict::Wait,
    }
}

/// Done when the order is in this state, or past it: an order that delivered has been running. Never when it ended in a
/// way that leads past it no more.
pub fn reached(state: OrderState) -> impl Fn(&Order) -> Verdict + Send + Sync + 'static {
    move |order| {
        let now = order.state();
        let past = match state {
            OrderState::Queued => *now != OrderState::Cancelled,
            OrderState::Running => matches!(now, OrderState::Success | OrderState::Partial | OrderState::Failed),
            _ => false,
        };
        match () {
            () if *now == state || past => Verdict::Done,
            () if now.is_final() => Verdict::Never,
            () => Verdict::Wait,
        }
    }
}

type Condition = Arc<dyn Fn(&Order) -> Verdict + Send + Sync>;
type Listener = Arc<dyn Fn(&Order) + Send + Sync>;

/// How long the first pause between two polls is, by how much each is longer, and how long they get.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const GROWTH: f64 = 1.25;
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// A poll that begins at the very end of the time still gets this long.
const LAST_POLL: Duration = Duration::from_secs(1);

const OPERATION: &str = "orders.wait";

/// An order may not be visible right after it was placed.
const NOT_FOUND_GRACE: Duration = Duration::from_secs(30);

/// A wait for an order. Await it for the order in the state waited for.
///
/// It asks after 1 s, then in growing intervals of up to 15 s, and puts up with bad answers on the way.
///
/// # Errors
/// `OperationFailed` if the order failed or was cancelled;
/// `WaitTimeout` when the time or the number of attempts is used up. The order lives on then.
/// Both carry the order as it was last seen, a [`LastOrder`], as their source.
///
/// # Cancel safety
/// Dropping the future only ends the waiting; the order is not cancelled.
#[must_use = "a wait does nothing until it is awaited"]
pub struct WaitOrder {
    call: Call<Get>,
    id: String,
    until: Condition,
    on_state: Option<Listener>,
    every: Option<Duration>,
    timeout: Duration,
    max_attempts: u32,
    tolerate: u32,
}

impl WaitOrder {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self {
            call: session.call(Get::new(id)),
            id: id.to_owned(),
            until: Arc::new(finished),
            on_state: None,
            every: None,
            timeout: Duration::from_secs(24 * 60 * 60),
            max_attempts: u32::MAX,
            tolerate: 10,
        }
    }

    /// What to wait for. Default: [`finished`].
    pub fn until(mut self, condition: impl Fn(&Order) -> Verdict + Send + Sync + 'static) -> Self {
        self.until = Arc::new(condition);
        self
    }

    /// Called with the order at the first poll and whenever its state has changed. It must not block.
    pub fn on_state(mut self, listener: impl Fn(&Order) + Send + Sync + 'static) -> Self {
        self.on_state = Some(Arc::new(listener));
        self
    }

    /// Polls at this interval, counted from one poll's start to the next, instead of the growing one.
    pub fn every(mut self, interval: Duration) -> Self {
        self.every = Some(interval);
        self
    }

    /// How long to wait in all. Default: 24 hours.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// How often to poll at most.
    pub fn max_attempts(mut self, polls: u32) -> Self {
        self.max_attempts = polls;
        self
    }

    /// How many bad answers in a row to put up with. Default: 10.
    pub fn tolerate(mut self, answers: u32) -> Self {
        self.tolerate = answers;
        self
    }

    /// How failed attempts of a poll are repeated, instead of the session's way. A poll that fails all the same counts as
    /// one bad answer; see [`tolerate`](Self::tolerate).
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.call = self.call.retry(policy);
        self
    }

    /// The time for one attempt of a poll, until the headers of its answer are there.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.call = self.call.attempt_timeout(limit);
        self
    }

    /// Adds a header to each poll.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.call = self.call.header(name, value);
        self
    }

    async fn run(self) -> Result<Order> {
        let started = Instant::now();
        let end = started.checked_add(self.timeout);
        let mut seen = Seen::default();
        let (mut pause, mut bad, mut polls) = (FIRST_PAUSE, 0, 0);
        loop {
            let polled = Instant::now();
            polls += 1;
            match self.poll(end).await {
                Ok(order) => {
                    bad = 0;
                    self.tell(&order, &seen);
                    match (self.until)(&order) {
                        Verdict::Done => return Ok(order),
                        Verdict::Never => {
                            return Err(ended(order, OPERATION).with_attempts(polls, started.elapsed(), false));
                        }
                        Verdict::Wait => seen.order = Some(order),
                    }
                }
                Err(error) if bad < self.tolerate && tolerable(&error, started.elapsed()) => {
                    bad += 1;
                    seen.error = Some(error);
                }
                Err(error) => return Err(error.with_operation(OPERATION)),
            }
            let next = polled.checked_add(self.every.unwrap_or(pause));
            let Some(next) = next.filter(|_| polls < self.max_attempts && !is_over(end)) else {
                let waited = started.elapsed();
                return Err(self.too_long(seen, waited).with_attempts(polls, waited, false));
            };
            tokio::time::sleep_until(end.map_or(next, |end| next.min(end))).await;
            pause = pause.mul_f64(GROWTH).min(LONGEST_PAUSE);
        }
    }

    /// Asks for the order, within what is left of the time; the last poll gets a moment of its own.
    async fn poll(&self, end: Option<Instant>) -> Result<Order> {
        let call = self.call.clone();
        match end {
            Some(end) => call.deadline(end.saturating_duration_since(Instant::now()).max(LAST_POLL)).await,
            None => call.await,
        }
    }

    fn tell(&self, order: &Order, seen: &Seen) {
        let changed = seen.order.as_ref().is_none_or(|last| last.state() != order.state());
        if let Some(listener) = self.on_state.as_ref().filter(|_| changed) {
            listener(order);
        }
    }

    fn too_long(&self, seen: Seen, waited: Duration) -> Error {
        let state = seen.order.as_ref().map_or("not seen", |order| order.state().as_str());
        let message = format!("order {} is still {state} after {:.0} s of waiting", self.id, waited.as_secs_f64());
        let error = Error::new(ErrorKind::WaitTimeout, message)
            .with_operation(OPERATION)
            .with_outcome(Outcome::Rejected)
            .with_help("The order lives on; wait for it again");
        match (seen.order, seen.error) {
            (Some(order), _) => error.with_source(LastOrder(order)),
            (None, Some(cause)) => error.with_source(cause),
            (None, None) => error,
        }
    }
}

/// What the polls brought so far.
#[derive(Default)]
struct Seen {
    order: Option<Order>,
    error: Option<Error>,
}

fn is_over(end: Option<Instant>) -> bool {
    end.is_some_and(|end| Instant::now() >= end)
}

/// May the next poll be better? A poll may answer with HTML, and a new order may not be visible yet.
fn tolerable(error: &Error, waited: Duration) -> bool {
    let unseen = error.kind() == ErrorKind::NotFound && waited < NOT_FOUND_GRACE;
    error.is_transient() || error.kind() == ErrorKind::Decode || unseen
}

/// The error for an order that ended in another way than was wanted.
pub(crate) fn ended(order: Order, operation: &'static str) -> Error {
    let mut message = format!("order {} ended as {}", order.id(), order.state());
    for hint in order.error_hints() {
        message.push_str("; ");
        message.push_str(hint);
    }
    Error::new(ErrorKind::OperationFailed, message)
        .with_operation(operation)
        .with_outcome(Outcome::Rejected)
        .with_source(LastOrder(order))
}

/// The order as it was last seen: the [`source`](std::error::Error::source) of an error of kind `OperationFailed` or
/// `WaitTimeout`.
#[derive(Clone, Debug, thiserror::Error)]
#[error("order {} is {}", .0.id(), .0.state())]
pub struct LastOrder(Order);

impl LastOrder {
    /// The order.
    #[must_use]
    pub fn order(&self) -> &Order {
        &self.0
    }
}

impl IntoFuture for WaitOrder {
    type Output = Result<Order>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Order>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for WaitOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitOrder").field("id", &self.id).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
