//! The hand that writes: bars by indicatif on a terminal, plain lines elsewhere.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::screen::{Board, lock};

/// Columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

pub(super) enum Painter {
    Live(Live),
    Plain(Box<dyn Write + Send>),
}

/// A terminal. All live lines are the message of one bar, so that they change together.
pub(super) struct Live {
    target: Target,
    size: SizeNow,
    bar: Option<ProgressBar>,
    drawn: (String, Size),
}

type Target = Box<dyn Fn() -> ProgressDrawTarget + Send>;
type SizeNow = Box<dyn Fn() -> Size + Send>;

pub(super) type Boards = Vec<Arc<Mutex<dyn Board>>>;

impl Painter {
    /// For standard error, as it is.
    pub(super) fn for_stderr() -> Self {
        if ProgressDrawTarget::stderr().is_hidden() {
            return Self::Plain(Box::new(std::io::stderr()));
        }
        let size = || {
            let (rows, columns) = Term::stderr().size();
            Size { columns: columns.into(), rows: rows.into() }
        };
        Self::live(Box::new(ProgressDrawTarget::stderr), Box::new(size))
    }

    pub(super) fn live(target: Target, size: SizeNow) -> Self {
        let drawn = (String::new(), size());
        Self::Live(Live { target, size, bar: None, drawn })
    }

    pub(super) fn is_live(&self) -> bool {
        matches!(self, Self::Live(_))
    }

    /// Writes the lines that stay and, on a terminal, below them the lines that change.
    pub(super) fn draw(&mut self, mut lines: Vec<String>, boards: &Boards, now: Instant) {
        for board in boards {
            lines.append(&mut lock(board).said(now));
        }
        match self {
            Self::Live(live) => live.draw(&lines, boards, now),
            Self::Plain(to) => {
                let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
                // Progress that cannot be shown is no reason to stop.
                drop(to.write_all(text.as_bytes()));
            }
        }
    }
}

impl Live {
    fn draw(&mut self, lines: &[String], boards: &Boards, now: Instant) {
        let size = (self.size)();
        let text = live_lines(boards, size, now).join("\n");
        if !lines.is_empty() {
            self.bar().println(lines.join("\n"));
        }
        if text.is_empty() {
            if let Some(bar) = self.bar.take() {
                bar.finish_and_clear();
            }
        } else if (&text, size) != (&self.drawn.0, self.drawn.1) || self.bar.is_none() {
            let bar = self.bar();
            bar.set_message(text.clone());
            bar.force_draw();
        }
        self.drawn = (text, size);
    }

    fn bar(&mut self) -> &ProgressBar {
        self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
            ProgressBar::with_draw_target(None, (self.target)()).with_style(style)
        })
    }
}

/// The lines of all boards, as far as there is room; the last row stays free.
fn live_lines(boards: &Boards, size: Size, now: Instant) -> Vec<String> {
    let mut lines = Vec::new();
    for board in boards {
        let rows = size.rows.saturating_sub(1 + lines.len());
        let of_board = lock(board).live(Size { rows, ..size }, now);
        lines.extend(of_board.into_iter().take(rows));
    }
    lines
}
