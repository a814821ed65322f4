//! What tells programs.

use std::fmt::Debug;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::{FutureExt, StreamExt};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

use super::{Shared, Stuck, event, failed, planned, received, retry, started};
use crate::reporting::{JsonLines, Tracing, channel};
use crate::{Progress, ProgressEvent, ProgressStep};

/// Every step there is.
fn steps() -> Vec<ProgressStep> {
    vec![
        ProgressStep::State { state: "running".into() },
        planned(1, 3),
        started(3),
        ProgressStep::Resumed { from: 1 },
        received(2, 3),
        retry("reset"),
        ProgressStep::Verified,
        ProgressStep::Done { size: 3 },
        ProgressStep::Kept { size: 3 },
        failed("gone"),
    ]
}

#[tokio::test]
async fn a_channel_gives_the_events_in_their_order_and_ends_with_the_last_sender() {
    let (progress, mut events) = channel(100);
    let all: Vec<ProgressEvent> = steps().into_iter().map(|step| event("a.tif", step).within("order")).collect();
    let other = progress.clone();
    for event in &all {
        progress.event(event);
    }
    drop((progress, other));
    assert_eq!(events.next().await.as_ref(), all.first());
    assert_eq!(events.by_ref().collect::<Vec<_>>().await, all[1..]);
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_full_channel_leaves_out_what_a_later_event_says_again_and_nothing_else() {
    let (progress, mut events) = channel(2);
    for bytes in 0..10 {
        progress.event(&event("a.tif", received(bytes, 3)));
    }
    let others: Vec<ProgressStep> =
        steps().into_iter().filter(|step| !matches!(step, ProgressStep::Received { .. })).collect();
    for step in &others {
        progress.event(&event("a.tif", step.clone()));
    }
    let mut told = Vec::new();
    for _ in 0..2 + others.len() {
        told.push(events.next().now_or_never().flatten().unwrap().step);
    }
    assert_eq!(told[..2], [received(0, 3), received(1, 3)]);
    assert_eq!(told[2..], others);
    // It is empty again, and takes what comes.
    progress.event(&event("a.tif", received(3, 3)));
    assert_eq!(events.next().await.unwrap().step, received(3, 3));
}

#[test]
fn nobody_at_the_other_end_is_no_failure() {
    let (progress, events) = channel(2);
    drop(events);
    progress.event(&event("a.tif", received(1, 3)));
}

#[test]
fn each_event_is_a_line_of_json() {
    let written = Shared::default();
    let lines = JsonLines::new(written.clone());
    for step in steps() {
        lines.event(&event("a\n\"b.tif", step).within("1838"));
    }
    lines.finish().unwrap();
    let text = written.text();
    let values: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = values.iter().map(|value| value["step"].as_str().unwrap()).collect();
    let expected =
        ["state", "planned", "started", "resumed", "received", "retry", "verified", "done", "kept", "failed"];
    assert_eq!(names, expected);
    assert!(values.iter().all(|value| value["name"] == "a\n\"b.tif" && value["order"] == "1838"));
    assert_eq!(
        text.lines().nth(4),
        Some(r#"{"order":"1838","name":"a\n\"b.tif","step":"received","received":2,"total":3}"#)
    );
}

#[test]
fn lines_are_written_when_the_last_clone_is_dropped_and_none_after_they_are_finished() {
    let written = Shared::default();
    let lines = JsonLines::new(written.clone());
    lines.event(&event("a.tif", ProgressStep::Verified));
    let other = lines.clone();
    drop(lines);
    other.event(&event("b.tif", ProgressStep::Verified));
    drop(other);
    assert_eq!(written.text().lines().count(), 2);

    let lines = JsonLines::new(written.clone());
    lines.finish().unwrap();
    lines.event(&event("c.tif", ProgressStep::Verified));
    lines.finish().unwrap();
    drop(lines);
    assert_eq!(written.text().lines().count(), 2);
}

/// A full disk.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_is_told_at_the_end_only() {
    let lines = JsonLines::new(Full);
    for step in steps() {
        lines.event(&event("a.tif", step));
    }
    assert_eq!(lines.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
}

#[test]
fn a_writer_that_is_stuck_holds_up_no_event_and_the_end_not_for_long() {
    let lines = JsonLines::new(Stuck(Duration::from_secs(3)));
    let began = Instant::now();
    for _ in 0..1000 {
        lines.event(&event("a.tif", received(1, 3)));
    }
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    drop(lines);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn a_pair_tells_both() {
    let (first, second) = (Shared::default(), Shared::default());
    let both = (JsonLines::new(first.clone()), JsonLines::new(second.clone()));
    both.event(&event("a.tif", ProgressStep::Verified));
    drop(both);
    assert!(first.text() == second.text() && !first.text().is_empty());
}

/// Writes down what is told.
#[derive(Clone, Default)]
struct Record(Arc<Mutex<Vec<String>>>);

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0 += &format!(" {field}={value:?}");
    }
}

impl Subscriber for Record {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "planet::progress"
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(event.metadata().level().to_string());
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[test]
fn tracing_gets_each_step_at_its_level_with_its_fields() {
    let record = Record::default();
    tracing::subscriber::with_default(record.clone(), || {
        for step in steps() {
            Tracing::new().event(&event("a.tif", step));
        }
        Tracing::new().event(&event("a.tif", ProgressStep::Verified).within("1838"));
    });
    let expected = [
        r#"INFO message=state name="a.tif" state="running""#,
        r#"INFO message=planned name="a.tif" files=1 bytes=3"#,
        r#"DEBUG message=started name="a.tif" total=3"#,
        r#"DEBUG message=resumed name="a.tif" from=1"#,
        r#"TRACE message=received name="a.tif" received=2 total=3"#,
        r#"WARN message=retry name="a.tif" failures=1 delay_ms=1500 reason="reset""#,
        r#"DEBUG message=verified name="a.tif""#,
        r#"INFO message=done name="a.tif" size=3"#,
        r#"INFO message=kept name="a.tif" size=3"#,
        r#"WARN message=failed name="a.tif" reason="gone""#,
        r#"DEBUG message=verified order="1838" name="a.tif""#,
    ];
    assert_eq!(*record.0.lock().unwrap(), expected);
}
