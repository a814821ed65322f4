//! Order requests as JSON.

use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::OrderRequest;

/// What the service adds to a request when it describes the order.
pub(super) const READ_ONLY: [&str; 7] =
    ["_links", "created_on", "error_hints", "id", "last_message", "last_modified", "state"];

impl Serialize for OrderRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.name.is_empty() {
            map.serialize_entry("name", &self.name)?;
        }
        if !self.products.is_empty() {
            map.serialize_entry("products", &self.products)?;
        }
        given(&mut map, "source_type", self.source_type.as_ref())?;
        given(&mut map, "order_type", self.order_type.as_ref())?;
        given(&mut map, "subscription_id", self.subscription_id.as_ref())?;
        if !self.tools.is_empty() {
            map.serialize_entry("tools", &self.tools)?;
        }
        given(&mut map, "delivery", self.delivery.as_ref())?;
        given(&mut map, "notifications", self.notifications.as_ref())?;
        given(&mut map, "hosting", self.hosting.as_ref())?;
        given(&mut map, "metadata", self.metadata.as_ref())?;
        for (name, value) in &self.rest {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn given<M: SerializeMap>(map: &mut M, name: &str, value: Option<&impl Serialize>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

/// Reads any object: what is wrong in it is reported when the request is checked.
impl<'de> Deserialize<'de> for OrderRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from)
    }
}

/// What is empty or not of its form stays in `rest`, and so goes out as it came in.
impl From<Map<String, Value>> for OrderRequest {
    fn from(mut rest: Map<String, Value>) -> Self {
        Self {
            name: take(&mut rest, "name", |name: &String| !name.is_empty()).unwrap_or_default(),
            products: take(&mut rest, "products", |products: &Vec<_>| !products.is_empty()).unwrap_or_default(),
            source_type: take(&mut rest, "source_type", any),
            order_type: take(&mut rest, "order_type", any),
            subscription_id: take(&mut rest, "subscription_id", any),
            tools: take(&mut rest, "tools", |tools: &Vec<_>| !tools.is_empty()).unwrap_or_default(),
            delivery: take(&mut rest, "delivery", any),
            notifications: take(&mut rest, "notifications", any),
            hosting: take(&mut rest, "hosting", any),
            metadata: take(&mut rest, "metadata", any),
            rest,
        }
    }
}

fn take<T: DeserializeOwned>(from: &mut Map<String, Value>, name: &str, wanted: fn(&T) -> bool) -> Option<T> {
    let value = T::deserialize(from.get(name)?).ok().filter(wanted)?;
    from.remove(name);
    Some(value)
}

fn any<T>(_: &T) -> bool {
    true
}
