//! What a transfer tells while it runs.

use std::sync::Arc;

/// Hears of progress. It is called from inside transfers and must not block. Closures implement it.
pub trait Progress: Send + Sync + 'static {
    /// Something happened.
    fn event(&self, event: &ProgressEvent);
}

impl<F: Fn(&ProgressEvent) + Send + Sync + 'static> Progress for F {
    fn event(&self, event: &ProgressEvent) {
        self(event);
    }
}

/// What happened to one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileState {
    /// Its bytes come in. Told at most ten times a second for each file.
    Receiving,
    /// What came in was broken or wrong; it is fetched again from the start.
    Again,
    /// It is complete, verified and under its final name.
    Done,
    /// It was there already and stays: it is right, or was not to be replaced. Nothing was fetched.
    Present,
}

/// One step of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProgressEvent {
    /// The file's name, relative to the directory of the transfer.
    pub file: Arc<str>,
    /// What happened.
    pub state: FileState,
    /// Bytes received of this file.
    pub received: u64,
    /// The file's size in bytes, if it is known.
    pub total: Option<u64>,
}
