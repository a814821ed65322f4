//! Planet's satellite imagery from Rust: search, order, wait, download, verify.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = planet_sandbox::Sandbox::builder().order_time(std::time::Duration::ZERO).start().await?;
//! # let folder = tempfile::tempdir()?;
//! use planet::prelude::*;
//! use planet::{Bundle, Filter, Geometry, ItemType, OrderRequest, Planet, Product, Tool};
//!
//! # #[cfg(any())]
//! let planet = Planet::from_env()?; // the key in `PL_API_KEY`
//! # let (auth, url) = (planet::Auth::from_key(sandbox.api_key()), sandbox.url());
//! # let planet = Planet::builder().auth(auth).endpoint(planet::Endpoint::parse(url)?).build()?;
//! // Data: clear scenes of a field.
//! let field = Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?;
//! let clear = Filter::range("cloud_cover").lt(0.1).build()?;
//! let search = planet.data().search([ItemType::PSSCENE], clear & Filter::permission()).geometry(field.clone()).limit(2);
//! let scenes: Vec<_> = search.items().try_collect().await?;
//! // Orders: the scenes, cut to the field.
//! let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, scenes.iter().map(|scene| scene.id()));
//! let request = OrderRequest::builder("field").product(product).tool(Tool::clip(field)).build()?;
//! let order = planet.orders().create(request).await?;
//! planet.orders().wait(order.id()).await?;
//! let report = planet.orders().download(order.id()).to(folder.path()).await?;
//! println!("{} files, {} bytes, all verified", report.files().len(), report.bytes());
//! # Ok(())
//! # }
//! ```
//!
//! No account is needed to try it: the crate `planet-sandbox` emulates the services on 127.0.0.1, and all examples here run
//! against it.
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
//! | `fs` | yes | downloads to disk, and logins that are kept there: `Planet::from_default_session` |
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
//!
//! # The guide
//!
//! [Introduction](https://github.com/planet-rs/planet/blob/main/docs/introduction.md),
//! [quickstart](https://github.com/planet-rs/planet/blob/main/docs/quickstart.md),
//! [authentication](https://github.com/planet-rs/planet/blob/main/docs/authentication.md),
//! [searching](https://github.com/planet-rs/planet/blob/main/docs/searching.md),
//! [ordering](https://github.com/planet-rs/planet/blob/main/docs/ordering.md),
//! [waiting](https://github.com/planet-rs/planet/blob/main/docs/waiting.md),
//! [downloading](https://github.com/planet-rs/planet/blob/main/docs/downloading.md),
//! [features](https://github.com/planet-rs/planet/blob/main/docs/features.md),
//! [testing your own code](https://github.com/planet-rs/planet/blob/main/docs/testing.md), and for those who know the
//! official Python SDK: [from Python](https://github.com/planet-rs/planet/blob/main/docs/from-python.md). The search on
//! this page finds Python's names, such as `create_order`, too.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod client;
pub mod prelude;

// Inlined, so that the search of this crate's documentation finds what is in there. Inlining the service crates as well
// would note the feature `data` at whatever they share.
#[doc(inline)]
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

/// The example of this crate's README compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
