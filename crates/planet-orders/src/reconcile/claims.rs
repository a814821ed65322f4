//! Which orders of this process belong to which call.

use std::collections::{HashMap, VecDeque};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long an order that belongs to a call is remembered, and how long a call that ended without an answer may still own
/// an order that turns up. It covers clocks that differ a little, and requests that the service acts upon late.
const KEPT: Duration = Duration::from_secs(15 * 60);

/// Calls of all sessions: two programs' parts that order the same thing at once must not take each other's order.
static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

/// Stands for a name, products and an origin.
pub(super) type Key = u64;

#[derive(Debug, Default)]
pub(super) struct Registry {
    groups: HashMap<Key, Group>,
    /// What is to be forgotten, in the order of time.
    expiring: VecDeque<(Instant, Key, Expiring)>,
}

/// Calls with equal requests.
#[derive(Debug, Default)]
struct Group {
    /// Calls that may own an order that no call owns for certain.
    unsettled: usize,
    owned: Vec<String>,
}

impl Group {
    fn owns(&self, id: &str) -> bool {
        self.owned.iter().any(|owned| owned == id)
    }
}

#[derive(Debug)]
enum Expiring {
    Unsettled,
    Owned(String),
}

impl Registry {
    /// Forgets what is old, except what a call that is under way may still meet.
    fn prune(&mut self, now: Instant) {
        while self.expiring.front().is_some_and(|(at, ..)| now.saturating_duration_since(*at) >= KEPT) {
            let Some((_, key, expiring)) = self.expiring.pop_front() else { return };
            let Some(group) = self.groups.get_mut(&key) else { continue };
            match expiring {
                Expiring::Unsettled => group.unsettled = group.unsettled.saturating_sub(1),
                Expiring::Owned(_) if group.unsettled > 0 => {
                    self.expiring.push_back((now, key, expiring));
                    continue;
                }
                Expiring::Owned(id) => group.owned.retain(|owned| *owned != id),
            }
            if group.unsettled == 0 && group.owned.is_empty() {
                self.groups.remove(&key);
            }
        }
    }

    fn settle(&mut self, key: Key) -> &mut Group {
        let group = self.groups.entry(key).or_default();
        group.unsettled = group.unsettled.saturating_sub(1);
        group
    }

    fn own(&mut self, key: Key, id: &str) {
        self.settle(key).owned.push(id.to_owned());
        self.expiring.push_back((Instant::now(), key, Expiring::Owned(id.to_owned())));
    }
}

fn lock(registry: &Mutex<Registry>) -> MutexGuard<'_, Registry> {
    registry.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A call that may make an order. Dropped before it is known what became of it, it counts as one that may own an order
/// for some time.
#[derive(Debug)]
pub(crate) struct Ticket {
    registry: &'static Mutex<Registry>,
    key: Key,
    settled: bool,
}

impl Ticket {
    pub(super) fn begin(key: Key) -> Self {
        Self::begin_in(&REGISTRY, key)
    }

    pub(super) fn begin_in(registry: &'static Mutex<Registry>, key: Key) -> Self {
        let mut open = lock(registry);
        open.prune(Instant::now());
        open.groups.entry(key).or_default().unsettled += 1;
        Self { registry, key, settled: false }
    }

    /// The service gave this order to the call.
    pub(super) fn answered(&mut self, id: &str) {
        lock(self.registry).own(self.key, id);
        self.settled = true;
    }

    /// The call has one order, and may have made another, which may still appear.
    pub(super) fn may_have_made_another(&self) {
        let mut registry = lock(self.registry);
        registry.groups.entry(self.key).or_default().unsettled += 1;
        registry.expiring.push_back((Instant::now(), self.key, Expiring::Unsettled));
    }

    /// The call certainly made no order.
    pub(super) fn nothing(&mut self) {
        lock(self.registry).settle(self.key);
        self.settled = true;
    }

    /// Takes an order for this call's own, unless it belongs to another call or another call may have made it.
    pub(super) fn adopt(&mut self, id: &str) -> bool {
        let mut registry = lock(self.registry);
        let Some(group) = registry.groups.get(&self.key) else { return false };
        let free = group.unsettled == 1 && !group.owns(id);
        if free {
            registry.own(self.key, id);
            self.settled = true;
        }
        free
    }

    /// Does the order belong to another call?
    pub(super) fn is_of_another(&self, id: &str) -> bool {
        lock(self.registry).groups.values().any(|group| group.owns(id))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.settled {
            lock(self.registry).expiring.push_back((Instant::now(), self.key, Expiring::Unsettled));
        }
    }
}
