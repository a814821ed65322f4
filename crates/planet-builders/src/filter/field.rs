//! Ranges of dates and numbers, sets of numbers.

use std::fmt;

use planet_core::{Error, Fault, FaultKind, Result, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};

use super::value::{Instant, Number};
use super::{Filter, Kind};

/// A field with the condition on it, as it stands in the JSON of a filter.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Field<C> {
    #[serde(rename = "type")]
    _type: serde::de::IgnoredAny,
    pub(super) field_name: String,
    pub(super) config: C,
}

impl<C> Field<C> {
    pub(super) fn new(field_name: impl Into<String>, config: C) -> Self {
        Self { _type: serde::de::IgnoredAny, field_name: field_name.into(), config }
    }
}

/// The bounds of a range; all that are given hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub(super) struct Bounds<T> {
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    gt: Option<T>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    gte: Option<T>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    lt: Option<T>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    lte: Option<T>,
}

/// A bound of `null` is not the same as none: it would not go out as it came in.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

impl<T> Bounds<T> {
    fn map<U>(self, change: impl Fn(T) -> U) -> Bounds<U> {
        Bounds {
            gt: self.gt.map(&change),
            gte: self.gte.map(&change),
            lt: self.lt.map(&change),
            lte: self.lte.map(&change),
        }
    }

    fn named(&self) -> [(&'static str, Option<&T>); 4] {
        [("gt", self.gt.as_ref()), ("gte", self.gte.as_ref()), ("lt", self.lt.as_ref()), ("lte", self.lte.as_ref())]
    }
}

impl<T: fmt::Display + PartialOrd> Bounds<T> {
    fn faults(&self, field: &str) -> Vec<Fault> {
        let lows = [&self.gt, &self.gte];
        let highs = [&self.lt, &self.lte];
        if lows.into_iter().chain(highs).all(Option::is_none) {
            let message = "a range needs at least one of gt, gte, lt, lte";
            return vec![Fault::new(FaultKind::Missing, field, message)];
        }
        let above = |low: &T| highs.into_iter().flatten().find(|high| low > *high);
        let empty = lows.into_iter().flatten().find_map(|low| above(low).map(|high| (low, high)));
        empty
            .map(|(low, high)| {
                let message = "the lower bound lies above the upper one";
                Fault::new(FaultKind::OutOfRange, field, message).with_value(format_args!("{low} above {high}"))
            })
            .into_iter()
            .collect()
    }
}

/// A range of dates or numbers that is being put together: see [`Filter::date_range`] and [`Filter::range`].
///
/// Bounds that are given all hold. `T` is [`Timestamp`] for dates and [`Number`] for numbers.
///
/// ```
/// use planet_builders::Filter;
///
/// let high_sun = Filter::range("sun_elevation").gte(30).lte(60.5).build()?;
/// assert_eq!(serde_json::to_value(&high_sun)?["config"]["gte"], 30);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a range does nothing until it is built"]
pub struct RangeBuilder<T> {
    field: String,
    bounds: Bounds<T>,
}

impl<T> RangeBuilder<T> {
    pub(super) fn new(field: impl Into<String>) -> Self {
        let bounds = Bounds { gt: None, gte: None, lt: None, lte: None };
        Self { field: field.into(), bounds }
    }
}

/// The four bounds. Dates are taken as they are, so that `.gte("2020-09-01".parse()?)` knows what to parse.
macro_rules! bound_setters {
    ($bound:ty) => {
        /// Greater than, or later than.
        pub fn gt(mut self, bound: $bound) -> Self {
            self.bounds.gt = Some(bound.into());
            self
        }

        /// Greater than or equal, or not before.
        pub fn gte(mut self, bound: $bound) -> Self {
            self.bounds.gte = Some(bound.into());
            self
        }

        /// Less than, or before.
        pub fn lt(mut self, bound: $bound) -> Self {
            self.bounds.lt = Some(bound.into());
            self
        }

        /// Less than or equal, or not after.
        pub fn lte(mut self, bound: $bound) -> Self {
            self.bounds.lte = Some(bound.into());
            self
        }
    };
}

impl RangeBuilder<Timestamp> {
    bound_setters!(Timestamp);

    /// The finished filter.
    ///
    /// # Errors
    /// `InvalidInput` at the field's name if no bound is given or a lower bound is later than an upper one.
    pub fn build(self) -> Result<Filter> {
        let faults = self.bounds.faults(&self.field);
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        let bounds = self.bounds.map(Instant::from);
        Ok(Filter(Kind::DateRange(Field::new(self.field, bounds))))
    }
}

impl RangeBuilder<Number> {
    bound_setters!(impl Into<Number>);

    /// The finished filter.
    ///
    /// # Errors
    /// `InvalidInput` at the field's name if no bound is given, a bound is not finite, or a lower bound lies above an upper
    /// one.
    pub fn build(self) -> Result<Filter> {
        let mut faults = self.bounds.faults(&self.field);
        faults.extend(
            self.bounds.named().into_iter().filter_map(|(name, bound)| Some(bound?.fault(name)?.under(&self.field))),
        );
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        Ok(Filter(Kind::Range(Field::new(self.field, self.bounds))))
    }
}

/// A filter on a set of numbers.
pub(super) fn number_in(field: String, values: Vec<Number>) -> Result<Filter> {
    let faults: Vec<Fault> = values
        .iter()
        .enumerate()
        .filter_map(|(index, number)| Some(number.fault(&format!("[{index}]"))?.under(&field)))
        .collect();
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    Ok(Filter(Kind::NumberIn(Field::new(field, values))))
}

/// A list of names, none of them empty.
pub(super) fn names(field: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Result<Vec<String>> {
    let values: Vec<String> = values.into_iter().map(Into::into).collect();
    let faults: Vec<Fault> = values
        .iter()
        .enumerate()
        .filter(|(_, value)| value.is_empty())
        .map(|(index, _)| {
            let message = "an empty text matches nothing";
            Fault::new(FaultKind::Missing, format!("[{index}]"), message).under(field)
        })
        .collect();
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    Ok(values)
}
