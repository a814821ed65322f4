//! Waiting for things that the service works on: one, or many by the same polls.
//!
//! A service client says how its things are looked at ([`WaitLook`]), what they are called and what state they are in
//! ([`Watched`]), and what its users wait for, a condition that answers with a [`Verdict`]. A [`Wait`] does the rest:
//! pauses between the polls, limits, patience with bad answers, and a typed end for each thing ([`Waited`]).

mod builder;
mod event;
mod look;
mod pauses;
mod report;
#[cfg(test)]
mod tests;
mod watching;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use crate::{Call, Error, ErrorKind, Progress, Result, RetryPolicy};

pub use event::{WaitEvent, WaitEvents};
pub use look::{WaitLook, WaitRound, Watched};
pub use report::{WaitReport, Waited};

use watching::Watching;

/// What a condition says of a thing that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Not yet.
    Wait,
    /// This is what was waited for.
    Done,
    /// It can no longer come.
    Never,
}

type Condition<T> = Arc<dyn Fn(&T) -> Verdict + Send + Sync>;
type Listener<T> = Arc<dyn Fn(&T) + Send + Sync>;

/// A wait that is set up: what the waits of the service clients are made of.
///
/// ```
/// use std::convert::Infallible;
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use std::time::Duration;
///
/// use bytes::Bytes;
/// use futures_util::TryStreamExt;
/// use http::{HeaderName, HeaderValue, Request, Response};
/// use http_body_util::Full;
/// use planet_core::{Auth, BoxError, Endpoint, Operation, Result, Retry, Route, Session, operation};
/// use planet_core::{ProgressEvent, Verdict, Wait, WaitEvent, Watched};
/// use serde_json::json;
///
/// /// A thing of a service that the SDK lacks.
/// #[derive(Clone, Debug, serde::Deserialize)]
/// struct Mosaic {
///     state: String,
/// }
///
/// impl Watched for Mosaic {
///     const WHAT: &'static str = "mosaic";
///
///     fn state(&self) -> &str {
///         &self.state
///     }
///
///     fn into_source(self) -> BoxError {
///         format!("{self:?}").into()
///     }
/// }
///
/// #[derive(Clone)]
/// struct GetMosaic;
///
/// impl Operation for GetMosaic {
///     type Output = Mosaic;
///     const NAME: &'static str = "mosaics.get";
///     const ROUTE: Route = Route::new("mosaics", 5.0);
///     const IDEMPOTENT: bool = true;
///
///     fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
///         operation::get(endpoint.url("/mosaics/1").build()?)
///     }
///
///     fn decode(&self, response: &Response<Bytes>) -> Result<Mosaic> {
///         operation::json(response)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// static POLLS: AtomicU32 = AtomicU32::new(0);
/// let service = tower::service_fn(|_| async {
///     let state = if POLLS.fetch_add(1, Ordering::Relaxed) == 0 { "made" } else { "ready" };
///     Ok::<_, Infallible>(Response::new(Full::from(json!({"state": state}).to_string())))
/// });
/// let call = Session::builder().auth(Auth::anonymous()).transport(service).build()?.call(GetMosaic);
/// let ids = || Ok(vec!["1".to_owned()]);
/// let ready = |mosaic: &Mosaic| if mosaic.state == "ready" { Verdict::Done } else { Verdict::Wait };
///
/// let wait = Wait::new(call.clone(), "mosaics.wait", ids(), ready).every(Duration::ZERO).max_attempts(5);
/// assert_eq!(wait.for_one().await?.state, "ready");
///
/// let wait = Wait::new(call, "mosaics.wait", ids(), |_| Verdict::Wait).until(ready);
/// let wait = wait.on_state(|mosaic| println!("{mosaic:?}")).timeout(Duration::from_secs(60));
/// let wait = wait.progress(|event: &ProgressEvent| println!("{event}"));
/// let wait = wait.tolerate(3).retry(Retry::off()).attempt_timeout(Duration::from_secs(30));
/// let name = HeaderName::from_static("x-project");
/// let events: Vec<WaitEvent<Mosaic>> =
///     wait.header(name, HeaderValue::from_static("oregon")).events().try_collect().await?;
/// assert!(matches!(events.last(), Some(WaitEvent::Done(end)) if end.result().is_ok()));
/// # Ok(())
/// # }
/// ```
///
/// # Cancel safety
/// Dropping it, or what it makes, only ends the waiting: the service works on.
#[must_use = "a wait does nothing until it is run"]
#[derive(Clone)]
pub struct Wait<L: WaitLook> {
    look: L,
    operation: &'static str,
    /// What the things are called, each once, in the order given; or what is wrong with the input.
    ids: Result<Vec<String>>,
    until: Condition<L::Value>,
    on_state: Option<Listener<L::Value>>,
    progress: Option<Arc<dyn Progress>>,
    limits: Limits,
}

