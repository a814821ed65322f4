//! Files that go elsewhere than to a file: into a writer, a stream, memory, an object store.

mod checked;
mod memory;
#[cfg(feature = "object-store")]
mod store;
#[cfg(feature = "object-store")]
#[cfg(test)]
mod store_tests;
mod straight;
mod stream;
#[cfg(test)]
mod tests;
#[cfg(feature = "object-store")]
mod upload;
mod writer;

use super::digest::Verified;
use super::source::Source;
use crate::progress::ProgressStep;
use crate::{Error, Result};

pub use stream::DownloadStream;

/// What became of one file that went into a writer or an object store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SinkReport {
    /// The file's name as it was given, or as it was found in the answer; in a store, the path of the object.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Bytes fetched, with those of broken attempts; 0 if an object was there already and stayed.
    pub fetched: u64,
    /// How often the file was asked for; 0 if it was not, as the object was there already.
    pub attempts: u32,
    /// How it is known to be right.
    pub verified: Verified,
}

impl SinkReport {
    fn of(source: &Source, size: u64) -> Self {
        let download = &source.download;
        Self {
            name: download.name.as_deref().map(super::shown).unwrap_or_default(),
            size,
            fetched: source.fetched,
            attempts: source.attempts,
            verified: download.expected.verified(),
        }
    }
}

/// Tells how it ended.
fn told<T>(source: &Source, size: u64, result: Result<T>) -> Result<T> {
    if result.is_ok() {
        source.download.tell(ProgressStep::Done { size });
    }
    result.map_err(|error| failed(source, error))
}

fn failed(source: &Source, error: Error) -> Error {
    let error = source.download.named(error);
    source.download.tell(ProgressStep::Failed { reason: error.message().into() });
    error
}
