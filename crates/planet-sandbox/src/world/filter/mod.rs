//! The Data API's search filters.

mod eval;
mod parse;
#[cfg(test)]
mod tests;

use geo::{Geometry, Rect};
use jiff::Timestamp;
use serde_json::Value;

use super::Item;

/// A search filter, checked and ready to be matched against items.
#[derive(Debug)]
pub(crate) struct SearchFilter(Node);

#[derive(Debug)]
enum Node {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    DateRange { field: String, bounds: Bounds<Timestamp> },
    Range { field: String, bounds: Bounds<f64> },
    NumberIn { field: String, numbers: Vec<f64> },
    StringIn { field: String, strings: Vec<String> },
    Update { field: String, bounds: Bounds<Timestamp> },
    Geometry { geometry: Geometry<f64>, bounds: Rect<f64>, relation: Relation },
    Asset(Vec<String>),
    Permission(Vec<String>),
}

/// The conditions of a range; all that are given must hold.
#[derive(Debug)]
struct Bounds<T> {
    gt: Option<T>,
    gte: Option<T>,
    lt: Option<T>,
    lte: Option<T>,
}

#[derive(Debug, Clone, Copy)]
enum Relation {
    /// The footprint meets the filter's geometry.
    Intersects,
    /// The footprint encloses the filter's geometry.
    Contains,
    /// The footprint lies inside the filter's geometry.
    Within,
    /// The footprint and the filter's geometry have no point in common.
    Disjoint,
}

/// Why a filter is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FilterError {
    /// Each dotted path with what is wrong there.
    Wrong(Vec<(String, String)>),
    /// The dotted path of a member that filters are not known to have.
    Unknown(String),
}

impl SearchFilter {
    /// Reads a filter.
    pub(crate) fn parse(filter: &Value) -> Result<Self, FilterError> {
        parse::parse(filter).map(Self)
    }

    pub(crate) fn matches(&self, item: &Item) -> bool {
        self.0.matches(item)
    }
}
