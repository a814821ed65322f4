//! Checking the files of an order against its manifest.

use std::path::Path;

use planet_core::transfer::{Checksum, hash_file, relative_path};
use planet_core::{Error, ErrorKind, Result};

use crate::manifest::{MANIFEST, Manifest, ManifestFile};

/// What was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Validation {
    /// How many files the manifest lists, 0 included. All of them are right.
    pub files: usize,
    /// Their size together, in bytes.
    pub bytes: u64,
}

/// Checks every file that `manifest.json` in `directory` lists: that it is there, its size, and its digest.
///
/// Digests are compared without regard to case. A manifest that lists nothing makes a [`Validation`] of no files.
///
/// ```
/// use planet_orders::{Checksum, validate_checksum};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let file = r#"{"path": "a.tif", "size": 3, "digests": {"md5": "900150983CD24FB0D6963F7D28E17F72"}}"#;
/// std::fs::write(folder.path().join("manifest.json"), format!(r#"{{"files": [{file}]}}"#))?;
/// std::fs::write(folder.path().join("a.tif"), "abc")?;
///
/// let checked = validate_checksum(folder.path(), Checksum::Md5).await?;
/// assert_eq!((checked.files, checked.bytes), (1, 3));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `Integrity`, naming every file that is missing or wrong, or leaves the directory, or if the manifest is none; `File` if
/// there is no manifest.
pub async fn validate_checksum(directory: impl AsRef<Path>, checksum: Checksum) -> Result<Validation> {
    let directory = directory.as_ref();
    let path = directory.join(MANIFEST);
    let bytes = tokio::fs::read(&path).await.map_err(|cause| {
        Error::new(ErrorKind::File, format!("cannot read {}: {cause}", path.display()))
            .with_help("Give the directory that is named after the order's id")
            .with_source(cause)
    })?;
    let manifest = Manifest::parse(&bytes).map_err(|cause| {
        Error::new(ErrorKind::Integrity, format!("{} cannot be read as a manifest", path.display()))
            .with_help("Download the order again")
            .with_source(cause)
    })?;
    let mut wrong = Vec::new();
    for file in manifest.files() {
        if let Err(reason) = check(directory, file, checksum).await {
            wrong.push(format!("{}: {reason}", file.path()));
        }
    }
    let files = manifest.files().len();
    if wrong.is_empty() {
        return Ok(Validation { files, bytes: manifest.files().iter().map(ManifestFile::size).sum() });
    }
    let message =
        format!("{} of {files} files in {} are not right: {}", wrong.len(), directory.display(), wrong.join("; "));
    Err(Error::new(ErrorKind::Integrity, message).with_help("Download the order again: only these are fetched"))
}

async fn check(directory: &Path, file: &ManifestFile, checksum: Checksum) -> std::result::Result<(), String> {
    let path = directory.join(relative_path(file.path()).map_err(|error| error.message().to_owned())?);
    let digests = file.digests();
    let expected = digests.value(checksum).ok_or_else(|| format!("the manifest has no {checksum} for it"))?;
    let (size, digest) = hash_file(&path, checksum).await.map_err(|error| error.message().to_owned())?;
    if size != file.size() {
        return Err(format!("it has {size} bytes, not {}", file.size()));
    }
    if !digest.eq_ignore_ascii_case(expected) {
        return Err(format!("its {checksum} is {digest}, not {expected}"));
    }
    Ok(())
}
