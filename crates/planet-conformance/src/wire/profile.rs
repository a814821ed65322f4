//! The settings with which our clients are compared with Python's, and nothing else.
//!
//! Python repeats 429, 502 and broken connections, six attempts in all; ours repeats more. Here 408 and 500 are final as in
//! Python. What else ours repeats (503 and 504) is a deviation that the cases are held to. Delays are noted, not slept;
//! requests are not paced; page sizes are not sent; waits poll at once, put up with no bad answer, and end as the call says.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use planet::{Auth, Endpoint, Pace, Session, Timeouts};
use planet_core::{Attempt, Decision, Retry, RetryPolicy, RetryState};

use crate::args::{Stop, Takes};

/// The key that the cases were recorded with.
const KEY: &str = "test-key";

/// How long to wait for an answer where none is held back.
const PATIENCE: Duration = Duration::from_secs(20);

/// The longest wait for an answer that is held back.
const LONGEST_HANG: f64 = 1.0;

/// The statuses that are final in Python and not here.
const FINAL: [u16; 2] = [408, 500];

/// Where Python's clients have their paths.
const PATHS: [(&str, &str); 3] =
    [("data", "/data/v1"), ("orders", "/compute/ops"), ("features", "/features/v1/ogc/my")];

/// The delays before repeated attempts. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Delays(Arc<Mutex<Vec<Duration>>>);

impl Delays {
    pub(super) fn longest(&self) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().max().unwrap_or_default()
    }
}

struct Policy {
    standard: Retry,
    delays: Delays,
}

impl RetryPolicy for Policy {
    fn decide(&self, state: &RetryState, attempt: &Attempt<'_>) -> Decision {
        if attempt.status().is_some_and(|status| FINAL.contains(&status.as_u16())) {
            return Decision::Final;
        }
        match self.standard.decide(state, attempt) {
            Decision::Again(delay) => {
                self.delays.0.lock().unwrap_or_else(PoisonError::into_inner).push(delay);
                Decision::Again(Duration::ZERO)
            }
            other => other,
        }
    }
}

/// A session whose clients send to where Python's client of that base URL did.
///
/// `read_timeout`: how long to wait for an answer, in seconds, if an answer is held back.
pub(super) fn session(
    client: &str,
    base_url: &str,
    read_timeout: Option<f64>,
    delays: &Delays,
) -> Result<Session, Stop> {
    let headers = read_timeout.map_or(PATIENCE, |limit| Duration::from_secs_f64(limit.clamp(0.0, LONGEST_HANG)));
    let session = Session::builder()
        .auth(Auth::from_key(KEY))
        .endpoint(endpoint(client, base_url)?)
        .retry(Policy { standard: Retry::default().max_attempts(6), delays: delays.clone() })
        .pace(Pace::off())
        .timeouts(Timeouts::default().headers(headers).idle(PATIENCE));
    Ok(session.build()?)
}

/// A base URL of Python is one of a service; an endpoint is what the services have in common.
fn endpoint(client: &str, base_url: &str) -> Result<Endpoint, Stop> {
    Endpoint::parse(base_url)?;
    let path = PATHS.iter().find(|(name, _)| *name == client).map_or("", |(_, path)| path);
    match base_url.strip_suffix('/').unwrap_or(base_url).strip_suffix(path) {
        Some(base) => Ok(Endpoint::parse(base)?),
        None => Err(Stop::RuledOut(Takes::Endpoint)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_the_base_url_without_the_path_of_the_service() {
        for (client, base_url) in [
            ("data", "http://127.0.0.1:1/data/v1/"),
            ("orders", "http://127.0.0.1:1/compute/ops"),
            ("features", "http://127.0.0.1:1/features/v1/ogc/my/"),
            ("session", "http://127.0.0.1:1"),
        ] {
            assert_eq!(endpoint(client, base_url).unwrap(), Endpoint::parse("http://127.0.0.1:1").unwrap());
        }
        let below = Endpoint::parse("http://127.0.0.1:1/proxy").unwrap();
        assert_eq!(endpoint("orders", "http://127.0.0.1:1/proxy/compute/ops").unwrap(), below);
        for strange in ["http://127.0.0.1:1/data/v1//", "http://127.0.0.1:1/other"] {
            assert!(matches!(endpoint("data", strange), Err(Stop::RuledOut(Takes::Endpoint))), "{strange}");
        }
        assert!(matches!(endpoint("orders", "ftp://127.0.0.1/x"), Err(Stop::Refused(_))));
    }
}
