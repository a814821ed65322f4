//! What the service says of items and their assets.

mod asset;
mod asset_status;
mod item;

pub use asset::{Asset, Assets};
pub use asset_status::AssetStatus;
pub use item::Item;
