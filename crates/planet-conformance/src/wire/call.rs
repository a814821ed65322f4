//! A recorded call as it is made here.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::TryStreamExt;
use planet::{Error, ErrorKind, Planet, Result};
use planet_core::paging::Pager;
use serde::Serialize;
use serde_json::Value;

use super::recorded::Recorded;
use crate::args::{Args, Stop, Typed};
use crate::signatures;

/// The arguments of a call, and what it has brought so far.
#[derive(Debug)]
pub(super) struct Call<'a> {
    case: &'a Recorded,
    pub(super) planet: Planet,
    pub(super) args: Args<'a>,
    seen: Mutex<Seen>,
}

/// What a call brings before it ends.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) items: Vec<Value>,
    /// The references of the features.
    pub(super) references: Vec<Value>,
    /// The states that a wait told of.
    pub(super) states: Vec<String>,
}

pub(super) type Running<'a> = Pin<Box<dyn Future<Output = Result<Value, Stop>> + Send + 'a>>;

/// A method of Python's clients as ours: which of Python's parameters it takes, and the call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method(pub(super) &'static [&'static str], pub(super) for<'a> fn(&'a Call<'a>) -> Running<'a>);

/// The methods of one client by their names in Python.
pub(super) type Methods = &'static [(&'static str, Method)];

impl<'a> Call<'a> {
    pub(super) fn new(case: &'a Recorded, planet: Planet) -> Self {
        Self { case, planet, args: Args(&case.args), seen: Mutex::default() }
    }

    /// What it has brought so far.
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An argument; where it is missing, Python's default.
    pub(super) fn or_default<T: Typed>(&self, name: &str) -> Result<T, Stop> {
        match (self.args.raw(name), signatures::default(&self.case.name(), name)) {
            (None, Some(default)) => T::read(default),
            _ => self.args.get(name),
        }
    }

    /// The items of a list, as far as the caller takes them. A limit given to the list itself would be sent as the size of
    /// a page, and the profile sends none.
    pub(super) async fn list<T: Serialize + Send + Unpin + 'static>(
        &self,
        mut items: Pager<T>,
        limit: u64,
        refer: fn(&T) -> Result<Option<String>>,
    ) -> Result<Value, Stop> {
        let most = usize::try_from(limit).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        let most = self.case.take.map_or(most, |take| take.min(most));
        while self.seen().items.len() < most
            && let Some(item) = items.try_next().await?
        {
            let (value, reference) = (json(&item)?, refer(&item)?);
            let mut seen = self.seen();
            seen.items.push(value);
            seen.references.push(reference.into());
        }
        Ok(self.seen().items.clone().into())
    }
}

/// For items that have no references.
pub(super) fn none<T>(_: &T) -> Result<Option<String>> {
    Ok(None)
}

/// What the service sent, as it came.
pub(super) fn json(value: &impl Serialize) -> Result<Value, Stop> {
    serde_json::to_value(value)
        .map_err(|cause| Error::new(ErrorKind::Unexpected, "it cannot be written as JSON").with_source(cause).into())
}
