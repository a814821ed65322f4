//! Digests of files, computed as the bytes go by.

use std::fmt;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use md5::{Digest as _, Md5};
use sha2::Sha256;
use tokio::io::AsyncReadExt;

use super::file::file_error;
use crate::Result;

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
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Digests {
    /// MD5.
    pub md5: Option<String>,
    /// SHA-256.
    pub sha256: Option<String>,
}

impl Digests {
    /// The digests of a file, as far as they are known. An empty text is none.
    #[must_use]
    pub fn new(md5: Option<String>, sha256: Option<String>) -> Self {
        let given = |digest: Option<String>| digest.filter(|digest| !digest.trim().is_empty());
        Self { md5: given(md5), sha256: given(sha256) }
    }

    /// The value of one of them.
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

/// A digest that is being computed.
pub(super) enum Hasher {
    Md5(Md5),
    Sha256(Sha256),
}

impl Hasher {
    pub(super) fn new(checksum: Checksum) -> Self {
        match checksum {
            Checksum::Md5 => Self::Md5(Md5::new()),
            Checksum::Sha256 => Self::Sha256(Sha256::new()),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Md5(hasher) => hasher.update(bytes),
            Self::Sha256(hasher) => hasher.update(bytes),
        }
    }

    pub(super) fn finish(self) -> String {
        let bytes: Vec<u8> = match self {
            Self::Md5(hasher) => hasher.finalize().to_vec(),
            Self::Sha256(hasher) => hasher.finalize().to_vec(),
        };
        bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let written = write!(hex, "{byte:02x}");
            debug_assert!(written.is_ok(), "writing to a String does not fail");
            hex
        })
    }
}

/// The size and digest of a file, read in pieces: memory does not grow with it.
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
pub async fn hash_file(path: impl AsRef<Path>, checksum: Checksum) -> Result<(u64, String)> {
    let path: PathBuf = path.as_ref().to_owned();
    let unreadable = |cause| file_error("read", &path, cause);
    let mut file = tokio::fs::File::open(&path).await.map_err(unreadable)?;
    let mut hasher = Hasher::new(checksum);
    let mut buffer = vec![0; 256 * 1024];
    let mut size = 0;
    loop {
        let read = file.read(&mut buffer).await.map_err(unreadable)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hasher.update(bytes);
        size += bytes.len() as u64;
    }
    Ok((size, hasher.finish()))
}
