//! What the state file beside a partial file says, and the lock that it carries.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use http::HeaderValue;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::super::answer::is_strong;
use super::super::digest::Digests;
use super::super::file::{directory_of, file_error};
use super::super::name::shown;
use crate::{Error, ErrorKind, Result};

/// How long a lock is waited for. A download that was dropped gives it back within moments, when its thread is done.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(10);

/// What a partial file is part of. There is no link in it: links are secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    version: u32,
    /// The name that the file will have.
    name: String,
    /// The entity tag of the file that the bytes are from.
    etag: Option<String>,
    /// The length of the whole file, if it is known.
    size: Option<u64>,
    md5: Option<String>,
    sha256: Option<String>,
}

const VERSION: u32 = 1;

impl State {
    pub(super) fn new(target: &Path, etag: Option<HeaderValue>, size: Option<u64>, digests: &Digests) -> Self {
        let Digests { md5, sha256 } = digests.clone();
        let etag = etag.and_then(|etag| etag.to_str().ok().map(str::to_owned));
        Self { version: VERSION, name: name_of(target), etag, size, md5, sha256 }
    }

    /// Are these bytes of the file that is to come? Only where a digest will tell in the end is a part of another run used:
    /// what a failing disk or a power cut made of it shows then.
    pub(super) fn is_of(&self, target: &Path, digests: &Digests) -> bool {
        let Self { version, name, md5, sha256, .. } = self;
        let same = |ours: &Option<String>, theirs: &Option<String>| match (ours, theirs) {
            (Some(ours), Some(theirs)) => ours.eq_ignore_ascii_case(theirs),
            (None, None) => true,
            _ => false,
        };
        *version == VERSION
            && *name == name_of(target)
            && digests.strongest().is_some()
            && same(md5, &digests.md5)
            && same(sha256, &digests.sha256)
    }

    /// The strong entity tag, without which nothing can be continued.
    pub(super) fn etag(&self) -> Option<HeaderValue> {
        let etag = self.etag.as_ref().filter(|etag| is_strong(etag.as_bytes()))?;
        HeaderValue::from_str(etag).ok()
    }

    pub(super) fn size(&self) -> Option<u64> {
        self.size
    }
}

fn name_of(target: &Path) -> String {
    target.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Where the bytes and the state of a file are kept while it comes: names of one length, however long its own is.
pub(super) fn hidden(target: &Path) -> (PathBuf, PathBuf) {
    let digest = Sha256::digest(target.file_name().unwrap_or_default().as_encoded_bytes());
    let short: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let directory = directory_of(target);
    (directory.join(format!(".planet-{short}.part")), directory.join(format!(".planet-{short}.state")))
}

/// An open state file, which nobody else has.
#[derive(Debug)]
pub(super) struct StateFile {
    path: PathBuf,
    file: File,
}

impl StateFile {
    /// Opens and locks it. Another who has it is waited for, but not for long.
    #[expect(clippy::disallowed_methods, reason = "it runs on a thread that may wait")]
    pub(super) fn lock(path: &Path, target: &Path) -> Result<Self> {
        let mut waited = Duration::ZERO;
        loop {
            match Self::try_lock(path)? {
                Some(locked) => return Ok(locked),
                None if waited < PATIENCE => {
                    thread::sleep(PAUSE);
                    waited += PAUSE;
                }
                None => return Err(taken(target)),
            }
        }
    }

    /// Opens and locks it; nothing if another has it.
    pub(super) fn try_lock(path: &Path) -> Result<Option<Self>> {
        loop {
            let file = File::options().create(true).read(true).write(true).truncate(false).open(path);
            let file = file.map_err(|cause| file_error("write", path, cause))?;
            let locked = match fs4::FileExt::try_lock(&file) {
                // Whoever had it before may have removed it just then.
                Ok(()) if !is_at(&file, path) => continue,
                Ok(()) => Some(file),
                Err(fs4::TryLockError::WouldBlock) => None,
                // Some network disks know no locks: that must not keep anybody from downloading.
                Err(fs4::TryLockError::Error(cause)) if cause.kind() == io::ErrorKind::Unsupported => Some(file),
                Err(fs4::TryLockError::Error(cause)) => return Err(file_error("lock", path, cause)),
            };
            return Ok(locked.map(|file| Self { path: path.to_owned(), file }));
        }
    }

    /// What it says; nothing if it is empty or spoilt.
    pub(super) fn read(&mut self) -> Option<State> {
        let mut text = Vec::new();
        self.file.rewind().and_then(|()| self.file.read_to_end(&mut text)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    pub(super) fn write(&mut self, state: &State) -> Result<()> {
        let text = serde_json::to_vec(state)
            .map_err(|cause| Error::new(ErrorKind::Unexpected, "a state is no JSON").with_source(cause))?;
        let mut file = &self.file;
        let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(&text));
        written.map_err(|cause| file_error("write", &self.path, cause))
    }

    /// Removes it. The lock ends when the file is closed.
    pub(super) fn remove(&self) {
        remove(&self.path);
    }
}

pub(super) fn remove(path: &Path) {
    if let Err(cause) = fs::remove_file(path)
        && cause.kind() != io::ErrorKind::NotFound
    {
        tracing::debug!(%cause, path = %shown(path), "a hidden file cannot be removed");
    }
}

fn taken(target: &Path) -> Error {
    let message = format!("another download of {} is under way", shown(target));
    Error::new(ErrorKind::Conflict, message).with_help("Let it end, or choose another directory")
}

/// Is the open file still the one of that name?
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let id = |found: fs::Metadata| (found.dev(), found.ino());
    file.metadata().is_ok_and(|open| fs::metadata(path).is_ok_and(|there| id(open) == id(there)))
}

/// Elsewhere a file that is open cannot be removed.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}
