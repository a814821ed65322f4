//! A wait that runs.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::event::WaitEvent;
use super::look::{WaitLook, WaitRound, Watched};
use super::pauses::Pauses;
use super::report::{End, Waited};
use super::{Condition, Limits, Listener, Verdict, Wait};
use crate::{Error, ErrorKind, Outcome, Progress, ProgressEvent, ProgressStep, Result};

/// A thing may not be visible right after it was made.
const NOT_FOUND_GRACE: Duration = Duration::from_secs(30);

/// A time that does not come.
const NEVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

pub(super) struct Watching<L: WaitLook> {
    look: L,
    operation: &'static str,
    until: Condition<L::Value>,
    on_state: Option<Listener<L::Value>>,
    progress: Option<Arc<dyn Progress>>,
    limits: Limits,
    things: Vec<Thing<L::Value>>,
    /// The places of the things that are waited for.
    waiting: BTreeSet<usize>,
    started: Instant,
    end: Option<Instant>,
    polls: u32,
    pauses: Pauses,
    /// When the next poll is due.
    next: Instant,
    /// The service asked to be left alone until then.
    not_before: Instant,
    events: VecDeque<WaitEvent<L::Value>>,
}

struct Thing<T> {
    id: String,
    last: Option<T>,
    /// How many bad answers there were since the last good one, and the last of them.
    bad: u32,
    error: Option<Error>,
}

impl<L: WaitLook> Watching<L> {
    pub(super) fn new(wait: Wait<L>) -> Result<Self> {
        let ids = wait.ids.map_err(|error| error.with_operation(wait.operation))?;
        let things: Vec<_> = ids.into_iter().map(|id| Thing { id, last: None, bad: 0, error: None }).collect();
        let now = Instant::now();
        Ok(Self {
            look: wait.look,
            operation: wait.operation,
            until: wait.until,
            on_state: wait.on_state,
            progress: wait.progress,
            limits: wait.limits,
            waiting: (0..things.len()).collect(),
            things,
            started: now,
            end: now.checked_add(wait.limits.timeout),
            polls: 0,
            pauses: Pauses::default(),
            next: now,
            not_before: now,
            events: VecDeque::new(),
        })
    }

