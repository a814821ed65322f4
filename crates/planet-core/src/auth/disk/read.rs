//! Reading. A file that others could have written, or that is not what it should be, is an error that names it.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use super::super::problem::{AuthError, AuthFailure};
use super::super::token::SecretDocument;
use super::super::warning::{AuthWarningKind, Warnings};
use crate::{Error, Result};

/// The most that is read, in bytes. Files of credentials have a few thousand.
const MOST: u64 = 1024 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The JSON object in a file. `None`: there is no such file.
pub(in crate::auth) fn read_object(path: &Path) -> Result<Option<SecretDocument>> {
    let Some(text) = read(path)? else { return Ok(None) };
    match SecretDocument::parse(&text) {
        Some(document) => Ok(Some(document)),
        None => Err(bad(path, &what_is_wrong(&text))),
    }
}

/// What is in a file, without a byte order mark. `None`: there is no such file.
pub(in crate::auth) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let unreadable = |cause: io::Error| bad(path, &format!("cannot be read: {cause}")).with_source(cause);
    // Opening a pipe would wait for somebody to write into it.
    let Some(metadata) = look(path)? else { return Ok(None) };
    inspect(path, &metadata)?;
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    inspect(path, &metadata)?;
    // A buffer that grows would leave parts of the secret behind.
    let room = usize::try_from(metadata.len()).unwrap_or_default().saturating_add(1);
    let mut text = Zeroizing::new(Vec::with_capacity(room));
    file.take(MOST + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MOST {
        return Err(too_large(path, text.len() as u64));
    }
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(Some(text))
}

/// What a path leads to. `None`: nothing is there. A link that leads nowhere is an error: somebody meant a file to be there.
pub(super) fn look(path: &Path) -> Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(bad(path, &format!("cannot be read: {cause}")).with_source(cause))
        }
        Err(_) if fs::symlink_metadata(path).is_ok() => Err(bad(path, "is a link that leads nowhere")
            .with_help("Remove the link, or put back the file that it leads to")),
        Err(_) => Ok(None),
    }
}

/// Is it a file of ours, and small enough to be one of credentials?
pub(super) fn inspect(path: &Path, metadata: &Metadata) -> Result<()> {
    if metadata.is_dir() {
        return Err(bad(path, "is a folder, where a file should be").with_help("Move it away"));
    }
    if !metadata.is_file() {
        return Err(bad(path, "is no plain file"));
    }
    if let Some(owner) = stranger(metadata) {
        return Err(bad(path, &format!("belongs to another user (id {owner}), who could have put anything in it"))
            .with_help(format!("If it is yours: sudo chown \"$(id -u)\" '{}'", path.display())));
    }
    if metadata.len() > MOST {
        return Err(too_large(path, metadata.len()));
    }
    Ok(())
}

/// Whose it is, if that is neither the user nor root.
#[cfg(unix)]
fn stranger(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let owner = metadata.uid();
    is_stranger(owner, rustix::process::geteuid().as_raw()).then_some(owner)
}

#[cfg(unix)]
fn is_stranger(owner: u32, user: u32) -> bool {
    owner != user && owner != 0
}

#[cfg(not(unix))]
fn stranger(_: &Metadata) -> Option<u32> {
    None
}

/// Warns of a file that others may read or write, or of a folder in which others may put files of their own.
#[cfg(unix)]
pub(in crate::auth) fn warn_of_others(path: &Path, warnings: &mut Warnings) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = fs::metadata(path) else { return };
    let mode = metadata.permissions().mode() & 0o7777;
    let shown = path.display();
    let message = if metadata.is_dir() {
        // In a folder such as /tmp (the sticky bit) nobody can replace the files of another.
        if mode & 0o022 == 0 || mode & 0o1000 != 0 {
            return;
        }
        format!("others may put files into the folder {shown} (mode {mode:04o}): run chmod go-w '{shown}'")
    } else {
        if mode & 0o077 == 0 {
            return;
        }
        format!("others than its owner have access to the file {shown} (mode {mode:04o}): run chmod 600 '{shown}'")
    };
    warnings.add(AuthWarningKind::OpenToOthers, shown, message);
}

#[cfg(not(unix))]
pub(in crate::auth) fn warn_of_others(_: &Path, _: &mut Warnings) {}

/// Why a text is no JSON object, without a word of it.
fn what_is_wrong(text: &[u8]) -> String {
    if text.trim_ascii().is_empty() {
        return "is empty".into();
    }
    match serde_json::from_slice::<IgnoredAny>(text) {
        Ok(_) => "is no JSON object".into(),
        Err(cause) if cause.is_eof() => "ends in the middle: it was written by half".into(),
        Err(cause) => format!("is no JSON (line {}, column {})", cause.line(), cause.column()),
    }
}

fn too_large(path: &Path, bytes: u64) -> Error {
    bad(path, &format!("has {bytes} bytes; no file of credentials has more than {MOST}"))
}

pub(super) fn bad(path: &Path, what: &str) -> Error {
    let shown = path.display();
    AuthError::new(AuthFailure::BadFile, format!("the file {shown} {what}")).about(shown).into_error()
}
