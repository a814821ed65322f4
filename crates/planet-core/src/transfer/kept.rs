//! A file that is there already.

use std::path::Path;

use super::digest::{Verified, digest_file};
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
        let (length, never) = (found.len(), self.overwrite == Overwrite::Never);
        let verified = if never && !self.expected.verify.is_on() {
            Verified::Unchecked
        } else {
            match self.compare(target, length, size).await? {
                Found::Right => self.expected.verified(),
                Found::Unknown if never => Verified::Unchecked,
                Found::Wrong(what) if never => {
                    let message = format!("{} is there and is not what it should be: {what}", self.shown());
                    return Err(Error::new(ErrorKind::Integrity, message).with_help(
                        "It was left as it is, as Overwrite::Never was chosen. Overwrite::IfDifferent replaces it",
                    ));
                }
                Found::Unknown | Found::Wrong(_) => return Ok(None),
            }
        };
        self.tell(ProgressStep::Kept { size: length });
        Ok(Some(FileReport { path: target.to_owned(), size: length, fetched: 0, resumed: 0, attempts: 0, verified }))
    }

    async fn compare(&self, file: &Path, length: u64, size: Option<u64>) -> Result<Found> {
        if let Err(what) = Expected::check_size(length, size) {
            return Ok(Found::Wrong(what));
        }
        if self.expected.has_digest() {
            let (_, found) = digest_file(file, &self.expected.digests()).await?;
            return Ok(self.expected.check_digests(&found).map_or_else(Found::Wrong, |()| Found::Right));
        }
        Ok(if size.is_some() && !self.expected.verify.is_on() { Found::Right } else { Found::Unknown })
    }
}
