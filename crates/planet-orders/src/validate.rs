//! Checking the files of an order against its manifest.

use std::path::{Path, PathBuf};
use std::result::Result as StdResult;
use std::thread::available_parallelism;

use futures_util::{StreamExt, stream};
use planet_core::transfer::{Checksum, Digests, digest_file, relative_path};
use planet_core::{Error, ErrorKind, Result};

use crate::manifest::{MANIFEST, Manifest, ManifestFile};

/// What was checked, and found right: a file that is wrong or missing is an error instead.
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
/// About as many files are read at once as there are processors, each in pieces: memory does not grow with them. Digests are
/// compared without regard to case. A manifest that lists nothing makes a [`Validation`] of no files. Files that were put
/// elsewhere by a layout are not found: [`OrderReport::validate`](crate::OrderReport::validate) checks those.
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
///
/// # Cancel safety
/// Files are only read.
pub async fn validate_checksum(directory: impl AsRef<Path>, checksum: Checksum) -> Result<Validation> {
    let directory = directory.as_ref();
    let manifest = read_manifest(directory).await?;
    let files = manifest.files().iter().map(|entry| Expected::below(directory, entry)).collect();
    validated(directory, files, checksum).await
}

/// The manifest that lies in a directory.
pub(crate) async fn read_manifest(directory: &Path) -> Result<Manifest> {
    let path = directory.join(MANIFEST);
    let bytes = tokio::fs::read(&path).await.map_err(|cause| {
        Error::new(ErrorKind::File, format!("cannot read {}: {cause}", path.display()))
            .with_help("Give the directory that is named after the order's id")
            .with_source(cause)
    })?;
    Manifest::parse(&bytes).map_err(|cause| {
        Error::new(ErrorKind::Integrity, format!("{} cannot be read as a manifest", path.display()))
            .with_help("Download the order again, or repair it")
            .with_source(cause)
    })
}

/// A file that should be there.
#[derive(Clone)]
pub(crate) struct Expected {
    /// What messages call it.
    pub(crate) name: String,
    /// Where it is, or why it can be nowhere.
    pub(crate) path: StdResult<PathBuf, String>,
    pub(crate) entry: ManifestFile,
}

impl Expected {
    fn below(directory: &Path, entry: &ManifestFile) -> Self {
        let path = relative_path(entry.path()).map(|path| directory.join(path));
        let path = path.map_err(|error| error.message().to_owned());
        Self { name: entry.path().to_owned(), path, entry: entry.clone() }
    }
}

/// Checks files by one digest, which the manifest must have of each.
pub(crate) async fn validated(directory: &Path, files: Vec<Expected>, checksum: Checksum) -> Result<Validation> {
    // The sizes are as the manifest has them, whatever it is.
    let (all, bytes) = (files.len(), files.iter().map(|file| file.entry.size()).fold(0, u64::saturating_add));
    let checked = check_all(files, Some(checksum)).await;
    let wrong: Vec<String> =
        checked.into_iter().filter_map(|(file, problem)| Some(format!("{}: {}", file.name, problem?))).collect();
    if wrong.is_empty() {
        return Ok(Validation { files: all, bytes });
    }
    let message =
        format!("{} of {all} files in {} are not right: {}", wrong.len(), directory.display(), wrong.join("; "));
    Err(Error::new(ErrorKind::Integrity, message)
        .with_help("Download the order again, or repair it: only these are fetched"))
}

/// What is wrong with each of the files, if anything is, in their order. By one digest, or by all that the manifest has.
pub(crate) async fn check_all(files: Vec<Expected>, checksum: Option<Checksum>) -> Vec<(Expected, Option<String>)> {
    // One more than can be computed at once: no processor waits for its next file.
    let at_once = available_parallelism().map_or(1, usize::from) + 1;
    let checks = files.into_iter().enumerate().map(|(at, file)| async move {
        let problem = check(&file, checksum).await.err();
        (at, (file, problem))
    });
    let mut checked: Vec<_> = stream::iter(checks).buffer_unordered(at_once).collect().await;
    checked.sort_by_key(|(at, _)| *at);
    checked.into_iter().map(|(_, file)| file).collect()
}

async fn check(file: &Expected, checksum: Option<Checksum>) -> StdResult<(), String> {
    let (path, entry) = (file.path.as_ref().map_err(Clone::clone)?, &file.entry);
    let Digests { md5, sha256, .. } = entry.digests();
    let wanted = match checksum {
        None => Digests::new(md5, sha256),
        Some(Checksum::Md5) => Digests::new(md5, None),
        Some(_) => Digests::new(None, sha256),
    };
    if wanted.strongest().is_none() {
        let missing = checksum.map_or("digest".to_owned(), |checksum| checksum.to_string());
        return Err(format!("the manifest has no {missing} for it"));
    }
    has_size(path, entry.size()).await?;
    let (size, found) = digest_file(path, &wanted).await.map_err(|error| error.message().to_owned())?;
    if size != entry.size() {
        return Err(format!("it has {size} bytes, not {}", entry.size()));
    }
    wanted.compare(&found)
}

/// Tells a file of the wrong size without reading it. One that is not there is told by the reading.
async fn has_size(path: &Path, size: u64) -> StdResult<(), String> {
    match tokio::fs::metadata(path).await {
        Ok(found) if found.is_file() && found.len() != size => Err(format!("it has {} bytes, not {size}", found.len())),
        _ => Ok(()),
    }
}
