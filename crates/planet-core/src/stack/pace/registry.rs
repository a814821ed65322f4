//! The turns of this process: the service counts requests by credential, whatever session they come from.

use std::collections::HashMap;
#[cfg(not(test))]
use std::sync::LazyLock;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::turns::Turns;
use crate::Origin;
use crate::auth::Identity;

/// The turns of all routes of one service, for one credential.
#[derive(Debug, Default)]
pub(super) struct Routes(Mutex<HashMap<&'static str, Arc<Turns>>>);

impl Routes {
    pub(super) fn turns(&self, route: &'static str) -> Arc<Turns> {
        Arc::clone(lock(&self.0).entry(route).or_insert_with(|| Arc::new(Turns::new())))
    }

    fn is_at_rest(&self) -> bool {
        lock(&self.0).values().all(|turns| turns.is_at_rest())
    }
}

type Key = (Origin, Identity);

/// Who shares turns with whom.
#[derive(Debug, Default)]
pub(super) struct Registry(Mutex<HashMap<Key, Arc<Routes>>>);

impl Registry {
    /// The one of this process.
    #[cfg(not(test))]
    pub(super) fn of_process() -> &'static Self {
        static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::default);
        &REGISTRY
    }

    /// The one of a test, which has a thread and a paused clock of its own.
    #[cfg(test)]
    pub(super) fn of_process() -> &'static Self {
        thread_local!(static REGISTRY: &'static Registry = Box::leak(Box::default()));
        REGISTRY.with(|registry| *registry)
    }

    /// The turns of an origin and a credential.
    ///
    /// They outlive their sessions until the last turn has passed: a program that makes a session for each call is
    /// paced as well. What is neither used nor needed is forgotten here, so that the registry does not grow.
    pub(super) fn routes(&self, origin: &Origin, credential: Identity) -> Arc<Routes> {
        let mut known = lock(&self.0);
        known.retain(|_, routes| Arc::strong_count(routes) > 1 || !routes.is_at_rest());
        Arc::clone(known.entry((origin.clone(), credential)).or_default())
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        lock(&self.0).len()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
