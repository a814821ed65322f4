//! What became of the orders of a job that was downloaded.

use planet_core::{Error, ErrorKind, Result};

use crate::OrderReport;

/// A download that did not bring all orders of a job: the [`source`](std::error::Error::source) of the error that
/// [`OrderJob::download`](crate::OrderJob::download) ends with. Its own source is the failure that the error tells of:
/// the one that ended the download, else the first.
///
/// ```
/// use std::error::Error as _;
/// use planet_orders::{Error, IncompleteJobDownload};
///
/// fn tell(error: &Error) {
///     if let Some(incomplete) = error.source().and_then(|source| source.downcast_ref::<IncompleteJobDownload>()) {
///         for report in incomplete.reports() {
///             println!("{} is complete in {}", report.order_id(), report.directory().display());
///         }
///         for (id, error) in incomplete.failed() {
///             println!("{id} is not: {error}");
///         }
///     }
/// }
/// # tell(&Error::new(planet_orders::ErrorKind::Timeout, "late"));
/// ```
#[derive(Clone, Debug)]
pub struct IncompleteJobDownload {
    pub(super) reports: Vec<OrderReport>,
    pub(super) failed: Vec<(String, Error)>,
    /// How many orders were not asked for, after a failure that would meet any.
    pub(super) not_begun: usize,
}

impl IncompleteJobDownload {
    /// The orders that are complete.
    #[must_use]
    pub fn reports(&self) -> &[OrderReport] {
        &self.reports
    }

    /// The orders that are not, by their ids, and why; without those that were not begun. Where some files of one came,
    /// the source of its error is an [`IncompleteDownload`](crate::IncompleteDownload).
    #[must_use]
    pub fn failed(&self) -> &[(String, Error)] {
        &self.failed
    }

    /// The failure that ended the download, else the first.
    fn cause(&self) -> Option<&Error> {
        let mut errors = self.failed.iter().map(|(_, error)| error);
        errors.clone().find(|error| !is_about_the_order(error)).or_else(|| errors.next())
    }
}

impl std::fmt::Display for IncompleteJobDownload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (complete, left) = (self.reports.len(), self.not_begun);
        let ids: Vec<&str> = self.failed.iter().map(|(id, _)| id.as_str()).collect();
        let all = complete + ids.len() + left;
        write!(f, "{complete} of {all} orders of the job are complete; not: {}", ids.join(", "))?;
        if left > 0 { write!(f, "; {left} were not begun") } else { Ok(()) }
    }
}

impl std::error::Error for IncompleteJobDownload {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause().map(|error| error as _)
    }
}

/// Would other orders fare better? Not where the network or the disk is the matter.
pub(super) fn is_about_the_order(error: &Error) -> bool {
    use ErrorKind::{Conflict, Integrity, NotFound, OperationFailed};
    matches!(error.kind(), Conflict | Integrity | NotFound | OperationFailed)
}

/// The reports, or the failure with what became of the orders.
pub(super) fn complete(incomplete: IncompleteJobDownload) -> Result<Vec<OrderReport>> {
    let Some(error) = incomplete.cause().cloned() else { return Ok(incomplete.reports) };
    let advice = error.help().map(|help| format!("{help}. ")).unwrap_or_default();
    Err(error.with_help(format!("{advice}{incomplete}")).with_source(incomplete))
}