    /// The next event; None when all waits have ended.
    pub(super) async fn next(&mut self) -> Option<WaitEvent<L::Value>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if self.waiting.is_empty() {
                return None;
            }
            if self.polls > 0 && !self.rest().await {
                self.give_up();
            } else {
                self.poll().await;
            }
        }
    }

    /// Waits until the next poll is due; false if there is none. No pause follows the last poll.
    async fn rest(&mut self) -> bool {
        let used_up = self.limits.max_attempts > 0 && self.polls >= self.limits.max_attempts;
        if used_up || self.is_over() {
            return false;
        }
        let due = self.next.max(self.not_before);
        tokio::time::sleep_until(self.end.map_or(due, |end| due.min(end))).await;
        self.end.is_none_or(|end| self.not_before <= end)
    }

    fn is_over(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }

    async fn poll(&mut self) {
        let began = Instant::now();
        let mut round =
            WaitRound { wanted: self.waiting.clone(), told: Vec::new(), waited: began - self.started, end: self.end };
        let looked = self.look.look(&mut round).await;
        self.polls = self.polls.saturating_add(1);
        self.next = after(began, self.limits.every.unwrap_or_else(|| self.pauses.next()));
        for (at, seen) in round.told {
            match seen {
                Ok(thing) => self.seen(at, thing),
                Err(error) => self.bad_answer(at, error, true),
            }
        }
        match looked {
            Ok(()) => {
                let (polls, waiting) = (self.polls, self.waiting.len());
                self.events.push_front(WaitEvent::Polled { polls, waiting });
            }
            Err(error) => {
                for at in round.wanted {
                    self.bad_answer(at, error.clone(), false);
                }
                if !self.waiting.is_empty() {
                    self.events.push_front(WaitEvent::Retrying(error));
                }
            }
        }
    }

    fn seen(&mut self, at: usize, thing: L::Value) {
        let Some(known) = self.things.get_mut(at) else { return };
        known.bad = 0;
        let changed = known.last.as_ref().is_none_or(|last| last.state() != thing.state());
        known.last = Some(thing.clone());
        if changed {
            if let Some(listener) = &self.on_state {
                listener(&thing);
            }
            if let Some(progress) = &self.progress {
                let state = thing.state().into();
                progress.event(&ProgressEvent::new(known.id.as_str(), ProgressStep::State { state }));
            }
            self.events.push_back(WaitEvent::Changed(thing.clone()));
        }
        match (self.until)(&thing) {
            Verdict::Wait => {}
            Verdict::Done => self.ended(at, End::Done(thing)),
            Verdict::Never => {
                let error = thing.clone().into_failure(&known.id);
                let error = self.tried(error);
                self.ended(at, End::Failed { error, last: Some(thing) });
            }
        }
    }

    /// An answer that says nothing about the thing. `alone`: it was about no other.
    fn bad_answer(&mut self, at: usize, error: Error, alone: bool) {
        let Some(known) = self.things.get_mut(at) else { return };
        if let Some(pause) = error.retry_after() {
            self.not_before = self.not_before.max(after(Instant::now(), pause));
        }
        let patient = self.limits.tolerate > 0;
        let unseen = error.kind() == ErrorKind::NotFound && self.started.elapsed() < NOT_FOUND_GRACE;
        if patient && unseen {
            known.error = Some(error.clone());
        } else if is_passing(&error) && known.bad < self.limits.tolerate {
            known.bad += 1;
            known.error = Some(error.clone());
        } else {
            let last = known.last.clone();
            return self.ended(at, End::Failed { error: error.with_operation(self.operation), last });
        }
        if alone {
            self.events.push_back(WaitEvent::Retrying(error));
        }
    }

    fn ended(&mut self, at: usize, end: End<L::Value>) {
        if let Some(thing) = self.things.get(at).filter(|_| self.waiting.remove(&at)) {
            self.events.push_back(WaitEvent::Done(Waited { at, id: thing.id.clone(), end }));
        }
    }

    /// Ends the waits that are left.
    fn give_up(&mut self) {
        for at in self.waiting.clone() {
            if let Some(thing) = self.things.get(at) {
                let (error, last) = (self.tried(self.too_long(thing)), thing.last.clone());
                self.ended(at, End::Failed { error, last });
            }
        }
    }

    fn too_long(&self, thing: &Thing<L::Value>) -> Error {
        let (what, id, waited) = (L::Value::WHAT, &thing.id, self.started.elapsed().as_secs_f64());
        let message = match &thing.last {
            Some(last) => format!("{what} {id} is still {} after {waited:.0} s of waiting", last.state()),
            None => format!("{what} {id} was not seen in {waited:.0} s of waiting"),
        };
        let error = Error::new(ErrorKind::WaitTimeout, message)
            .with_outcome(Outcome::Rejected)
            .with_help(format!("The {what} lives on; wait for it again"));
        match (&thing.last, &thing.error) {
            (Some(last), _) => error.with_source(last.clone().into_source()),
            (None, Some(cause)) => error.with_source(cause.clone()),
            (None, None) => error,
        }
    }

    fn tried(&self, error: Error) -> Error {
        error.with_operation(self.operation).with_attempts(self.polls, self.started.elapsed(), false)
    }
}

/// Would the next answer perhaps be better? One may be HTML, another cut short.
fn is_passing(error: &Error) -> bool {
    error.is_transient() || error.kind() == ErrorKind::Decode
}

fn after(time: Instant, pause: Duration) -> Instant {
    time.checked_add(pause).unwrap_or_else(|| time + NEVER)
}
