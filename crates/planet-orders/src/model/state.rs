//! The states of an order.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of an order: `queued`, then `running`, then `success`, `partial` or `failed`; or `cancelled`.
///
/// A state that the SDK does not know is kept as it came.
///
/// States have an order, that of Planet's own client: queued, running, failed, success, partial, cancelled. It is not the
/// way that an order takes: an order that succeeded never failed, though success comes after failed. A state that is not
/// known has no place in it.
///
/// ```
/// use planet_orders::OrderState;
///
/// let state = OrderState::Success;
/// assert!(state.is_final());
/// assert!(state.reached(&OrderState::Running) && state.passed(&OrderState::Running));
/// assert!(state.reached(&OrderState::Success) && !state.passed(&OrderState::Success));
/// assert!(OrderState::Queued < OrderState::Running);
/// assert_eq!(OrderState::from("on_hold").as_str(), "on_hold");
/// assert_eq!(OrderState::KNOWN.len(), 6);
/// ```
#[doc(alias = "OrderStates")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum OrderState {
    /// Accepted, and waiting. Only now can it be cancelled.
    Queued,
    /// Being processed and delivered.
    Running,
    /// Everything was delivered.
    Success,
    /// Some of it was delivered: an order of type `partial` leaves out what cannot be had.
    Partial,
    /// Nothing is delivered; [`Order::error_hints`](crate::Order::error_hints) say why.
    Failed,
    /// Cancelled before it ran.
    Cancelled,
    /// A state that the SDK does not know.
    Unknown(String),
}

impl OrderState {
    /// The states that the service documents, in the order that Planet's own client gives them.
    #[doc(alias = "ORDER_STATE_SEQUENCE")]
    pub const KNOWN: [Self; 6] =
        [Self::Queued, Self::Running, Self::Failed, Self::Success, Self::Partial, Self::Cancelled];

    /// The state as the service spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Success => "success",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unknown(state) => state,
        }
    }

    /// Will the order stay in this state? A state that is not known is not taken for the end.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Partial | Self::Failed | Self::Cancelled)
    }

    /// Is this the other state, or one after it in the order above? To wait for a state use the condition
    /// [`reached`](crate::reached), which knows the ways that an order takes.
    #[must_use]
    pub fn reached(&self, other: &Self) -> bool {
        self >= other
    }

    /// Is this a state after the other one in the order above?
    #[must_use]
    pub fn passed(&self, other: &Self) -> bool {
        self > other
    }

    fn place(&self) -> Option<usize> {
        Self::KNOWN.iter().position(|state| state == self)
    }
}

/// States that are not known are equal to themselves, and neither before nor after any other.
impl PartialOrd for OrderState {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.place(), other.place()) {
            (Some(ours), Some(theirs)) => Some(ours.cmp(&theirs)),
            _ => (self == other).then_some(Ordering::Equal),
        }
    }
}

impl From<&str> for OrderState {
    fn from(state: &str) -> Self {
        state.to_owned().into()
    }
}

impl From<String> for OrderState {
    fn from(state: String) -> Self {
        Self::KNOWN.into_iter().find(|known| known.as_str() == state).unwrap_or(Self::Unknown(state))
    }
}

impl From<OrderState> for String {
    fn from(state: OrderState) -> Self {
        state.as_str().to_owned()
    }
}

impl fmt::Display for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_keep_their_spelling_also_unknown_ones() {
        for text in ["queued", "running", "success", "partial", "failed", "cancelled", "on_hold"] {
            let state: OrderState = serde_json::from_value(text.into()).unwrap();
            assert_eq!(serde_json::to_value(&state).unwrap(), text);
        }
        assert_eq!(OrderState::from("on_hold".to_owned()), OrderState::Unknown("on_hold".into()));
    }

    #[test]
    fn states_have_the_order_of_planets_own_client() {
        let order = ["queued", "running", "failed", "success", "partial", "cancelled"].map(OrderState::from);
        assert!(order.is_sorted());
        for pair in order.windows(2) {
            assert!(pair[1].passed(&pair[0]) && pair[1].reached(&pair[0]) && pair[0].reached(&pair[0]));
            assert!(!pair[0].reached(&pair[1]) && !pair[0].passed(&pair[0]));
        }
    }

    #[test]
    fn a_state_that_is_not_known_is_not_the_end_and_has_no_place_among_the_others() {
        let unknown = OrderState::from("on_hold");
        assert!(!unknown.is_final());
        assert!(unknown.reached(&unknown.clone()) && !unknown.passed(&unknown.clone()));
        for known in OrderState::KNOWN {
            assert!(!unknown.reached(&known) && !known.reached(&unknown), "{known}");
            assert!(!unknown.passed(&known) && !known.passed(&unknown), "{known}");
        }
    }
}
