//! Planet's satellite imagery from Rust: search, order, wait, download, verify.
//!
//! ```no_run
//! # async fn run() -> planet::Result<()> {
//! use planet::prelude::*;
//! use planet::{Bundle, Filter, ItemType, OrderRequest, Planet, Product, Tool};
//!
//! let planet = Planet::from_env()?;
//! // Features: an area of interest.
//! let field = planet.features().get_item("my-fields-8vdGGZe", "north").await?;
//! // Data: clear scenes of it.
//! let clear = Filter::range("cloud_cover").lt(0.1).build()?;
//! let search = planet.data().search([ItemType::PSSCENE], clear).geometry(&field).limit(20);
//! let scenes: Vec<_> = search.items().try_collect().await?;
//! // Orders: the scenes, cut to the field.
//! let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, scenes.iter().map(|scene| scene.id()));
//! let request = OrderRequest::builder("north").product(product).tool(Tool::clip(&field)).build()?;
//! let order = planet.orders().create(request).await?;
//! planet.orders().wait(order.id()).await?;
//! planet.orders().download(order.id()).to("imagery").await?;
//! # Ok(())
//! # }
//! ```
//!
//! [`Planet`] holds a [`Session`] and makes the clients of the services: [`data`], [`orders`], [`features`]. Requests come
//! from [`builders`]. Whatever fails is an [`Error`]; match on its [`ErrorKind`]. [`collect()`] makes one document of a
//! list, and [`mod@collect`] writes a list to a file. [`prelude`] brings the methods of streams.
//!
//! # Without async
//!
//! With the feature `blocking`, `.blocking()` stands wherever a program would write `.await`:
//!
#![cfg_attr(feature = "blocking", doc = "```no_run")]
#![cfg_attr(not(feature = "blocking"), doc = "```text")]
//! # fn run() -> planet::Result<()> {
//! use planet::prelude::*;
//! use planet::{Filter, ItemType, Planet};
//!
//! let planet = Planet::from_env()?;
//! for item in planet.data().search([ItemType::PSSCENE], Filter::empty()).limit(20).items().blocking() {
//!     println!("{}", item?.id());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | default | brings |
//! | --- | --- | --- |
//! | `data`, `orders`, `features` | yes | the clients of the services |
//! | `fs` | yes | downloads to disk |
//! | `gzip` | yes | compressed JSON |
//! | `rustls-ring` | yes | TLS with ring |
//! | `rustls-aws-lc-rs` | no | TLS with aws-lc-rs; it wins if both are on |
//! | `native-roots` | yes | the trust roots of the operating system |
//! | `webpki-roots` | no | Mozilla's trust roots, where the operating system has none |
//! | `oauth-browser` | no | logins with a browser on this machine: [`BrowserLogin`] waits for it to come back |
//! | `object-store` | no | downloads into object stores: S3, Google, Azure and others |
//! | `blocking` | no | `planet::blocking`: every call without async |
//! | `chrono`, `jiff`, `time` | no | conversions between [`Timestamp`] and the times of these crates |
//! | `reporting` | no | `reporting`: bars, lines and other listeners for the progress of waits and downloads |
//! | `testing` | no | `testing`: a scripted transport for the unit tests of your program |
//! | `wkt`, `geo-types` | no | well-known text, and the types of geo-types and geo, as a [`Geometry`] |
//!
//! Features only add; none changes what the others do.

#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod client;
pub mod prelude;

pub use planet_builders as builders;
pub use planet_builders::{
    AssetType, Bundle, Catalogue, Filter, Geometry, Hint, ItemType, OrderRequest, OrderRequestBuilder, OrderType,
    Product, Tool, geojson,
};
// All of it: whatever a signature of ours names can be named through this crate, and through each service crate.
pub use planet_core::*;

#[cfg(feature = "data")]
pub use planet_data as data;
#[cfg(feature = "features")]
pub use planet_features as features;
#[cfg(feature = "orders")]
pub use planet_orders as orders;

#[cfg(feature = "data")]
pub use planet_data::DataClient;
#[cfg(feature = "features")]
pub use planet_features::FeaturesClient;
#[cfg(feature = "orders")]
pub use planet_orders::OrdersClient;

pub use builder::PlanetBuilder;
pub use client::Planet;

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// The examples of the book's page on errors compile.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/errors-and-retries.md")]
struct ErrorsAndRetries;

/// The examples of the book's page on authentication compile.
#[cfg(all(doctest, feature = "fs"))]
#[doc = include_str!("../../../docs/authentication.md")]
struct Authentication;

/// The examples of the book's page on configuration compile.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/configuration.md")]
struct Configuration;