//! The builders as a user sees them: the exact JSON, the faults, and what is read back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod catalog;
mod filter_forms;
mod filter_properties;
mod filters;
mod geometries;
mod geometry_crossings;
mod geometry_hints;
mod geometry_inputs;
mod geometry_laws;
mod geometry_repair;
mod order_deliveries;
mod order_properties;
mod order_reading;
mod order_rules;
mod order_split;
mod order_tools;
mod orders;
mod round_trips;

use planet_builders::{Error, ErrorKind, FaultKind, Result};

/// The kind and path of each fault.
fn faults<T: std::fmt::Debug>(result: Result<T>) -> Vec<(FaultKind, String)> {
    let error: Error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let faults = error.faults().iter();
    faults.map(|fault| (fault.kind(), fault.path().to_owned())).collect()
}

fn fault(kind: FaultKind, path: &str) -> (FaultKind, String) {
    (kind, path.to_owned())
}
