//! Fault injection: rules, and the bodies that misbehave.

mod body;
mod json;
mod rule;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) use body::Body;
pub use json::FaultError;
pub(crate) use json::read;
pub use rule::Fault;
use rule::Rule;
pub(crate) use rule::{Action, Pretend, path_matches};

use serde_json::{Value, json};

use crate::request::Request;
use crate::respond::Response;
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

/// The rules in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Mutex<Rules>,
}

#[derive(Debug, Default)]
struct Rules {
    /// Oldest first.
    all: Vec<Rule>,
    /// How many there have ever been: the id of the newest.
    added: u64,
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
    /// The answer of [`Action::Answer`].
    pub(crate) instead: Response,
}

impl Rules {
    fn add(&mut self, fault: Fault) -> (u64, FaultHandle) {
        self.added += 1;
        let rule = Rule::new(self.added, fault);
        let handle = FaultHandle { hits: Arc::clone(&rule.hits) };
        self.all.push(rule);
        (self.added, handle)
    }
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) -> FaultHandle {
        lock(&self.rules).add(fault).1
    }

    /// Adds rules, of which no request meets a part; their ids.
    pub(crate) fn add_all(&self, faults: Vec<Fault>) -> Vec<u64> {
        let mut rules = lock(&self.rules);
        faults.into_iter().map(|fault| rules.add(fault).0).collect()
    }

    /// Removes all rules; how many there were.
    pub(crate) fn clear(&self) -> usize {
        std::mem::take(&mut lock(&self.rules).all).len()
    }

    /// Whether there was a rule of this id, which is gone now.
    pub(crate) fn remove(&self, id: u64) -> bool {
        let rules = &mut lock(&self.rules).all;
        let before = rules.len();
        rules.retain(|rule| rule.id != id);
        rules.len() < before
    }

    /// The rules as JSON, with their ids and hits.
    pub(crate) fn list(&self) -> Vec<Value> {
        let shown = |rule: &Rule| {
            let hits = rule.hits.load(Ordering::Relaxed);
            json!({ "id": rule.id, "hits": hits, "rule": rule.fault.to_json() })
        };
        lock(&self.rules).all.iter().map(shown).collect()
    }

    /// Every matching rule counts the request; the oldest that strikes decides.
    pub(crate) fn decide(&self, request: &Request) -> Option<Decision> {
        let mut decision = None;
        for rule in &mut lock(&self.rules).all {
            if rule.matches(&request.method, &request.path) && decision.is_none() {
                decision = rule.strike();
            }
        }
        decision
    }
}
