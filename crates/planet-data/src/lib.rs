//! Client for Planet's Data API: search the catalogue of imagery, and download the assets of its items.
//!
//! ```no_run
//! # async fn run() -> planet_data::Result<()> {
//! use futures_util::TryStreamExt;
//! use planet_data::{DataClient, Filter, ItemType, Session};
//!
//! let data = DataClient::new(&Session::from_env()?);
//! let clear = Filter::range("cloud_cover").lt(0.1).build()?;
//! let mut items = data.search([ItemType::PSSCENE], clear).limit(20).items();
//! while let Some(item) = items.try_next().await? {
//!     println!("{}", item.id());
//! }
//!
//! let asset = data.get_asset(ItemType::PSSCENE, "20200909_182525_1014", "ortho_analytic_4b").await?;
//! data.activate(&asset).await?;
//! let asset = data.wait(&asset).await?;
//! let file = data.download(&asset).to("imagery").await?;
//! println!("{}, {} bytes", file.path.display(), file.size);
//! # Ok(())
//! # }
//! ```
//!
//! What [`DataClient`] has:
//!
//! - Find items: [`search`](DataClient::search), and [`stats`](DataClient::stats) to count them.
//! - Searches that the service keeps: [`create_search`](DataClient::create_search),
//!   [`update_search`](DataClient::update_search), [`get_search`](DataClient::get_search),
//!   [`list_searches`](DataClient::list_searches), [`run_search`](DataClient::run_search),
//!   [`delete_search`](DataClient::delete_search).
//! - One item: [`get_item`](DataClient::get_item), [`coverage`](DataClient::coverage).
//! - Its assets: [`list_assets`](DataClient::list_assets), [`get_asset`](DataClient::get_asset),
//!   [`activate`](DataClient::activate), [`wait`](DataClient::wait), [`wait_many`](DataClient::wait_many).
//! - Their files (feature `fs`): `download`, `validate_checksum`.
//!
//! Where an area is asked for, a feature of the Features API, or a reference to one, will do.

mod activate;
mod asset;
mod client;
mod coverage;
mod criteria;
#[cfg(feature = "fs")]
mod download;
mod item;
mod item_type;
mod link;
mod model;
mod saved;
mod search;
mod stats;
#[cfg(feature = "fs")]
mod validate;
mod wait;

pub use planet_builders::{AssetType, Filter, Geometry, Hint, ItemType, filter, geojson};

/// Sessions, errors, retries and all else that the services share: the same set in each of these crates and in `planet`.
#[doc(no_inline)]
pub use planet_core::*;

pub use activate::{ActivateAsset, Activation};
pub use asset::{GetAsset, ListAssets};
pub use client::DataClient;
pub use coverage::{CoverageMode, GetCoverage};
pub use item::GetItem;
pub use model::{Asset, AssetStatus, Assets, Coverage, Item, SavedSearch, Stats, StatsBucket};
pub use saved::{
    CreateSearch, DeleteSearch, GetSearch, ListSearches, RunSearch, SearchType, SearchesSort, UpdateSearch,
};
pub use search::{Search, SearchSort};
pub use stats::{GetStats, Interval};
pub use wait::{LastAsset, WaitAsset, WaitAssets, active};

#[cfg(feature = "fs")]
pub use crate::{download::DownloadAsset, validate::validate_checksum};
