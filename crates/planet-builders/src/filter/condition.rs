//! What a condition on a field consists of, and what can be wrong with it.

use std::fmt;

use planet_core::{Fault, FaultKind};
use serde::Serialize;
use serde_json::Value;

use super::Relation;
use super::value::Number;

/// A field with the condition on it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field<C> {
    pub(super) field_name: String,
    pub(super) config: C,
}

impl<C> Field<C> {
    pub(super) fn new(field_name: impl Into<String>, config: C) -> Self {
        Self { field_name: field_name.into(), config }
    }
}

/// A geometry that was read may be faulty: it is checked when the filter is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) field_name: String,
    pub(super) geometry: Value,
    pub(super) relation: Option<Relation>,
}

/// The bounds of a range; all that are given hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Bounds<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) gt: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) gte: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lt: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lte: Option<T>,
}

impl<T> Bounds<T> {
    pub(super) const NAMES: [&str; 4] = ["gt", "gte", "lt", "lte"];

    pub(super) const fn none() -> Self {
        Self { gt: None, gte: None, lt: None, lte: None }
    }

    pub(super) fn map<U>(self, change: impl Fn(T) -> U) -> Bounds<U> {
        Bounds {
            gt: self.gt.map(&change),
            gte: self.gte.map(&change),
            lt: self.lt.map(&change),
            lte: self.lte.map(&change),
        }
    }

    /// The bounds that are given.
    pub(super) fn given(&self) -> impl Iterator<Item = (&'static str, &T)> {
        let bounds = [&self.gt, &self.gte, &self.lt, &self.lte];
        Self::NAMES.into_iter().zip(bounds).filter_map(|(name, bound)| Some((name, bound.as_ref()?)))
    }
}

impl<T: fmt::Display + PartialOrd> Bounds<T> {
    /// `at` is the place of the bounds.
    pub(super) fn faults(&self, at: &str) -> Vec<Fault> {
        if self.given().next().is_none() {
            let message = "a range needs at least one of gt, gte, lt, lte";
            return vec![Fault::new(FaultKind::Missing, at, message)];
        }
        let highs = [&self.lt, &self.lte];
        let above = |low: &T| highs.into_iter().flatten().find(|high| low > *high);
        let empty = [&self.gt, &self.gte].into_iter().flatten().find_map(|low| above(low).map(|high| (low, high)));
        empty
            .map(|(low, high)| {
                let message = "the lower bound lies above the upper one";
                Fault::new(FaultKind::OutOfRange, at, message).with_value(format_args!("{low} above {high}"))
            })
            .into_iter()
            .collect()
    }
}

/// The numbers of a set that cannot be sent.
pub(super) fn number_faults(at: &str, numbers: &[Number]) -> Vec<Fault> {
    let faults = numbers.iter().enumerate();
    faults.filter_map(|(index, number)| number.fault(&format!("{at}[{index}]"))).collect()
}

/// The names of a list that match nothing.
pub(super) fn name_faults(at: &str, names: &[String]) -> Vec<Fault> {
    let empty = names.iter().enumerate().filter(|(_, name)| name.is_empty());
    let message = "an empty text matches nothing";
    empty.map(|(index, _)| Fault::new(FaultKind::Missing, format!("{at}[{index}]"), message)).collect()
}
