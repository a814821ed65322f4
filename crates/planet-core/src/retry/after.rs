//! The `Retry-After` header (RFC 9110, section 10.2.3): seconds or a date.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// What asks for longer (136 years) is cut to it, so that the sum with any time of ours is one.
const MAX: Duration = Duration::from_secs(u32::MAX as u64);

/// How long the service asks to wait, if it does and says so in a form that can be read. A date that has passed asks for
/// nothing.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match value.parse::<f64>() {
        Ok(seconds) if seconds >= 0.0 => Duration::try_from_secs_f64(seconds).unwrap_or(MAX),
        Ok(_) => return None,
        Err(_) => httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(wait.min(MAX))
}
