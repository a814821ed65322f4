//! When a token was issued and when it ends, in seconds since 1970.

use serde_json::Value;

use super::SecretDocument;
use super::jwt::claims;

/// By so much may the clock of an authority be ahead of ours.
const SKEW: i64 = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::auth) struct Times {
    issued: i64,
    /// `None`: never.
    expires: Option<i64>,
}

impl Times {
    /// The times of a token that was kept: what the token says itself, then what was noted when it came, then what
    /// follows from the time it had to live. A token that says nothing counts as issued now.
    pub(super) fn of(document: &SecretDocument, now: i64) -> Self {
        let claims = document.text("access_token").and_then(claims).unwrap_or_default();
        let noted = document.get("_iat").and_then(seconds);
        let lifetime = lifetime(document);
        if let Some(issued) = claims.get("iat").and_then(seconds)
            && issued > now.saturating_add(SKEW)
        {
            // The authority's clock is ahead of ours: only how long the token lives can be trusted.
            let received = noted.filter(|noted| *noted <= now.saturating_add(SKEW)).unwrap_or(now);
            let claimed = claims.get("exp").and_then(seconds).map(|expires| expires.saturating_sub(issued));
            let expires = lifetime.or(claimed).map(|lifetime| received.saturating_add(lifetime));
            return Self { issued: received, expires };
        }
        let issued = claims.get("iat").and_then(seconds).or(noted).unwrap_or(now);
        let expires = claims.get("exp").and_then(seconds).or_else(|| document.get("_exp").and_then(seconds));
        let expires = expires.or_else(|| Some(issued.saturating_add(lifetime?)));
        Self { issued, expires }
    }

    /// The times of a token that came just now. It is not old yet: where it says so, the clocks differ, and it lives from
    /// now on.
    pub(super) fn of_received(document: &SecretDocument, now: i64) -> Self {
        let times = Self::of(document, now);
        match lifetime(document) {
            Some(lifetime) if times.is_stale(now) => Self { issued: now, expires: Some(now.saturating_add(lifetime)) },
            _ => times,
        }
    }

    pub(in crate::auth) fn issued(&self) -> i64 {
        self.issued
    }

    pub(in crate::auth) fn expires(&self) -> Option<i64> {
        self.expires
    }

    /// Past three quarters of its life: time for another.
    pub(in crate::auth) fn is_stale(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| {
            let (issued, expires) = (i128::from(self.issued), i128::from(expires));
            i128::from(now) > issued + (3 * (expires - issued)).div_euclid(4)
        })
    }

    pub(in crate::auth) fn is_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| now >= expires)
    }
}

/// What the authority gave it to live; never less than a second.
pub(super) fn lifetime(document: &SecretDocument) -> Option<i64> {
    let number = document.get("expires_in").and_then(Value::as_f64).filter(|number| *number > 0.0)?;
    Some(whole(number).max(1))
}

fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().map(whole))
}

/// Casts saturate: a time beyond all times is the last one.
#[allow(clippy::cast_possible_truncation, reason = "it saturates, which is what is meant")]
fn whole(number: f64) -> i64 {
    number.floor() as i64
}
