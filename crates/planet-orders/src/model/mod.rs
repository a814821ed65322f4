//! What the service says of orders.

mod cancelled;
mod order;
mod state;
mod stats;

use planet_core::{Document, lenient};
use serde::Deserializer;
use serde::de::DeserializeOwned;

pub use cancelled::{CancelFailure, CancelReport};
pub use order::{Order, OrderResult};
pub use state::OrderState;
pub use stats::{OrderCounts, OrderStats};

/// As [`lenient`], entry by entry: an odd one does not cost the caller the others of its list.
fn each<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
    let entries: Option<Vec<Document>> = lenient(deserializer)?;
    Ok(entries.map(|entries| entries.iter().filter_map(|entry| entry.read().ok()).collect()))
}
