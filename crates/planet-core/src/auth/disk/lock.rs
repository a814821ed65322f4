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
pub(in crate::auth) struct Lock {
    _file: File,
}

/// Takes the lock on a file, which is made if it is missing, and its folder too. `None`: another has it.
pub(in crate::auth) fn try_lock(path: &Path) -> Result<Option<Lock>> {
    let mut options = File::options();
    options.create(true).read(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = path.parent().map_or(Ok(()), make_folder).and_then(|()| options.open(path));
    let file = opened.map_err(|cause| failed("lock", path, cause))?;
    match fs4::FileExt::try_lock(&file) {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(fs4::TryLockError::WouldBlock) => Ok(None),
        // Some network disks know no locks: that must not keep anybody from working.
        Err(fs4::TryLockError::Error(cause)) if cause.kind() == io::ErrorKind::Unsupported => {
            Ok(Some(Lock { _file: file }))
        }
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_lock_is_had_by_one_and_free_again_when_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office/.lock");
        let lock = try_lock(&path).unwrap().expect("it is free");
        assert!(try_lock(&path).unwrap().is_none());
        drop(lock);
        assert!(try_lock(&path).unwrap().is_some());
        assert!(wait_for(&path).is_some());
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    }

    #[test]
    fn whoever_waits_has_it_next_and_where_there_can_be_none_nobody_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".lock");
        let lock = try_lock(&path).unwrap();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| wait_for(&path));
            thread::yield_now();
            drop(lock);
            assert!(waiter.join().unwrap().is_some());
        });
        fs::write(folder.path().join("file"), "in the way").unwrap();
        assert!(wait_for(&folder.path().join("file/.lock")).is_none());
    }
}
