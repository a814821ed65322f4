//! Deliveries as JSON: targets and packing beside each other in one object.

use std::collections::BTreeMap;

use planet_core::Secret;
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::check::{PACKING, is_secret, members};
use super::{Content, Delivery};
use crate::order::hidden::Hidden;

impl Serialize for Delivery {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.packing {
            map.serialize_entry(name, value)?;
        }
        for (name, content) in &self.targets {
            map.serialize_entry(name, content)?;
        }
        map.end()
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known { plain, secrets } => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in plain {
                    map.serialize_entry(name, value)?;
                }
                for (name, secret) in secrets {
                    map.serialize_entry(name, secret)?;
                }
                map.end()
            }
            Self::Unknown(text) => {
                let json: &RawValue = serde_json::from_str(text.0.expose()).map_err(S::Error::custom)?;
                json.serialize(serializer)
            }
        }
    }
}

/// Reads any object: what is wrong in it is reported when the request is checked.
impl<'de> Deserialize<'de> for Delivery {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut delivery = Self::default();
        for (name, value) in Map::deserialize(deserializer)? {
            if PACKING.iter().any(|member| member.name == name) {
                delivery.packing.insert(name, value);
            } else {
                let content = content(&name, value);
                delivery.targets.insert(name, content);
            }
        }
        Ok(delivery)
    }
}

fn content(name: &str, value: Value) -> Content {
    let (Some(known), Value::Object(given)) = (members(name), &value) else {
        return Content::Unknown(Hidden(Secret::new(value.to_string())));
    };
    let mut plain = given.clone();
    let mut secrets = BTreeMap::new();
    for member in known.iter().filter(|member| is_secret(member)) {
        if let Some(Value::String(text)) = given.get(member.name) {
            plain.remove(member.name);
            secrets.insert(member.name.to_owned(), Hidden(Secret::new(text)));
        }
    }
    Content::Known { plain, secrets }
}
