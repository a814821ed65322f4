//! The hand that writes: lines that change on a terminal, plain lines elsewhere.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use console::{Term, measure_text_width};
use indicatif::{ProgressDrawTarget, TermLike};

use super::screen::{Board, lock};

/// The room that there is for lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

pub(super) enum Painter {
    Live(Live),
    Plain(Box<dyn Write + Send>),
}

/// A terminal. Below the lines that stay are those that change, and below them the cursor.
///
/// The bars of indicatif itself fill each line up to the width of the terminal; in a terminal that is made narrower, all
/// of them become two lines each, and leave their halves behind. These do not.
pub(super) struct Live {
    term: Box<dyn TermLike>,
    drawn: Vec<String>,
    size: Size,
}

pub(super) type Boards = Vec<Arc<Mutex<dyn Board>>>;

impl Painter {
    /// For standard error, as it is.
    pub(super) fn for_stderr() -> Self {
        // Indicatif knows what a terminal is, and that `TERM=dumb` is none.
        if ProgressDrawTarget::stderr().is_hidden() {
            return Self::Plain(Box::new(io::stderr()));
        }
        Self::live(Box::new(Term::buffered_stderr()))
    }

    pub(super) fn live(term: Box<dyn TermLike>) -> Self {
        Self::Live(Live { term, drawn: Vec::new(), size: Size::default() })
    }

    pub(super) fn is_live(&self) -> bool {
        matches!(self, Self::Live(_))
    }

    /// Writes the lines that stay and, on a terminal, below them the lines that change.
    pub(super) fn draw(&mut self, mut lines: Vec<String>, boards: &Boards, now: Instant) {
        for board in boards {
            lines.append(&mut lock(board).said(now));
        }
        let written = match self {
            Self::Live(live) => live.draw(&lines, boards, now),
            Self::Plain(to) => {
                let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
                to.write_all(text.as_bytes())
            }
        };
        // Progress that cannot be shown is no reason to stop.
        drop(written);
    }
}

impl Live {
    fn draw(&mut self, said: &[String], boards: &Boards, now: Instant) -> io::Result<()> {
        // The last column and the last row stay free: what ends there scrolls in some terminals.
        let (columns, rows) = (usize::from(self.term.width()), usize::from(self.term.height()));
        let size = Size { columns: columns.saturating_sub(1), rows: rows.saturating_sub(1) };
        let lines = live_lines(boards, size, now);
        if said.is_empty() && lines == self.drawn && size == self.size {
            return Ok(());
        }
        // A terminal that was made narrower has broken the lines.
        let taken: usize = self.drawn.iter().map(|line| measure_text_width(line).div_ceil(columns.max(1)).max(1)).sum();
        self.term.move_cursor_up(taken)?;
        // All at first: a line that stays may take several rows.
        for _ in 0..taken {
            self.term.clear_line()?;
            self.term.move_cursor_down(1)?;
        }
        self.term.move_cursor_up(taken)?;
        for line in said.iter().chain(&lines) {
            self.term.write_line(line)?;
        }
        (self.drawn, self.size) = (lines, size);
        self.term.flush()
    }
}

/// The lines of all boards, as far as there is room.
fn live_lines(boards: &Boards, size: Size, now: Instant) -> Vec<String> {
    let mut lines = Vec::new();
    for board in boards {
        let rows = size.rows.saturating_sub(lines.len());
        let of_board = lock(board).live(Size { rows, ..size }, now);
        lines.extend(of_board.into_iter().take(rows));
    }
    lines
}
