//! Where the token of a session is kept: a trait, with a file and the memory for it.

mod file;
mod memory;

use std::any::Any;

use crate::{Result, Secret};

pub(super) use file::FileStorage;
pub use memory::MemoryStorage;

/// Where the token of one session is kept between runs, and shared with other processes. Without one of your own it is
/// `~/.planet/<profile>/token.json`, as Planet's official tools have it.
///
/// The methods are called where they may block, such as on a file, a keyring or a database. They never see the token but as
/// a text: a JSON object.
///
/// ```
/// use std::sync::Mutex;
/// use planet_core::{Result, Secret, TokenStorage};
///
/// struct Keyring(Mutex<Option<Secret>>);
///
/// impl TokenStorage for Keyring {
///     fn load(&self) -> Result<Option<Secret>> {
///         Ok(self.0.lock().unwrap().clone())
///     }
///
///     fn save(&self, token: &Secret) -> Result<()> {
///         *self.0.lock().unwrap() = Some(token.clone());
///         Ok(())
///     }
///
///     fn describe(&self) -> String {
///         "the keyring".into()
///     }
/// }
///
/// let keyring = Keyring(Mutex::new(None));
/// keyring.save(&Secret::new(r#"{"access_token":"a"}"#))?;
/// assert!(keyring.exists() && keyring.load()?.is_some());
/// # Ok::<(), planet_core::Error>(())
/// ```
pub trait TokenStorage: Send + Sync + 'static {
    /// The token as it was last saved. `None`: there is none.
    ///
    /// # Errors
    /// If there is one and it cannot be read.
    fn load(&self) -> Result<Option<Secret>>;

    /// Keeps a token in place of the one before, as a whole or not at all.
    ///
    /// # Errors
    /// If it cannot be kept. The session goes on with it in memory.
    fn save(&self, token: &Secret) -> Result<()>;

    /// Removes the token. Without a method of its own for it, an empty object takes its place.
    ///
    /// # Errors
    /// If it is there and cannot be removed.
    fn remove(&self) -> Result<()> {
        self.save(&Secret::new("{}"))
    }

    /// Is a token there? It need not be a good one.
    fn exists(&self) -> bool {
        matches!(self.load(), Ok(Some(_)))
    }

    /// Tries to become the one who may refresh the token. `None`: another has the lock. It is given back when the guard is
    /// dropped.
    ///
    /// # Errors
    /// If there can be no lock. The session goes on without it.
    fn try_lock(&self) -> Result<Option<StorageLock>> {
        Ok(Some(Box::new(())))
    }

    /// Where that is, for messages: a path, the name of a keyring.
    fn describe(&self) -> String;
}

/// Holds a lock of a [`TokenStorage`] until it is dropped. Whatever frees the lock in its `Drop` will do:
///
/// ```
/// use planet_core::StorageLock;
///
/// struct Row;
///
/// impl Drop for Row {
///     fn drop(&mut self) {
///         // Here the row of the table is unlocked.
///     }
/// }
///
/// let lock: StorageLock = Box::new(Row);
/// ```
pub type StorageLock = Box<dyn Any + Send>;
