//! What the service says of collections and features.

mod collection;
mod feature;

pub use collection::Collection;
pub use feature::Feature;
