//! The bytes of a file for those who cannot take back what they did with them.

use bytes::{Buf, Bytes};

use super::super::digest::{Digests, Hashers};
use super::super::download::Download;
use super::super::source::{Piece, Source};
use crate::{Error, ErrorKind, Result};

/// Hands out each byte of a file once, in order, over as many answers as it takes.
///
/// When the file begins anew, what was handed out before is skipped: the digest tells in the end whether the parts fit
/// together. Without one they only do if a strong entity tag says so.
pub(super) struct Straight {
    pub(super) source: Source,
    /// The digests that were known at the first byte, and the bytes handed out.
    digests: Digests,
    hashers: Hashers,
    pub(super) handed_out: u64,
    /// So many of the bytes that come next were handed out before.
    skip: u64,
}

impl Straight {
    pub(super) fn new(download: Download) -> Self {
        let (digests, hashers) = (Digests::default(), Hashers::default());
        Self { source: Source::new(download), digests, hashers, handed_out: 0, skip: 0 }
    }

    /// The next bytes; nothing at the end, when all that was handed out is right.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            match self.source.next().await? {
                Some(Piece::Begin { same }) => self.begin(same)?,
                Some(Piece::Bytes(mut bytes)) => {
                    let known = self.skip.min(bytes.len() as u64);
                    self.skip -= known;
                    bytes.advance(usize::try_from(known).unwrap_or(bytes.len()));
                    if !bytes.is_empty() {
                        self.hashers.update(&bytes);
                        self.handed_out += bytes.len() as u64;
                        return Ok(Some(bytes));
                    }
                }
                None => {
                    self.check()?;
                    self.source.download.tell_verified();
                    return Ok(None);
                }
            }
        }
    }

    fn begin(&mut self, same: bool) -> Result<()> {
        let expected = &self.source.download.expected;
        if self.handed_out == 0 {
            self.digests = expected.digests();
            self.hashers = Hashers::for_digests(&self.digests);
        } else if self.digests != expected.digests() {
            return Err(self.wrong("it was made anew while it was fetched"));
        } else if !same && !expected.has_digest() {
            return Err(
                self.wrong("it broke, and nothing tells whether what comes now is the rest of what came before")
            );
        }
        self.skip = self.handed_out;
        Ok(())
    }

    fn check(&mut self) -> Result<()> {
        if self.skip > 0 {
            return Err(self.wrong("it became shorter while it was fetched"));
        }
        let found = std::mem::take(&mut self.hashers).finish();
        self.source.download.expected.check_digests(&found).map_err(|what| self.wrong(&what))
    }

    fn wrong(&self, what: &str) -> Error {
        let message = format!("{} is not what it should be: {what}", self.source.download.shown());
        let (attempts, elapsed) = (self.source.attempts, self.source.started.elapsed());
        Error::new(ErrorKind::Integrity, message).with_attempts(attempts, elapsed, false).with_help(
            "What was handed out of it is of no use. Fetch it again from the beginning; to a file, into memory or into a store, broken transfers are mended",
        )
    }
}