/// How often and how long it is polled.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// None: growing pauses.
    every: Option<Duration>,
    timeout: Duration,
    /// 0: any number.
    max_attempts: u32,
    tolerate: u32,
}

/// Orders take minutes to hours.
const TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
const TOLERATED: u32 = 10;

impl<L: WaitLook> Wait<L> {
    /// A wait for the things of these ids, which a look names by their place among them; or, if the caller's input is
    /// bad, the error that the wait ends with before anything is sent.
    pub fn new(
        look: L,
        operation: &'static str,
        ids: Result<Vec<String>>,
        until: impl Fn(&L::Value) -> Verdict + Send + Sync + 'static,
    ) -> Self {
        let limits = Limits { every: None, timeout: TIMEOUT, max_attempts: 0, tolerate: TOLERATED };
        Self { look, operation, ids, until: Arc::new(until), on_state: None, progress: None, limits }
    }

    /// What to wait for.
    pub fn until(mut self, condition: impl Fn(&L::Value) -> Verdict + Send + Sync + 'static) -> Self {
        self.until = Arc::new(condition);
        self
    }

    /// Called with a thing when it is first seen and whenever its state has changed. It must not block.
    pub fn on_state(mut self, listener: impl Fn(&L::Value) + Send + Sync + 'static) -> Self {
        self.on_state = Some(Arc::new(listener));
        self
    }

    /// Hears of the state of each thing, when it is first seen and whenever it has changed, by the thing's id.
    pub fn progress(mut self, progress: impl Progress) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    /// Polls at this interval, counted from one poll's start to the next, instead of the growing one.
    pub fn every(mut self, interval: Duration) -> Self {
        self.limits.every = Some(interval);
        self
    }

    /// How long to wait in all. Default: 24 hours.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limits.timeout = limit;
        self
    }

    /// How often to poll at most; 0, the default, means any number.
    pub fn max_attempts(mut self, polls: u32) -> Self {
        self.limits.max_attempts = polls;
        self
    }

    /// How many bad answers in a row to put up with. Default: 10. With 0 the first one ends the wait, also a 404 right at
    /// the beginning.
    pub fn tolerate(mut self, answers: u32) -> Self {
        self.limits.tolerate = answers;
        self
    }

    /// How failed attempts of a poll are repeated, instead of the session's way. A poll that fails all the same counts as
    /// one bad answer.
    pub fn retry(self, policy: impl RetryPolicy) -> Self {
        self.with_call(|call| call.retry(policy))
    }

    /// The time for one attempt of a poll, until the headers of its answer are there.
    pub fn attempt_timeout(self, limit: Duration) -> Self {
        self.with_call(|call| call.attempt_timeout(limit))
    }

    /// Adds a header to each poll.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.with_call(|call| call.header(name, value))
    }

    fn with_call(mut self, set: impl FnOnce(Call<L::Operation>) -> Call<L::Operation>) -> Self {
        let call = self.look.call_mut();
        *call = set(call.clone());
        self
    }

    /// Runs it, and tells what happens. The stream ends when the wait for each thing has ended.
    pub fn events(self) -> WaitEvents<L::Value> {
        WaitEvents::new(self.watching())
    }

    /// Runs it for the ends of all things.
    ///
    /// # Errors
    /// Those of the caller's input; what goes wrong with a thing stands in the report.
    ///
    /// # Cancel safety
    /// Dropping the future only ends the waiting.
    pub async fn for_all(self) -> Result<WaitReport<L::Value>> {
        let mut watching = self.watching()?;
        let mut ends = Vec::new();
        while let Some(event) = watching.next().await {
            if let WaitEvent::Done(end) = event {
                ends.push(end);
            }
        }
        Ok(WaitReport::new(ends))
    }

    /// Runs it for one thing.
    ///
    /// # Errors
    /// As [`Waited::result`] says; or those of the caller's input.
    ///
    /// # Cancel safety
    /// Dropping the future only ends the waiting.
    pub async fn for_one(self) -> Result<L::Value> {
        let (operation, report) = (self.operation, self.for_all().await?);
        let nothing = || Error::new(ErrorKind::InvalidInput, "there is nothing to wait for").with_operation(operation);
        report.into_iter().next().ok_or_else(nothing)?.into_result()
    }

    fn watching(self) -> Result<Watching<L>> {
        Watching::new(self)
    }
}

impl<L: WaitLook> fmt::Debug for Wait<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Wait");
        debug.field("operation", &self.operation).field("limits", &self.limits);
        if let Ok(ids) = &self.ids {
            debug.field("ids", ids);
        }
        debug.finish_non_exhaustive()
    }
}
