//! A file that is being fetched: its bytes lie in a hidden file beside the target, with a state file that tells what they
//! are part of. Together they are enough to go on after anything, also after the program was killed.

mod state;
#[cfg(test)]
mod tests;
mod written;

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::digest::Digests;
use super::expected::Expected;
use super::file::blocking;
use super::options::Overwrite;
use crate::{Error, ErrorKind, Result};
use state::State;
use written::Written;

/// So much is handed to the disk at once, on a thread that may wait for it, while the next bytes come in. With
/// what hyper reads ahead, a file under way takes 2 MiB of memory.
const PIECE: usize = 256 * 1024;

/// What comes slowly is handed over after this time, so that no more of it is lost if the program is killed.
const PATIENCE: Duration = Duration::from_secs(1);

/// What has come of a file so far.
///
/// Dropped before its [`commit`](Self::commit), it leaves what a later run can go on with: what has a strong entity tag, and
/// a digest that will tell whether the parts fit. Otherwise it leaves nothing.
pub(super) struct Partial {
    path: PathBuf,
    /// On this side, or with the thread that writes.
    at: At,
    /// Not yet handed over.
    pieces: Vec<Bytes>,
    length: usize,
    handed_over: Instant,
}

enum At {
    Here(Box<Written>),
    Writing(JoinHandle<Result<Box<Written>>>),
    /// The disk failed.
    Gone,
}

impl Partial {
    /// Starts a file, or takes up what an earlier run left of it. Missing directories are made.
    ///
    /// # Errors
    /// `Conflict` if another download is at work on the same file; `File` if the directory cannot be made or written.
    pub(super) async fn open(path: &Path, expected: &Expected) -> Result<Self> {
        let (target, digests) = (path.to_owned(), expected.digests());
        let written = blocking(move || Written::open(&target, digests)).await?;
        Ok(Self {
            path: path.to_owned(),
            at: At::Here(Box::new(written)),
            pieces: Vec::new(),
            length: 0,
            handed_over: Instant::now(),
        })
    }

    /// Removes what an earlier run left, unless somebody is at work on it.
    pub(super) async fn clear(path: &Path) {
        let target = path.to_owned();
        if let Err(cause) = blocking(move || Written::clear(&target)).await {
            tracing::debug!(%cause, "what an earlier run left cannot be removed");
        }
    }

    /// The target.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes are there already, the entity tag that they came with, and the length of the whole, if it is known.
    pub(super) fn resumable(&self) -> Option<(u64, HeaderValue, Option<u64>)> {
        match &self.at {
            At::Here(written) => written.resumable(),
            At::Writing(_) | At::Gone => None,
        }
    }

    /// Begins from nothing.
    pub(super) async fn begin(
        &mut self,
        etag: Option<HeaderValue>,
        total: Option<u64>,
        digests: Digests,
    ) -> Result<()> {
        self.pieces.clear();
        self.length = 0;
        let (mut written, path) = (self.take().await?, self.path.clone());
        let begun = blocking(move || {
            written.begin(State::new(&path, etag, total, &digests), digests)?;
            Ok(written)
        });
        self.at = At::Here(begun.await?);
        Ok(())
    }

    /// Appends bytes. They are on the disk some time later.
    pub(super) async fn write(&mut self, bytes: Bytes) -> Result<()> {
        self.length += bytes.len();
        self.pieces.push(bytes);
        if self.length < PIECE && self.handed_over.elapsed() < PATIENCE {
            return Ok(());
        }
        self.hand_over().await
    }

    async fn hand_over(&mut self) -> Result<()> {
        let mut written = self.take().await?;
        let pieces = std::mem::take(&mut self.pieces);
        self.length = 0;
        self.handed_over = Instant::now();
        self.at = At::Writing(tokio::task::spawn_blocking(move || {
            written.write(&pieces)?;
            Ok(written)
        }));
        Ok(())
    }

    /// Waits for the thread that writes.
    async fn take(&mut self) -> Result<Box<Written>> {
        match std::mem::replace(&mut self.at, At::Gone) {
            At::Here(written) => Ok(written),
            At::Writing(writing) => writing.await.unwrap_or_else(|cause| {
                Err(Error::new(ErrorKind::Unexpected, "writing was aborted").with_source(cause))
            }),
            At::Gone => Err(Error::new(ErrorKind::Unexpected, "the file has failed before")),
        }
    }

    /// Has all bytes written, and gives their number and digests.
    pub(super) async fn finish(&mut self) -> Result<(u64, Digests)> {
        self.flush().await?;
        let mut written = self.take().await?;
        let found = (written.size(), written.take_digests());
        self.at = At::Here(written);
        Ok(found)
    }

    /// Has all bytes written.
    pub(super) async fn flush(&mut self) -> Result<()> {
        if !self.pieces.is_empty() {
            self.hand_over().await?;
        }
        self.at = At::Here(self.take().await?);
        Ok(())
    }

    /// What has come is wrong: nothing of it stays.
    pub(super) fn void(&mut self) {
        if let At::Here(written) = &mut self.at {
            written.void();
        }
    }

    /// Leaves nothing.
    pub(super) async fn discard(mut self) {
        let Ok(mut written) = self.take().await else { return };
        let discarded = blocking(move || {
            written.void();
            drop(written);
            Ok(())
        });
        drop(discarded.await);
    }

    /// Makes the bytes durable and gives the file its name. With [`Overwrite::Never`] that fails if the name is taken by now.
    pub(super) async fn commit(mut self, overwrite: Overwrite) -> Result<()> {
        let (written, path) = (self.take().await?, self.path);
        blocking(move || written.commit(&path, overwrite == Overwrite::Never)).await
    }
}
