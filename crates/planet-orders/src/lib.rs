//! Client for Planet's Orders API: order imagery, wait for it, download and verify it.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = planet_sandbox::Sandbox::builder().order_time(std::time::Duration::ZERO).start().await?;
//! # let auth = planet_orders::Auth::from_key(sandbox.api_key());
//! # let endpoint = planet_orders::Endpoint::parse(sandbox.url())?;
//! # let session = planet_orders::Session::builder().auth(auth).endpoint(endpoint).build()?;
//! # let page = session.request(planet_orders::http::Method::POST, "/data/v1/quick-search").json(&serde_json::json!({
//! #     "item_types": ["PSScene"], "filter": {"type": "PermissionFilter", "config": ["assets:download"]}})).await?;
//! # let scene = page["features"][0]["id"].as_str().ok_or("no scene")?;
//! # let folder = tempfile::tempdir()?;
//! use planet_orders::{Bundle, ItemType, OrderRequest, OrdersClient, Product};
//!
//! // `Session::from_env()?` makes a session with the key in `PL_API_KEY`.
//! let orders = OrdersClient::new(&session);
//! // The id of a scene comes from a search of the Data API.
//! let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, [scene]);
//! let request = OrderRequest::builder("oregon").product(product).build()?;
//! let order = orders.create(request).await?;
//! let order = orders.wait(order.id()).await?;
//! let report = orders.download(order.id()).to(folder.path()).await?;
//! println!("{} files, {} bytes, all verified", report.files().len(), report.bytes());
//! # Ok(())
//! # }
//! ```
//!
//! What [`OrdersClient`] has:
//!
//! - Place: [`create`](OrdersClient::create); more items than an order takes: [`plan`](OrdersClient::plan).
//! - Look: [`get`](OrdersClient::get), [`list`](OrdersClient::list), [`stats`](OrdersClient::stats),
//!   [`bundles`](OrdersClient::bundles).
//! - Wait: [`wait`](OrdersClient::wait), [`wait_many`](OrdersClient::wait_many).
//! - Cancel: [`cancel`](OrdersClient::cancel), [`cancel_many`](OrdersClient::cancel_many),
//!   [`cancel_all`](OrdersClient::cancel_all).
//! - Files (feature `fs`): `download`, `download_result`, `download_location`, `validate_checksum`, `repair`.
//!
//! An order is never placed twice: one whose answer was lost is looked for ([`Reconcile`]). An order that delivered a part
//! tells [what is missing](Order::missing_items), and makes the [request for it](Order::follow_up).
//!
//! Everything of `planet-core` is here, too: this crate is enough for a program that needs no other service. With more
//! than one, take the umbrella crate `planet`, whose `planet::orders` is this crate.
//!
//! # Features
//!
//! | feature | default | brings |
//! | --- | --- | --- |
//! | `fs` | yes | downloads to disk: `OrdersClient::download`, `repair` and more; logins that are kept there |
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
//! - [Ordering](https://github.com/planet-rs/planet/blob/main/docs/ordering.md)
//! - [Waiting](https://github.com/planet-rs/planet/blob/main/docs/waiting.md)
//! - [Downloading](https://github.com/planet-rs/planet/blob/main/docs/downloading.md)
//! - [Many orders](https://github.com/planet-rs/planet/blob/main/docs/scaling.md)

#![cfg_attr(docsrs, feature(doc_cfg))]

mod bundles;
mod cancel;
mod client;
mod create;
#[cfg(feature = "fs")]
mod download;
#[cfg(feature = "fs")]
mod download_result;
mod get;
mod ids;
mod list;
#[cfg(feature = "fs")]
mod manifest;
mod model;
mod partial;
mod plan;
mod reconcile;
mod reorder;
mod sort;
mod stats;
#[cfg(feature = "fs")]
mod validate;
mod wait;
mod wait_many;
mod window;

pub use planet_builders::order as request;
pub use planet_builders::order::SourceType;
pub use planet_builders::{Bundle, Catalogue, Geometry, ItemType, OrderRequest, OrderRequestBuilder, Product, Tool};
pub use planet_builders::{Hint, OrderType, catalog, geojson, geometry};

/// Sessions, errors, retries and all else that the services share: the same set in each of these crates and in `planet`.
#[doc(no_inline)]
pub use planet_core::*;

pub use bundles::GetBundles;
pub use cancel::{CancelAllOrders, CancelOrder, CancelOrders};
pub use client::OrdersClient;
pub use create::CreateOrder;
pub use get::GetOrder;
pub use list::ListOrders;
pub use model::{CancelFailure, CancelReport, Order, OrderCounts, OrderResult, OrderState, OrderStats};
pub use partial::MissingItem;
pub use plan::{IncompleteJob, JobPart, OrderJob, OrderPlan, PlannedOrder, RunPlan};
pub use reconcile::{Reconcile, UnknownOrder};
pub use sort::OrderSort;
pub use stats::GetOrderStats;
pub use wait::{LastOrder, WaitOrder, finished, reached, succeeded};
pub use wait_many::WaitOrders;
pub use window::TimeWindow;

#[cfg(feature = "fs")]
pub use crate::{
    download::{DownloadOrder, IncompleteDownload, OrderFile, OrderReport, RepairOrder, RepairReport},
    download_result::DownloadResult,
    manifest::{Manifest, ManifestFile},
    plan::{DownloadJob, IncompleteJobDownload},
    validate::{Validation, validate_checksum},
};

/// The example of this crate's README compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
