//! The token in memory only.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{StorageLock, TokenStorage};
use crate::{Result, Secret};

/// Keeps the token in memory: it ends with the program. Clones share it.
///
/// ```
/// use planet_core::{MemoryStorage, Secret, TokenStorage};
///
/// let storage = MemoryStorage::default();
/// assert!(!storage.exists());
/// storage.save(&Secret::new(r#"{"access_token":"a"}"#))?;
/// assert!(storage.clone().exists());
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryStorage(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    token: Mutex<Option<Secret>>,
    locked: AtomicBool,
}

impl TokenStorage for MemoryStorage {
    fn load(&self) -> Result<Option<Secret>> {
        Ok(self.0.token.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn save(&self, token: &Secret) -> Result<()> {
        *self.0.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        Ok(())
    }

    fn remove(&self) -> Result<()> {
        *self.0.token.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    fn try_lock(&self) -> Result<Option<StorageLock>> {
        let free = !self.0.locked.swap(true, Ordering::Acquire);
        Ok(free.then(|| Box::new(Guard(Arc::clone(&self.0))) as StorageLock))
    }

    fn describe(&self) -> String {
        "memory".into()
    }
}

struct Guard(Arc<Inner>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.locked.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_token_and_the_lock_and_show_neither() {
        let storage = MemoryStorage::default();
        let clone = storage.clone();
        assert!(storage.load().unwrap().is_none());
        clone.save(&Secret::new("hidden-word")).unwrap();
        assert_eq!(storage.load().unwrap().unwrap().expose(), "hidden-word");
        let lock = storage.try_lock().unwrap().expect("it is free");
        assert!(clone.try_lock().unwrap().is_none());
        drop(lock);
        assert!(clone.try_lock().unwrap().is_some());
        assert!(!format!("{storage:?} {}", storage.describe()).contains("hidden-word"));
    }
}
