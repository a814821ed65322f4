//! Writing: the file is as it was, or as it should be, at every moment.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::read::{bad, inspect, look};
use crate::{Error, ErrorKind, Result};

/// Puts a text in the place of a file. Folders that are missing are made. A link stays one: what it leads to is replaced.
pub(in crate::auth) fn write(path: &Path, text: &str) -> Result<()> {
    let place = place_of(path)?;
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder).and_then(|()| replace(&place, folder, text)).map_err(|cause| failed("write", path, cause))
}

/// Where a link leads in the end. What is there must be a file of ours: that of another user is not replaced.
fn place_of(path: &Path) -> Result<PathBuf> {
    let Some(metadata) = look(path)? else { return Ok(path.to_owned()) };
    if metadata.is_dir() || !metadata.is_file() {
        return Err(bad(path, "is no plain file, so it was left as it is"));
    }
    inspect(path, &metadata)?;
    fs::canonicalize(path).map_err(|cause| failed("write", path, cause))
}

/// Makes a folder that nobody else may enter, and the missing ones above it. One that is there stays as it is.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The temporary file is the owner's alone from the moment it is there, and removed again if anything fails.
fn replace(path: &Path, folder: &Path, text: &str) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".planet-").suffix(".tmp");
    let mut file = builder.tempfile_in(folder)?;
    // It is made with mode 0600 already; an odd umask may have left too little of that.
    #[cfg(unix)]
    file.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|refused| refused.error)?;
    // Not all file systems can do this for a folder, and the new file is in its place already.
    #[cfg(unix)]
    drop(fs::File::open(folder).and_then(|folder| folder.sync_all()));
    Ok(())
}

pub(super) fn failed(verb: &str, path: &Path, cause: io::Error) -> Error {
    Error::new(ErrorKind::File, format!("cannot {verb} {}: {cause}", path.display())).with_source(cause)
}
