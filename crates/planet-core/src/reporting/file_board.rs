//! How files under way are shown.

use std::time::{Duration, Instant};

use console::{measure_text_width, style, truncate_str};
use indicatif::DecimalBytes;

use super::files::{File, Files, Sum};
use super::painter::Size;
use super::screen::Board;
use super::text::{clock, files, gauge, one_line, pad, shorten};
use crate::{ProgressEvent, ProgressStep};

/// Where lines cannot change, the total is told so often.
const TOTALS: Duration = Duration::from_secs(10);
/// A gauge that is shorter says nothing.
const SHORTEST: usize = 6;
const LONGEST: usize = 30;

/// A line with the totals, and one for each file under way.
pub(super) struct FileBoard {
    files: Files,
    is_live: bool,
    said: Vec<String>,
    /// The longest name so far: the columns behind the names do not move to and fro.
    names: usize,
    last_total: Option<Instant>,
}

impl FileBoard {
    pub(super) fn new(is_live: bool) -> Self {
        Self { files: Files::default(), is_live, said: Vec::new(), names: 0, last_total: None }
    }

    pub(super) fn event(&mut self, event: &ProgressEvent, now: Instant) {
        self.files.event(event, now);
        self.last_total.get_or_insert(now);
        if let Some(line) = self.line(event) {
            self.said.push(line);
        }
    }

    /// The line to leave standing, if the event is worth one.
    fn line(&self, event: &ProgressEvent) -> Option<String> {
        // What is told of an order as a whole has its name.
        let order = event.order.as_deref().filter(|order| *order != &*event.name);
        let name = one_line(&self.files.shown(order, &event.name, usize::MAX));
        match &event.step {
            ProgressStep::Retry { failures, delay, reason } => {
                let (reason, delay) = (one_line(reason), delay.as_secs_f64());
                let failed = style(format!("attempt {failures} failed")).for_stderr().yellow();
                Some(format!("{name}: {failed}: {reason}; the next follows in {delay:.1} s"))
            }
            ProgressStep::Failed { reason } => {
                Some(format!("{name}: {}: {}", style("failed").for_stderr().red(), one_line(reason)))
            }
            _ if self.is_live => None,
            ProgressStep::Planned { files: count, bytes } => {
                let bytes = bytes.map(|bytes| format!(", {}", DecimalBytes(bytes))).unwrap_or_default();
                Some(format!("{name}: {}{bytes}", files(*count)))
            }
            ProgressStep::Resumed { from } => Some(format!("{name}: resumed at {}", DecimalBytes(*from))),
            ProgressStep::Done { size } => Some(format!("{name}: done, {}", DecimalBytes(*size))),
            ProgressStep::Kept { size } => Some(format!("{name}: was there already, {}", DecimalBytes(*size))),
            _ => None,
        }
    }
}

impl Board for FileBoard {
    fn said(&mut self, now: Instant) -> Vec<String> {
        let is_due = |last: Instant| now.saturating_duration_since(last) >= TOTALS;
        if !self.is_live && self.last_total.is_some_and(is_due) {
            self.last_total = Some(now);
            let sum = self.files.sum(now);
            let total = sum.total.map(|total| format!(" of {}", DecimalBytes(total))).unwrap_or_default();
            let bytes = DecimalBytes(sum.bytes);
            self.said.push(format!("{}, {bytes}{total}, {}, {} left", counts(&sum), speed(&sum), left(&sum)));
        }
        std::mem::take(&mut self.said)
    }

    fn live(&mut self, size: Size, now: Instant) -> Vec<String> {
        let sum = self.files.sum(now);
        let under_way = self.files.under_way();
        let mut lines = vec![total_line(&sum, size.columns)];
        let room = size.rows.saturating_sub(1);
        // The last row tells of those that have none.
        let shown = if under_way.len() > room { room.saturating_sub(1) } else { under_way.len() };
        let longest = under_way.iter().take(shown).map(|(name, _)| measure_text_width(name)).max();
        self.names = self.names.max(longest.unwrap_or_default());
        lines.extend(under_way.iter().take(shown).map(|(name, file)| file_line(name, file, self.names, size.columns)));
        if under_way.len() > shown && room > 0 {
            lines.push(truncate_str(&format!("  and {} more", under_way.len() - shown), size.columns, "").into_owned());
        }
        lines
    }

    fn close(&mut self, now: Instant) {
        let sum = self.files.sum(now);
        if sum.files > 0 {
            self.said.push(summary(&sum));
        }
        *self = Self { said: std::mem::take(&mut self.said), ..Self::new(self.is_live) };
    }
}

/// `3 of 8 files [=====>        ]  12.00 MB of  96.00 MB    4.10 MB/s  00:21 left`
fn total_line(sum: &Sum, columns: usize) -> String {
    let counts = pad(&counts(sum), counts(&Sum { done: sum.files, kept: 0, ..*sum }).len());
    let figures = format!("{}  {:>11}  {:>5} left", amount(sum.bytes, sum.total), speed(sum), left(sum));
    let room = columns.saturating_sub(counts.len() + figures.len() + 3);
    match sum.total.filter(|_| room >= SHORTEST) {
        Some(total) => format!("{counts} {}  {figures}", gauge(sum.bytes, total, room.min(LONGEST))),
        None => truncate_str(&format!("{counts}  {figures}"), columns, "").into_owned(),
    }
}

/// The name, as much of it as there is room for; a gauge, if there is room; how much of the file is there.
fn file_line(name: &str, file: &File, names: usize, columns: usize) -> String {
    let state = match file.is_broken {
        true => format!("{:>AMOUNT$}", "waits to try again"),
        false => amount(file.received, file.total),
    };
    let room = columns.saturating_sub(AMOUNT + 4);
    let name_room = names.min(room.saturating_sub(SHORTEST + 1));
    let gauge_room = room.saturating_sub(name_room + 1).min(LONGEST);
    if name_room < SHORTEST.min(names) || gauge_room < SHORTEST {
        return shorten(&format!("  {name}"), columns);
    }
    let name = pad(&shorten(name, name_room), name_room);
    let gauge = file.total.map_or_else(|| " ".repeat(gauge_room), |total| gauge(file.received, total, gauge_room));
    format!("  {name} {gauge}  {state}")
}

/// What stays in the end.
fn summary(sum: &Sum) -> String {
    let mut text = format!("{}, {} in {}", counts(sum), DecimalBytes(sum.bytes), clock(sum.elapsed));
    if sum.kept > 0 {
        text += &format!("; {} had been there before", sum.kept);
    }
    text
}

fn counts(sum: &Sum) -> String {
    let failed = if sum.failed > 0 { format!(", {} failed", sum.failed) } else { String::new() };
    format!("{} of {}{failed}", sum.done + sum.kept, files(sum.files))
}

/// So wide that it stays where it is.
fn amount(bytes: u64, total: Option<u64>) -> String {
    let bytes = DecimalBytes(bytes).to_string();
    match total {
        Some(total) => format!("{bytes:>9} of {:>9}", DecimalBytes(total).to_string()),
        None => format!("{bytes:>AMOUNT$}"),
    }
}

/// The columns of an amount.
const AMOUNT: usize = 22;

fn speed(sum: &Sum) -> String {
    format!("{}/s", DecimalBytes(sum.speed))
}

fn left(sum: &Sum) -> String {
    sum.left.map_or_else(|| "--:--".to_owned(), clock)
}
