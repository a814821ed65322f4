//! A file that is there already.

use std::future::Future;
use std::path::Path;

use super::digest::{Digests, Verified, digest_file};
use super::download::{Download, FileReport};
use super::expected::Expected;
use super::options::Overwrite;
use crate::progress::ProgressStep;
use crate::{Error, ErrorKind, Result};

/// What a file that is there already is.
enum Found {
    Right,
    Wrong(String),
    /// Nothing is known to tell it from another.
    Unknown,
}

impl Download {
    /// The file that is there already, if it stays. `size`: what it should have, as far as that is known by now.
    pub(super) async fn kept(&self, target: &Path, size: Option<u64>) -> Result<Option<FileReport>> {
        if self.overwrite == Overwrite::Always {
            return Ok(None);
        }
        let Some(found) = tokio::fs::metadata(target).await.ok().filter(std::fs::Metadata::is_file) else {
            return Ok(None);
        };
        let (named, size_there) = (self.shown(), found.len());
        let digests = async { Ok(digest_file(target, &self.expected.digests()).await?.1) };
        let verified = self.stays(&named, size_there, size, digests).await?;
        Ok(verified.map(|verified| FileReport {
            path: target.to_owned(),
            size: size_there,
            fetched: 0,
            resumed: 0,
            attempts: 0,
            verified,
        }))
    }

    /// Does what is there, of this name and size, stay, and how is it known to be right? `digests` reads them, if they are
    /// needed.
    pub(super) async fn stays(
        &self,
        named: &str,
        size_there: u64,
        size: Option<u64>,
        digests: impl Future<Output = Result<Digests>> + Send,
    ) -> Result<Option<Verified>> {
        let never = self.overwrite == Overwrite::Never;
        let verified = if never && !self.expected.verify.is_on() {
            Verified::Unchecked
        } else {
            match self.compare(size_there, size, digests).await? {
                Found::Right => self.expected.verified(),
                Found::Unknown if never => Verified::Unchecked,
                Found::Wrong(what) if never => {
                    let message = format!("{named} is there and is not what it should be: {what}");
                    return Err(Error::new(ErrorKind::Integrity, message).with_help(
                        "It was left as it is, as Overwrite::Never was chosen. Overwrite::IfDifferent replaces it",
                    ));
                }
                Found::Unknown | Found::Wrong(_) => return Ok(None),
            }
        };
        self.tell(ProgressStep::Kept { size: size_there });
        Ok(Some(verified))
    }

    async fn compare(
        &self,
        size_there: u64,
        size: Option<u64>,
        digests: impl Future<Output = Result<Digests>> + Send,
    ) -> Result<Found> {
        if let Err(what) = Expected::check_size(size_there, size) {
            return Ok(Found::Wrong(what));
        }
        if self.expected.has_digest() {
            return Ok(self.expected.check_digests(&digests.await?).map_or_else(Found::Wrong, |()| Found::Right));
        }
        Ok(if size.is_some() && !self.expected.verify.is_on() { Found::Right } else { Found::Unknown })
    }
}
