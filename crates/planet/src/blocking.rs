//! Every call without `async`: `.blocking()` stands where a program would write `.await`, and makes an iterator of a list.
//! (Feature `blocking`.)
//!
//! ```
//! # fn main() -> planet::Result<()> {
//! use planet::prelude::*;
//! # use planet::serde_json::json;
//! # use planet::testing::{Answer, ScriptedTransport};
//! # let order = json!({"id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "state": "success"});
//! # let page = json!({"orders": [order], "_links": {}});
//! # let script = ScriptedTransport::new([&order, &order, &order, &page, &page].map(Answer::json));
//! # let planet = planet::Planet::new(script.session().build()?);
//! # let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
//!
//! // A call: its value, ...
//! let order = planet.orders().get(id).blocking()?;
//! println!("{}", order.state());
//!
//! // ... or the value with the facts of the answer.
//! let answer = planet.orders().get(id).send().blocking()?;
//! println!("{} after {} attempts", answer.status(), answer.attempts());
//!
//! // A wait, with its progress; a download too.
//! let progress = |event: &planet::ProgressEvent| println!("{event}");
//! assert!(planet.orders().wait(id).progress(progress).blocking()?.state().is_final());
//!
//! // A list: pages are fetched as the loop goes on.
//! for order in planet.orders().list().items().blocking() {
//!     println!("{}", order?.id());
//! }
//!
//! // Whatever else can be awaited.
//! let all = planet::collect(planet.orders().list().items()).blocking()?;
//! assert_eq!(all.len(), 1);
//! # assert_eq!(script.left(), 0);
//! # Ok(())
//! # }
//! ```
//!
//! The calls run on a runtime of their own with one thread, which is started by the first of them and shared by the whole
//! process. Any number of threads may call at the same time. A [`Planet`](crate::Planet) may be used both ways.
//!
//! Where a Tokio runtime is at work already, blocking would stop it: there `.blocking()` answers an error of kind
//! `InvalidInput`, and nothing is sent. Write `.await` there. Blocking code that such a program runs with
//! `tokio::task::spawn_blocking` counts as well: give it a thread of its own (`std::thread`), or let it run the call with
//! `tokio::runtime::Handle::current().block_on(call.into_future())`.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::sync::OnceLock;

use futures_util::{Stream, StreamExt};
use planet_core::{Error, ErrorKind, Result};
use tokio::runtime::{Builder, Handle, Runtime};

/// `.blocking()` on whatever can be awaited for a result: every call of this SDK, `.send()` of one, `collect`.
/// [`prelude`](crate::prelude) brings it.
///
/// ```
/// use planet::http::Method;
/// use planet::prelude::*;
/// # use planet::testing::{Answer, ScriptedTransport};
///
/// # let script = ScriptedTransport::new([Answer::json(&planet::serde_json::json!({"state": "success"}))]);
/// # let session = script.session().build()?;
/// let order = session.request(Method::GET, "/compute/ops/orders/v2/18389c7e-1831-4de7-8187-d30ffe88b4b7").blocking()?;
/// assert_eq!(order["state"], "success");
/// # Ok::<(), planet::Error>(())
/// ```
pub trait BlockingCall {
    /// What comes of it.
    type Value;

    /// Does what `.await` does, and returns when it is done.
    ///
    /// # Errors
    /// As when it is awaited. `InvalidInput` inside an async context, see [the module](self); nothing is sent then.
    /// `Unexpected` if the runtime cannot be started.
    fn blocking(self) -> Result<Self::Value>;
}

impl<C: IntoFuture<Output = Result<T>>, T> BlockingCall for C {
    type Value = T;

    fn blocking(self) -> Result<T> {
        block_on(self.into_future())?
    }
}

/// `.blocking()` on streams of results: items, pages, and the bytes of an answer.
pub trait BlockingStream: Sized {
    /// Makes an iterator of it, which waits for each item. Nothing happens until the first is asked for.
    ///
    /// A stream that is needed afterwards, such as a pager for its checkpoint, is lent:
    ///
    /// ```
    /// # fn main() -> planet::Result<()> {
    /// use planet::prelude::*;
    /// # use planet::serde_json::json;
    /// # use planet::testing::{Answer, ScriptedTransport};
    /// # let page = json!({"orders": [{"id": "a", "state": "queued"}, {"id": "b", "state": "queued"}], "_links": {}});
    /// # let planet = planet::Planet::new(ScriptedTransport::new([Answer::json(&page)]).session().build()?);
    ///
    /// let mut orders = planet.orders().list().items();
    /// for order in (&mut orders).blocking().take(1) {
    ///     println!("{}", order?.id());
    /// }
    /// let here = orders.checkpoint(); // to go on from, now or in another run
    /// # drop(here);
    /// # Ok(())
    /// # }
    /// ```
    fn blocking(self) -> Iter<Self>;
}

impl<S: Stream<Item = Result<T>> + Unpin, T> BlockingStream for S {
    fn blocking(self) -> Iter<S> {
        Iter { stream: self, refused: false }
    }
}

/// A stream as an iterator: what [`BlockingStream::blocking`] makes.
///
/// It may be dropped at any time: nothing more is fetched then. Pages that a list is to fetch ahead (`prefetch`) are
/// fetched only while the loop waits for an item.
///
/// # Errors
/// The items are results, as those of the stream. Inside an async context the only item is an `InvalidInput` error, see
/// [the module](self).
#[must_use = "an iterator does nothing until it is asked for items"]
pub struct Iter<S> {
    stream: S,
    /// It was asked where it may not block.
    refused: bool,
}

impl<S: Stream<Item = Result<T>> + Unpin, T> Iterator for Iter<S> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        if self.refused {
            return None;
        }
        block_on(self.stream.next()).unwrap_or_else(|error| {
            self.refused = true;
            Some(Err(error))
        })
    }
}

impl<S: fmt::Debug> fmt::Debug for Iter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Iter").field(&self.stream).finish()
    }
}

fn block_on<F: Future>(future: F) -> Result<F::Output> {
    if Handle::try_current().is_ok() {
        return Err(Error::new(ErrorKind::InvalidInput, "a blocking call inside an async context would stop it")
            .with_help("Write .await instead of .blocking(), or call it on a thread of its own (std::thread)"));
    }
    Ok(runtime()?.block_on(future))
}

/// One for the process: connections belong to the runtime that opened them, so calls that follow each other share them.
fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<std::io::Result<Runtime>> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        // The thread keeps connections alive between calls; the calls themselves run where they are made.
        Builder::new_multi_thread().worker_threads(1).thread_name("planet-blocking").enable_all().build()
    });
    runtime.as_ref().map_err(|cause| {
        Error::new(ErrorKind::Unexpected, format!("the runtime for blocking calls cannot be started: {cause}"))
    })
}
