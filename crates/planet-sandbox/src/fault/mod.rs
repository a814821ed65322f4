//! Fault injection: rules, and the bodies that misbehave.

mod body;
mod rule;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) use body::Body;
pub use rule::Fault;
pub(crate) use rule::{Action, Pretend, Rule};

use crate::request::Request;
use crate::state::lock;

/// Counts how often a fault has struck.
#[derive(Clone, Debug)]
pub struct FaultHandle {
    hits: Arc<AtomicU64>,
}

impl FaultHandle {
    /// How many requests the fault has struck so far.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }
}

/// The rules in force, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Mutex<Vec<Rule>>,
}

/// What a rule does to the request at hand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decision {
    pub(crate) delay: Duration,
    pub(crate) after_acting: bool,
    /// The rate of the body, in bytes a second.
    pub(crate) slow: Option<u64>,
    pub(crate) no_length: bool,
    pub(crate) pretend: Pretend,
    pub(crate) action: Action,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) -> FaultHandle {
        let hits = Arc::new(AtomicU64::new(0));
        let handle = FaultHandle { hits: Arc::clone(&hits) };
        lock(&self.rules).push(Rule::new(fault, hits));
        handle
    }

    pub(crate) fn clear(&self) {
        lock(&self.rules).clear();
    }

    /// Every matching rule counts the request; the oldest that strikes decides.
    pub(crate) fn decide(&self, request: &Request) -> Option<Decision> {
        let mut decision = None;
        for rule in lock(&self.rules).iter_mut() {
            if rule.matches(&request.method, &request.path) && decision.is_none() {
                decision = rule.strike();
            }
        }
        decision
    }
}
