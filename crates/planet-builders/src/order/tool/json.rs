//! Tools as JSON: an object with one key, `{"clip": {"aoi": ..}}`.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Kind, Tool};
use crate::order::area::Area;

impl Serialize for Tool {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Kind::Clip { area, rest } => one(serializer, "clip", &Clip { aoi: area.as_ref(), rest }),
            Kind::Named { name, parameters } => one(serializer, name, parameters),
            Kind::Other(document) => document.serialize(serializer),
        }
    }
}

fn one<S: Serializer>(serializer: S, name: &str, parameters: &impl Serialize) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, parameters)?;
    map.end()
}

#[derive(Serialize)]
struct Clip<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    aoi: Option<&'a Area>,
    #[serde(flatten)]
    rest: &'a Map<String, Value>,
}

/// Reads anything: what is no tool is reported when the request is checked.
impl<'de> Deserialize<'de> for Tool {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(read(Value::deserialize(deserializer)?)))
    }
}

fn read(document: Value) -> Kind {
    let tool = document.as_object().filter(|tool| tool.len() == 1).and_then(|tool| tool.iter().next());
    let Some((name, Value::Object(parameters))) = tool else {
        return Kind::Other(document);
    };
    let (name, mut parameters) = (name.clone(), parameters.clone());
    if name != "clip" {
        return Kind::Named { name, parameters };
    }
    let given = parameters.get("aoi").is_some_and(|area| !area.is_null());
    let area = if given { parameters.remove("aoi").map(Area::from_wire) } else { None };
    Kind::Clip { area, rest: parameters }
}
