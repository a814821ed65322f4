//! What the service remembers.

pub(crate) mod asset;
pub(crate) mod delivery;
pub(crate) mod feature;
pub(crate) mod order;
pub(crate) mod search;
pub(crate) mod token;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::authority::{self, Grants};
use crate::clock::Time;
use crate::fault::Faults;
use crate::limit::Limiter;
use crate::observe::{Log, Observer};
use crate::world::Catalogue;
use asset::Activations;
use feature::Collections;
use order::Orders;
use search::Searches;
use token::Signer;

/// The one user, and the organization.
pub(crate) const USER_ID: u64 = 1;
pub(crate) const ORGANIZATION_ID: u64 = 2;

/// The service behind the listeners.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) settings: Settings,
    /// Base of the API's own links, `http://127.0.0.1:PORT`.
    pub(crate) url: String,
    /// Base of the signed storage links.
    pub(crate) storage_url: String,
    /// Base of the authority's endpoints.
    pub(crate) authority_url: String,
    pub(crate) time: Time,
    pub(crate) catalogue: Catalogue,
    pub(crate) signer: Signer,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    pub(crate) observer: Option<Observer>,
    pub(crate) limiter: Mutex<Limiter>,
    pub(crate) searches: Mutex<Searches>,
    pub(crate) activations: Mutex<Activations>,
    pub(crate) orders: Mutex<Orders>,
    pub(crate) collections: Mutex<Collections>,
    pub(crate) grants: Mutex<Grants>,
}

impl Service {
    /// The ids of all orders, oldest first.
    pub(crate) fn order_ids(&self) -> Vec<String> {
        let orders = lock(&self.orders);
        orders.all(self.time.now()).map(|order| order.id.clone()).collect()
    }

    /// Notes in the log how a request was answered.
    pub(crate) fn answered(&self, number: u64, status: Option<u16>) {
        let record = self.log.answered(number, status);
        if let (Some(observer), Some(record)) = (&self.observer, record) {
            (observer.0)(&record);
        }
    }
}

/// What the builder sets.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) api_key: String,
    pub(crate) access_token: String,
    pub(crate) limits: bool,
    /// A limit that all classes share, in place of theirs.
    pub(crate) requests_a_second: Option<u32>,
    pub(crate) retry_after: bool,
    pub(crate) page_cap: usize,
    pub(crate) next_on_last_page: bool,
    pub(crate) order_time: Duration,
    pub(crate) active_orders: usize,
    pub(crate) list_lag: Duration,
    pub(crate) activation_time: Duration,
    pub(crate) order_link_lifetime: Duration,
    pub(crate) asset_link_lifetime: Duration,
    pub(crate) authority: authority::Settings,
}

/// Locks; a panic elsewhere leaves the service's state usable.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A random id of 32 hex digits in the form of a UUID without dashes. Not from the seed:
/// two sandboxes in one process must never hand out the same id.
pub(crate) fn new_id() -> String {
    let bits = fastrand::u128(..);
    let version = 0x4 << 76;
    let variant = 0x8 << 60;
    let bits = bits & !(0xf << 76) & !(0xc << 60) | version | variant;
    format!("{bits:032x}")
}

/// The same with dashes.
pub(crate) fn new_uuid() -> String {
    let mut id = new_id();
    for at in [20, 16, 12, 8] {
        id.insert(at, '-');
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_4_uuids() {
        let id = new_uuid();
        let parts: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(id.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
        assert_ne!(id, new_uuid());
    }
}
