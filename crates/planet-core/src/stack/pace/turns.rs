//! The turns of one route.
//!
//! Nobody holds a lock while waiting for a turn: a caller may keep a future without polling it (a list that fetches a
//! page ahead), and such a call must not keep others from theirs. So everyone in the queue sleeps until the turn that
//! its place stands for, and whoever ahead has not taken a turn by then is passed over.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// The longest pause after a 429.
pub(in crate::stack) const MAX_PAUSE: Duration = Duration::from_secs(64);

/// The pause after a 429 that does not say how long. It doubles with each further one, until an answer is no 429.
pub(in crate::stack) const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// A 429 leaves this part of the rate.
pub(in crate::stack) const SLOWDOWN: f64 = 0.5;

/// How slow a route gets at most: this part of its full rate.
pub(in crate::stack) const MIN_SHARE: f64 = 0.125;

/// The part of the full rate that each answer that is no 429 gives back.
pub(in crate::stack) const RECOVERY: f64 = 0.01;

/// How long a rate that a 429 has slowed down is remembered when nobody uses the route.
const REMEMBERED: Duration = Duration::from_secs(600);

#[derive(Debug)]
pub(super) struct Turns(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Nobody leaves before.
    next: Instant,
    /// Who waits, in the order of arrival.
    queue: VecDeque<Waiting>,
    /// The part of the full rate that is used.
    share: f64,
    /// When the last 429 came that was not owed to an earlier one.
    throttled: Option<Instant>,
    /// How many of those came in a row.
    in_a_row: u32,
}

#[derive(Debug)]
struct Waiting {
    who: Arc<Notify>,
    /// Let its turn pass, and was not heard of since. It does not count until it asks again.
    absent: bool,
}

/// A place in the queue, given up when it is dropped.
struct Place<'a> {
    turns: &'a Turns,
    me: Arc<Notify>,
}

impl Turns {
    pub(super) fn new() -> Self {
        let state = State { next: Instant::now(), queue: VecDeque::new(), share: 1.0, throttled: None, in_a_row: 0 };
        Self(Mutex::new(state))
    }

    /// Waits for a turn and tells when it was taken. `interval` lies between two turns at the full rate.
    pub(super) async fn take(&self, interval: Duration) -> Instant {
        if let Ok(now) = self.state().leave(interval, None) {
            return now;
        }
        let place = self.queue_up();
        loop {
            let turn = match self.state().leave(interval, Some(&place.me)) {
                Ok(now) => return now,
                Err(turn) => turn,
            };
            tokio::select! {
                () = tokio::time::sleep_until(turn) => {}
                () = place.me.notified() => {}
            }
        }
    }

    /// An answer to a request that left at `left` was no 429: the route gets faster again.
    pub(super) fn answered(&self, left: Instant) {
        let mut state = self.state();
        if state.is_news(left) {
            state.share = (state.share + RECOVERY).min(1.0);
            state.in_a_row = 0;
        }
    }

    /// A request that left at `left` was answered with 429: nobody leaves for `pause`, and the rate is halved. Of
    /// several requests that were under way together only the first slows the route down.
    pub(super) fn throttled(&self, left: Instant, pause: Option<Duration>) {
        let mut state = self.state();
        let now = Instant::now();
        let mut default = Duration::ZERO;
        if state.is_news(left) {
            default = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(state.in_a_row));
            state.share = (state.share * SLOWDOWN).max(MIN_SHARE);
            state.throttled = Some(now);
            state.in_a_row += 1;
        }
        state.next = state.next.max(later(now, pause.unwrap_or(default).min(MAX_PAUSE)));
    }

    /// Would a new route behave the same? A slower rate is remembered for some time.
    pub(super) fn is_at_rest(&self) -> bool {
        let state = self.state();
        let recovered = state.share >= 1.0 || state.throttled.is_none_or(|at| at.elapsed() > REMEMBERED);
        state.queue.is_empty() && state.next <= Instant::now() && recovered
    }

    fn queue_up(&self) -> Place<'_> {
        let me = Arc::new(Notify::new());
        self.state().queue.push_back(Waiting { who: Arc::clone(&me), absent: false });
        Place { turns: self, me }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes the turn, if it is there for who has this place, and tells the time; else tells when to ask again.
    fn leave(&mut self, interval: Duration, place: Option<&Arc<Notify>>) -> Result<Instant, Instant> {
        let interval = Duration::try_from_secs_f64(interval.as_secs_f64() / self.share).unwrap_or(Duration::MAX);
        let position = place.and_then(|place| self.position(place)).unwrap_or(self.queue.len());
        if let Some(waiting) = self.queue.get_mut(position) {
            waiting.absent = false;
        }
        let ahead = self.queue.iter().take(position).filter(|waiting| !waiting.absent).count();
        let turn = later(self.next, interval.saturating_mul(u32::try_from(ahead).unwrap_or(u32::MAX)));
        let now = Instant::now();
        if turn > now {
            return Err(turn);
        }
        self.next = later(now, interval);
        self.queue.iter_mut().take(position).for_each(|passed_over| passed_over.absent = true);
        Ok(now)
    }

    fn position(&self, place: &Arc<Notify>) -> Option<usize> {
        self.queue.iter().position(|waiting| Arc::ptr_eq(&waiting.who, place))
    }

    /// Did a request that left then know of the last 429?
    fn is_news(&self, left: Instant) -> bool {
        self.throttled.is_none_or(|throttled| left > throttled)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.turns.state();
        if let Some(position) = state.position(&self.me) {
            state.queue.remove(position);
        }
        // Who is first now may leave earlier than it thought.
        if let Some(first) = state.queue.iter().find(|waiting| !waiting.absent) {
            first.who.notify_one();
        }
    }
}

/// A time that cannot be told is far away.
fn later(time: Instant, by: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
    time.checked_add(by).unwrap_or_else(|| time + FAR)
}
