//! The error of a plan that was not placed as a whole.

use planet_core::{Error, ErrorKind, Outcome, Result};

use super::{JobPart, OPERATION, OrderJob};

/// A job of which parts are missing: the [`source`](std::error::Error::source) of the error that
/// [`OrderPlan::run`](crate::OrderPlan::run) ends with. Its own source is the first failure.
///
/// ```
/// use std::error::Error as _;
/// use planet_orders::{Error, IncompleteJob};
///
/// fn report(error: &Error) {
///     if let Some(incomplete) = error.source().and_then(|source| source.downcast_ref::<IncompleteJob>()) {
///         for part in incomplete.job().parts().iter().filter(|part| !part.is_complete()) {
///             match part.error() {
///                 Some(error) => println!("{}: {error}", part.name()),
///                 None => println!("{} was not begun", part.name()),
///             }
///         }
///     }
/// }
/// # report(&Error::new(planet_orders::ErrorKind::Timeout, "late"));
/// ```
#[derive(Clone, Debug)]
pub struct IncompleteJob(OrderJob);

impl IncompleteJob {
    /// The job, with the parts that are there and those that are missing.
    #[must_use]
    pub fn job(&self) -> &OrderJob {
        &self.0
    }

    fn count(&self, which: impl Fn(&JobPart) -> bool) -> usize {
        self.0.parts().iter().filter(|part| which(part)).count()
    }
}

impl std::fmt::Display for IncompleteJob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unknown = |part: &JobPart| part.error().is_some_and(|error| error.outcome() == Outcome::Unknown);
        let (complete, all) = (self.count(JobPart::is_complete), self.0.parts().len());
        write!(f, "{complete} of {all} orders of {} are placed", self.0.name())?;
        let counts = [
            (self.count(|part| part.error().is_some() && !unknown(part)), "failed"),
            (self.count(unknown), "may have been placed"),
            (self.count(|part| part.error().is_none() && !part.is_complete()), "were not begun"),
        ];
        counts.iter().filter(|(count, _)| *count > 0).try_for_each(|(count, what)| write!(f, ", {count} {what}"))
    }
}

impl std::error::Error for IncompleteJob {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        worst(&self.0).map(|error| error as _)
    }
}

/// The failure that tells most: one that leaves it open whether an order was placed, else the first.
fn worst(job: &OrderJob) -> Option<&Error> {
    let mut errors = job.parts().iter().filter_map(JobPart::error);
    errors.clone().find(|error| error.outcome() == Outcome::Unknown).or_else(|| errors.next())
}

/// The job, if nothing is missing of it.
pub(super) fn complete(job: OrderJob) -> Result<OrderJob> {
    if job.parts().iter().all(JobPart::is_complete) {
        return Ok(job);
    }
    let incomplete = IncompleteJob(job);
    let error = match worst(incomplete.job()) {
        Some(worst) => Error::new(worst.kind(), format!("{incomplete}; the first failure: {}", worst.message()))
            .with_facts_of(worst)
            .with_outcome(worst.outcome()),
        None => Error::new(ErrorKind::Unexpected, incomplete.to_string()),
    };
    let unsettled = error.outcome() == Outcome::Unknown && incomplete.job().client().settling_time().is_none();
    let help = if unsettled { HELP_UNSETTLED } else { HELP };
    Err(error.with_operation(OPERATION).with_help(help).with_source(incomplete))
}

const HELP: &str = "Run the plan again: orders that are listed are kept, and their items not ordered again. What the service \
    refused needs another request";
const HELP_UNSETTLED: &str = "An order that may have been placed can come into the list late, and reconciliation is off: look \
    for it before you run the plan again, or its items may be ordered twice";
