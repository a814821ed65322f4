//! Instants, as the service writes them.

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod convert;

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Error, ErrorKind, Fault, FaultKind};

/// An instant in UTC, to the nanosecond.
///
/// It parses RFC 3339 text with a zone and a bare date (its midnight in UTC). A time without a zone is refused: which
/// instant it means is a guess. It prints as RFC 3339 in UTC.
///
/// With the features `chrono`, `jiff` and `time` it converts from and to the times of these crates.
///
/// ```
/// use planet_core::Timestamp;
///
/// let time: Timestamp = "2020-09-09T11:25:25-07:00".parse()?;
/// assert_eq!(time.to_string(), "2020-09-09T18:25:25Z");
/// assert_eq!("2020-09-09".parse::<Timestamp>()?.to_string(), "2020-09-09T00:00:00Z");
/// assert!("2020-09-09T18:25:25".parse::<Timestamp>().is_err());
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The instant so many seconds after (or before) 1970-01-01T00:00:00Z, if it lies in the years -9999 to 9999.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        jiff::Timestamp::from_second(seconds).ok().map(Self)
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.as_nanosecond().div_euclid(1_000_000_000) as i64
    }

    /// Reads a time that the service wrote. Some of its APIs leave out the zone and mean UTC.
    ///
    /// # Errors
    /// `InvalidInput` if the text is no time.
    #[doc(alias = "str_to_datetime")]
    pub fn parse_service(text: &str) -> crate::Result<Self> {
        let in_utc = || utc(text.parse::<jiff::civil::DateTime>().ok()?);
        zoned(text).or_else(in_utc).ok_or_else(|| no_time(text))
    }
}

fn zoned(text: &str) -> Option<Timestamp> {
    text.parse().ok().map(Timestamp)
}

fn utc(time: jiff::civil::DateTime) -> Option<Timestamp> {
    Some(Timestamp(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()))
}

fn no_time(text: &str) -> Error {
    let message = "not an RFC 3339 time with a zone, such as 2020-09-09T18:25:25Z, nor a date";
    let fault = Fault::new(FaultKind::Invalid, "time", message).with_value(text);
    let in_utc = format!("{text}Z");
    let lacks_only_its_zone = zoned(&in_utc).is_some();
    Error::invalid(vec![if lacks_only_its_zone { fault.with_suggestion(in_utc) } else { fault }])
}

fn out_of_range(cause: jiff::Error) -> Error {
    Error::new(ErrorKind::InvalidInput, "the time lies outside the years -9999 to 9999").with_source(cause)
}

impl FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let midnight = || {
            if text.len() != "2020-01-01".len() {
                return None;
            }
            utc(text.parse::<jiff::civil::Date>().ok()?.into())
        };
        zoned(text).or_else(midnight).ok_or_else(|| no_time(text))
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = Error;

    fn try_from(time: SystemTime) -> Result<Self, Error> {
        jiff::Timestamp::try_from(time).map(Self).map_err(out_of_range)
    }
}

impl From<Timestamp> for SystemTime {
    fn from(time: Timestamp) -> Self {
        time.0.into()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_service(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_the_service_writes_is_read() {
        for (text, utc) in [
            ("2022-04-04T18:57:56Z", "2022-04-04T18:57:56Z"),
            ("2022-01-25T07:56:50.17694Z", "2022-01-25T07:56:50.17694Z"),
            ("2026-02-12T18:41:22.659959594Z", "2026-02-12T18:41:22.659959594Z"),
            ("2023-03-01T23:25:19.908175", "2023-03-01T23:25:19.908175Z"),
            ("0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00Z"),
            ("2022-11-18", "2022-11-18T00:00:00Z"),
        ] {
            assert_eq!(Timestamp::parse_service(text).unwrap().to_string(), utc);
        }
    }

    #[test]
    fn a_time_that_lacks_only_its_zone_is_suggested_in_utc_and_nothing_else_is_suggested() {
        let suggested = |text: &str| {
            let error = text.parse::<Timestamp>().unwrap_err();
            error.faults()[0].suggestion().map(str::to_owned)
        };
        assert_eq!(suggested("2024-05-01T08:00:00").as_deref(), Some("2024-05-01T08:00:00Z"));
        for nonsense in ["2020-13-01", "yesterday", ""] {
            assert_eq!(suggested(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn users_times_need_a_zone() {
        for text in ["2022-11-18T10:00:00", "yesterday", "", "2022-13-01", "2022-11-18 "] {
            let error = text.parse::<Timestamp>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text}");
        }
    }

    #[test]
    fn unix_seconds_round_down_also_before_the_epoch() {
        let time: Timestamp = "1969-12-31T23:59:59.5Z".parse().unwrap();
        assert_eq!(time.unix_seconds(), -1);
        assert_eq!(Timestamp::from_unix_seconds(0).unwrap().to_string(), "1970-01-01T00:00:00Z");
    }
}
