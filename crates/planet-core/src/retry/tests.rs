use std::time::SystemTime;

use http::{HeaderMap, HeaderValue, header};

use super::*;

#[test]
fn retry_after_is_read_as_seconds_and_as_a_date() {
    let now = SystemTime::UNIX_EPOCH;
    let read = |value: &'static str| {
        retry_after(&HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(value))]), now)
    };
    assert_eq!(read("7"), Some(Duration::from_secs(7)));
    assert_eq!(read("Thu, 01 Jan 1970 00:01:00 GMT"), Some(Duration::from_secs(60)));
    assert_eq!(read("-3"), None);
    assert_eq!(read("soon"), None);
    assert_eq!(read("NaN"), None);
    assert_eq!(read("1e400"), read("4294967295"));
}
