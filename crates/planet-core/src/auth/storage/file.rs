//! The token in a file, where the official tools look for it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::disk;
use super::super::problem::{AuthError, AuthFailure};
use super::super::profile::{ProfileName, refuse_encrypted};
use super::super::warning::Warnings;
use super::{StorageLock, TokenStorage};
use crate::{Result, Secret};

/// `~/.planet/<profile>/token.json`.
#[derive(Debug)]
pub(in crate::auth) struct FileStorage {
    file: PathBuf,
    encrypted: PathBuf,
    lock: PathBuf,
    /// Others may read the file: that is said once, not with each look at it.
    warned: AtomicBool,
}

impl FileStorage {
    pub(in crate::auth) fn new(home: &Path, name: &ProfileName) -> Self {
        let folder = name.folder(home);
        Self {
            file: folder.join("token.json"),
            encrypted: folder.join("token.sops.json"),
            lock: folder.join(".lock"),
            warned: AtomicBool::new(false),
        }
    }

    /// The file that counts: an encrypted one goes before the clear one, though this SDK cannot read it.
    pub(in crate::auth) fn path(&self) -> &Path {
        if self.encrypted.exists() { &self.encrypted } else { &self.file }
    }
}

impl TokenStorage for FileStorage {
    fn load(&self) -> Result<Option<Secret>> {
        refuse_encrypted(&self.encrypted)?;
        let Some(text) = disk::read(&self.file)? else { return Ok(None) };
        if !self.warned.swap(true, Ordering::Relaxed) {
            disk::warn_of_others(&self.file, &mut Warnings::default());
        }
        let text = std::str::from_utf8(&text).map_err(|_| {
            let message = format!("the file {} is no text", self.file.display());
            AuthError::new(AuthFailure::BadFile, message).about(self.file.display()).into_error()
        })?;
        Ok(Some(Secret::new(text)))
    }

    fn save(&self, token: &Secret) -> Result<()> {
        refuse_encrypted(&self.encrypted)?;
        disk::write(&self.file, token.expose())
    }

    fn exists(&self) -> bool {
        self.path().exists()
    }

    fn try_lock(&self) -> Result<Option<StorageLock>> {
        let locked = disk::try_lock(&self.lock)?;
        Ok(locked.map(|lock| Box::new(lock) as StorageLock))
    }

    fn describe(&self) -> String {
        self.path().display().to_string()
    }
}
