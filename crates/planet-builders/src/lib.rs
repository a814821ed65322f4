//! Search filters, order requests and geometry for Planet's APIs, checked before anything is sent. No network, no
//! runtime.
//!
//! # From filter to order in two minutes
//!
//! A [`Filter`] says which items a search finds: here clear images of a field in Oregon, taken in September 2020.
//!
//! ```
//! use planet_builders::{Bundle, Filter, Geometry, ItemType, OrderRequest, Product, Timestamp, Tool};
//!
//! let field = Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?;
//! let filter = Filter::geometry(&field)?
//!     & Filter::date_range("acquired")
//!         .gte("2020-09-01".parse::<Timestamp>()?)
//!         .lt("2020-10-01".parse::<Timestamp>()?)
//!         .build()?
//!     & Filter::range("cloud_cover").lt(0.1).build()?;
//! println!("{}", serde_json::to_string_pretty(&filter)?);
//!
//! // An order names the items that the search found, the bundle to deliver and the tools to run.
//! let request = OrderRequest::builder("oregon")
//!     .product(
//!         Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_8B_UDM2, ["20200909_182525_1014"])
//!             .fallback(Bundle::ANALYTIC_UDM2),
//!     )
//!     .tool(Tool::clip(field))
//!     .build()?;
//! assert_eq!(request.name(), "oregon");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Input that cannot be sent is refused with all its faults at once, each with its place in the JSON:
//!
//! ```
//! use planet_builders::{Bundle, ItemType, OrderRequest, Product, Tool};
//!
//! let error = OrderRequest::builder("")
//!     .product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, [""]))
//!     .tool(Tool::clip(r#"{"type": "Point", "coordinates": [-117.5, 45.25]}"#))
//!     .build()
//!     .unwrap_err();
//! let paths: Vec<&str> = error.faults().iter().map(|fault| fault.path()).collect();
//! assert_eq!(paths, ["name", "products[0].item_ids[0]", "tools[0].clip.aoi.type"]);
//! ```
//!
//! The clients that send these are in the crates `planet-data` and `planet-orders`, or all together in `planet`. Depend on
//! this crate alone to write filters, orders and areas where nothing is sent: in a web service, a plugin, a queue.
//!
//! # Features
//!
//! | feature | default | brings |
//! | --- | --- | --- |
//! | `geo-types` | no | the types of geo-types and geo as a [`Geometry`] |
//! | `wkt` | no | well-known text as a [`Geometry`] |
//! | `chrono`, `jiff`, `time` | no | conversions between [`Timestamp`] and the times of these crates |
//!
//! Features only add; none changes what the others do.
//!
//! # The guide
//!
//! - [Searching](https://github.com/planet-rs/planet/blob/main/docs/searching.md)
//! - [Ordering](https://github.com/planet-rs/planet/blob/main/docs/ordering.md)
//! - [The names of the Python SDK](https://github.com/planet-rs/planet/blob/main/docs/from-python.md)

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod catalog;
pub mod filter;
mod generated;
pub mod geometry;
mod hint;
#[doc(hidden)]
pub mod names;
pub mod order;

pub use catalog::{AssetType, Bundle, Catalogue, ItemType};
pub use filter::Filter;
pub use geometry::Geometry;
pub use hint::Hint;
pub use order::{OrderRequest, OrderRequestBuilder, OrderType, Product, Tool};
pub use planet_core::{Error, ErrorKind, Fault, FaultKind, Result, Secret, Timestamp};

/// The crates whose types stand in signatures.
pub use {geojson, serde_json};

/// The example of this crate's README compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
