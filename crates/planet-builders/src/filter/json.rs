//! A filter's JSON: written exactly, read back whole.

use planet_core::{Error, Fault, FaultKind};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use super::condition::{Area, Bounds, Field};
use super::value::{Instant, Number};
use super::{Filter, Kind, Relation};

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
            Kind::Update(since) => of_field(serializer, "UpdateFilter", since),
            Kind::Geometry(area) => of_area(serializer, area),
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

fn of_area<S: Serializer>(serializer: S, area: &Area) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("type", "GeometryFilter")?;
    map.serialize_entry("field_name", &area.field_name)?;
    map.serialize_entry("config", &area.geometry)?;
    if let Some(relation) = area.relation {
        map.serialize_entry("relation", relation.as_str())?;
    }
    map.end()
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(Value::deserialize(deserializer)?).map_err(|faults| de::Error::custom(Error::invalid(faults)))
    }
}

/// Whatever has a `type` is a filter. What is not of a form known here is kept as it came.
fn read(document: Value) -> Result<Filter, Vec<Fault>> {
    match document {
        Value::Object(members) => read_members(members),
        _ => Err(no_filter()),
    }
}

fn no_filter() -> Vec<Fault> {
    vec![Fault::new(FaultKind::Missing, "type", "a filter is a JSON object with a `type`")]
}

fn read_members(mut members: Map<String, Value>) -> Result<Filter, Vec<Fault>> {
    let Some(kind) = members.get("type").and_then(Value::as_str) else {
        return Err(no_filter());
    };
    let known = match kind {
        "AndFilter" => sole_config(&mut members).map(read_list).transpose()?.map(Kind::And),
        "OrFilter" => sole_config(&mut members).map(read_list).transpose()?.map(Kind::Or),
        "NotFilter" => sole_config(&mut members).map(read_inner).transpose()?.map(Kind::Not),
        "DateRangeFilter" => {
            condition(&members, |config| bounds(config, Instant::read)).map(|range| Kind::DateRange(Box::new(range)))
        }
        "RangeFilter" => {
            condition(&members, |config| bounds(config, Number::read)).map(|range| Kind::Range(Box::new(range)))
        }
        "StringInFilter" => condition(&members, |config| list(config, text)).map(Kind::StringIn),
        "NumberInFilter" => condition(&members, |config| list(config, Number::read)).map(Kind::NumberIn),
        "UpdateFilter" => condition(&members, since).map(|since| Kind::Update(Box::new(since))),
        "GeometryFilter" => area(&mut members).map(|area| Kind::Geometry(Box::new(area))),
        "AssetFilter" => names(&members).map(Kind::Asset),
        "PermissionFilter" => names(&members).map(Kind::Permission),
        _ => None,
    };
    Ok(Filter(known.unwrap_or(Kind::Other(Value::Object(members)))))
}

/// Takes the config out, so that reading is linear however deep filters nest.
fn sole_config(members: &mut Map<String, Value>) -> Option<Value> {
    if members.len() == 2 { members.get_mut("config").map(Value::take) } else { None }
}

fn read_inner(config: Value) -> Result<Box<Filter>, Vec<Fault>> {
    read(config).map(Box::new).map_err(|faults| under("config", faults))
}

fn read_list(config: Value) -> Result<Vec<Filter>, Vec<Fault>> {
    let Value::Array(list) = config else {
        let message = "the config of an AndFilter or OrFilter is a list of filters";
        return Err(vec![Fault::new(FaultKind::Invalid, "config", message)]);
    };
    let mut filters = Vec::with_capacity(list.len());
    let mut faults = Vec::new();
    for (index, document) in list.into_iter().enumerate() {
        match read(document) {
            Ok(filter) => filters.push(filter),
            Err(inner) => faults.extend(under(&format!("config[{index}]"), inner)),
        }
    }
    if faults.is_empty() { Ok(filters) } else { Err(faults) }
}

pub(super) fn under(at: &str, faults: Vec<Fault>) -> Vec<Fault> {
    faults.into_iter().map(|fault| fault.under(at)).collect()
}

fn condition<C>(members: &Map<String, Value>, read: impl Fn(&Value) -> Option<C>) -> Option<Field<C>> {
    if members.len() != 3 {
        return None;
    }
    let field_name = members.get("field_name").and_then(text)?;
    Some(Field { field_name, config: read(members.get("config")?)? })
}

fn bounds<T>(config: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Bounds<T>> {
    let mut bounds = Bounds::none();
    for (name, value) in config.as_object()? {
        let bound = match name.as_str() {
            "gt" => &mut bounds.gt,
            "gte" => &mut bounds.gte,
            "lt" => &mut bounds.lt,
            "lte" => &mut bounds.lte,
            _ => return None,
        };
        *bound = Some(read(value)?);
    }
    Some(bounds)
}

/// An update filter has no upper bounds.
fn since(config: &Value) -> Option<Bounds<Instant>> {
    bounds(config, Instant::read).filter(|bounds| bounds.lt.is_none() && bounds.lte.is_none())
}

fn list<T>(config: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    config.as_array()?.iter().map(read).collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn names(members: &Map<String, Value>) -> Option<Vec<String>> {
    if members.len() != 2 {
        return None;
    }
    list(members.get("config")?, text)
}

/// Takes the geometry out when everything else has been found well.
fn area(members: &mut Map<String, Value>) -> Option<Area> {
    let (relation, count) = match members.get("relation") {
        Some(name) => (Some(Relation::named(name.as_str()?)?), 4),
        None => (None, 3),
    };
    if members.len() != count {
        return None;
    }
    let field_name = members.get("field_name").and_then(text)?;
    let geometry = members.get_mut("config").filter(|config| config.is_object())?.take();
    Some(Area { field_name, geometry, relation })
}
