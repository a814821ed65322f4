//! A filter's JSON: written exactly, read back whole.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::field::Field;
use super::{Filter, Kind};

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Kind::And(filters) => plain(serializer, "AndFilter", filters),
            Kind::Or(filters) => plain(serializer, "OrFilter", filters),
            Kind::Not(filter) => plain(serializer, "NotFilter", filter),
            Kind::DateRange(range) => of_field(serializer, "DateRangeFilter", range),
            Kind::Range(range) => of_field(serializer, "RangeFilter", range),
            Kind::StringIn(set) => of_field(serializer, "StringInFilter", set),
            Kind::NumberIn(set) => of_field(serializer, "NumberInFilter", set),
            Kind::Geometry(area) => of_field(serializer, "GeometryFilter", area),
            Kind::Asset(types) => plain(serializer, "AssetFilter", types),
            Kind::Permission(list) => plain(serializer, "PermissionFilter", list),
            Kind::Other(document) => document.serialize(serializer),
        }
    }
}

fn plain<S: Serializer>(serializer: S, kind: &str, config: &impl Serialize) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("type", kind)?;
    map.serialize_entry("config", config)?;
    map.end()
}

fn of_field<S: Serializer>(serializer: S, kind: &str, field: &Field<impl Serialize>) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(3))?;
    map.serialize_entry("type", kind)?;
    map.serialize_entry("field_name", &field.field_name)?;
    map.serialize_entry("config", &field.config)?;
    map.end()
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Whatever has a `type` is a filter. What is not of a form known here is kept as it came.
fn read(document: Value) -> Result<Filter, &'static str> {
    let Some(kind) = document.get("type").and_then(Value::as_str) else {
        return Err("a filter is a JSON object with a `type`");
    };
    // A struct would also be read from a list.
    let bounds = document.get("config").is_some_and(Value::is_object);
    let known = match kind {
        "AndFilter" | "OrFilter" | "NotFilter" => return read_compound(document),
        "DateRangeFilter" if bounds => Field::deserialize(&document).map(Kind::DateRange),
        "RangeFilter" if bounds => Field::deserialize(&document).map(Kind::Range),
        "StringInFilter" => Field::deserialize(&document).map(Kind::StringIn),
        "NumberInFilter" => Field::deserialize(&document).map(Kind::NumberIn),
        "GeometryFilter" => Field::deserialize(&document).map(|area| Kind::Geometry(Box::new(area))),
        "AssetFilter" => Plain::deserialize(&document).map(|plain| Kind::Asset(plain.config)),
        "PermissionFilter" => Plain::deserialize(&document).map(|plain| Kind::Permission(plain.config)),
        _ => return Ok(Filter(Kind::Other(document))),
    };
    Ok(Filter(known.unwrap_or(Kind::Other(document))))
}

/// The names of a filter without a field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    #[serde(rename = "type")]
    _type: de::IgnoredAny,
    config: Vec<String>,
}

/// Takes the filters out of the document, so that reading is linear however deep they nest.
fn read_compound(mut document: Value) -> Result<Filter, &'static str> {
    let members = document.as_object_mut().filter(|members| members.len() == 2);
    let Some(config) = members.and_then(|members| members.get_mut("config")) else {
        return Ok(Filter(Kind::Other(document)));
    };
    let config = config.take();
    let kind = match (document.get("type").and_then(Value::as_str), config) {
        (Some("AndFilter"), Value::Array(list)) => Kind::And(read_all(list)?),
        (Some("OrFilter"), Value::Array(list)) => Kind::Or(read_all(list)?),
        (Some("NotFilter"), filter) => Kind::Not(Box::new(read(filter)?)),
        _ => return Err("the config of an AndFilter or OrFilter is a list of filters"),
    };
    Ok(Filter(kind))
}

fn read_all(list: Vec<Value>) -> Result<Vec<Filter>, &'static str> {
    list.into_iter().map(read).collect()
}
