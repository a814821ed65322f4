//! What the disk can say before the first byte is asked for: whether there is room, whether the name can be had, and
//! whether the directory may be written.

#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::file::{blocking, directory_of, file_error};
use super::name::shown;
use crate::{Error, ErrorKind, Result};

/// The longest path that the system takes: in bytes, on Windows in units of UTF-16 (where programs that are not made for it
/// stop at 259).
const LONGEST_PATH: usize = match () {
    () if cfg!(windows) => 32_766,
    () if cfg!(any(target_os = "linux", target_os = "android")) => 4095,
    () => 1023,
};

/// As long as the names of the hidden files that stand beside a target while it is fetched.
const LONGEST_HIDDEN: &str = ".planet-0123456789abcdef.state";

/// Fails if the disk that holds a directory, or will hold it once it is made, has less than `needed` bytes left for this
/// user. A disk that does not tell is taken to have enough.
///
/// It is a look ahead and no promise: other programs write, too.
///
/// ```
/// use planet_core::ErrorKind;
/// use planet_core::transfer::ensure_room;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_core::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// let directory = folder.path().join("not/yet/made");
/// ensure_room(&directory, 1).await?;
///
/// let error = ensure_room(&directory, u64::MAX).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::File);
/// assert!(error.to_string().contains("18.4 EB are needed"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `File`, naming the directory, what is needed and what is there; or if the directory cannot be reached.
///
/// # Cancel safety
/// Dropping the future leaves nothing behind.
pub async fn ensure_room(directory: impl AsRef<Path>, needed: u64) -> Result<()> {
    let directory = directory.as_ref().to_owned();
    blocking(move || {
        let there = nearest(&directory)?;
        // Some network disks know nothing and say 0 of 0.
        let stats = fs4::statvfs(there).ok().filter(|stats| stats.total_space() > 0);
        match stats.map(|stats| stats.available_space()).filter(|available| *available < needed) {
            Some(available) => Err(no_room(&directory, needed, available)),
            None => Ok(()),
        }
    })
    .await
}

fn no_room(directory: &Path, needed: u64, available: u64) -> Error {
    let (short, needed, available) = (size(needed - available), size(needed), size(available));
    let directory = shown(or_current(directory));
    let message = format!("no room in {directory}: {needed} are needed and {available} are free, {short} too few");
    Error::new(ErrorKind::File, message).with_help("Nothing was fetched. Free some space, or choose another directory")
}

/// Fails if a file can certainly not be written under this path, before it is fetched: the path is too long, something
/// stands there that is no file, a parent is no directory, or the directory may not be written. Leaves nothing behind; what
/// directories are missing is not made.
///
/// A symbolic link to a file passes: the link is replaced by the new file, and what it points to stays as it is.
pub(super) async fn check_target(path: &Path) -> Result<()> {
    let path = path.to_owned();
    blocking(move || {
        check_length(&path)?;
        check_name_is_free(&path)?;
        let directory = nearest(directory_of(&path))?;
        // Permissions tell less than a try does: lists of access, read-only disks, quotas. The file never has a name, or
        // loses it at once.
        tempfile::tempfile_in(directory).map_err(|cause| file_error("write in", directory, cause))?;
        Ok(())
    })
    .await
}

fn check_length(path: &Path) -> Result<()> {
    let hidden = directory_of(path).join(LONGEST_HIDDEN);
    let length = length(path).max(length(&hidden));
    if length <= LONGEST_PATH {
        return Ok(());
    }
    let message =
        format!("the path is too long for this system: {length} of at most {LONGEST_PATH} bytes, {}", shown(path));
    Err(Error::new(ErrorKind::File, message).with_help("Choose a directory or a name with a shorter path"))
}

/// The length as the system counts it. Windows counts from the root, whatever path it is given.
fn length(path: &Path) -> usize {
    if !cfg!(windows) {
        return path.as_os_str().len();
    }
    let whole = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
    whole.to_string_lossy().encode_utf16().count()
}

fn check_name_is_free(path: &Path) -> Result<()> {
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(cause) if is_missing(&cause) => return Ok(()),
        Err(cause) => return Err(file_error("use the path", path, cause)),
    };
    let what = if found.is_dir() {
        "a directory"
    } else if !found.is_file() {
        "something that is no file"
    } else if cfg!(windows) && found.permissions().readonly() {
        // Elsewhere the directory's permissions decide.
        "a read-only file"
    } else {
        return Ok(());
    };
    let message = format!("cannot write {}: there is {what} of that name", shown(path));
    Err(Error::new(ErrorKind::File, message).with_help("Remove it, or choose another name or directory"))
}

/// The directory itself if it is there, else the nearest one above it.
fn nearest(directory: &Path) -> Result<&Path> {
    for directory in directory.ancestors().map(or_current) {
        match fs::metadata(directory) {
            Ok(found) if found.is_dir() => return Ok(directory),
            Err(cause) if is_missing(&cause) && !directory.is_symlink() => {}
            Err(cause) if !is_missing(&cause) => return Err(file_error("use the directory", directory, cause)),
            Ok(_) | Err(_) => {
                let message = format!("{} is no directory", shown(directory));
                return Err(Error::new(ErrorKind::File, message).with_help("Remove it, or choose another directory"));
            }
        }
    }
    // A drive that is not there.
    Err(file_error("use the directory", directory, io::ErrorKind::NotFound.into()))
}

fn is_missing(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn or_current(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

/// A number of bytes as people read it: `1.07 GB`.
fn size(bytes: u64) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];
    let power = bytes.checked_ilog10().unwrap_or_default() / 3;
    let unit = units.get(power as usize).copied().unwrap_or_default();
    if power == 0 {
        return format!("{bytes} {unit}");
    }
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let value = bytes as f64 / 1000_f64.powi(power.cast_signed());
    let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.decimals$} {unit}")
}

/// What to do about an error of the disk.
pub(super) fn advice(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::PermissionDenied => {
            "Choose a directory that you may write to, or have the permission given to you"
        }
        io::ErrorKind::ReadOnlyFilesystem => "This disk can only be read. Choose a directory on another one",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "Free some space, then run it again: complete files are kept, and what can be continued goes on from there"
        }
        io::ErrorKind::FileTooLarge => {
            "This disk takes no file as large as this (FAT32 ends at 4 GiB). Choose a directory on another one"
        }
        io::ErrorKind::InvalidFilename => {
            "The path is too long, or this disk does not take such a name: most take 255 bytes between two slashes"
        }
        io::ErrorKind::NotADirectory => "There is a file where a directory should be. Choose another directory",
        io::ErrorKind::NotFound => "Check that it is there",
        io::ErrorKind::AlreadyExists => "Something else took the name meanwhile, and was left as it is",
        _ if is_out_of_files(cause) => {
            "Too many files are open at once. Fetch fewer at a time, or raise the limit (`ulimit -n`)"
        }
        _ => "Check the disk",
    }
}

/// The limit of open files, of this program (EMFILE) or of the system (ENFILE): the same numbers on all systems like Unix.
fn is_out_of_files(cause: &io::Error) -> bool {
    cfg!(unix) && matches!(cause.raw_os_error(), Some(23 | 24))
}
