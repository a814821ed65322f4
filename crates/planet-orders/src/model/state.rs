//! The states of an order.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of an order: `queued`, then `running`, then `success`, `partial` or `failed`; or `cancelled`.
///
/// A state that the SDK does not know is kept as it came.
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

    /// Will the order stay in this state?
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Partial | Self::Failed | Self::Cancelled)
    }
}

impl From<&str> for OrderState {
    fn from(state: &str) -> Self {
        state.to_owned().into()
    }
}

impl From<String> for OrderState {
    fn from(state: String) -> Self {
        match state.as_str() {
            "queued" => Self::Queued,
            "running" => Self::Running,
            "success" => Self::Success,
            "partial" => Self::Partial,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            _ => Self::Unknown(state),
        }
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
        assert!(!OrderState::Unknown("on_hold".into()).is_final());
    }
}
