//! The bytes of a file for those who can take back what they did with them.

use super::super::digest::Hashers;
use super::super::download::Download;
use super::super::source::{Piece, Source};
use crate::Result;

/// A source that compares the bytes with their digests in the end, and fetches them once more if they are wrong.
pub(super) struct Checked {
    pub(super) source: Source,
    hashers: Hashers,
    /// Bytes since the file last began.
    pub(super) size: u64,
}

impl Checked {
    pub(super) fn new(download: Download) -> Self {
        Self { source: Source::new(download), hashers: Hashers::default(), size: 0 }
    }

    /// The next piece; nothing at the end, when all that came since the last beginning is right.
    pub(super) async fn next(&mut self) -> Result<Option<Piece>> {
        loop {
            match self.source.next().await? {
                Some(Piece::Begin { same }) => {
                    // A new link may have brought new digests.
                    self.hashers = Hashers::for_digests(&self.source.download.expected.digests());
                    self.size = 0;
                    return Ok(Some(Piece::Begin { same }));
                }
                Some(Piece::Bytes(bytes)) => {
                    self.hashers.update(&bytes);
                    self.size += bytes.len() as u64;
                    return Ok(Some(Piece::Bytes(bytes)));
                }
                None => {
                    let found = std::mem::take(&mut self.hashers).finish();
                    match self.source.download.expected.check_digests(&found) {
                        Ok(()) => {
                            self.source.download.tell_verified();
                            return Ok(None);
                        }
                        Err(what) => self.source.reject(&what).await?,
                    }
                }
            }
        }
    }
}
