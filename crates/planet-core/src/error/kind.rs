//! The kinds of failure a program can branch on.

/// What sort of failure it was.
///
/// The official Python SDK has one exception class for each status; here a program matches on the kind and asks
/// [`Error::status`](crate::Error::status) where it needs the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's input cannot be sent. Nothing was sent; see [`Error::faults`](crate::Error::faults) and correct it.
    InvalidInput,
    /// No credential could be had: a variable is not set, a file cannot be read. Nothing was sent.
    Credentials,
    /// The service does not accept the credential (401). Check the key; sending it again will not help.
    Unauthorized,
    /// The credential is good but may not do this (403).
    Forbidden,
    /// There is no such thing (404).
    NotFound,
    /// The thing is in a state that does not allow this (409), such as cancelling an order that already runs.
    Conflict,
    /// Too many requests (429). The SDK slows down and tries again by itself; when it gives up, wait longer.
    RateLimited,
    /// The plan's quota is used up (429 with a message about quota). Trying again will not help.
    QuotaExceeded,
    /// The service refused the request (another 4xx). Read the message; sending it again will not help.
    Rejected,
    /// The service failed (5xx). Worth another try later.
    Server,
    /// No connection could be made, so nothing was sent: host name, port, TLS.
    Connect,
    /// A time limit passed.
    Timeout,
    /// The connection broke while a request or its answer was under way.
    Transport,
    /// The answer could not be read as what it should be.
    Decode,
    /// A list cannot be followed further: a page repeats, or a link leads to another host.
    Paging,
    /// The job itself ended badly: an order failed or was cancelled.
    OperationFailed,
    /// The job did not end within the time given to the wait. It lives on at the service.
    WaitTimeout,
    /// Bytes are not what they should be: wrong size, wrong digest, missing file. Nothing wrong was left under a final name.
    Integrity,
    /// The disk said no: permission, space, a name that cannot be used.
    File,
    /// None of the above.
    Unexpected,
}

/// May the service have acted on the request?
///
/// It decides whether a request that is not idempotent, such as creating an order, may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The request never left: the service cannot have acted.
    NotSent,
    /// The service answered that it did not act.
    Rejected,
    /// The request left and no readable answer says what became of it. Look before sending it again.
    Unknown,
}
