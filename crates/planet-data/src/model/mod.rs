//! What the service says of items.

mod item;

pub use item::Item;
