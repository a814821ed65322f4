//! The time limits of a session, with the reason for each default.

use std::time::Duration;

use crate::{Error, Fault, FaultKind, Result};

/// The time limits of a session. There is none for a whole file: a slow body that moves is never cut. Limits for one
/// call are [`Call::deadline`](crate::Call::deadline) and [`Call::attempt_timeout`](crate::Call::attempt_timeout).
///
/// `Duration::MAX` is no limit. 0 is an error when the session is built: nothing could be sent.
///
/// ```
/// use std::time::Duration;
/// use planet_core::{Auth, Session, Timeouts};
///
/// let patient = Timeouts::default().headers(Duration::from_secs(300)).idle(Duration::from_secs(120));
/// let session = Session::builder().auth(Auth::from_key("PLAK0123")).timeouts(patient).build()?;
/// # let _ = session;
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// To open a connection: name, socket and TLS. Default 10 s, as Planet's own client.
    pub connect: Duration,
    /// From sending a request to the headers of its answer, for each redirect anew; opening a connection counts.
    /// Default 130 s: Planet's own client allows 125 s.
    pub headers: Duration,
    /// Between two pieces of a body, while somebody waits for the next. Default 60 s.
    pub idle: Duration,
}

impl Timeouts {
    /// Sets the time to open a connection.
    #[must_use]
    pub fn connect(mut self, limit: Duration) -> Self {
        self.connect = limit;
        self
    }

    /// Sets the time from sending a request to the headers of its answer.
    #[doc(alias = "READ_TIMEOUT")]
    #[must_use]
    pub fn headers(mut self, limit: Duration) -> Self {
        self.headers = limit;
        self
    }

    /// Sets the time between two pieces of a body.
    #[must_use]
    pub fn idle(mut self, limit: Duration) -> Self {
        self.idle = limit;
        self
    }

    pub(super) fn check(self) -> Result<()> {
        let limits =
            [("timeouts.connect", self.connect), ("timeouts.headers", self.headers), ("timeouts.idle", self.idle)];
        let faults: Vec<_> = limits
            .into_iter()
            .filter(|(_, limit)| limit.is_zero())
            .map(|(name, _)| {
                Fault::new(FaultKind::OutOfRange, name, "must be more than 0; Duration::MAX is no limit")
                    .with_value("0 s")
            })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), headers: Duration::from_secs(130), idle: Duration::from_secs(60) }
    }
}
