//! When a failed attempt is followed by another, and after how long.

mod after;
mod budget;
mod policy;
#[cfg(test)]
mod spec;
#[cfg(test)]
mod stack_tests;
mod standard;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use after::retry_after;
pub use budget::RetryBudget;
pub use policy::{Attempt, Decision, RetryPolicy, RetryState};
pub use standard::Retry;

use crate::Error;
use budget::Budget;

/// A policy that settings can hold.
#[derive(Clone)]
pub(crate) struct Policy(Arc<dyn RetryPolicy>);

impl Policy {
    pub(crate) fn new(policy: impl RetryPolicy) -> Self {
        Self(Arc::new(policy))
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RetryPolicy")
    }
}

/// Why there is no further attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GivenUp {
    /// It is not worth another.
    Final,
    /// The policy has none left.
    Exhausted,
    /// The session has none left.
    BudgetEmpty,
}

impl GivenUp {
    /// Notes the attempts on the error that they ended in.
    pub(crate) fn on(self, error: Error, attempts: u32, elapsed: Duration) -> Error {
        let error = error.with_attempts(attempts, elapsed, self != Self::Final);
        if self == Self::BudgetEmpty { error.with_an_empty_budget() } else { error }
    }
}

/// What all calls of a session decide with: its policy, and the budget they share.
#[derive(Clone, Debug)]
pub(crate) struct Retries {
    policy: Policy,
    budget: Arc<Budget>,
}

impl Retries {
    pub(crate) fn new(policy: Policy, budget: RetryBudget) -> Self {
        Self { policy, budget: Arc::new(Budget::new(budget)) }
    }

    /// The delay before the next attempt, if there is one. `policy`: the call's own.
    pub(crate) fn decide(
        &self,
        policy: Option<&Policy>,
        state: &RetryState,
        attempt: &Attempt<'_>,
    ) -> Result<Duration, GivenUp> {
        match policy.unwrap_or(&self.policy).0.decide(state, attempt) {
            Decision::Final => Err(GivenUp::Final),
            Decision::Exhausted => Err(GivenUp::Exhausted),
            // Whatever a policy says: what may have been acted upon, and costs money, is not sent again.
            Decision::Again(_) if !state.may_repeat(attempt) => Err(GivenUp::Final),
            Decision::Again(_) if !self.budget.withdraw() => Err(GivenUp::BudgetEmpty),
            Decision::Again(delay) => Ok(delay),
        }
    }

    /// Notes that a call succeeded: successes pay for retries.
    pub(crate) fn succeeded(&self) {
        self.budget.deposit();
    }
}
