//! Counts of items by time of acquisition.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use serde_json::{Value, json};

use super::Item;

#[derive(Clone, Copy)]
enum Interval {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Interval {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "hour" => Some(Self::Hour),
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            "year" => Some(Self::Year),
            _ => None,
        }
    }

    fn length(self) -> Span {
        match self {
            Self::Hour => 1.hour(),
            Self::Day => 1.day(),
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Year => 1.year(),
        }
    }

    /// The start of the bucket that holds the instant, in UTC.
    fn start(self, time: Timestamp) -> Option<DateTime> {
        let time = TimeZone::UTC.to_datetime(time);
        let midnight = time.date().at(0, 0, 0, 0);
        match self {
            Self::Hour => Some(time.date().at(time.hour(), 0, 0, 0)),
            Self::Day => Some(midnight),
            Self::Week => midnight.checked_sub(i64::from(time.weekday().to_monday_zero_offset()).days()).ok(),
            Self::Month => Some(time.date().first_of_month().at(0, 0, 0, 0)),
            Self::Year => Some(time.date().first_of_year().at(0, 0, 0, 0)),
        }
    }
}

/// The service's answer to a stats request: buckets by `acquired`, with the empty ones between.
#[allow(single_use_lifetimes, reason = "the compiler wants it named here")]
pub(crate) fn buckets<'a>(items: impl Iterator<Item = &'a Item>, interval: &str) -> Result<Value, String> {
    let unit = Interval::parse(interval)
        .ok_or_else(|| format!("'{interval}' is not one of ['hour', 'day', 'week', 'month', 'year']"))?;
    let mut counts: BTreeMap<DateTime, u64> = BTreeMap::new();
    for start in items.filter_map(|item| unit.start(item.acquired)) {
        *counts.entry(start).or_default() += 1;
    }
    Ok(json!({
        "buckets": with_empty_buckets(&counts, unit),
        "interval": interval,
        "utc_offset": "+0h",
    }))
}

fn with_empty_buckets(counts: &BTreeMap<DateTime, u64>, unit: Interval) -> Vec<Value> {
    let (Some(first), Some(last)) = (counts.keys().next(), counts.keys().next_back()) else {
        return Vec::new();
    };
    first
        .series(unit.length())
        .take_while(|start| start <= last)
        .map(|start| {
            json!({
                "count": counts.get(&start).copied().unwrap_or_default(),
                "start_time": start.strftime("%Y-%m-%dT%H:%M:%S.000000Z").to_string(),
            })
        })
        .collect()
}
