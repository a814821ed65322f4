//! The states of what is waited for, as a line.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use console::truncate_str;

use super::painter::Size;
use super::screen::Board;
use super::text::{clock, one_line};

/// `02:06 - order 18389c7e-... - state: running`; or, of several, `02:06 - 3 orders - running: 2, success: 1`.
pub(super) struct States {
    /// `order`, and before an id is known, all that is said of it.
    what: &'static str,
    /// `state`, or `status`.
    word: &'static str,
    /// If it is said from outside, whatever the wait calls it.
    name: Option<String>,
    /// Several are expected, even while there is one.
    are_many: bool,
    started: Instant,
    /// By the id of each thing; the empty one before any is known.
    states: BTreeMap<String, String>,
    is_live: bool,
    said: Vec<String>,
}

impl States {
    /// Of orders, by their ids.
    pub(super) fn of_orders(is_live: bool, started: Instant) -> Self {
        let (what, word) = ("order", "state");
        Self { what, word, name: None, are_many: false, started, states: BTreeMap::new(), is_live, said: Vec::new() }
    }

    /// Of one asset.
    pub(super) fn of_asset(name: String, is_live: bool, started: Instant) -> Self {
        Self { what: "asset", word: "status", name: Some(name), ..Self::of_orders(is_live, started) }
    }

    /// Of many assets.
    pub(super) fn of_assets(is_live: bool, started: Instant) -> Self {
        Self { what: "asset", word: "status", are_many: true, ..Self::of_orders(is_live, started) }
    }

    /// The empty id stands for what has none yet.
    pub(super) fn update(&mut self, id: &str, state: &str, now: Instant) {
        let (id, state) = (one_line(id), one_line(state));
        self.states.remove("");
        let is_new = self.states.insert(id.clone(), state.clone()).as_ref() != Some(&state);
        if is_new && !self.is_live {
            let of_one = self.line(self.time(now), &id, &state);
            self.said.extend(if self.are_many { self.all(now) } else { Some(of_one) });
        }
    }

    fn time(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.started)
    }

    fn line(&self, time: Duration, id: &str, state: &str) -> String {
        let (time, what, word) = (clock(time), self.what, self.word);
        match &self.name {
            Some(name) => format!("{time} - {name} - {word}: {state}"),
            None if id.is_empty() => format!("{time} - {what} - {word}: {state}"),
            None => format!("{time} - {what} {id} - {word}: {state}"),
        }
    }

    /// The line for all of them; None if nothing is known.
    fn all(&self, now: Instant) -> Option<String> {
        let time = self.time(now);
        if self.states.len() == 1 && !self.are_many {
            return self.states.first_key_value().map(|(id, state)| self.line(time, id, state));
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for state in self.states.values() {
            *counts.entry(state).or_default() += 1;
        }
        let counts: Vec<String> = counts.iter().map(|(state, count)| format!("{state}: {count}")).collect();
        let (time, many, what, counts) = (clock(time), self.states.len(), self.what, counts.join(", "));
        (many > 0).then(|| format!("{time} - {many} {what}s - {counts}"))
    }
}

impl Board for States {
    fn said(&mut self, _: Instant) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    fn live(&mut self, size: Size, now: Instant) -> Vec<String> {
        self.all(now).iter().map(|line| truncate_str(line, size.columns, "...").into_owned()).collect()
    }

    fn close(&mut self, now: Instant) {
        if self.is_live {
            self.said.extend(self.all(now));
        }
    }
}
