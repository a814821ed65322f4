//! Where the service keeps the images of an order for use in its other products.

use std::fmt;

use std::str::FromStr;

use planet_core::{Error, Fault, FaultKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::members::{self, Form, Leave, Member, optional};
use super::values::unknown;
use crate::Hint;

/// Where the service keeps the images of an order for use in its other products.
///
/// It mirrors the `hosting` of an order request of the Orders API. The service writes hosted images as cloud optimised
/// GeoTIFF.
///
/// ```
/// use planet_builders::order::Hosting;
///
/// let hosting = Hosting::from(Hosting::sentinel_hub().collection_id("4c9af036-4b17-4c8a-9f5d-2a9e0a1b7c11"));
/// let json = serde_json::to_value(&hosting)?;
/// assert_eq!(json["sentinel_hub"]["collection_id"], "4c9af036-4b17-4c8a-9f5d-2a9e0a1b7c11");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hosting(Map<String, Value>);

/// The names only: what is not known may be a secret.
impl fmt::Debug for Hosting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hosting").field(&self.0.keys()).finish()
    }
}

/// Hosting on Sentinel Hub: see [`Hosting::sentinel_hub`].
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "hosting does nothing until it is added to an order"]
pub struct SentinelHub(Map<String, Value>);

const SENTINEL_HUB: &str = "sentinel_hub";
const OPTIONS: &[Member] = &[optional("collection_id", Form::Text), optional("create_configuration", Form::Flag)];

impl Hosting {
    /// Sentinel Hub: as a new collection, unless one is named.
    pub fn sentinel_hub() -> SentinelHub {
        SentinelHub::default()
    }

    fn options(&self) -> Option<&Map<String, Value>> {
        self.0.get(SENTINEL_HUB)?.as_object()
    }
}

impl SentinelHub {
    /// The collection that the images are added to. The answer to the order names the new one if none is given.
    pub fn collection_id(mut self, id: impl Into<String>) -> Self {
        self.0.insert("collection_id".to_owned(), json!(id.into()));
        self
    }

    /// Is a configuration made for the new collection? It does not go with a collection that is named.
    pub fn create_configuration(mut self, create: bool) -> Self {
        self.0.insert("create_configuration".to_owned(), json!(create));
        self
    }
}

impl From<SentinelHub> for Hosting {
    fn from(options: SentinelHub) -> Self {
        Self([(SENTINEL_HUB.to_owned(), Value::Object(options.0))].into_iter().collect())
    }
}

/// The name of a host in any case: `sentinel_hub`.
impl FromStr for Hosting {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        if name.eq_ignore_ascii_case(SENTINEL_HUB) {
            return Ok(Self::sentinel_hub().into());
        }
        Err(Error::invalid(vec![unknown("hosting", name, &[SENTINEL_HUB])]))
    }
}

/// All faults of hosting, below its place.
pub(super) fn faults(hosting: &Hosting, leave: Leave) -> Vec<Fault> {
    let mut faults = Vec::new();
    if hosting.0.is_empty() {
        faults.push(members::missing("", "hosting needs a host").with_allowed([SENTINEL_HUB]));
    }
    if !leave.unknown {
        let others = hosting.0.keys().filter(|name| *name != SENTINEL_HUB);
        faults.extend(others.map(|name| unknown("", name, &[SENTINEL_HUB])));
    }
    if let Some(options) = hosting.options() {
        faults.extend(members::faults(options, OPTIONS, leave).into_iter().map(|fault| fault.under(SENTINEL_HUB)));
        let creates = options.get("create_configuration") == Some(&Value::Bool(true));
        let named = options.get("collection_id").is_some_and(|id| !id.is_null());
        if !leave.rules && creates && named {
            let message = "a configuration is made for a new collection only, not beside collection_id";
            faults.push(Fault::new(FaultKind::Conflict, "sentinel_hub.create_configuration", message));
        }
    } else if hosting.0.contains_key(SENTINEL_HUB) {
        faults.push(Fault::new(FaultKind::Invalid, SENTINEL_HUB, "the options of a host are a JSON object"));
    }
    faults
}

/// The members that the service does not know.
pub(super) fn hints(hosting: &Hosting) -> Vec<Hint> {
    let strange = hosting.options().map(|options| members::strangers(options, OPTIONS)).unwrap_or_default();
    strange.into_iter().map(|hint| hint.under(SENTINEL_HUB)).collect()
}
