//! What the service would refuse in a filter that was read: all of it, each fault at its place in the JSON.

use planet_core::{Error, Fault, FaultKind, Result};
use serde_json::{Map, Value};

use super::condition::{self, Bounds};
use super::json::under;
use super::value::{Instant, Number};
use super::{Filter, Kind, Relation, range};
use crate::Geometry;
use crate::catalog::find_name;

impl Filter {
    /// Checks a filter that was read from JSON. One that was built has been checked.
    ///
    /// Filters of unknown types pass, as the service may know them.
    ///
    /// ```
    /// use planet_builders::Filter;
    ///
    /// let text = r#"{"type": "NotFilter", "config": {
    ///     "type": "RangeFilter", "field_name": "gsd", "config": {"below": 3, "gt": "1"}}}"#;
    /// let filter: Filter = serde_json::from_str(text)?;
    /// let error = filter.check().unwrap_err();
    /// let paths: Vec<&str> = error.faults().iter().map(|fault| fault.path()).collect();
    /// assert_eq!(paths, ["config.config.below", "config.config.gt"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` with all faults at once: members that are missing, superfluous or of a wrong form, ranges without
    /// bounds or with nothing between them, empty names, geometries that are not valid.
    pub fn check(&self) -> Result<()> {
        let faults = each(self, &own_faults);
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }
}

/// The faults of all filters that hold no others, with their paths.
pub(super) fn each(filter: &Filter, find: &impl Fn(&Filter) -> Vec<Fault>) -> Vec<Fault> {
    match &filter.0 {
        Kind::And(filters) | Kind::Or(filters) => {
            let filters = filters.iter().enumerate();
            filters.flat_map(|(index, inner)| under(&format!("config[{index}]"), each(inner, find))).collect()
        }
        Kind::Not(inner) => under("config", each(inner, find)),
        _ => find(filter),
    }
}

fn own_faults(filter: &Filter) -> Vec<Fault> {
    match &filter.0 {
        Kind::DateRange(range) => range.config.faults("config"),
        Kind::Range(range) => range.config.faults("config"),
        Kind::Update(since) if since.config.given().next().is_none() => vec![range::no_update_time("config")],
        Kind::StringIn(set) => condition::name_faults("config", &set.config),
        Kind::Asset(names) | Kind::Permission(names) => condition::name_faults("config", names),
        Kind::Geometry(area) => {
            let geometry = Geometry::from_wire(area.geometry.clone()).and_then(coordinates);
            geometry.err().map(|faults| under("config", faults)).unwrap_or_default()
        }
        Kind::Other(Value::Object(members)) => malformed(members),
        _ => Vec::new(),
    }
}

/// The coordinates of a geometry, of a feature those that it has beside its reference.
pub(super) fn coordinates(geometry: Geometry) -> Result<Geometry, Vec<Fault>> {
    let message = "a filter takes no reference: give it as the geometry of the search, beside the filter";
    geometry.into_coordinates().ok_or_else(|| vec![Fault::new(FaultKind::Conflict, "", message)])
}

/// Why a filter of a known type could not be read as one.
fn malformed(members: &Map<String, Value>) -> Vec<Fault> {
    let kind = members.get("type").and_then(Value::as_str).unwrap_or_default();
    let allowed: &[&str] = match kind {
        "AndFilter" | "OrFilter" | "NotFilter" | "AssetFilter" | "PermissionFilter" => &["type", "config"],
        "GeometryFilter" => &["type", "field_name", "config", "relation"],
        "DateRangeFilter" | "RangeFilter" | "UpdateFilter" | "StringInFilter" | "NumberInFilter" => {
            &["type", "field_name", "config"]
        }
        _ => return Vec::new(),
    };
    let unknown = members.keys().filter(|name| !allowed.contains(&name.as_str()));
    let mut faults: Vec<Fault> = unknown
        .map(|name| Fault::new(FaultKind::Invalid, name, format!("not a member of a {kind}")).with_allowed(allowed))
        .collect();
    if allowed.contains(&"field_name") && !members.get("field_name").is_some_and(Value::is_string) {
        let message = format!("a {kind} needs the name of a field");
        faults.push(Fault::new(FaultKind::Missing, "field_name", message));
    }
    if let Some(relation) = members.get("relation").filter(|_| kind == "GeometryFilter") {
        faults.extend(relation_fault(relation));
    }
    match members.get("config") {
        Some(config) => faults.extend(config_faults(kind, config)),
        None => faults.push(Fault::new(FaultKind::Missing, "config", format!("a {kind} needs its config"))),
    }
    faults
}

fn relation_fault(given: &Value) -> Option<Fault> {
    match given.as_str() {
        Some(name) => misspelt(name, &Relation::ALL).map(|fault| fault.under("relation")),
        None => Some(wrong("relation", "a text", given)),
    }
}

/// The fault of a name that is not, letter for letter, one of those allowed.
pub(super) fn misspelt<T: AsRef<str>>(name: &str, allowed: &[T]) -> Option<Fault> {
    match find_name(name, allowed) {
        Ok(meant) if meant.as_ref() == name => None,
        Ok(meant) => {
            let fault = Fault::new(FaultKind::Invalid, "", "upper and lower case count here").with_value(name);
            Some(fault.with_allowed(allowed.iter().map(T::as_ref)).with_suggestion(meant.as_ref()))
        }
        Err(fault) => Some(fault),
    }
}

fn config_faults(kind: &str, config: &Value) -> Vec<Fault> {
    match kind {
        "DateRangeFilter" => bound_faults(config, &Bounds::<Instant>::NAMES, "a time", Instant::read),
        "UpdateFilter" => bound_faults(config, &["gt", "gte"], "a time", Instant::read),
        "RangeFilter" => bound_faults(config, &Bounds::<Number>::NAMES, "a number", Number::read),
        "NumberInFilter" => list_faults(config, "a number", Value::is_number),
        "StringInFilter" | "AssetFilter" | "PermissionFilter" => list_faults(config, "a text", Value::is_string),
        "GeometryFilter" if !config.is_object() => vec![wrong("config", "a geometry", config)],
        _ => Vec::new(),
    }
}

fn bound_faults<T>(config: &Value, names: &[&str], needed: &str, read: impl Fn(&Value) -> Option<T>) -> Vec<Fault> {
    let Some(bounds) = config.as_object() else {
        return vec![wrong("config", "an object of bounds", config)];
    };
    let fault = |(name, value): (&String, &Value)| {
        let at = format!("config.{name}");
        if !names.contains(&name.as_str()) {
            return Some(Fault::new(FaultKind::Invalid, at, "not a bound of this filter").with_allowed(names));
        }
        if read(value).is_some() { None } else { Some(wrong(&at, needed, value)) }
    };
    bounds.iter().filter_map(fault).collect()
}

fn list_faults(config: &Value, needed: &str, fits: impl Fn(&Value) -> bool) -> Vec<Fault> {
    let Some(list) = config.as_array() else {
        return vec![wrong("config", "a list", config)];
    };
    let others = list.iter().enumerate().filter(|(_, value)| !fits(value));
    others.map(|(index, value)| wrong(&format!("config[{index}]"), needed, value)).collect()
}

fn wrong(at: &str, needed: &str, given: &Value) -> Fault {
    // A whole document can stand in the wrong place.
    let start: String = given.to_string().chars().take(80).collect();
    Fault::new(FaultKind::Invalid, at, format!("{needed} is needed here")).with_value(start)
}
