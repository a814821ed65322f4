//! Large jobs: more items than an order takes, placed as many orders, and handled as one.
//!
//! A part's name tells which job it belongs to and what is done to its items: it begins with the name that the caller gave
//! and a digest of all that decides which files come. So whatever the same user placed before is found by its name, whichever
//! program placed it, and counted by the items in it. An item that is in a listed order of the job is not ordered again.

mod error;
mod existing;
mod job;
#[cfg(feature = "fs")]
mod job_files;
#[cfg(feature = "fs")]
mod job_report;
mod name;
mod run;
mod turn;

use std::fmt;
use std::sync::Arc;

use planet_builders::{OrderRequest, OrderRequestBuilder, Product};
use planet_core::Result;
use serde::{Serialize, Serializer};

pub use error::IncompleteJob;
pub use job::{JobPart, OrderJob};
#[cfg(feature = "fs")]
pub use job_files::DownloadJob;
#[cfg(feature = "fs")]
pub use job_report::IncompleteJobDownload;
pub use run::RunPlan;

use crate::OrdersClient;
use name::Prefix;

const OPERATION: &str = "orders.plan";

/// Orders for any number of items, not placed yet: see [`OrdersClient::plan`]. Nothing is sent before it is
/// [run](Self::run).
///
/// It prints as a table. As JSON it is the list of its requests, with `<REDACTED>` in the place of secrets.
///
/// ```
/// use planet_orders::{Auth, Bundle, ItemType, OrderRequest, OrdersClient, Product, Session};
///
/// let orders = OrdersClient::new(&Session::builder().auth(Auth::from_key("PLAK0123")).build()?);
/// let ids = (0..1100).map(|number| format!("20260501_{number:06}_1014"));
/// let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ids);
///
/// let plan = orders.plan(OrderRequest::builder("harvest").product(product))?;
/// assert_eq!((plan.parts().len(), plan.items()), (3, 1100));
/// assert_eq!(plan.parts()[2].items(), 100);
/// assert!(plan.parts()[2].name().starts_with("harvest-"));
/// assert_eq!(plan.parts()[2].request().products().len(), 1);
/// println!("{plan}\n{}", serde_json::to_string(&plan)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct OrderPlan {
    client: OrdersClient,
    name: String,
    parts: Arc<[PlannedOrder]>,
}

impl OrderPlan {
    pub(crate) fn new(client: &OrdersClient, request: OrderRequestBuilder) -> Result<Self> {
        let name = request.request().name().to_owned();
        let split = request.split().map_err(|error| error.with_operation(OPERATION))?;
        let count = split.len();
        let part = |(index, part)| PlannedOrder::new(part, index + 1, count);
        let parts: Result<Arc<[_]>> = split.into_iter().enumerate().map(part).collect();
        Ok(Self { client: client.clone(), name, parts: parts.map_err(|error| error.with_operation(OPERATION))? })
    }

    /// The orders, in the order in which they are placed.
    #[must_use]
    pub fn parts(&self) -> &[PlannedOrder] {
        &self.parts
    }

    /// How many items, or quads, they have together. Areas of basemaps are not counted.
    #[must_use]
    pub fn items(&self) -> usize {
        self.parts.iter().map(PlannedOrder::items).sum()
    }

    /// Places what is missing of the plan.
    pub fn run(&self) -> RunPlan {
        RunPlan::new(self.clone())
    }
}

impl fmt::Display for OrderPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} orders, {} items", self.name, self.parts.len(), self.items())?;
        self.parts.iter().try_for_each(|part| writeln!(f, "{part}"))
    }
}

impl fmt::Debug for OrderPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderPlan").field("name", &self.name).field("parts", &self.parts).finish_non_exhaustive()
    }
}

impl Serialize for OrderPlan {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.parts.iter().map(|part| part.request.without_secrets()))
    }
}

/// One order of a plan: items of one type, or quads of one basemap, as one bundle.
#[derive(Clone)]
pub struct PlannedOrder {
    /// For an order of fewer items, where others are ordered already.
    builder: OrderRequestBuilder,
    request: OrderRequest,
    prefix: Prefix,
}

impl PlannedOrder {
    fn new(part: OrderRequestBuilder, number: usize, of: usize) -> Result<Self> {
        let prefix = Prefix::of(part.request())?;
        let builder = part.name(prefix.name(number, of));
        Ok(Self { request: builder.clone().build()?, builder, prefix })
    }

    /// The order's name: that of the plan, a digest of what is done to the items, and the number of the part.
    #[must_use]
    pub fn name(&self) -> &str {
        self.request.name()
    }

    /// How many items, or quads, it has. An area of a basemap has none.
    #[must_use]
    pub fn items(&self) -> usize {
        self.ids().count()
    }

    /// The request as it is sent, with its secrets, unless some of its items are ordered already.
    #[must_use]
    pub fn request(&self) -> &OrderRequest {
        &self.request
    }

    fn product(&self) -> Option<&Product> {
        self.request.products().first()
    }

    fn ids(&self) -> impl Iterator<Item = &String> {
        self.product().into_iter().flat_map(|product| product.item_ids().iter().chain(product.quad_ids()))
    }

    /// The request for some of its items.
    fn request_for(&self, ids: Vec<String>) -> Result<OrderRequest> {
        if ids.len() == self.items() {
            return Ok(self.request.clone());
        }
        let product = self.product().cloned().map(|product| product.with_ids(ids));
        self.builder.clone().products(product).build()
    }
}

impl fmt::Display for PlannedOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name())?;
        let Some(product) = self.product() else { return Ok(()) };
        match (product.item_type(), product.mosaic_name()) {
            (Some(item_type), _) => {
                let bundles: Vec<String> = product.bundles().map(|bundle| bundle.to_string()).collect();
                write!(f, "{} items of {item_type}, {}", self.items(), bundles.join(","))
            }
            (_, Some(mosaic)) if product.quad_ids().is_empty() => write!(f, "an area of {mosaic}"),
            (_, mosaic) => write!(f, "{} quads of {}", self.items(), mosaic.unwrap_or_default()),
        }
    }
}

impl fmt::Debug for PlannedOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlannedOrder").field("name", &self.name()).field("items", &self.items()).finish_non_exhaustive()
    }
}
