//! Calls of the storage: away from the runtime's threads, for it may block, and within limits, for it may be anybody's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, timeout};

use super::super::problem::{AuthError, AuthFailure};
use super::super::storage::{StorageLock, TokenStorage};
use crate::{Error, Result, Secret};

/// A storage that takes longer counts as failed.
const LIMIT: Duration = Duration::from_secs(10);

/// So long the lock is asked for again after it was taken: first, and at most.
const TAKEN: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(200));

#[derive(Clone)]
pub(super) struct Store {
    storage: Arc<dyn TokenStorage>,
    /// A call has not come back. Others would only pile up behind it.
    busy: Arc<AtomicBool>,
}

/// What became of the wait for the lock.
pub(super) enum Locked {
    Ours(StorageLock),
    Theirs,
    /// There is none to be had.
    Impossible,
}

impl Locked {
    pub(super) fn ours(self) -> Option<StorageLock> {
        match self {
            Self::Ours(lock) => Some(lock),
            Self::Theirs | Self::Impossible => None,
        }
    }
}

impl Store {
    pub(super) fn new(storage: Arc<dyn TokenStorage>) -> Self {
        Self { storage, busy: Arc::default() }
    }

    pub(super) fn describe(&self) -> String {
        self.storage.describe()
    }

    pub(super) fn exists(&self) -> bool {
        self.storage.exists()
    }

    pub(super) async fn load(&self) -> Result<Option<Secret>> {
        self.call(|storage| storage.load()).await
    }

    /// The lock is held until the token is written, even if that is not waited for any more; else it is given back.
    pub(super) async fn save(&self, token: Secret, lock: Option<StorageLock>) -> (Result<()>, Option<StorageLock>) {
        let saved = self.call(move |storage| Ok((storage.save(&token), lock))).await;
        saved.unwrap_or_else(|error| (Err(error), None))
    }

    pub(super) async fn remove(&self, lock: Option<StorageLock>) -> Result<()> {
        self.call(move |storage| {
            let result = storage.remove();
            drop(lock);
            result
        })
        .await
    }

    pub(super) async fn lock(&self, patience: Duration) -> Locked {
        let (started, mut pause) = (Instant::now(), TAKEN.0);
        loop {
            match self.call(|storage| storage.try_lock()).await {
                Ok(Some(lock)) => return Locked::Ours(lock),
                Ok(None) if started.elapsed() >= patience => return Locked::Theirs,
                Ok(None) => sleep(pause).await,
                Err(error) => {
                    tracing::debug!(target: "planet", "the session goes on without a lock: {error}");
                    return Locked::Impossible;
                }
            }
            pause = (pause * 2).min(TAKEN.1);
        }
    }

    async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn TokenStorage) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        if self.busy.swap(true, Ordering::AcqRel) {
            return Err(self.failed("still does not answer"));
        }
        let (storage, busy) = (Arc::clone(&self.storage), Busy(Arc::clone(&self.busy)));
        let call = spawn_blocking(move || {
            let _until_it_ends = busy;
            work(&*storage)
        });
        match timeout(LIMIT, call).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(self.failed("broke down")),
            Err(_) => Err(self.failed("does not answer")),
        }
    }

    fn failed(&self, what: &str) -> Error {
        let place = self.storage.describe();
        AuthError::new(AuthFailure::BadFile, format!("the storage of the token {what}: {place}"))
            .about(place)
            .into_error()
    }
}

struct Busy(Arc<AtomicBool>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
