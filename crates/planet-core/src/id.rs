//! Ids that are UUIDs, in the one form in which the service takes them.

use crate::{Error, Fault, FaultKind, Result};

const DIGITS: usize = 32;

/// Where the dashes of a UUID stand, counted in its digits.
const DASHES: [usize; 4] = [8, 12, 16, 20];

/// A UUID in lower case with dashes, as the service writes the ids of orders. It may be given in any case, with braces,
/// with `urn:uuid:` before it, and with or without dashes.
///
/// ```
/// use planet_core::id;
///
/// let id = id::dashed_uuid("order_id", "{18389C7E18314DE78187D30FFE88B4B7}")?;
/// assert_eq!(id, "18389c7e-1831-4de7-8187-d30ffe88b4b7");
/// assert!(id::dashed_uuid("order_id", "../18389c7e").is_err());
/// # Ok::<(), planet_core::Error>(())
/// ```
///
/// # Errors
/// `InvalidInput`, naming the argument, if it is no UUID.
pub fn dashed_uuid(argument: &'static str, id: &str) -> Result<String> {
    let digits = plain_uuid(argument, id)?;
    let mut dashed = String::with_capacity(DIGITS + DASHES.len());
    for (at, digit) in digits.chars().enumerate() {
        if DASHES.contains(&at) {
            dashed.push('-');
        }
        dashed.push(digit);
    }
    Ok(dashed)
}

/// A UUID in lower case without dashes, as the service writes the ids of searches. It takes what [`dashed_uuid`] takes.
///
/// ```
/// use planet_core::id;
///
/// let id = id::plain_uuid("search_id", "89C6B832-EC67-4BA0-9065-B89686CEAC2D")?;
/// assert_eq!(id, "89c6b832ec674ba09065b89686ceac2d");
/// # Ok::<(), planet_core::Error>(())
/// ```
///
/// # Errors
/// `InvalidInput`, naming the argument, if it is no UUID.
pub fn plain_uuid(argument: &'static str, id: &str) -> Result<String> {
    let lower = id.to_ascii_lowercase();
    let text = lower.strip_prefix("urn:uuid:").unwrap_or(&lower);
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let digits: String = text.chars().filter(|digit| *digit != '-').collect();
    if digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(digits);
    }
    let message = "it must be a UUID: 32 hexadecimal digits, such as 18389c7e-1831-4de7-8187-d30ffe88b4b7";
    Err(Error::invalid(vec![Fault::new(FaultKind::Invalid, argument, message).with_value(format!("\"{id}\""))]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_uuid_is_sent_in_one() {
        let forms = [
            "18389c7e-1831-4de7-8187-d30ffe88b4b7",
            "18389C7E18314DE78187D30FFE88B4B7",
            "{18389c7e-1831-4de7-8187-d30ffe88b4b7}",
            "urn:uuid:18389c7e-1831-4de7-8187-d30ffe88b4b7",
            "18389c7e18-31-4de7-8187-d30ffe88b4b7",
        ];
        for form in forms {
            assert_eq!(dashed_uuid("order_id", form).unwrap(), "18389c7e-1831-4de7-8187-d30ffe88b4b7", "{form}");
            assert_eq!(plain_uuid("search_id", form).unwrap(), "18389c7e18314de78187d30ffe88b4b7", "{form}");
        }
    }

    #[test]
    fn what_is_no_uuid_is_an_error_that_names_the_argument() {
        for bad in
            ["", "-", "18389c7e", "18389c7e-1831-4de7-8187-d30ffe88b4bz", "18389c7e-1831-4de7-8187-d30ffe88b4b7/.."]
        {
            let error = dashed_uuid("order_id", bad).unwrap_err();
            assert_eq!(error.faults()[0].path(), "order_id", "{bad}");
        }
    }
}
