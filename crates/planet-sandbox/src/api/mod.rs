//! Wire behaviour, one module a service.

pub(crate) mod area;
pub(crate) mod data;
pub(crate) mod features;
pub(crate) mod files;
pub(crate) mod links;
pub(crate) mod orders;
pub(crate) mod parameters;
