//! What the service says of orders.

mod cancelled;
mod order;
mod state;
mod stats;

pub use cancelled::{CancelFailure, CancelReport};
pub use order::{Order, OrderResult};
pub use state::OrderState;
pub use stats::{OrderCounts, OrderStats};
