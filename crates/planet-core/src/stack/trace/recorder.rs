//! A subscriber that keeps what it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Metadata, Subscriber};

#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Seen>>);

#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) spans: Vec<Span>,
    pub(crate) events: Vec<Span>,
    entered: Vec<Id>,
}

/// A span, or an event.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) metadata: &'static Metadata<'static>,
    pub(crate) fields: BTreeMap<&'static str, String>,
    /// The name of the span that it lies in.
    pub(crate) parent: Option<&'static str>,
}

impl Recorder {
    /// Hears everything that this thread tells, until the guard is dropped.
    pub(crate) fn listen(&self) -> DefaultGuard {
        tracing::subscriber::set_default(self.clone())
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap()
    }

    /// The spans of a name.
    pub(crate) fn spans(&self, name: &str) -> Vec<BTreeMap<&'static str, String>> {
        let seen = self.seen();
        seen.spans.iter().filter(|span| span.metadata.name() == name).map(|span| span.fields.clone()).collect()
    }

    /// The fields that a span of this name may have.
    pub(crate) fn declared(&self, name: &str) -> BTreeSet<&'static str> {
        let seen = self.seen();
        let span = seen.spans.iter().find(|span| span.metadata.name() == name).unwrap();
        span.metadata.fields().iter().map(|field| field.name()).collect()
    }
}

impl Seen {
    fn span(&mut self, id: &Id) -> &mut Span {
        &mut self.spans[id.into_u64() as usize - 1]
    }

    fn name(&self, id: Option<&Id>) -> Option<&'static str> {
        Some(self.spans[id?.into_u64() as usize - 1].metadata.name())
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut seen = self.seen();
        let parent = attributes.parent().or(seen.entered.last().filter(|_| attributes.is_contextual()));
        let mut span = Span { metadata: attributes.metadata(), fields: BTreeMap::new(), parent: seen.name(parent) };
        attributes.record(&mut span);
        seen.spans.push(span);
        Id::from_u64(seen.spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        values.record(self.seen().span(id));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut seen = self.seen();
        let parent = event.parent().or(seen.entered.last().filter(|_| event.is_contextual()));
        let mut kept = Span { metadata: event.metadata(), fields: BTreeMap::new(), parent: seen.name(parent) };
        event.record(&mut kept);
        seen.events.push(kept);
    }

    fn enter(&self, id: &Id) {
        self.seen().entered.push(id.clone());
    }

    fn exit(&self, _: &Id) {
        self.seen().entered.pop();
    }
}

impl Visit for Span {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}
