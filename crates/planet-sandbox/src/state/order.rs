//! Orders and their states, which depend on nothing but the time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{Timestamp, ToSpan as _};
use serde_json::{Map, Value};

use super::Settings;
use super::delivery::Delivery;
use crate::clock::{later, whole_micros};

/// Orders that keep their files in memory; those of older ones are made again when asked for.
const DELIVERIES_KEPT: usize = 50;

/// How long a finished order can be asked for: 90 days.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OrderState {
    Queued,
    Running,
    Failed,
    Success,
    Partial,
    Cancelled,
}

impl OrderState {
    pub(crate) const ALL: [Self; 6] =
        [Self::Queued, Self::Running, Self::Failed, Self::Success, Self::Partial, Self::Cancelled];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Failed => "failed",
            Self::Success => "success",
            Self::Partial => "partial",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn last_message(self) -> &'static str {
        match self {
            Self::Queued | Self::Running => "Preparing order",
            Self::Success | Self::Partial => "Manifest delivery completed",
            Self::Failed => "Order failed",
            Self::Cancelled => "Order cancelled",
        }
    }
}

/// An order.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Fields of the request that the service gives back.
    pub(crate) echoed: Map<String, Value>,
    pub(crate) created: Timestamp,
    /// When its time began to run; `created` may have been put a little later to be unique.
    placed: Timestamp,
    takes: Duration,
    cancelled: Option<Timestamp>,
    /// `Success`, `Partial` or `Failed`: what it will come to.
    outcome: OrderState,
    hints: Vec<String>,
    pub(crate) delivery: Arc<Delivery>,
}

/// What becomes of an order.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) state: OrderState,
    pub(crate) hints: Vec<String>,
    pub(crate) delivery: Delivery,
}

impl Order {
    /// Whether it has come into the lists yet, which show new orders after `lag`.
    pub(crate) fn is_listed(&self, lag: Duration, now: Timestamp) -> bool {
        later(self.placed, lag) <= now
    }

    /// A quarter of the time an order is queued, the rest it is running.
    fn starts(&self) -> Timestamp {
        whole_micros(later(self.placed, self.takes / 4))
    }

    fn ends(&self) -> Timestamp {
        whole_micros(later(self.placed, self.takes))
    }

    pub(crate) fn state(&self, now: Timestamp) -> OrderState {
        if self.cancelled.is_some() {
            OrderState::Cancelled
        } else if now < self.starts() {
            OrderState::Queued
        } else if now < self.ends() {
            OrderState::Running
        } else {
            self.outcome
        }
    }

    /// When it came into this state.
    pub(crate) fn last_modified(&self, state: OrderState) -> Timestamp {
        match state {
            OrderState::Queued => self.created,
            OrderState::Running => self.starts(),
            OrderState::Cancelled => self.cancelled.unwrap_or(self.created),
            OrderState::Success | OrderState::Partial | OrderState::Failed => self.ends(),
        }
    }

    pub(crate) fn hints(&self, state: OrderState) -> &[String] {
        match state {
            OrderState::Partial | OrderState::Failed => &self.hints,
            _ => &[],
        }
    }

    pub(crate) fn is_delivered(&self, now: Timestamp) -> bool {
        matches!(self.state(now), OrderState::Success | OrderState::Partial)
    }

    /// The files, once they are delivered.
    pub(crate) fn delivered(&self, now: Timestamp) -> Option<&Arc<Delivery>> {
        self.is_delivered(now).then_some(&self.delivery)
    }

    /// Finished orders are deleted after a time.
    fn is_kept(&self, now: Timestamp) -> bool {
        let state = self.state(now);
        matches!(state, OrderState::Queued | OrderState::Running) || now < later(self.last_modified(state), KEPT)
    }

    pub(crate) fn is_of_basemaps(&self) -> bool {
        self.echoed.get("source_type").is_some_and(|source| source == "basemaps")
    }

    pub(crate) fn is_hosted(&self) -> bool {
        self.echoed.contains_key("hosting")
    }

    /// Where it is delivered to, if that is the cloud: the kind of cloud and its parameters.
    fn cloud(&self) -> Option<(&String, &Value)> {
        let mut delivery = self.echoed.get("delivery").and_then(Value::as_object).into_iter().flatten();
        delivery.find(|(_, value)| value.is_object())
    }

    /// Whether its files go elsewhere, so that there are no links to them.
    pub(crate) fn goes_to_cloud(&self) -> bool {
        self.cloud().is_some()
    }

    pub(crate) fn destination(&self) -> Option<&str> {
        let (_, parameters) = self.cloud().filter(|(kind, _)| *kind == "destination")?;
        parameters.get("ref")?.as_str()
    }
}

/// All orders, oldest first. No two are created at the same time, so that a time can mark a page.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    all: Vec<Order>,
    by_id: HashMap<String, usize>,
    next_failure: Option<Vec<String>>,
}

impl Orders {
    /// The next order will fail with these hints.
    pub(crate) fn fail_next(&mut self, hints: Vec<String>) {
        self.next_failure = Some(hints);
    }

    /// Takes an order, unless there are too many that have not finished.
    pub(crate) fn create(
        &mut self,
        id: String,
        name: &str,
        echoed: Map<String, Value>,
        mut outcome: Outcome,
        now: Timestamp,
        settings: &Settings,
    ) -> Option<Order> {
        let active = |order: &&Order| matches!(order.state(now), OrderState::Queued | OrderState::Running);
        if self.all.iter().filter(active).count() >= settings.active_orders {
            return None;
        }
        if let Some(hints) = self.next_failure.take() {
            outcome.state = OrderState::Failed;
            outcome.hints = hints;
        }
        self.by_id.insert(id.clone(), self.all.len());
        self.forget_old_files();
        let order = Order {
            id,
            name: name.to_owned(),
            echoed,
            created: self.next_time(now),
            placed: now,
            takes: settings.order_time,
            cancelled: None,
            outcome: outcome.state,
            hints: outcome.hints,
            delivery: Arc::new(outcome.delivery),
        };
        self.all.push(order.clone());
        Some(order)
    }

    /// `now` in whole microseconds, and later than every order so far.
    fn next_time(&self, now: Timestamp) -> Timestamp {
        let now = whole_micros(now);
        match self.all.last() {
            Some(last) if last.created >= now => last.created + 1.microsecond(),
            _ => now,
        }
    }

    fn forget_old_files(&mut self) {
        let old = self.all.len().checked_sub(DELIVERIES_KEPT);
        if let Some(order) = old.and_then(|at| self.all.get_mut(at)) {
            order.delivery = Arc::new(order.delivery.without_files());
        }
    }

    /// Those that still exist, oldest first.
    pub(crate) fn all(&self, now: Timestamp) -> impl Iterator<Item = &Order> {
        self.all.iter().filter(move |order| order.is_kept(now))
    }

    pub(crate) fn get(&self, id: &str, now: Timestamp) -> Option<&Order> {
        self.all.get(*self.by_id.get(id)?).filter(|order| order.is_kept(now))
    }

    /// Cancels a queued order; whether it was one.
    pub(crate) fn cancel(&mut self, id: &str, now: Timestamp) -> Option<Result<&Order, NotQueued>> {
        let order = self.all.get_mut(*self.by_id.get(id)?).filter(|order| order.is_kept(now))?;
        if order.state(now) != OrderState::Queued {
            return Some(Err(NotQueued));
        }
        order.cancelled = Some(whole_micros(now));
        Some(Ok(order))
    }
}

/// Only a queued order can be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotQueued;
