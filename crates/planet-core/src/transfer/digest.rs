//! Digests of files, computed as the bytes go by.

use std::fmt;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use md5::{Digest as _, Md5};
use sha2::Sha256;

use super::file::{blocking, file_error};
use crate::Result;

/// How much of a file is read at once: large enough that system calls do not count, small enough for the processor's cache.
const PIECE: usize = 256 * 1024;

/// The digests that Planet publishes for its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Checksum {
    /// MD5, 32 hexadecimal digits.
    Md5,
    /// SHA-256, 64 hexadecimal digits.
    Sha256,
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        })
    }
}

/// The digests that a file should have, in hexadecimal. Case does not matter.
///
/// ```
/// use planet_core::transfer::{Checksum, Digests};
///
/// let digests = Digests::new(Some("900150983cd24fb0d6963f7d28e17f72".into()), Some(String::new()));
/// assert_eq!(digests.value(Checksum::Sha256), None);
/// assert_eq!(digests.strongest(), Some((Checksum::Md5, "900150983cd24fb0d6963f7d28e17f72")));
///
/// let found = Digests::new(Some("900150983CD24FB0D6963F7D28E17F72".into()), None);
/// assert!(digests.compare(&found).is_ok());
/// assert!(digests.compare(&Digests::default()).is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Digests {
    /// The MD5 of the file in hexadecimal digits, in either case; `None` if it is not known. The services tell it of assets
    /// and of the files of orders.
    pub md5: Option<String>,
    /// The SHA-256 of the file in hexadecimal digits, in either case; `None` if it is not known. Manifests of orders tell it.
    pub sha256: Option<String>,
}

impl Digests {
    /// The digests of a file, as far as they are known. An empty text is none.
    #[must_use]
    pub fn new(md5: Option<String>, sha256: Option<String>) -> Self {
        let given = |digest: Option<String>| digest.filter(|digest| !digest.trim().is_empty());
        Self { md5: given(md5), sha256: given(sha256) }
    }

    /// The digest of this kind in hexadecimal digits, if it is known.
    #[must_use]
    pub fn value(&self, checksum: Checksum) -> Option<&str> {
        match checksum {
            Checksum::Md5 => self.md5.as_deref(),
            Checksum::Sha256 => self.sha256.as_deref(),
        }
    }

    /// The strongest one that is known.
    #[must_use]
    pub fn strongest(&self) -> Option<(Checksum, &str)> {
        [Checksum::Sha256, Checksum::Md5].into_iter().find_map(|kind| Some((kind, self.value(kind)?)))
    }

    /// Compares each of these with what was found. Digests that are not among these do not count.
    ///
    /// # Errors
    /// What is wrong, for a message that names the file.
    pub fn compare(&self, found: &Self) -> std::result::Result<(), String> {
        for checksum in [Checksum::Sha256, Checksum::Md5] {
            let Some(expected) = self.value(checksum) else { continue };
            let found = found.value(checksum).unwrap_or("unknown");
            if !found.eq_ignore_ascii_case(expected) {
                return Err(format!("its {checksum} is {found}, not {expected}"));
            }
        }
        Ok(())
    }
}

/// How a file is known to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verified {
    /// It is not: it was taken as it came ([`Verify::off`](super::Verify::off)), or kept unseen
    /// ([`Overwrite::Never`](super::Overwrite::Never)).
    Unchecked,
    /// By its length alone, or where that is unknown by the way its body ended: the service tells no digest.
    Length,
    /// By its MD5 digest.
    Md5,
    /// By its SHA-256 digest.
    Sha256,
    /// By both.
    Md5AndSha256,
}

impl Verified {
    /// Was this digest compared?
    ///
    /// ```
    /// use planet_core::transfer::{Checksum, Verified};
    ///
    /// assert!(Verified::Md5AndSha256.by(Checksum::Md5));
    /// assert!(!Verified::Length.by(Checksum::Md5));
    /// ```
    #[must_use]
    pub fn by(self, checksum: Checksum) -> bool {
        match checksum {
            Checksum::Md5 => matches!(self, Self::Md5 | Self::Md5AndSha256),
            Checksum::Sha256 => matches!(self, Self::Sha256 | Self::Md5AndSha256),
        }
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchecked => "unchecked",
            Self::Length => "length",
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
            Self::Md5AndSha256 => "MD5 and SHA-256",
        })
    }
}

/// Digests that are being computed, in one pass over the bytes.
#[derive(Debug, Default)]
pub(super) struct Hashers {
    md5: Option<Md5>,
    sha256: Option<Sha256>,
}

impl Hashers {
    /// Those that there is something to compare with.
    pub(super) fn for_digests(wanted: &Digests) -> Self {
        Self { md5: wanted.md5.as_ref().map(|_| Md5::new()), sha256: wanted.sha256.as_ref().map(|_| Sha256::new()) }
    }

    fn one(checksum: Checksum) -> Self {
        match checksum {
            Checksum::Md5 => Self { md5: Some(Md5::new()), sha256: None },
            Checksum::Sha256 => Self { md5: None, sha256: Some(Sha256::new()) },
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(bytes);
        }
    }

