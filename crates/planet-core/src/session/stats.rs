//! What a session has done so far.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::ErrorKind;

/// What a session and its clones have done so far, counted since it was made. [`Session::stats`](crate::Session::stats)
/// gives it.
///
/// ```
/// use planet_core::{Auth, ErrorKind, Session};
///
/// let session = Session::builder().auth(Auth::from_key("PLAK0123")).build()?;
/// let stats = session.stats();
/// assert_eq!((stats.calls(), stats.attempts()), (0, 0));
/// assert_eq!(stats.retries_after(ErrorKind::RateLimited), 0);
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionStats {
    calls: u64,
    calls_in_flight: u64,
    attempts: u64,
    retries: [u64; CAUSES.len()],
    throttles: u64,
    bytes_sent: u64,
    bytes_received: u64,
    bodies_in_flight: u64,
}

/// What retries are told apart by. The last stands for everything else.
const CAUSES: [ErrorKind; 7] = [
    ErrorKind::RateLimited,
    ErrorKind::Server,
    ErrorKind::Timeout,
    ErrorKind::Connect,
    ErrorKind::Transport,
    ErrorKind::Unauthorized,
    ErrorKind::Unexpected,
];

fn place(cause: ErrorKind) -> usize {
    CAUSES.iter().position(|kind| *kind == cause).unwrap_or(CAUSES.len() - 1)
}

impl SessionStats {
    /// Calls that were begun, each page of a list and each file being one.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// Calls that wait for their answer now.
    #[must_use]
    pub fn calls_in_flight(&self) -> u64 {
        self.calls_in_flight
    }

    /// Requests that were given to the transport. What a redirect leads to counts with the request that was redirected.
    #[must_use]
    pub fn attempts(&self) -> u64 {
        self.attempts
    }

    /// Attempts that were not the first of their call.
    #[must_use]
    pub fn retries(&self) -> u64 {
        self.retries.iter().sum()
    }

    /// Attempts that were made because the one before ended so: `RateLimited` (429), `Server` (5xx), `Timeout` (a time
    /// limit, or 408), `Connect`, `Transport` (broken connections and bodies), `Unauthorized` (a credential was renewed
    /// after 401), and `Unexpected` for everything else. Other kinds give 0.
    #[must_use]
    pub fn retries_after(&self, cause: ErrorKind) -> u64 {
        let known = CAUSES.contains(&cause);
        self.retries.get(place(cause)).copied().filter(|_| known).unwrap_or(0)
    }

    /// Answers with the status 429.
    #[must_use]
    pub fn throttles(&self) -> u64 {
        self.throttles
    }

    /// The bytes of the bodies of all attempts, without headers.
    #[must_use]
    pub fn bytes_sent(&self) -> u64 {
        self.bytes_sent
    }

    /// The bytes of bodies that arrived, as they came: compressed ones count as such, headers do not count.
    #[must_use]
    pub fn bytes_received(&self) -> u64 {
        self.bytes_received
    }

    /// Bodies of answers that are held now, read to their end or not.
    #[must_use]
    pub fn bodies_in_flight(&self) -> u64 {
        self.bodies_in_flight
    }
}

/// The counters behind [`SessionStats`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    calls: AtomicU64,
    calls_in_flight: AtomicU64,
    attempts: AtomicU64,
    retries: [AtomicU64; CAUSES.len()],
    throttles: AtomicU64,
    bytes_sent: AtomicU64,
    bytes_received: AtomicU64,
    bodies_in_flight: AtomicU64,
}

impl Counters {
    /// Counts a call, as under way until the guard is dropped.
    pub(crate) fn begin_call(self: &Arc<Self>) -> CallGuard {
        add(&self.calls, 1);
        add(&self.calls_in_flight, 1);
        CallGuard(Arc::clone(self))
    }

    pub(crate) fn count_attempt(&self, because: Option<ErrorKind>, bytes: u64) {
        add(&self.attempts, 1);
        add(&self.bytes_sent, bytes);
        if let Some(counter) = because.and_then(|cause| self.retries.get(place(cause))) {
            add(counter, 1);
        }
    }

    pub(crate) fn count_throttle(&self) {
        add(&self.throttles, 1);
    }

    /// Counts a body, as held until the guard is dropped.
    pub(crate) fn begin_body(self: &Arc<Self>) -> BodyGuard {
        add(&self.bodies_in_flight, 1);
        BodyGuard(Arc::clone(self))
    }

    pub(crate) fn snapshot(&self) -> SessionStats {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        SessionStats {
            calls: get(&self.calls),
            calls_in_flight: get(&self.calls_in_flight),
            attempts: get(&self.attempts),
            retries: self.retries.each_ref().map(get),
            throttles: get(&self.throttles),
            bytes_sent: get(&self.bytes_sent),
            bytes_received: get(&self.bytes_received),
            bodies_in_flight: get(&self.bodies_in_flight),
        }
    }
}

fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

pub(crate) struct CallGuard(Arc<Counters>);

impl Drop for CallGuard {
    fn drop(&mut self) {
        self.0.calls_in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(crate) struct BodyGuard(Arc<Counters>);

impl BodyGuard {
    pub(crate) fn received(&self, bytes: usize) {
        add(&self.0.bytes_received, bytes as u64);
    }
}

impl Drop for BodyGuard {
    fn drop(&mut self) {
        self.0.bodies_in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}
