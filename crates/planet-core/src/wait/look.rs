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
        Error::new(ErrorKind::OperationFailed, message).with_outcome(Outcome::Rejected).with_source(self.into_source())
    }
}

/// How the things of a wait are looked at. A [`Call`] that answers with the thing is one, for a single thing.
pub trait WaitLook: Send + 'static {
    /// What is asked.
    type Operation: Operation + Clone;
    /// What is seen.
    type Value: Watched;

    /// The call whose options every poll has.
    fn call_mut(&mut self) -> &mut Call<Self::Operation>;

    /// Looks once, and [tells](WaitRound::tell) each thing that is seen.
    ///
    /// # Errors
    /// Of a poll that failed. What was told before it counts; to all other things it is a bad answer.
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
