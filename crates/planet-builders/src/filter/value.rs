//! What a condition compares with: numbers and instants, written as they were given.

use std::cmp::Ordering;
use std::fmt;

use planet_core::{Fault, FaultKind, Timestamp};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A number of a filter: an integer or a fraction, made from Rust's numbers with `into()`.
///
/// It is sent in the form it was given in and compared by value: 10 equals 10.0.
///
/// ```
/// use planet_builders::filter::Number;
///
/// assert_eq!(Number::from(10), Number::from(10.0));
/// assert_eq!(Number::from(0.1).to_string(), "0.1");
/// ```
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct Number(Form);

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
enum Form {
    Positive(u64),
    Negative(i64),
    Fraction(f64),
}

impl Number {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let number = value.as_number()?;
        let positive = number.as_u64().map(Self::from);
        positive.or_else(|| number.as_i64().map(Self::from)).or_else(|| number.as_f64().map(Self::from))
    }

    pub(super) fn fault(&self, path: &str) -> Option<Fault> {
        match self.0 {
            Form::Fraction(number) if !number.is_finite() => {
                let message = "JSON has finite numbers only";
                Some(Fault::new(FaultKind::OutOfRange, path, message).with_value(number))
            }
            _ => None,
        }
    }

    fn integer(self) -> Option<i128> {
        match self.0 {
            Form::Positive(number) => Some(number.into()),
            Form::Negative(number) => Some(number.into()),
            Form::Fraction(_) => None,
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "a fraction has no more digits to compare with")]
    fn fraction(self) -> f64 {
        match self.0 {
            Form::Positive(number) => number as f64,
            Form::Negative(number) => number as f64,
            Form::Fraction(number) => number,
        }
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Self(Form::Fraction(number))
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self(Form::Positive(number))
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(u64::try_from(number).map_or(Form::Negative(number), Form::Positive))
    }
}

impl From<u32> for Number {
    fn from(number: u32) -> Self {
        u64::from(number).into()
    }
}

impl From<i32> for Number {
    fn from(number: i32) -> Self {
        i64::from(number).into()
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.integer(), other.integer()) {
            (Some(this), Some(other)) => this.partial_cmp(&other),
            _ => self.fraction().partial_cmp(&other.fraction()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Form::Positive(number) => number.fmt(f),
            Form::Negative(number) => number.fmt(f),
            // Not as hundreds of digits.
            Form::Fraction(number) if number != 0.0 && !(1e-5..1e16).contains(&number.abs()) => write!(f, "{number:?}"),
            Form::Fraction(number) => number.fmt(f),
        }
    }
}

/// A time with the text it is written as. The service writes times in several forms; a filter that is read and sent
/// back keeps the one it came in.
#[derive(Clone, Debug)]
pub(super) struct Instant {
    time: Timestamp,
    text: String,
}

impl From<Timestamp> for Instant {
    fn from(time: Timestamp) -> Self {
        let text = time.to_string();
        Self { time, text }
    }
}

impl PartialEq for Instant {
    fn eq(&self, other: &Self) -> bool {
        self.time == other.time
    }
}

impl PartialOrd for Instant {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.time.partial_cmp(&other.time)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.time.fmt(f)
    }
}

impl Instant {
    /// A time without a zone is one in UTC: Python's clients write such.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let text = value.as_str()?;
        let time = Timestamp::parse_service(text).ok()?;
        if service_reads(text) { Some(Self { time, text: text.to_owned() }) } else { Some(time.into()) }
    }
}

/// Is the text a date, or a time as in RFC 3339 with or without zone? Other times, such as those with seconds in the
/// offset (`+05:30:15`), the service does not take: they are written in UTC.
fn service_reads(text: &str) -> bool {
    let Some(rest) = text.get("2020-01-01T00:00:00".len()..) else {
        return text.len() == "2020-01-01".len();
    };
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, separator)| text.as_bytes().get(*at) != Some(separator)) {
        return false;
    }
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        None => rest,
    };
    matches!(zone, "" | "Z" | "z") || (zone.len() == "+00:00".len() && zone.get(3..4) == Some(":"))
}
