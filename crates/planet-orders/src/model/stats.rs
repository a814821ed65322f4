//! How many orders are under way.

use serde::Deserialize;

planet_core::model! {
    /// How many orders are queued and running, of the organization and of the user (Orders API, `GET /stats/orders/v2`).
    ///
    /// ```
    /// let stats: planet_orders::OrderStats = serde_json::from_str(
    ///     r#"{"organization": {"queued_orders": 0, "running_orders": 6},
    ///         "user": {"queued_orders": 0, "running_orders": 1}}"#)?;
    /// assert_eq!(stats.organization().running(), Some(6));
    /// assert_eq!(stats.user().queued(), Some(0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    document OrderStats as View
}

#[derive(Clone, Debug, Deserialize)]
struct View {
    #[serde(default, deserialize_with = "planet_core::lenient")]
    organization: Option<OrderCounts>,
    #[serde(default, deserialize_with = "planet_core::lenient")]
    user: Option<OrderCounts>,
}

impl OrderStats {
    /// The orders of the whole organization.
    #[must_use]
    pub fn organization(&self) -> OrderCounts {
        self.view.organization.unwrap_or_default()
    }

    /// The orders of the user whose credential asked.
    #[must_use]
    pub fn user(&self) -> OrderCounts {
        self.view.user.unwrap_or_default()
    }
}

/// How many orders are queued, and how many are running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OrderCounts {
    #[serde(default, deserialize_with = "planet_core::lenient")]
    queued_orders: Option<u64>,
    #[serde(default, deserialize_with = "planet_core::lenient")]
    running_orders: Option<u64>,
}

impl OrderCounts {
    /// How many are queued, if the service says it.
    #[must_use]
    pub fn queued(self) -> Option<u64> {
        self.queued_orders
    }

    /// How many are running, if the service says it.
    #[must_use]
    pub fn running(self) -> Option<u64> {
        self.running_orders
    }
}
