//! Ranges of dates, numbers and times of change that are being put together.

use planet_core::{Error, Fault, FaultKind, Result, Timestamp};

use super::condition::{Bounds, Field};
use super::value::{Instant, Number};
use super::{Filter, Kind};

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
        Self { field: field.into(), bounds: Bounds::none() }
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
        Ok(Filter(Kind::DateRange(Box::new(Field::new(self.field, bounds)))))
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
        let infinite = self.bounds.given().filter_map(|(name, bound)| bound.fault(name));
        faults.extend(infinite.map(|fault| fault.under(&self.field)));
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        Ok(Filter(Kind::Range(Box::new(Field::new(self.field, self.bounds)))))
    }
}

/// The time since when a field has changed, that is being put together: see [`Filter::update`].
///
/// ```
/// use planet_builders::{Filter, Timestamp};
///
/// let since = Filter::update("ground_control").gt("2022-06-01".parse::<Timestamp>()?).build()?;
/// assert_eq!(since.to_string(), "ground_control changed > 2022-06-01T00:00:00Z");
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a filter does nothing until it is built"]
pub struct UpdateBuilder {
    field: String,
    bounds: Bounds<Timestamp>,
}

impl UpdateBuilder {
    pub(super) fn new(field: impl Into<String>) -> Self {
        Self { field: field.into(), bounds: Bounds::none() }
    }

    /// The change was published later than this.
    pub fn gt(mut self, time: Timestamp) -> Self {
        self.bounds.gt = Some(time);
        self
    }

    /// The change was published at this time or later.
    pub fn gte(mut self, time: Timestamp) -> Self {
        self.bounds.gte = Some(time);
        self
    }

    /// The finished filter.
    ///
    /// # Errors
    /// `InvalidInput` at the field's name if no time is given.
    pub fn build(self) -> Result<Filter> {
        if self.bounds.given().next().is_none() {
            return Err(Error::invalid(vec![no_update_time(&self.field)]));
        }
        let bounds = self.bounds.map(Instant::from);
        Ok(Filter(Kind::Update(Box::new(Field::new(self.field, bounds)))))
    }
}

/// `at` is the place of the bounds.
pub(super) fn no_update_time(at: &str) -> Fault {
    Fault::new(FaultKind::Missing, at, "an update filter needs gt or gte")
}
