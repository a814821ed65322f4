//! Client for Planet's Features API: collections of areas of interest.
//!
//! ```no_run
//! # async fn run() -> planet_features::Result<()> {
//! use futures_util::TryStreamExt;
//! use planet_features::{FeaturesClient, Session};
//!
//! let features = FeaturesClient::new(&Session::from_env()?);
//! let mut fields = features.list_items("my-fields-8vdGGZe").items();
//! while let Some(field) = fields.try_next().await? {
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
pub use planet_builders::{Geometry, Hint, geojson};

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
