//! How things are looked at.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use crate::{BoxError, Call, Error, ErrorKind, Operation, Outcome, Result};

/// A poll that begins at the very end of the time still gets this long.
const LAST_POLL: Duration = Duration::from_secs(1);

/// What a poll answers: a thing in a state.
pub trait Watched: Clone + Send + Sync + 'static {
    /// What it is called in messages, such as `order`.
    const WHAT: &'static str;

    /// The state, as the service spells it.
    fn state(&self) -> &str;

    /// Why it came to that state, as far as the service says.
    fn reasons(&self) -> &[String] {
        &[]
    }

    /// The thing as the source of an error about it.
    fn into_source(self) -> BoxError;

    /// The error about a thing of this id that ended in another way than was wanted, with its reasons.
    fn into_failure(self, id: &str) -> Error {
        let mut message = format!("{} {id} ended as {}", Self::WHAT, self.state());
        for reason in self.reasons() {
            message.push_str("; ");
            message.push_str(reason);
        }
        Error::new(ErrorKind::OperationFailed, message)
            .with_outcome(Outcome::Rejected)
            .with_help("Waiting longer does not help. The source of this error has all that the service says of it")
            .with_source(self.into_source())
    }
}

/// How the things of a wait are looked at. A [`Call`] that answers with the thing is one, for a single thing. For many:
///
/// ```
/// use std::convert::Infallible;
///
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use planet_core::{Auth, BoxError, Call, Endpoint, Error, ErrorKind, Operation, Result, Route, Session, operation};
/// use planet_core::{Verdict, Wait, WaitLook, WaitReport, WaitRound, Watched};
/// use serde_json::json;
///
/// #[derive(Clone, Debug, serde::Deserialize)]
/// struct Job {
///     state: String,
/// }
///
/// impl Watched for Job {
///     const WHAT: &'static str = "job";
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
/// /// One answer tells of all jobs, in their order.
/// #[derive(Clone)]
/// struct ListJobs;
///
/// impl Operation for ListJobs {
///     type Output = Vec<Job>;
///     const NAME: &'static str = "jobs.list";
///     const ROUTE: Route = Route::new("jobs", 5.0);
///     const IDEMPOTENT: bool = true;
///
///     fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
///         operation::get(endpoint.url("/jobs").build()?)
///     }
///
///     fn decode(&self, response: &Response<Bytes>) -> Result<Vec<Job>> {
///         operation::json(response)
///     }
/// }
///
/// struct Jobs(Call<ListJobs>);
///
/// impl WaitLook for Jobs {
///     type Operation = ListJobs;
///     type Value = Job;
///
///     fn call_mut(&mut self) -> &mut Call<ListJobs> {
///         &mut self.0
///     }
///
///     async fn look(&mut self, round: &mut WaitRound<Job>) -> Result<()> {
///         assert!(round.waited() < round.left().unwrap());
///         let mut jobs: Vec<Option<Job>> = round.limit(self.0.clone()).await?.into_iter().map(Some).collect();
///         let wanted: Vec<usize> = round.wanted().collect();
///         for at in wanted {
///             if round.is_over() {
///                 break;
///             }
///             let seen = jobs.get_mut(at).and_then(Option::take);
///             round.tell(at, seen.ok_or_else(|| Error::new(ErrorKind::Forbidden, "it is not in the list")));
///         }
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// let service = tower::service_fn(|_| async {
///     let jobs = json!([{"state": "done"}, {"state": "failed"}, {"state": "running"}]);
///     Ok::<_, Infallible>(Response::new(Full::from(jobs.to_string())))
/// });
/// let session = Session::builder().auth(Auth::anonymous()).transport(service).build()?;
/// let look = Jobs(session.call(ListJobs));
/// let ids = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
/// let finished = |job: &Job| match job.state.as_str() {
///     "done" => Verdict::Done,
///     "failed" => Verdict::Never,
///     _ => Verdict::Wait,
/// };
///
/// let report: WaitReport<Job> = Wait::new(look, "jobs.wait", Ok(ids), finished).max_attempts(1).for_all().await?;
/// assert_eq!(report.all().len(), 4);
/// assert_eq!(report.done().count(), 1);
/// assert!(report.failed().map(|end| end.id()).eq(["b"]));
/// assert!(report.timed_out().all(|end| end.last().is_some_and(|job| job.state == "running")));
/// assert!(report.not_known().all(|end| end.result().is_err()));
/// let ends: Vec<Result<Job>> = report.clone().into_iter().map(|end| end.into_result()).collect();
/// assert_eq!(ends[0].as_ref().unwrap().state, "done");
/// assert_eq!(report.into_results().unwrap_err().message(), "job b ended as failed");
/// # Ok(())
/// # }
/// ```
pub trait WaitLook: Send + 'static {
    /// The operation that a poll sends.
    type Operation: Operation + Clone;
    /// What a poll sees of each thing that is waited for.
    type Value: Watched;

    /// The call whose options every poll has.
    fn call_mut(&mut self) -> &mut Call<Self::Operation>;

    /// Looks once, and [tells](WaitRound::tell) each thing that is seen.
    ///
    /// # Errors
    /// Of a poll that failed. What was told before it counts; to all other things it is a bad answer.
    ///
    /// # Cancel safety
    /// It is dropped midway when the wait is, or is over its time. The round is thrown away then; keep nothing half done.
    fn look(&mut self, round: &mut WaitRound<Self::Value>) -> impl Future<Output = Result<()>> + Send;
}

/// One round of polls: what is looked for, and what was seen.
#[derive(Debug)]
pub struct WaitRound<T> {
    pub(super) wanted: BTreeSet<usize>,
    pub(super) told: Vec<(usize, Result<T>)>,
    pub(super) waited: Duration,
    pub(super) end: Option<Instant>,
}

impl<T> WaitRound<T> {
    /// The places of the things that are still waited for and were not told in this round.
    pub fn wanted(&self) -> impl Iterator<Item = usize> {
        self.wanted.iter().copied()
    }

    /// Tells what was seen of a thing, or what went wrong with it alone.
    pub fn tell(&mut self, at: usize, seen: Result<T>) {
        if self.wanted.remove(&at) {
            self.told.push((at, seen));
        }
    }

    /// The time since the wait began, when this round did.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// What is left of the time of the wait, for the next poll; the last one gets a moment of its own. None: no end.
    #[must_use]
    pub fn left(&self) -> Option<Duration> {
        Some(self.end?.saturating_duration_since(Instant::now()).max(LAST_POLL))
    }

    /// Is the time of the wait used up? A round of many polls then begins no more of them.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }

    /// The call, with the time that is left as its deadline.
    pub fn limit<O: Operation>(&self, call: Call<O>) -> Call<O> {
        match self.left() {
            Some(left) => call.deadline(left),
            None => call,
        }
    }
}

impl<O: Operation<Output: Watched> + Clone> WaitLook for Call<O> {
    type Operation = O;
    type Value = O::Output;

    fn call_mut(&mut self) -> &mut Self {
        self
    }

    async fn look(&mut self, round: &mut WaitRound<O::Output>) -> Result<()> {
        let thing = round.limit(self.clone()).await?;
        round.tell(0, Ok(thing));
        Ok(())
    }
}
