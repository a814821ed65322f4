//! The bars of downloads.

use std::sync::Arc;

use super::bar::Bar;
use super::file_board::FileBoard;
use super::screen::Screen;
use crate::{Progress, ProgressEvent};

/// Shows downloads: a line with the totals of all files, their speed over the last ten seconds and the time that is left,
/// and a line for each file under way, as many as fit the terminal.
///
/// ```text
/// 3 of 8 files [=====>        ]  12.00 MB of  96.00 MB    4.10 MB/s  00:21 left
///   PSScene/20200909_1...rgn_clip.tif [==>           ]   4.10 MB of  32.00 MB
/// ```
///
/// Retries and failures are left standing above, and in the end one line with the totals. What an earlier run had fetched
/// does not count as speed. One may be given to any number of downloads at once, as clones; it adds up the files of
/// all their orders.
///
/// Where there is no terminal it writes a line for each order and for each file that is done, and the totals every 10 s.
///
/// ```
/// use planet_core::reporting::FileBars;
/// use planet_core::{Progress, ProgressEvent, ProgressStep};
///
/// let bars = FileBars::new();
/// // A download does this: `planet.orders().download(id).progress(bars.clone()).await?`
/// bars.event(&ProgressEvent::new("a.tif", ProgressStep::Started { total: Some(3) }));
/// bars.println("this stands above the bars");
/// bars.event(&ProgressEvent::new("a.tif", ProgressStep::Done { size: 3 }));
/// bars.finish();
///
/// // As a switch of a program may want it.
/// let bars = FileBars::new().quiet(true);
/// # drop(bars);
/// ```
#[doc(alias = "progress_bar")]
#[derive(Clone, Debug)]
#[must_use = "bars show what they are told"]
pub struct FileBars(Arc<Bar<FileBoard>>);

impl FileBars {
    /// Bars on standard error.
    pub fn new() -> Self {
        Self::on(Some(Screen::stderr()))
    }

    pub(super) fn on(screen: Option<Screen>) -> Self {
        let is_live = screen.as_ref().is_some_and(Screen::is_live);
        Self(Arc::new(Bar::new(FileBoard::new(is_live), screen)))
    }

    /// With `true` they show nothing at all. To be called first, before anything is told.
    #[doc(alias = "disable")]
    pub fn quiet(self, quiet: bool) -> Self {
        if quiet { Self::on(None) } else { self }
    }

    /// Leaves a line standing above all bars. Printing past them would garble them.
    pub fn println(&self, line: &str) {
        self.0.say(line);
    }

    /// Leaves the totals, and takes the bars away. Dropping the last clone does that too. Told more afterwards, they begin
    /// anew.
    pub fn finish(&self) {
        self.0.finish();
    }
}

impl Default for FileBars {
    fn default() -> Self {
        Self::new()
    }
}

impl Progress for FileBars {
    fn event(&self, event: &ProgressEvent) {
        self.0.tell(|board, now| board.event(event, now));
    }
}
