//! Two listeners as one.

use crate::{Progress, ProgressEvent};

/// A pair tells both.
///
/// ```
/// use planet_core::reporting::{FileBars, Tracing};
/// use planet_core::{Progress, ProgressEvent, ProgressStep};
///
/// let both = (FileBars::new(), Tracing::new());
/// both.event(&ProgressEvent::new("a.tif", ProgressStep::Started { total: None }));
/// ```
impl<A: Progress, B: Progress> Progress for (A, B) {
    fn event(&self, event: &ProgressEvent) {
        self.0.event(event);
        self.1.event(event);
    }
}
