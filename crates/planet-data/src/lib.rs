//! Client for Planet's Data API: search the catalogue of imagery, and download the assets of its items.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = planet_sandbox::Sandbox::builder().activation_time(std::time::Duration::ZERO).start().await?;
//! # let auth = planet_data::Auth::from_key(sandbox.api_key());
//! # let endpoint = planet_data::Endpoint::parse(sandbox.url())?;
//! # let session = planet_data::Session::builder().auth(auth).endpoint(endpoint).build()?;
//! # let folder = tempfile::tempdir()?;
//! use futures_util::TryStreamExt;
//! use planet_data::{AssetType, DataClient, Filter, ItemType};
//!
//! // `Session::from_env()?` makes a session with the key in `PL_API_KEY`.
//! let data = DataClient::new(&session);
//! let clear = Filter::range("cloud_cover").lt(0.1).build()?;
//! let mut items = data.search([ItemType::PSSCENE], clear).limit(20).items();
//! let item = items.try_next().await?.ok_or("no clear scene")?;
//!
//! // One of the item's files.
//! let asset = data.get_asset(ItemType::PSSCENE, item.id(), AssetType::ORTHO_ANALYTIC_4B).await?;
//! data.activate(&asset).await?;
//! let asset = data.wait(&asset).await?;
//! let file = data.download(&asset).to(folder.path()).await?;
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
//!
//! Everything of `planet-core` is here, too: this crate is enough for a program that needs no other service. With more
//! than one, take the umbrella crate `planet`, whose `planet::data` is this crate.
//!
//! # Features
//!
//! | feature | default | brings |
//! | --- | --- | --- |
//! | `fs` | yes | downloads to disk: `DataClient::download` and `validate_checksum`; logins that are kept there |
//! | `gzip` | yes | compressed JSON answers; files are always asked for as they are stored |
//! | `rustls-ring` | yes | TLS with ring |
//! | `rustls-aws-lc-rs` | no | TLS with aws-lc-rs; it wins if both are on |
//! | `native-roots` | yes | the trust roots of the operating system |
//! | `webpki-roots` | no | Mozilla's trust roots, where the operating system has none |
//! | `object-store` | no | downloads into object stores: S3, Google, Azure and others |
//! | `testing` | no | `testing`: a scripted transport for the unit tests of your program |
//! | `chrono`, `jiff`, `time` | no | conversions between [`Timestamp`] and the times of these crates |
//!
//! Features only add; none changes what the others do.
//!
//! # The guide
//!
//! - [Searching](https://github.com/planet-rs/planet/blob/main/docs/searching.md)
//! - [Downloading](https://github.com/planet-rs/planet/blob/main/docs/downloading.md)
//! - [Paging](https://github.com/planet-rs/planet/blob/main/docs/paging.md)
//! - [Errors and retries](https://github.com/planet-rs/planet/blob/main/docs/errors-and-retries.md)

#![cfg_attr(docsrs, feature(doc_cfg))]

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

pub use planet_builders::{AssetType, Catalogue, Filter, Geometry, Hint, ItemType, catalog, filter, geojson, geometry};

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

/// The example of this crate's README compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
