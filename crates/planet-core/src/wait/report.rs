//! How waits ended.

use std::vec;

use crate::{Error, ErrorKind, Result};

/// How the wait for one thing ended.
#[derive(Clone, Debug)]
pub struct Waited<T> {
    /// Its place among the things given.
    pub(super) at: usize,
    pub(super) id: String,
    pub(super) end: End<T>,
}

#[derive(Clone, Debug)]
pub(super) enum End<T> {
    Done(T),
    Failed { error: Error, last: Option<T> },
}

impl<T> Waited<T> {
    /// The id it was waited for by.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The thing as it was last seen; None if it never was.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        match &self.end {
            End::Done(thing) => Some(thing),
            End::Failed { last, .. } => last.as_ref(),
        }
    }

    /// The thing as it was waited for, or why that did not come.
    ///
    /// # Errors
    /// `OperationFailed` if it ended in another way; `WaitTimeout` if the time or the number of attempts is used up, and
    /// the thing lives on; otherwise why it could not be asked for, such as `NotFound`. The first two carry the thing
    /// as it was last seen as their source, if it was seen.
    pub fn result(&self) -> Result<&T, &Error> {
        match &self.end {
            End::Done(thing) => Ok(thing),
            End::Failed { error, .. } => Err(error),
        }
    }

    /// The thing as it was waited for, or why that did not come.
    ///
    /// # Errors
    /// As [`result`](Self::result).
    pub fn into_result(self) -> Result<T> {
        match self.end {
            End::Done(thing) => Ok(thing),
            End::Failed { error, .. } => Err(error),
        }
    }

    fn failed_as(&self, kind: ErrorKind) -> bool {
        self.result().is_err_and(|error| error.kind() == kind)
    }
}

/// How a wait for many things ended: one end for each, in the order given. A thing that was given twice is there once.
#[must_use = "some of the things may have failed"]
#[derive(Clone, Debug)]
pub struct WaitReport<T>(Vec<Waited<T>>);

impl<T> WaitReport<T> {
    pub(super) fn new(mut ends: Vec<Waited<T>>) -> Self {
        ends.sort_by_key(|end| end.at);
        Self(ends)
    }

    /// The ends of all things, in the order given.
    #[must_use]
    pub fn all(&self) -> &[Waited<T>] {
        &self.0
    }

    /// The things that are as they were waited for.
    pub fn done(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(|end| end.result().ok())
    }

    /// Those that ended in another way: their errors are of kind `OperationFailed`.
    pub fn failed(&self) -> impl Iterator<Item = &Waited<T>> {
        self.0.iter().filter(|end| end.failed_as(ErrorKind::OperationFailed))
    }

    /// Those that had not ended when the time or the number of attempts was used up; they live on. Their errors are of
    /// kind `WaitTimeout`.
    pub fn timed_out(&self) -> impl Iterator<Item = &Waited<T>> {
        self.0.iter().filter(|end| end.failed_as(ErrorKind::WaitTimeout))
    }

    /// Those of which it is not known how they are, because the service would not say: there is no such thing, the
    /// credential is refused, too many bad answers.
    pub fn not_known(&self) -> impl Iterator<Item = &Waited<T>> {
        let other = |kind| !matches!(kind, ErrorKind::OperationFailed | ErrorKind::WaitTimeout);
        self.0.iter().filter(move |end| end.result().is_err_and(|error| other(error.kind())))
    }

    /// All things, if each is as it was waited for.
    ///
    /// # Errors
    /// The first of the errors, in the order given.
    pub fn into_results(self) -> Result<Vec<T>> {
        self.0.into_iter().map(Waited::into_result).collect()
    }
}

impl<T> IntoIterator for WaitReport<T> {
    type Item = Waited<T>;
    type IntoIter = vec::IntoIter<Waited<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
