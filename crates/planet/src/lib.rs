#![doc = include_str!("../../../README.md")]

mod client;

pub use planet_builders as builders;
pub use planet_builders::{
    AssetType, Bundle, Filter, Geometry, ItemType, OrderRequest, OrderRequestBuilder, OrderType, Product, Tool,
};
pub use planet_core::{
    Auth, AuthHeaders, Clock, CredentialsFuture, CredentialsProvider, Document, Endpoint, Error, ErrorKind, Fault,
    FaultKind, FileState, Operation, Outcome, Pace, Progress, ProgressEvent, Response, Result, Retry, Route, Secret,
    Session, SessionBuilder, Timeouts, Timestamp, operation, paging, redact,
};

#[cfg(feature = "fs")]
pub use planet_core::transfer;
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

pub use client::Planet;
