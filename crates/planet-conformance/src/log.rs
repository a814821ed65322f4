//! What the SDK tells to `tracing` during a call, at every level.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Lines with their levels. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<(Level, String)>>>);

impl Log {
    /// The levels at which a text was told, each once.
    pub(crate) fn levels_of(&self, text: &str) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut levels: Vec<String> =
            lines.iter().filter(|(_, line)| line.contains(text)).map(|(level, _)| level.to_string()).collect();
        levels.sort();
        levels.dedup();
        levels
    }

    /// Those of these events that were told, by their field `event`.
    pub(crate) fn events<const N: usize>(&self, names: [&str; N]) -> Vec<String> {
        let told = names.into_iter().filter(|name| !self.levels_of(&format!("event={name} ")).is_empty());
        told.map(str::to_owned).collect()
    }

    fn note(&self, level: Level, write: impl FnOnce(&mut Line)) {
        let mut line = Line::default();
        write(&mut line);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((level, line.0));
    }
}

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a text does not fail.
        write!(self.0, "{field}={value:?} ").unwrap_or_default();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        // As it is, so that a secret with quotes in it is found too.
        write!(self.0, "{field}={value} ").unwrap_or_default();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.note(*span.metadata().level(), |line| span.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.note(Level::TRACE, |line| values.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.note(*event.metadata().level(), |line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
