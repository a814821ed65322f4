//! A place in a list.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::redact;

/// A place in a list, exact to the item: what was read lies before it, what was not lies behind it.
///
/// [`Pager::checkpoint`](super::Pager::checkpoint) gives it at any time, also after an error, and
/// [`List::resume`](super::List::resume) goes on from it, in this program or in a later one: it can be serialised. Resume
/// with the same inputs (filter, order, filters of a list): the first page is asked for with them, the later ones with a
/// link of the service. How long the service honours such a link is not documented.
///
/// It holds that link whole, with its query, and no credential of yours. Keep it where you keep your other data about the
/// service; `Debug` hides the query.
///
/// ```
/// use planet_core::paging::Checkpoint;
///
/// let kept = r#"{"next": "https://api.planet.com/data/v1/searches/s/results?_page=p", "skip": 17}"#;
/// let checkpoint: Checkpoint = serde_json::from_str(kept)?;
/// assert!(!checkpoint.is_end());
/// assert_eq!(serde_json::to_value(Checkpoint::default())?, serde_json::json!({"next": null, "skip": 0}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The URL of the page to go on with. None: the list's first page, which is asked for by the operation.
    pub(super) next: Option<String>,
    /// How many items from the beginning of that page on were read.
    pub(super) skip: usize,
    /// The page before held nothing: if this one holds nothing either, the list has ended.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) after_empty: bool,
    /// The list was read to its end.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) ended: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Checkpoint {
    pub(super) fn end() -> Self {
        Self { ended: true, ..Self::default() }
    }

    /// Was the list read to its end? Resuming gives nothing then.
    #[must_use]
    pub fn is_end(&self) -> bool {
        self.ended
    }
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoint")
            .field("next", &self.next.as_deref().map(redact::url))
            .field("skip", &self.skip)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
