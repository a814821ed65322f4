//! What all bars have in common: a board, and the screen where it is shown.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::screen::{Board, Screen, lock};

/// A board that is shown from the first time that it hears something until it is finished or dropped.
pub(super) struct Bar<B: Board> {
    board: Arc<Mutex<B>>,
    /// None: it is quiet.
    screen: Option<Screen>,
    is_shown: AtomicBool,
}

impl<B: Board> Bar<B> {
    pub(super) fn new(board: B, screen: Option<Screen>) -> Self {
        Self { board: Arc::new(Mutex::new(board)), screen, is_shown: AtomicBool::new(false) }
    }

    /// Tells the board.
    pub(super) fn tell(&self, tell: impl FnOnce(&mut B, Instant)) {
        let Some(screen) = &self.screen else { return };
        tell(&mut lock(&self.board), Instant::now());
        if !self.is_shown.swap(true, Ordering::Relaxed) {
            screen.add(Arc::clone(&self.board) as Arc<Mutex<dyn Board>>);
        }
    }

    /// Leaves a line of somebody else standing above what is shown.
    pub(super) fn say(&self, line: &str) {
        if let Some(screen) = &self.screen {
            screen.say(line.to_owned());
        }
    }

    pub(super) fn finish(&self) {
        if let Some(screen) = self.screen.as_ref().filter(|_| self.is_shown.swap(false, Ordering::Relaxed)) {
            let board: Arc<Mutex<dyn Board>> = Arc::clone(&self.board) as _;
            screen.remove(&board);
        }
    }
}

impl<B: Board> Drop for Bar<B> {
    fn drop(&mut self) {
        self.finish();
    }
}

impl<B: Board> fmt::Debug for Bar<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bar").field("quiet", &self.screen.is_none()).finish_non_exhaustive()
    }
}
