//! What became of orders that were to be cancelled.

use serde::Deserialize;

planet_core::model! {
    /// What became of orders that were to be cancelled, as the service counts them (Orders API,
    /// `POST /bulk/orders/v2/cancel`).
    ///
    /// ```
    /// let report: planet_orders::CancelReport = serde_json::from_str(
    ///     r#"{"result": {"succeeded": {"count": 4}, "failed": {"count": 1, "failures": [
    ///         {"order_id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "message": "Order not in a cancellable state"}]}}}"#)?;
    /// assert_eq!((report.succeeded(), report.failed()), (Some(4), Some(1)));
    /// for failure in report.failures() {
    ///     println!("{}: {}", failure.order_id(), failure.message());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    document CancelReport as View
}

#[derive(Clone, Debug, Deserialize)]
struct View {
    #[serde(default, deserialize_with = "planet_core::lenient")]
    result: Option<Counts>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Counts {
    #[serde(default, deserialize_with = "planet_core::lenient")]
    succeeded: Option<Part>,
    #[serde(default, deserialize_with = "planet_core::lenient")]
    failed: Option<Part>,
}

#[derive(Clone, Debug, Deserialize)]
struct Part {
    #[serde(default, deserialize_with = "planet_core::lenient")]
    count: Option<u64>,
    #[serde(default, deserialize_with = "super::each")]
    failures: Option<Vec<CancelFailure>>,
}

impl CancelReport {
    /// How many orders were cancelled, if the service says it.
    #[must_use]
    pub fn succeeded(&self) -> Option<u64> {
        self.view.result.as_ref()?.succeeded.as_ref()?.count
    }

    /// How many orders were not, if the service says it.
    #[must_use]
    pub fn failed(&self) -> Option<u64> {
        self.view.result.as_ref()?.failed.as_ref()?.count
    }

    /// The orders that were not cancelled, each with the reason.
    #[must_use]
    pub fn failures(&self) -> &[CancelFailure] {
        let failed = self.view.result.as_ref().and_then(|result| result.failed.as_ref());
        failed.and_then(|failed| failed.failures.as_deref()).unwrap_or_default()
    }
}

/// An order that was not cancelled.
#[derive(Clone, Debug, Deserialize)]
pub struct CancelFailure {
    #[serde(default, deserialize_with = "planet_core::lenient")]
    order_id: Option<String>,
    #[serde(default, deserialize_with = "planet_core::lenient")]
    message: Option<String>,
}

impl CancelFailure {
    /// The order's id; empty if the service left it out.
    #[must_use]
    pub fn order_id(&self) -> &str {
        self.order_id.as_deref().unwrap_or_default()
    }

    /// Why it was not cancelled, such as `Order not in a cancellable state`.
    #[must_use]
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }
}
