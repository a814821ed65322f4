//! Progress for `tracing`.

use tracing::{debug, info, trace, warn};

use crate::{Progress, ProgressEvent, ProgressStep};

/// Makes an event of [`tracing`](https://docs.rs/tracing) of each step, with the target `planet::progress`.
///
/// All have the field `name`, and `order` if it is known. The message is the kind of the step, with fields of its own:
///
/// | message | level | fields |
/// | --- | --- | --- |
/// | `state` | INFO | `state` |
/// | `planned` | INFO | `files`, `bytes` |
/// | `started` | DEBUG | `total` |
/// | `resumed` | DEBUG | `from` |
/// | `received` | TRACE | `received`, `total` |
/// | `retry` | WARN | `failures`, `delay_ms`, `reason` |
/// | `verified` | DEBUG | |
/// | `done`, `kept` | INFO | `size` |
/// | `failed` | WARN | `reason` |
///
/// The subscriber is called from inside the transfer, as `tracing` always does; one that writes to a slow place should do
/// that on a thread of its own.
///
/// ```
/// use planet_core::reporting::Tracing;
/// use planet_core::{Progress, ProgressEvent, ProgressStep};
///
/// Tracing::new().event(&ProgressEvent::new("a.tif", ProgressStep::Done { size: 32_000_000 }));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Tracing;

impl Tracing {
    /// The adapter. Nothing is seen without a subscriber, which is the program's choice.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

const TARGET: &str = "planet::progress";

impl Progress for Tracing {
    fn event(&self, event: &ProgressEvent) {
        let (order, name) = (event.order.as_deref(), event.name.as_ref());
        match &event.step {
            ProgressStep::State { state } => info!(target: TARGET, order, name, state = state.as_ref(), "state"),
            ProgressStep::Planned { files, bytes } => {
                info!(target: TARGET, order, name, files, bytes, "planned");
            }
            ProgressStep::Started { total } => debug!(target: TARGET, order, name, total, "started"),
            ProgressStep::Resumed { from } => debug!(target: TARGET, order, name, from, "resumed"),
            ProgressStep::Received { received, total } => {
                trace!(target: TARGET, order, name, received, total, "received");
            }
            ProgressStep::Retry { failures, delay, reason } => {
                let (delay_ms, reason) = (delay.as_millis() as u64, reason.as_ref());
                warn!(target: TARGET, order, name, failures, delay_ms, reason, "retry");
            }
            ProgressStep::Verified => debug!(target: TARGET, order, name, "verified"),
            ProgressStep::Done { size } => info!(target: TARGET, order, name, size, "done"),
            ProgressStep::Kept { size } => info!(target: TARGET, order, name, size, "kept"),
            ProgressStep::Failed { reason } => warn!(target: TARGET, order, name, reason = reason.as_ref(), "failed"),
        }
    }
}
