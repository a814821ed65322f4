//! What the service says: items, assets, searches, counts and coverages.

mod asset;
mod asset_status;
mod coverage;
mod item;
mod search;
mod stats;

pub use asset::{Asset, Assets};
pub use asset_status::AssetStatus;
pub use coverage::Coverage;
pub use item::Item;
pub use search::SavedSearch;
pub use stats::{Stats, StatsBucket};
