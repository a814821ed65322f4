//! Advisory locks on files of their own: a file that is replaced cannot carry one.

use std::fs::File;
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::write::{failed, make_folder};
use crate::Result;

/// How long a lock is waited for. Whoever has it longer has hung: it is gone on without it.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// A lock, until it is dropped.
#[derive(Debug)]
pub(in crate::auth) struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

/// Takes the lock on a file, which is made if it is missing, and its folder too. `None`: another has it.
pub(in crate::auth) fn try_lock(path: &Path) -> Result<Option<Lock>> {
    let mut options = File::options();
    options.create(true).read(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = path.parent().map_or(Ok(()), make_folder).and_then(|()| options.open(path));
    let file = opened.map_err(|cause| failed("lock", path, cause))?;
    match fs4::FileExt::try_lock(&file) {
        Ok(()) => Ok(Some(Lock(file))),
        Err(fs4::TryLockError::WouldBlock) => Ok(None),
        // Some network disks know no locks: that must not keep anybody from working.
        Err(fs4::TryLockError::Error(cause)) if cause.kind() == io::ErrorKind::Unsupported => Ok(Some(Lock(file))),
        Err(fs4::TryLockError::Error(cause)) => Err(failed("lock", path, cause)),
    }
}

/// Waits for the lock. `None`: it is not to be had, and it is gone on without it.
#[expect(clippy::disallowed_methods, reason = "a writer of files may wait")]
pub(in crate::auth) fn wait_for(path: &Path) -> Option<Lock> {
    let mut waited = Duration::ZERO;
    while waited < PATIENCE {
        match try_lock(path) {
            Ok(None) => thread::sleep(PAUSE),
            Ok(Some(lock)) => return Some(lock),
            Err(_) => return None,
        }
        waited += PAUSE;
    }
    None
}
