//! What the service says of orders.

mod order;
mod state;

pub use order::{Order, OrderResult};
pub use state::OrderState;
