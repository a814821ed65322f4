//! Counts of items.

use planet_core::{Result, Timestamp};
use serde::Deserialize;

use crate::Interval;

planet_core::model! {
    /// How many items there are in each stretch of time. The stretches ascend, from the first to the last that has any;
    /// between them there may be empty ones.
    ///
    /// ```
    /// use planet_data::{Interval, Stats};
    ///
    /// let stats: Stats = serde_json::from_str(
    ///     r#"{"buckets":[{"count":374,"start_time":"2017-01-01T00:00:00.000000Z"}],"interval":"year","utc_offset":"+0h"}"#)?;
    /// let first = stats.buckets()[0];
    /// assert_eq!((first.start_time().to_string(), first.count()), ("2017-01-01T00:00:00Z".to_owned(), 374));
    /// assert_eq!(stats.total(), 374);
    /// assert_eq!(stats.interval()?, Some(Interval::Year));
    /// assert_eq!(stats.utc_offset()?.as_deref(), Some("+0h"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    document Stats as View
}

#[derive(Clone, Debug, Deserialize)]
struct View {
    buckets: Vec<StatsBucket>,
}

/// One stretch of time, and how many items there are in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct StatsBucket {
    start_time: Timestamp,
    count: u64,
}

impl StatsBucket {
    /// When it begins. How long it is, the interval says that was asked for.
    #[must_use]
    pub fn start_time(&self) -> Timestamp {
        self.start_time
    }

    /// How many items were taken in it.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }
}

impl Stats {
    /// The stretches of time, in ascending order.
    #[must_use]
    pub fn buckets(&self) -> &[StatsBucket] {
        &self.view.buckets
    }

    /// How many items there are in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.view.buckets.iter().fold(0, |total, bucket| total.saturating_add(bucket.count))
    }

    /// The length of the stretches.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn interval(&self) -> Result<Option<Interval>> {
        self.document.get("interval")
    }

    /// The offset from UTC by which days begin, such as `+0h`.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn utc_offset(&self) -> Result<Option<String>> {
        self.document.get("utc_offset")
    }
}
