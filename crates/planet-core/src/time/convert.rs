//! Conversions between [`Timestamp`] and the times of other crates, one feature each.
//!
//! A [`Timestamp`] always fits the other type. The other way round a time can lie outside the years -9999 to 9999; those
//! of jiff cannot.

#[cfg(any(feature = "chrono", feature = "time"))]
use super::{Error, Timestamp, out_of_range};

#[cfg(feature = "chrono")]
mod of_chrono {
    use super::{Error, Timestamp, out_of_range};
    use chrono::{DateTime, TimeZone, Utc};

    /// The instant; the zone is lost. A leap second is taken for the second after it.
    ///
    /// ```
    /// use planet_core::Timestamp;
    ///
    /// let midnight = chrono::NaiveDate::from_ymd_opt(2020, 9, 9).unwrap_or_default().and_time(chrono::NaiveTime::MIN);
    /// assert_eq!(Timestamp::try_from(midnight.and_utc())?.to_string(), "2020-09-09T00:00:00Z");
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    impl<Tz: TimeZone> TryFrom<DateTime<Tz>> for Timestamp {
        type Error = Error;

        fn try_from(time: DateTime<Tz>) -> Result<Self, Error> {
            let nanoseconds = i128::from(time.timestamp()) * 1_000_000_000 + i128::from(time.timestamp_subsec_nanos());
            jiff::Timestamp::from_nanosecond(nanoseconds).map(Self).map_err(out_of_range)
        }
    }

    /// ```
    /// use planet_core::Timestamp;
    ///
    /// let time: Timestamp = "2020-09-09T18:25:25Z".parse()?;
    /// assert_eq!(chrono::DateTime::from(time).timestamp(), 1_599_675_925);
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    impl From<Timestamp> for DateTime<Utc> {
        fn from(time: Timestamp) -> Self {
            let nanoseconds = time.0.as_nanosecond().rem_euclid(1_000_000_000) as u32;
            Self::from_timestamp(time.unix_seconds(), nanoseconds).expect("chrono covers the years of jiff")
        }
    }
}

#[cfg(feature = "jiff")]
mod of_jiff {
    use super::super::Timestamp;
    use jiff::Zoned;

    /// ```
    /// use planet_core::Timestamp;
    ///
    /// let time: jiff::Timestamp = "2020-09-09T18:25:25Z".parse()?;
    /// assert_eq!(Timestamp::from(time).to_string(), "2020-09-09T18:25:25Z");
    /// # Ok::<(), jiff::Error>(())
    /// ```
    impl From<jiff::Timestamp> for Timestamp {
        fn from(time: jiff::Timestamp) -> Self {
            Self(time)
        }
    }

    impl From<Timestamp> for jiff::Timestamp {
        fn from(time: Timestamp) -> Self {
            time.0
        }
    }

    /// The instant; the zone is lost.
    impl From<Zoned> for Timestamp {
        fn from(time: Zoned) -> Self {
            Self(time.timestamp())
        }
    }

    /// The instant; the zone is lost.
    ///
    /// ```
    /// use planet_core::Timestamp;
    ///
    /// let time: jiff::Zoned = "2020-09-09T11:25:25-07:00[-07:00]".parse()?;
    /// assert_eq!(Timestamp::from(&time).to_string(), "2020-09-09T18:25:25Z");
    /// # Ok::<(), jiff::Error>(())
    /// ```
    impl From<&Zoned> for Timestamp {
        fn from(time: &Zoned) -> Self {
            Self(time.timestamp())
        }
    }

    /// In UTC.
    impl From<Timestamp> for Zoned {
        fn from(time: Timestamp) -> Self {
            time.0.to_zoned(jiff::tz::TimeZone::UTC)
        }
    }
}

#[cfg(feature = "time")]
mod of_time {
    use super::{Error, Timestamp, out_of_range};
    use ::time::OffsetDateTime;

    /// The instant; the offset is lost.
    ///
    /// ```
    /// use planet_core::Timestamp;
    ///
    /// let time = time::OffsetDateTime::from_unix_timestamp(1_599_675_925)?;
    /// assert_eq!(Timestamp::try_from(time)?.to_string(), "2020-09-09T18:25:25Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    impl TryFrom<OffsetDateTime> for Timestamp {
        type Error = Error;

        fn try_from(time: OffsetDateTime) -> Result<Self, Error> {
            jiff::Timestamp::from_nanosecond(time.unix_timestamp_nanos()).map(Self).map_err(out_of_range)
        }
    }

    /// In UTC.
    ///
    /// ```
    /// use planet_core::Timestamp;
    ///
    /// let time: Timestamp = "2020-09-09T18:25:25Z".parse()?;
    /// assert_eq!(time::OffsetDateTime::from(time).unix_timestamp(), 1_599_675_925);
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    impl From<Timestamp> for OffsetDateTime {
        fn from(time: Timestamp) -> Self {
            let nanoseconds = time.0.as_nanosecond();
            Self::from_unix_timestamp_nanos(nanoseconds).expect("time covers the years of jiff")
        }
    }
}

#[cfg(test)]
mod tests {
    /// The first and the last instant of a [`super::super::Timestamp`], and one before the epoch with a fraction.
    #[cfg(any(feature = "chrono", feature = "time"))]
    fn edges() -> [super::Timestamp; 3] {
        [jiff::Timestamp::MIN, jiff::Timestamp::MAX, "1969-12-31T23:59:59.25Z".parse().unwrap()].map(super::Timestamp)
    }

    #[cfg(feature = "chrono")]
    #[test]
    fn chrono_times_come_back_as_they_went_and_lose_their_zone() {
        for time in edges() {
            let there = chrono::DateTime::from(time);
            assert_eq!(super::Timestamp::try_from(there).unwrap(), time);
        }
        assert!(super::Timestamp::try_from(chrono::DateTime::<chrono::Utc>::MAX_UTC).is_err());
        let east = chrono::DateTime::parse_from_rfc3339("2020-09-09T11:25:25.5-07:00").unwrap();
        assert_eq!(super::Timestamp::try_from(east).unwrap().to_string(), "2020-09-09T18:25:25.5Z");
        let leap = chrono::DateTime::parse_from_rfc3339("2016-12-31T23:59:60Z").unwrap();
        assert_eq!(super::Timestamp::try_from(leap).unwrap().to_string(), "2017-01-01T00:00:00Z");
    }

    #[cfg(feature = "time")]
    #[test]
    fn time_times_come_back_as_they_went() {
        for time in edges() {
            let there = ::time::OffsetDateTime::from(time);
            assert_eq!(super::Timestamp::try_from(there).unwrap(), time);
        }
        let last = ::time::OffsetDateTime::new_utc(::time::Date::MAX, ::time::Time::MAX);
        assert!(super::Timestamp::try_from(last).is_err());
    }

    #[cfg(feature = "jiff")]
    #[test]
    fn jiff_times_come_back_as_they_went() {
        let time: super::super::Timestamp = "2020-09-09T18:25:25.5Z".parse().unwrap();
        let zoned = jiff::Zoned::from(time);
        assert_eq!(super::super::Timestamp::from(&zoned), time);
        assert_eq!(super::super::Timestamp::from(jiff::Timestamp::from(time)), time);
        assert_eq!(zoned.to_string(), "2020-09-09T18:25:25.5+00:00[UTC]");
    }
}
