//! The place where bars are shown. There is one for standard error, so that bars do not draw over each other, and a thread
//! that draws them: no transfer waits for a terminal.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::painter::{Boards, Painter, Size};

/// What has lines to show.
pub(super) trait Board: Send + 'static {
    /// The lines to leave standing that have come since it was last asked.
    fn said(&mut self, now: Instant) -> Vec<String>;

    /// The lines that change, as they are now. Asked for on a terminal only.
    fn live(&mut self, size: Size, now: Instant) -> Vec<String>;

    /// It is shown no longer: makes the lines that it leaves.
    fn close(&mut self, now: Instant);
}

#[derive(Clone)]
pub(super) struct Screen(Arc<Inner>);

struct Inner {
    is_live: bool,
    stage: Mutex<Stage>,
    /// The painter is to look at once.
    wake: Condvar,
    /// A round of drawing is over.
    drawn: Condvar,
    painter: Mutex<Painter>,
}

#[derive(Default)]
struct Stage {
    boards: Boards,
    /// Lines to leave standing that belong to no board.
    lines: Vec<String>,
    hurry: bool,
    is_painted: bool,
    begun: u64,
    done: u64,
}

/// The time from one drawing to the next.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a bar that is closed waits until that is drawn: longer only where a terminal is stopped.
const LAST_DRAWING: Duration = Duration::from_secs(1);

impl Screen {
    /// The one on standard error.
    pub(super) fn stderr() -> Self {
        static STDERR: OnceLock<Screen> = OnceLock::new();
        STDERR.get_or_init(|| Self::new(Painter::for_stderr())).clone()
    }

    pub(super) fn new(painter: Painter) -> Self {
        Self(Arc::new(Inner {
            is_live: painter.is_live(),
            stage: Mutex::default(),
            wake: Condvar::new(),
            drawn: Condvar::new(),
            painter: Mutex::new(painter),
        }))
    }

    /// Is it a terminal, where lines can change?
    pub(super) fn is_live(&self) -> bool {
        self.0.is_live
    }

    pub(super) fn add(&self, board: Arc<Mutex<dyn Board>>) {
        let mut stage = lock(&self.0.stage);
        stage.boards.push(board);
        self.look(&mut stage);
    }

    /// Leaves a line standing.
    pub(super) fn say(&self, line: String) {
        let mut stage = lock(&self.0.stage);
        stage.lines.push(line);
        self.look(&mut stage);
    }

    /// Shows a board no longer, and returns when its last lines are drawn.
    pub(super) fn remove(&self, board: &Arc<Mutex<dyn Board>>) {
        let mut stage = lock(&self.0.stage);
        stage.boards.retain(|other| !Arc::ptr_eq(other, board));
        let last = {
            let (mut board, now) = (lock(board), Instant::now());
            board.close(now);
            board.said(now)
        };
        stage.lines.extend(last);
        self.look(&mut stage);
        // What is being drawn now may know nothing of it yet.
        let round = stage.begun + 1;
        let is_due = |stage: &mut Stage| stage.is_painted && stage.done < round;
        drop(self.0.drawn.wait_timeout_while(stage, LAST_DRAWING, is_due));
    }

    fn look(&self, stage: &mut Stage) {
        stage.hurry = true;
        self.0.wake.notify_one();
        if !stage.is_painted {
            let screen = self.clone();
            let thread = thread::Builder::new().name("planet-reporting".to_owned()).spawn(move || screen.paint());
            // Without a thread nothing is shown; that is no reason to stop.
            stage.is_painted = thread.is_ok();
        }
    }

    /// Draws until there is nothing left to show.
    fn paint(&self) {
        let mut painter = lock(&self.0.painter);
        loop {
            let (lines, boards) = {
                let mut stage = lock(&self.0.stage);
                stage.begun += 1;
                stage.hurry = false;
                (std::mem::take(&mut stage.lines), stage.boards.clone())
            };
            painter.draw(lines, &boards, Instant::now());
            drop(boards);
            let mut stage = lock(&self.0.stage);
            stage.done = stage.begun;
            self.0.drawn.notify_all();
            if stage.boards.is_empty() && stage.lines.is_empty() {
                // The next thread waits for the painter, not for this one to end.
                stage.is_painted = false;
                return;
            }
            drop(self.0.wake.wait_timeout_while(stage, PAUSE, |stage| !stage.hurry));
        }
    }
}

pub(super) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
