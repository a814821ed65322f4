//! The run of a download, to the file under its name.

use std::path::Path;
use std::time::SystemTime;

use super::disk::{check_target, ensure_room};
use super::download::{Download, FileReport};
use super::expected::Expected;
use super::file::directory_of;
use super::partial::Partial;
use super::source::{Piece, Source};
use crate::progress::ProgressStep;
use crate::{Error, ErrorKind, Result};

impl Download {
    /// Fetches the file, unless it is there already and stays.
    ///
    /// # Errors
    /// `Integrity` if the bytes are wrong twice, if nothing tells where they end, if a web page comes in place of a file
    /// without a digest, if the service names the file in a way that is not safe, or if a wrong file is there and was to be
    /// kept; `File` if the disk refuses, or has too little room; `Conflict` if another download of the same file is under
    /// way; otherwise as the link answers. The final name never holds bytes that are not what they should be, nor a part of
    /// them.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the final name as it was. What has come lies in a hidden file beside it (`.planet-*.part`,
    /// with a `.planet-*.state`), and the next run goes on from there: if the storage has a strong entity tag for the file,
    /// and a digest is known that will tell whether the parts fit. Otherwise nothing is left.
    pub async fn run(self) -> Result<FileReport> {
        let mut fetch = Fetch { source: Source::new(self), partial: None, looked: false, resumed: 0 };
        let result = fetch.steps().await.map_err(|error| fetch.source.download.named(error));
        if let Err(error) = &result {
            // What came before the trouble is worth keeping; if the disk is the trouble, its first error is told.
            if let Some(mut partial) = fetch.partial
                && let Err(cause) = partial.flush().await
            {
                tracing::debug!(%cause, "the last bytes of a broken download are lost");
            }
            fetch.source.download.tell(ProgressStep::Failed { reason: error.message().into() });
        }
        result
    }
}

/// A file on its way to the disk.
struct Fetch {
    source: Source,
    /// Nothing until the name is known.
    partial: Option<Partial>,
    /// A file that is there was looked at, with enough known to tell whether it stays.
    looked: bool,
    /// Bytes of an earlier run.
    resumed: u64,
}

impl Fetch {
    async fn steps(&mut self) -> Result<FileReport> {
        if let Some(kept) = self.prepare().await? {
            return Ok(kept);
        }
        loop {
            match self.source.next().await? {
                Some(Piece::Begin { .. }) => {
                    if let Some(kept) = self.begin().await? {
                        return Ok(kept);
                    }
                }
                Some(Piece::Bytes(bytes)) => self.partial()?.write(bytes).await?,
                None => {
                    if self.is_right().await? {
                        return self.commit().await;
                    }
                }
            }
        }
    }

    /// What can be done before the file is asked for, if its name is known.
    async fn prepare(&mut self) -> Result<Option<FileReport>> {
        let download = &self.source.download;
        let Some(target) = download.target() else { return Ok(None) };
        self.looked = download.expected.size.is_some() || download.expected.has_digest();
        let size = download.expected.size;
        self.look_and_take_up(&target, size).await
    }

    /// The file begins: with it, its name and its length are known.
    async fn begin(&mut self) -> Result<Option<FileReport>> {
        let target = self.source.download.target().unwrap_or_default();
        self.forget_other_than(&target).await;
        if !self.looked {
            self.looked = true;
            let kept = self.look_and_take_up(&target, self.source.total()).await?;
            if kept.is_some() || self.resumed > 0 {
                return Ok(kept.map(|kept| FileReport { attempts: self.source.attempts, ..kept }));
            }
        }
        self.resumed = 0;
        let (etag, total) = (self.source.validator().cloned(), self.source.total());
        let digests = self.source.download.expected.digests();
        self.partial()?.begin(etag, total, digests).await?;
        if self.source.download.expected.size().is_none() {
            // The answer is the first to tell.
            ensure_room(directory_of(&target), total.unwrap_or_default()).await?;
        }
        Ok(None)
    }

    /// An answer that proved wrong may have had another name than the file.
    async fn forget_other_than(&mut self, target: &Path) {
        if self.partial.as_ref().is_some_and(|partial| partial.path() != target)
            && let Some(partial) = self.partial.take()
        {
            partial.discard().await;
            (self.looked, self.resumed) = (false, 0);
        }
    }

    /// The file that is there, if it stays; otherwise what an earlier run left of it is taken up.
    async fn look_and_take_up(&mut self, target: &Path, size: Option<u64>) -> Result<Option<FileReport>> {
        let before = last_changed(target).await;
        if let Some(kept) = self.source.download.kept(target, size).await? {
            Partial::clear(target).await;
            return Ok(Some(kept));
        }
        if self.partial.is_none() {
            self.take_up(target).await?;
        }
        // Whoever had the hidden file just before may have completed it.
        if last_changed(target).await != before
            && let Some(kept) = self.source.download.kept(target, size).await?
        {
            if let Some(partial) = self.partial.take() {
                partial.discard().await;
            }
            return Ok(Some(kept));
        }
        Ok(None)
    }

    /// Opens the hidden file, and goes on with what an earlier run left in it.
    async fn take_up(&mut self, target: &Path) -> Result<()> {
        check_target(target).await?;
        let partial = Partial::open(target, &self.source.download.expected).await?;
        if let Some((from, etag, total)) = partial.resumable()
            && self.source.validator().is_none_or(|validator| *validator == etag)
            && self.source.resume(from, etag, total)
        {
            self.resumed = from;
        }
        self.partial = Some(partial);
        let missing = self.source.total().unwrap_or_default().saturating_sub(self.resumed);
        ensure_room(directory_of(target), missing).await
    }

    /// Is what came the file? If it is not, it is asked for again, or that is the end.
    async fn is_right(&mut self) -> Result<bool> {
        let (size, found) = self.partial()?.finish().await?;
        let expected = &self.source.download.expected;
        let checked = Expected::check_size(size, self.source.total()).and_then(|()| expected.check_digests(&found));
        let Err(what) = checked else {
            self.source.download.tell_verified();
            return Ok(true);
        };
        self.partial()?.void();
        self.resumed = 0;
        self.source.reject(&what).await?;
        Ok(false)
    }

    async fn commit(&mut self) -> Result<FileReport> {
        let size = self.source.total().unwrap_or_default();
        let download = &self.source.download;
        if let Some(partial) = self.partial.take() {
            partial.commit(download.overwrite).await?;
        }
        download.tell(ProgressStep::Done { size });
        Ok(FileReport {
            path: download.target().unwrap_or_default(),
            size,
            fetched: self.source.fetched,
            resumed: self.resumed,
            attempts: self.source.attempts,
            verified: download.expected.verified(),
        })
    }

    fn partial(&mut self) -> Result<&mut Partial> {
        self.partial.as_mut().ok_or_else(|| Error::new(ErrorKind::Unexpected, "bytes came before their file began"))
    }
}

/// The length of what is there, and when it was written; nothing if nothing is there.
async fn last_changed(target: &Path) -> Option<(u64, Option<SystemTime>)> {
    let found = tokio::fs::metadata(target).await.ok()?;
    Some((found.len(), found.modified().ok()))
}
