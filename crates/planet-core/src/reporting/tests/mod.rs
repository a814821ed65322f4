//! Bars on a terminal in memory, and the other listeners, told scripted events.

mod adapters;
mod drawing;
mod files;
mod states;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::InMemoryTerm;

use super::painter::{Boards, Painter};
use super::screen::{Board, lock};
use crate::{ProgressEvent, ProgressStep};

/// A terminal, and a clock that stands still.
struct Terminal {
    term: InMemoryTerm,
    painter: Painter,
    boards: Boards,
    start: Instant,
    now: Instant,
}

impl Terminal {
    fn new(rows: u16, columns: u16) -> Self {
        let term = InMemoryTerm::new(rows, columns);
        let start = Instant::now();
        Self { painter: Painter::live(Box::new(term.clone())), term, boards: Vec::new(), start, now: start }
    }

    fn add<B: Board>(&mut self, board: B) -> Arc<Mutex<B>> {
        let board = Arc::new(Mutex::new(board));
        self.boards.push(Arc::clone(&board) as Arc<Mutex<dyn Board>>);
        board
    }

    fn at(&mut self, seconds: f64) -> Instant {
        self.now = self.start + Duration::from_secs_f64(seconds);
        self.now
    }

    /// What stands on the screen after the next drawing.
    fn screen(&mut self) -> String {
        self.painter.draw(Vec::new(), &self.boards, self.now);
        self.term.contents()
    }

    /// Takes a board away, as a bar does that is finished.
    fn close<B: Board>(&mut self, board: &Arc<Mutex<B>>) {
        let board: Arc<Mutex<dyn Board>> = Arc::clone(board) as _;
        self.boards.retain(|other| !Arc::ptr_eq(other, &board));
        lock(&board).close(self.now);
        let lines = lock(&board).said(self.now);
        self.painter.draw(lines, &self.boards, self.now);
    }
}

fn event(name: &str, step: ProgressStep) -> ProgressEvent {
    ProgressEvent::new(name, step)
}

fn received(received: u64, total: u64) -> ProgressStep {
    ProgressStep::Received { received, total: Some(total) }
}

fn started(total: u64) -> ProgressStep {
    ProgressStep::Started { total: Some(total) }
}

fn planned(files: usize, bytes: u64) -> ProgressStep {
    ProgressStep::Planned { files, bytes: Some(bytes) }
}

fn failed(reason: &str) -> ProgressStep {
    ProgressStep::Failed { reason: reason.into() }
}

fn retry(reason: &str) -> ProgressStep {
    ProgressStep::Retry { failures: 1, delay: Duration::from_millis(1500), reason: reason.into() }
}

/// Bytes that can be looked at while they are written.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(lock(&self.0).clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal that is stopped, or a pipe that nobody reads, for so long at each write.
struct Stuck(Duration);

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        std::thread::park_timeout(self.0);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
