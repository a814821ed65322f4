//! Windows of time that lists are filtered by.

use std::fmt;
use std::ops::{Range, RangeFrom, RangeTo};

use planet_core::Timestamp;

/// A window of time: a range, which as in Rust contains its start and not its end, or one instant.
///
/// The service writes them as `start/end`, with `..` for an open end (Orders API, the parameters `created_on` and
/// `last_modified` of `GET /orders/v2`).
///
/// ```
/// use planet_orders::{TimeWindow, Timestamp};
///
/// let (may, june): (Timestamp, Timestamp) = ("2024-05-01".parse()?, "2024-06-01".parse()?);
/// assert_eq!(TimeWindow::from(may..june).to_string(), "2024-05-01T00:00:00Z/2024-06-01T00:00:00Z");
/// assert_eq!(TimeWindow::from(may..).to_string(), "2024-05-01T00:00:00Z/..");
/// assert_eq!(TimeWindow::from(..june).to_string(), "../2024-06-01T00:00:00Z");
/// assert_eq!(TimeWindow::from(may).to_string(), "2024-05-01T00:00:00Z");
/// # Ok::<(), planet_orders::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeWindow(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Instant(Timestamp),
    Range(Option<Timestamp>, Option<Timestamp>),
}

impl From<Timestamp> for TimeWindow {
    fn from(instant: Timestamp) -> Self {
        Self(Kind::Instant(instant))
    }
}

impl From<Range<Timestamp>> for TimeWindow {
    fn from(range: Range<Timestamp>) -> Self {
        Self(Kind::Range(Some(range.start), Some(range.end)))
    }
}

impl From<RangeFrom<Timestamp>> for TimeWindow {
    fn from(range: RangeFrom<Timestamp>) -> Self {
        Self(Kind::Range(Some(range.start), None))
    }
}

impl From<RangeTo<Timestamp>> for TimeWindow {
    fn from(range: RangeTo<Timestamp>) -> Self {
        Self(Kind::Range(None, Some(range.end)))
    }
}

impl fmt::Display for TimeWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |time: Option<Timestamp>| time.map_or_else(|| "..".to_owned(), |time| time.to_string());
        match self.0 {
            Kind::Instant(instant) => instant.fmt(f),
            Kind::Range(start, until) => write!(f, "{}/{}", end(start), end(until)),
        }
    }
}
