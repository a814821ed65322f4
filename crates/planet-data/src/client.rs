//! The client: one short method for each operation.

use planet_builders::{Filter, ItemType};
use planet_core::Session;

use crate::Search;

/// The Data API: `https://api.planet.com/data/v1`.
///
/// Clones are cheap and share the session.
#[derive(Clone, Debug)]
pub struct DataClient {
    session: Session,
}

impl DataClient {
    /// A client that uses a session.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self { session: session.clone() }
    }

    /// Searches the catalogue for items of some types that match a filter ([`Filter::empty`] matches all).
    ///
    /// Nothing is sent until the stream of [`Search::items`] is polled.
    #[doc(alias = "quick_search")]
    pub fn search(&self, item_types: impl IntoIterator<Item = impl Into<ItemType>>, filter: Filter) -> Search {
        Search::new(&self.session, item_types.into_iter().map(Into::into).collect(), filter)
    }
}
