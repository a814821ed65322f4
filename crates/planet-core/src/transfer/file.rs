//! Files that appear under their name only when they are complete.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;
use tokio::io::AsyncWriteExt;

use super::disk::advice;
use super::name::shown;
use crate::{Error, ErrorKind, Result};

/// A file that is being written. Bytes go to a hidden file beside the target; [`commit`](Self::commit) syncs it and gives
/// it its name. Dropped before that, it leaves nothing.
///
/// ```
/// use planet_core::transfer::Target;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_core::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("a.txt");
/// let mut target = Target::create(&path).await?;
/// target.write(b"abc").await?;
/// assert!(!path.exists());
/// target.commit().await?;
/// assert_eq!(std::fs::read(&path).unwrap(), b"abc");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Target {
    path: PathBuf,
    file: tokio::fs::File,
    temporary: TempPath,
}

impl Target {
    /// Starts a file. Missing directories are made.
    ///
    /// # Errors
    /// `File` if the directory cannot be made or written.
    ///
    /// # Cancel safety
    /// Directories may have been made. The hidden file is removed again.
    pub async fn create(path: &Path) -> Result<Self> {
        let path = path.to_owned();
        blocking(move || {
            let directory = directory_of(&path);
            fs::create_dir_all(directory).map_err(|cause| file_error("make the directory", directory, cause))?;
            let temporary = temporary_in(directory).map_err(|cause| file_error("write in", directory, cause))?;
            let (file, temporary) = temporary.into_parts();
            Ok(Self { path, file: tokio::fs::File::from_std(file), temporary })
        })
        .await
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// `File` if the disk refuses them.
    ///
    /// # Cancel safety
    /// A part of the bytes may have been written, and it is not told which: drop the file then, and start again.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).await.map_err(|cause| file_error("write", &self.path, cause))
    }

    /// The hidden file, for what writes to a file by itself.
    pub(crate) fn file(&mut self) -> &mut tokio::fs::File {
        &mut self.file
    }

    /// Makes the bytes durable and gives the file its final name, in place of whatever had it.
    ///
    /// # Errors
    /// `File` if that fails. The final name is then as it was.
    ///
    /// # Cancel safety
    /// The name has either what it had before or the whole file. The hidden file is gone in both cases.
    pub async fn commit(mut self) -> Result<()> {
        let path = self.path.clone();
        let failed = |cause| file_error("write", &path, cause);
        self.file.flush().await.map_err(failed)?;
        self.file.sync_all().await.map_err(failed)?;
        let Self { path, file, temporary } = self;
        drop(file);
        blocking(move || {
            temporary.persist(&path).map_err(|refused| file_error("write", &path, refused.error))?;
            sync_directory(directory_of(&path));
            Ok(())
        })
        .await
    }
}

/// A hidden file of its own name, so that two programs at work in one directory do not write into each other's.
fn temporary_in(directory: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".planet-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: the umask decides, not the 0600 of temporary files.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}

pub(crate) fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The new name is durable only when its directory is. Where a directory cannot be synced (Windows) the system does it.
pub(crate) fn sync_directory(directory: &Path) {
    if let Ok(directory) = fs::File::open(directory)
        && let Err(cause) = directory.sync_all()
    {
        tracing::debug!(%cause, "a directory cannot be synced");
    }
}

/// Runs disk work that has no asynchronous form.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|cause| Err(Error::new(ErrorKind::Unexpected, "disk work was aborted").with_source(cause)))
}

/// An error of the disk, naming the file and what could not be done to it.
pub(super) fn file_error(what: &str, path: &Path, cause: io::Error) -> Error {
    let help = advice(&cause);
    Error::new(ErrorKind::File, format!("cannot {what} {}: {cause}", shown(path))).with_help(help).with_source(cause)
}
