//! An order as the service describes it.

use planet_core::{Timestamp, lenient};
use serde::Deserialize;

use super::{OrderState, each};

planet_core::model! {
    /// An order. It keeps the document as it came; [`get`](Self::get) reads what has no method.
    ///
    /// ```
    /// let order: planet_orders::Order = serde_json::from_str(
    ///     r#"{"id":"18389c7e-1831-4de7-8187-d30ffe88b4b7","name":"oregon","state":"queued","hosting":{"x":1}}"#)?;
    /// assert_eq!(order.state().as_str(), "queued");
    /// assert_eq!(order.get::<u8>("hosting.x")?, Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    document Order as View
}

/// The members that programs ask for. Only the id and the state must be there: an odd value elsewhere must not cost the
/// caller the id of an order that was paid for.
#[derive(Clone, Debug, Deserialize)]
struct View {
    id: String,
    state: OrderState,
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    created_on: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient")]
    last_modified: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient")]
    last_message: Option<String>,
    #[serde(default, deserialize_with = "each")]
    error_hints: Option<Vec<String>>,
    #[serde(default, rename = "_links", deserialize_with = "lenient")]
    links: Option<Links>,
}

#[derive(Clone, Debug, Deserialize)]
struct Links {
    #[serde(default, deserialize_with = "each")]
    results: Option<Vec<OrderResult>>,
}

impl Order {
    /// The id, a UUID: what every other call takes for this order. Keep it to come back to the order.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.view.id
    }

    /// The name. Names need not be unique.
    #[must_use]
    pub fn name(&self) -> &str {
        self.view.name.as_deref().unwrap_or_default()
    }

    /// The state when this document was sent; [`OrdersClient::wait`](crate::OrdersClient::wait) follows it.
    #[must_use]
    pub fn state(&self) -> &OrderState {
        &self.view.state
    }

    /// When the order was placed.
    #[must_use]
    pub fn created_on(&self) -> Option<Timestamp> {
        self.view.created_on
    }

    /// When the service last changed the order, its state above all.
    #[must_use]
    pub fn last_modified(&self) -> Option<Timestamp> {
        self.view.last_modified
    }

    /// What the service last said about it.
    ///
    /// ```
    /// let order: planet_orders::Order =
    ///     serde_json::from_str(r#"{"id": "18389c7e", "state": "running", "last_message": "Preparing order"}"#)?;
    /// assert_eq!(order.last_message(), Some("Preparing order"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn last_message(&self) -> Option<&str> {
        self.view.last_message.as_deref()
    }

    /// Why the order failed, or what is missing from it.
    #[must_use]
    pub fn error_hints(&self) -> &[String] {
        self.view.error_hints.as_deref().unwrap_or_default()
    }

    /// The files delivered so far. Orders from a list have none.
    pub fn results(&self) -> impl Iterator<Item = &OrderResult> {
        self.view.links.iter().flat_map(|links| &links.results).flatten()
    }
}

/// One file of an order.
///
/// ```
/// use planet_orders::{Order, OrderResult};
///
/// let order: Order = serde_json::from_str(r#"{"id": "18389c7e", "state": "success", "_links": {"results": [{
///     "name": "18389c7e/PSScene/a.tif", "delivery": "success", "expires_at": "2026-11-22T12:00:00Z",
///     "location": "https://api.planet.com/compute/ops/download/?token=x"}]}}"#)?;
/// let result: &OrderResult = order.results().next().ok_or("no results")?;
/// assert_eq!((result.name(), result.delivery()), ("18389c7e/PSScene/a.tif", "success"));
/// assert!(result.location().is_some() && result.expires_at().is_some());
/// # #[cfg(feature = "fs")]
/// assert_eq!(result.path()?, std::path::Path::new("18389c7e/PSScene/a.tif"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Deserialize)]
pub struct OrderResult {
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    location: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    expires_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient")]
    delivery: Option<String>,
}

impl OrderResult {
    /// The file's name: a path with `/` that begins with the order's id; empty if the service left it out.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// Where a download of the order puts the file: its name as a path below the directory, checked. An empty name is an empty
    /// path: the file's name is then found in the answer that brings it.
    ///
    /// # Errors
    /// `Integrity` if the name leaves the directory or cannot be a path somewhere; see
    /// [`relative_path`](planet_core::transfer::relative_path).
    #[cfg(feature = "fs")]
    pub fn path(&self) -> planet_core::Result<std::path::PathBuf> {
        match self.name() {
            "" => Ok(std::path::PathBuf::new()),
            name => planet_core::transfer::relative_path(name),
        }
    }

    /// The link to the file. It holds a token, works for a day, and is made afresh each time the order is asked for.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// When the link expires. A download asks for a new one by itself; with a link of your own use, ask for the order again.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// `success`, `pending` or `failed`.
    #[must_use]
    pub fn delivery(&self) -> &str {
        self.delivery.as_deref().unwrap_or_default()
    }
}

impl std::fmt::Debug for OrderResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrderResult")
            .field("name", &self.name())
            .field("location", &self.location.as_deref().map(planet_core::redact::url))
            .field("expires_at", &self.expires_at)
            .field("delivery", &self.delivery)
            .finish()
    }
}