    /// What was computed, in lowercase.
    pub(super) fn finish(self) -> Digests {
        Digests {
            md5: self.md5.map(|md5| hex(&md5.finalize())),
            sha256: self.sha256.map(|sha256| hex(&sha256.finalize())),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let written = write!(hex, "{byte:02x}");
        debug_assert!(written.is_ok(), "writing to a String does not fail");
        hex
    })
}

/// The size and digest of a file, read in pieces: memory does not grow with it.
///
/// One file keeps one processor busy; several futures at once, as `buffer_unordered` makes them, use several.
///
/// ```
/// use planet_core::transfer::{Checksum, hash_file, write_whole};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_core::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("abc");
/// write_whole(&path, b"abc").await?;
/// let (size, digest) = hash_file(&path, Checksum::Md5).await?;
/// assert_eq!((size, digest.as_str()), (3, "900150983cd24fb0d6963f7d28e17f72"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `File` if it cannot be read.
///
/// # Cancel safety
/// Dropping the future ends the reading soon after.
pub async fn hash_file(path: impl AsRef<Path>, checksum: Checksum) -> Result<(u64, String)> {
    let (size, digests) = read_through(path.as_ref(), Hashers::one(checksum)).await?;
    let digest = match checksum {
        Checksum::Md5 => digests.md5,
        Checksum::Sha256 => digests.sha256,
    };
    Ok((size, digest.unwrap_or_default()))
}

/// The size of a file, and its digests of the kinds that `wanted` has values for, computed in one pass.
///
/// ```
/// use planet_core::transfer::{Digests, digest_file, write_whole};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_core::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("abc");
/// write_whole(&path, b"abc").await?;
/// let published = Digests::new(Some("900150983CD24FB0D6963F7D28E17F72".into()), None);
/// let (size, digests) = digest_file(&path, &published).await?;
/// assert_eq!((size, digests.md5.as_deref()), (3, Some("900150983cd24fb0d6963f7d28e17f72")));
/// assert_eq!(digests.sha256, None);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `File` if it cannot be read.
///
/// # Cancel safety
/// Dropping the future ends the reading soon after.
pub async fn digest_file(path: impl AsRef<Path>, wanted: &Digests) -> Result<(u64, Digests)> {
    read_through(path.as_ref(), Hashers::for_digests(wanted)).await
}

/// Reads a file on one thread for blocking work: tokio's file would change threads for every piece.
async fn read_through(path: &Path, mut hashers: Hashers) -> Result<(u64, Digests)> {
    let path = path.to_owned();
    let waiting = Arc::new(());
    let anyone = Arc::downgrade(&waiting);
    let read = blocking(move || {
        let unreadable = |cause| file_error("read", &path, cause);
        let mut file = File::open(&path).map_err(unreadable)?;
        let mut buffer = vec![0; PIECE];
        let mut size = 0;
        // A thread cannot be dropped: it looks whether its future was. Nobody gets what it returns then.
        while anyone.strong_count() > 0 {
            let read = match file.read(&mut buffer) {
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                read => read.map_err(unreadable)?,
            };
            let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
            hashers.update(bytes);
            size += bytes.len() as u64;
        }
        Ok((size, hashers.finish()))
    });
    let read = read.await;
    drop(waiting);
    read
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    fn both() -> Digests {
        Digests::new(Some("x".into()), Some("y".into()))
    }

    #[test]
    fn only_digests_that_there_is_something_to_compare_with_are_computed() {
        let [none, md5, sha256] = [(None, None), (Some("x"), None), (None, Some("y"))].map(|(md5, sha256)| {
            let mut hashers = Hashers::for_digests(&Digests::new(md5.map(Into::into), sha256.map(Into::into)));
            hashers.update(b"abc");
            hashers.finish()
        });
        assert_eq!(none, Digests::default());
        let digest = "900150983cd24fb0d6963f7d28e17f72";
        assert_eq!(md5, Digests::new(Some(digest.into()), None));
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256, Digests::new(None, Some(digest.into())));
    }

    proptest! {
        #[test]
        fn how_the_bytes_were_cut_does_not_matter(pieces in proptest::collection::vec(".{0,200}", 0..8)) {
            let (mut cut, mut whole) = (Hashers::for_digests(&both()), Hashers::for_digests(&both()));
            pieces.iter().for_each(|piece| cut.update(piece.as_bytes()));
            whole.update(pieces.concat().as_bytes());
            prop_assert_eq!(cut.finish(), whole.finish());
        }
    }

    #[tokio::test]
    async fn a_file_of_several_pieces_is_read_to_its_end() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let bytes: Vec<u8> = (0..2 * PIECE + 1000).map(|at| (at % 251) as u8).collect();
        std::fs::write(file.path(), &bytes).unwrap();
        let mut hashers = Hashers::for_digests(&both());
        hashers.update(&bytes);
        assert_eq!(digest_file(file.path(), &both()).await.unwrap(), (bytes.len() as u64, hashers.finish()));
    }

    #[test]
    fn a_file_is_not_read_on_when_nobody_waits_for_its_digest() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(1 << 30).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let started = Instant::now();
        let hashed = async { tokio::time::timeout(Duration::from_millis(20), digest_file(file.path(), &both())).await };
        assert!(runtime.block_on(hashed).is_err());
        // Waits for threads that still read.
        drop(runtime);
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    }
}
