//! Client for Planet's Features API: collections of areas of interest.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = planet_sandbox::Sandbox::start().await?;
//! # let auth = planet_features::Auth::from_key(sandbox.api_key());
//! # let endpoint = planet_features::Endpoint::parse(sandbox.url())?;
//! # let session = planet_features::Session::builder().auth(auth).endpoint(endpoint).build()?;
//! use futures_util::TryStreamExt;
//! use planet_features::{FeaturesClient, Geometry};
//!
//! // `Session::from_env()?` makes a session with the key in `PL_API_KEY`.
//! let features = FeaturesClient::new(&session);
//! let fields = features.create_collection("my fields").await?;
//! let north = Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?;
//! features.add_items(fields.id(), north).await?;
//!
//! let mut list = features.list_items(fields.id()).items();
//! while let Some(field) = list.try_next().await? {
//!     println!("{} {}", field.id(), field.reference()?.unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What [`FeaturesClient`] has:
//!
//! - Collections: [`list_collections`](FeaturesClient::list_collections),
//!   [`get_collection`](FeaturesClient::get_collection), [`create_collection`](FeaturesClient::create_collection),
//!   [`delete_collection`](FeaturesClient::delete_collection).
//! - Their features: [`list_items`](FeaturesClient::list_items), [`get_item`](FeaturesClient::get_item),
//!   [`delete_item`](FeaturesClient::delete_item).
//! - Upload: [`add_items`](FeaturesClient::add_items) in one request, [`add_many`](FeaturesClient::add_many) in as many as
//!   it takes, with a result for each feature.
//!
//! A [`Feature`] is a [`Geometry`] wherever one is asked for: in searches, counts, coverages and clips.
//!
//! Everything of `planet-core` is here, too: this crate is enough for a program that needs no other service. With more
//! than one, take the umbrella crate `planet`, whose `planet::features` is this crate.
//!
//! # Features
//!
//! | feature | default | brings |
//! | --- | --- | --- |
//! | `fs` | yes | logins that are kept on disk: `Auth::from_profile` and its like |
//! | `gzip` | yes | compressed JSON answers |
//! | `rustls-ring` | yes | TLS with ring |
//! | `rustls-aws-lc-rs` | no | TLS with aws-lc-rs; it wins if both are on |
//! | `native-roots` | yes | the trust roots of the operating system |
//! | `webpki-roots` | no | Mozilla's trust roots, where the operating system has none |
//! | `testing` | no | `testing`: a scripted transport for the unit tests of your program |
//! | `chrono`, `jiff`, `time` | no | conversions between [`Timestamp`] and the times of these crates |
//!
//! Features only add; none changes what the others do.
//!
//! # The guide
//!
//! - [Features](https://github.com/planet-rs/planet/blob/main/docs/features.md)
//! - [Searching an area](https://github.com/planet-rs/planet/blob/main/docs/searching.md)
//! - [Errors and retries](https://github.com/planet-rs/planet/blob/main/docs/errors-and-retries.md)

#![cfg_attr(docsrs, feature(doc_cfg))]

mod add;
mod add_many;
mod client;
mod collection;
mod filter;
mod item;
mod model;
mod new_features;
mod reference;
mod sort;

pub use planet_builders::geometry::FeatureRef;
pub use planet_builders::{Geometry, Hint, geojson, geometry};

/// Sessions, errors, retries and all else that the services share: the same set in each of these crates and in `planet`.
#[doc(no_inline)]
pub use planet_core::*;

pub use add::AddItems;
pub use add_many::{AddMany, AddOutcome, AddReport};
pub use client::FeaturesClient;
pub use collection::{CreateCollection, DeleteCollection, GetCollection, ListCollections};
pub use item::{DeleteItem, GetItem, ListItems};
pub use model::{Collection, Feature};
pub use new_features::NewFeatures;
pub use sort::{CollectionSort, FeatureSort};

/// The example of this crate's README compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
