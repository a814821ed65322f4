//! Client for Planet's Orders API: order imagery, wait for it, download and verify it.
//!
//! ```no_run
//! # async fn run() -> planet_orders::Result<()> {
//! use planet_orders::{OrderRequest, OrdersClient, Product, Session};
//!
//! let orders = OrdersClient::new(&Session::from_env()?);
//! let request = OrderRequest::builder("oregon")
//!     .product(Product::new("PSScene", "analytic_udm2", ["20200909_182525_1014"]))
//!     .build()?;
//! let order = orders.create(request).await?;
//! let order = orders.wait(order.id()).await?;
//! let report = orders.download(order.id()).to("imagery").await?;
//! println!("{} files, {} bytes", report.files().len(), report.bytes());
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
pub use planet_builders::{Hint, OrderType, geojson};

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
    plan::DownloadJob,
    validate::{Validation, validate_checksum},
};
