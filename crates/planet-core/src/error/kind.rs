//! The kinds of failure a program can branch on.

/// What sort of failure it was.
///
/// The official Python SDK has one exception class for each status; here a program matches on the kind and asks
/// [`Error::status`](crate::Error::status) where it needs the number.
/// [`docs/errors-and-retries.md`](https://github.com/planet-rs/planet/blob/main/docs/errors-and-retries.md) maps one to the
/// other.
///
/// "Tried again by itself" means: by the standard retry policy if the operation is idempotent, or if
/// the service certainly did not act; see [`Outcome`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's input cannot be sent, so nothing was. Trying again will not help: correct what
    /// [`Error::faults`](crate::Error::faults) lists.
    InvalidInput,
    /// No credential could be had: a variable is not set, a file cannot be read, a login has run out. Nothing was sent.
    /// Tried again by itself only if the source of the credential says that it may pass
    /// ([`Error::is_transient`](crate::Error::is_transient)); otherwise set the credential up, as the message says.
    Credentials,
    /// The service does not accept the credential (401), also after it was renewed, where it can be. Trying again will not
    /// help: check the key at the place that the help names.
    #[doc(alias = "InvalidAPIKey")]
    Unauthorized,
    /// The credential is good but may not do this (403). Trying again will not help: ask for the permission, or check that
    /// the item and the asset belong to your plan.
    #[doc(alias = "NoPermission")]
    Forbidden,
    /// There is no such thing (404, 410). Trying again will not help, except right after it was created: check the id.
    #[doc(alias = "MissingResource")]
    NotFound,
    /// The thing is in a state that does not allow this (409), such as cancelling an order that already runs. Ask for its
    /// state before trying again.
    Conflict,
    /// Too many requests (429). Tried again by itself, whatever the operation, and all calls of the route slow down. When
    /// it is given up, wait at least [`Error::retry_after`](crate::Error::retry_after), and let one process do the work
    /// of many.
    #[doc(alias = "TooManyRequests")]
    RateLimited,
    /// The plan's quota is used up (429 with a message about quota). Trying again will not help until the quota is
    /// renewed or raised: talk to Planet.
    #[doc(alias = "OverQuota")]
    QuotaExceeded,
    /// The service refused the request (400, and what other 4xx there are). Trying again will not help: read the message,
    /// and [`Error::api`](crate::Error::api) for the fields it is about.
    #[doc(alias = "BadQuery")]
    Rejected,
    /// The service failed (5xx). 500, 502, 503 and 504 are tried again by themselves. When it is given up, wait and try
    /// later; quote [`Error::request_id`](crate::Error::request_id) to Planet's support if it stays.
    #[doc(alias = "ServerError")]
    #[doc(alias = "BadGateway")]
    Server,
    /// No connection could be made, so nothing was sent. Tried again by itself, whatever the operation. When it is given
    /// up, check host name, port, proxy, network and TLS, as the message says.
    Connect,
    /// A time limit passed: the call's deadline, an attempt's, the wait for headers, a body that stalled, or the
    /// service's own (408). All but the deadline are tried again by themselves. Raise the limit, or try later; the last
    /// failure before a deadline is its source.
    Timeout,
    /// The connection broke while a request or its answer was under way. Tried again by itself. When it is given up, try
    /// later; look first if the request was not idempotent, as it may have been acted upon.
    Transport,
    /// The session was closed (`Session::close`) before the call began, so nothing was sent. Trying again will not help:
    /// make a new session.
    Closed,
    /// The answer could not be read as what it should be, though its status is a success. Trying again rarely helps, and
    /// the service has acted: report it, with the operation and the request id.
    Decode,
    /// A list cannot be followed further: a page repeats, or a link leads to another host. Trying again will not help:
    /// the items that came are good; report it to Planet's support.
    #[doc(alias = "PagingError")]
    Paging,
    /// The job itself ended badly: an order failed or was cancelled. Trying to fetch it again will not help: read why, and
    /// order again.
    OperationFailed,
    /// The job did not end within the time given to the wait. It lives on at the service: wait again, for longer.
    WaitTimeout,
    /// Bytes are not what they should be: wrong size, wrong digest, missing file. Nothing wrong was left under a final
    /// name. Wrong bytes are fetched once more by themselves; if they stay wrong, report it to Planet's support.
    Integrity,
    /// The disk said no: permission, space, a name that cannot be used. Make room or change the place, and run it again.
    File,
    /// None of the above, such as an error of a layer of the program's own. Read the message and the source.
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
