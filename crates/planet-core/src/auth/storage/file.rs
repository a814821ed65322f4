//! The token in a file, where the official tools look for it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::disk;
use super::super::problem::{AuthError, AuthFailure};
use super::super::profile::ProfileName;
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
        disk::refuse_encrypted(&self.encrypted)?;
        let Some(text) = disk::read(&self.file)? else { return Ok(None) };
        if !self.warned.swap(true, Ordering::Relaxed) {
            // The file, the folder of its profile, and `~/.planet`.
            self.file.ancestors().take(3).for_each(|place| disk::warn_of_others(place, &mut Warnings::default()));
        }
        let text = std::str::from_utf8(&text).map_err(|_| {
            let message = format!("the file {} is no text", self.file.display());
            AuthError::new(AuthFailure::BadFile, message).about(self.file.display()).into_error()
        })?;
        Ok(Some(Secret::new(text)))
    }

    fn save(&self, token: &Secret) -> Result<()> {
        disk::refuse_encrypted(&self.encrypted)?;
        disk::write(&self.file, token.expose())
    }

    fn remove(&self) -> Result<()> {
        disk::refuse_encrypted(&self.encrypted)?;
        disk::remove(&self.file)
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn storage(home: &Path) -> FileStorage {
        FileStorage::new(home, &ProfileName::parse("Office").unwrap())
    }

    #[test]
    fn a_token_is_kept_where_the_official_tools_look_and_replaced_as_a_whole() {
        let home = tempfile::tempdir().unwrap();
        let storage = storage(home.path());
        assert_eq!(storage.path(), home.path().join(".planet/office/token.json"));
        assert!(!storage.exists() && storage.load().unwrap().is_none());
        for token in ["{\"access_token\": \"a long one\"}", "{}"] {
            storage.save(&Secret::new(token)).unwrap();
            assert_eq!(storage.load().unwrap().unwrap().expose(), token);
        }
        assert!(storage.exists());
        assert_eq!(storage.describe(), storage.path().display().to_string());
    }

    #[test]
    fn a_token_exists_even_if_it_cannot_be_used() {
        let home = tempfile::tempdir().unwrap();
        let storage = storage(home.path());
        fs::create_dir_all(storage.path()).unwrap();
        assert!(storage.exists());
        assert!(storage.load().unwrap_err().message().contains("token.json"));
    }

    #[test]
    fn an_encrypted_token_is_never_passed_over_for_the_clear_one() {
        let home = tempfile::tempdir().unwrap();
        let storage = storage(home.path());
        storage.save(&Secret::new("{}")).unwrap();
        let encrypted = home.path().join(".planet/office/token.sops.json");
        fs::write(&encrypted, "{}").unwrap();
        for error in [storage.load().unwrap_err(), storage.save(&Secret::new("{\"a\": 1}")).unwrap_err()] {
            assert_eq!(AuthError::of(&error).map(AuthError::failure), Some(AuthFailure::Unsupported));
            assert!(error.message().contains("token.sops.json"), "{error}");
        }
        assert!(storage.exists() && storage.path() == encrypted);
        assert_eq!(fs::read_to_string(home.path().join(".planet/office/token.json")).unwrap(), "{}");
    }

    #[test]
    fn the_lock_is_beside_the_token_and_outlives_its_replacement() {
        let home = tempfile::tempdir().unwrap();
        let (mine, other) = (storage(home.path()), storage(home.path()));
        let lock = mine.try_lock().unwrap().expect("it is free");
        mine.save(&Secret::new("{}")).unwrap();
        assert!(other.try_lock().unwrap().is_none());
        drop(lock);
        assert!(other.try_lock().unwrap().is_some());
        assert!(home.path().join(".planet/office/.lock").exists());
    }
}
