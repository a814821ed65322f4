//! One run of a plan at a time.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use planet_core::{Error, ErrorKind, Outcome, Result};

use super::OPERATION;

/// The plans that are being run in this process: two runs that look at the same time both find nothing.
static RUNNING: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// The right to run a plan, until it is dropped.
pub(super) struct Turn(Vec<String>);

impl Turn {
    /// # Errors
    /// `Conflict` if a plan with one of these names is being run.
    pub(super) fn take(names: HashSet<String>) -> Result<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(name) = names.iter().find(|name| running.contains(*name)) {
            let name = name.split_once(' ').map_or(name.as_str(), |(_origin, name)| name);
            let message = format!("a plan with orders {name}… is being run by this program");
            return Err(Error::new(ErrorKind::Conflict, message)
                .with_operation(OPERATION)
                .with_outcome(Outcome::NotSent)
                .with_help("Wait for that run, and use its job"));
        }
        running.extend(names.iter().cloned());
        Ok(Self(names.into_iter().collect()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        for name in &self.0 {
            running.remove(name);
        }
    }
}
