//! Reading a filter and telling what is wrong with it, worded as a JSON Schema validator would.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::geometry;
use super::{Bounds, FilterError, Node, Relation};

const FILTER_TYPES: [&str; 11] = [
    "AndFilter",
    "OrFilter",
    "NotFilter",
    "DateRangeFilter",
    "RangeFilter",
    "NumberInFilter",
    "StringInFilter",
    "UpdateFilter",
    "GeometryFilter",
    "AssetFilter",
    "PermissionFilter",
];

/// What the service is known to refuse goes before what it is not known to take.
pub(super) fn parse(filter: &Value) -> Result<Node, FilterError> {
    let mut problems = Problems::default();
    match (problems.filter(filter, "filter"), problems.unknown) {
        (Some(node), None) if problems.wrong.is_empty() => Ok(node),
        (_, Some(path)) if problems.wrong.is_empty() => Err(FilterError::Unknown(path)),
        _ => Err(FilterError::Wrong(problems.wrong)),
    }
}

/// What has been found so far.
#[derive(Default)]
struct Problems {
    /// What is wrong: dotted path and message.
    wrong: Vec<(String, String)>,
    /// The path of the first member that is not known.
    unknown: Option<String>,
}

impl Problems {
    fn note<T>(&mut self, path: String, message: impl Into<String>) -> Option<T> {
        self.wrong.push((path, message.into()));
        None
    }

    fn required<'a>(&mut self, object: &'a Map<String, Value>, path: &str, key: &str) -> Option<&'a Value> {
        let value = object.get(key);
        if value.is_none() {
            return self.note(format!("{path}.{key}"), format!("'{key}' is a required property"));
        }
        value
    }

    fn object<'a>(&mut self, v: &'a Value, path: &str) -> Option<&'a Map<String, Value>> {
        let object = v.as_object();
        if object.is_none() {
            return self.wrong_type(v, path, "object");
        }
        object
    }

    fn array<'a>(&mut self, v: &'a Value, path: &str) -> Option<&'a Vec<Value>> {
        let array = v.as_array();
        if array.is_none() {
            return self.wrong_type(v, path, "array");
        }
        array
    }

    fn string(&mut self, v: &Value, path: &str) -> Option<String> {
        match v.as_str() {
            Some(string) => Some(string.to_owned()),
            None => self.wrong_type(v, path, "string"),
        }
    }

    fn number(&mut self, v: &Value, path: &str) -> Option<f64> {
        match v.as_f64() {
            Some(number) => Some(number),
            None => self.wrong_type(v, path, "number"),
        }
    }

    fn wrong_type<T>(&mut self, v: &Value, path: &str, wanted: &str) -> Option<T> {
        self.note(path.to_owned(), format!("{} is not of type '{wanted}'", quoted(v)))
    }

    /// Every element of an array, none left out: a bad one is noted.
    fn each<T>(&mut self, v: &Value, path: &str, read: fn(&mut Self, &Value, &str) -> Option<T>) -> Option<Vec<T>> {
        let values = self.array(v, path)?.iter().enumerate();
        Some(values.filter_map(|(i, v)| read(self, v, &format!("{path}.{i}"))).collect())
    }

    fn filter(&mut self, v: &Value, path: &str) -> Option<Node> {
        let object = self.object(v, path)?;
        let kind = self.required(object, path, "type");
        let config = self.required(object, path, "config");
        let kind = self.string(kind?, &format!("{path}.type"))?;
        if !FILTER_TYPES.contains(&kind.as_str()) {
            let known = FILTER_TYPES.map(|name| format!("'{name}'")).join(", ");
            return self.note(format!("{path}.type"), format!("'{kind}' is not one of [{known}]"));
        }
        self.members(&kind, object, path);
        let (config, at) = (config?, format!("{path}.config"));
        match kind.as_str() {
            "AndFilter" => Some(Node::And(self.each(config, &at, Self::filter)?)),
            "OrFilter" => {
                let nodes = self.each(config, &at, Self::filter)?;
                self.not_empty(config, &at)?;
                Some(Node::Or(nodes))
            }
            "NotFilter" => Some(Node::Not(Box::new(self.filter(config, &at)?))),
            "AssetFilter" => Some(Node::Asset(self.each(config, &at, Self::string)?)),
            "PermissionFilter" => Some(Node::Permission(self.each(config, &at, Self::string)?)),
            "GeometryFilter" => self.geometry(object, config, path),
            _ => self.field_filter(&kind, object, config, path),
        }
    }

    /// Notes a member that filters of this kind do not have.
    fn members(&mut self, kind: &str, object: &Map<String, Value>, path: &str) {
        let known: &[&str] = match kind {
            "AndFilter" | "OrFilter" | "NotFilter" | "AssetFilter" | "PermissionFilter" => &["type", "config"],
            "GeometryFilter" => &["type", "config", "field_name", "relation"],
            _ => &["type", "config", "field_name"],
        };
        if let Some(member) = object.keys().find(|member| !known.contains(&member.as_str())) {
            self.unknown.get_or_insert_with(|| format!("{path}.{member}"));
        }
    }

    fn not_empty(&mut self, config: &Value, path: &str) -> Option<()> {
        match config.as_array() {
            Some(values) if values.is_empty() => self.note(path.to_owned(), "[] is too short"),
            _ => Some(()),
        }
    }

    fn field_filter(&mut self, kind: &str, object: &Map<String, Value>, config: &Value, path: &str) -> Option<Node> {
        let field = self.field_name(object, path);
        let at = format!("{path}.config");
        match kind {
            "DateRangeFilter" => {
                let bounds = self.bounds(config, &at, &["gt", "gte", "lt", "lte"], Self::time)?;
                Some(Node::DateRange { field: field?, bounds })
            }
            "UpdateFilter" => {
                let bounds = self.bounds(config, &at, &["gt", "gte"], Self::time)?;
                Some(Node::Update { field: field?, bounds })
            }
            "RangeFilter" => {
                let bounds = self.bounds(config, &at, &["gt", "gte", "lt", "lte"], Self::number)?;
                Some(Node::Range { field: field?, bounds })
            }
            "NumberInFilter" => {
                let numbers = self.each(config, &at, Self::number)?;
                Some(Node::NumberIn { field: field?, numbers })
            }
            _ => {
                let strings = self.each(config, &at, Self::string)?;
                Some(Node::StringIn { field: field?, strings })
            }
        }
    }

    fn field_name(&mut self, object: &Map<String, Value>, path: &str) -> Option<String> {
        let name = self.required(object, path, "field_name")?;
        self.string(name, &format!("{path}.field_name"))
    }

    fn bounds<T>(
        &mut self,
        config: &Value,
        path: &str,
        allowed: &[&str],
        read: fn(&mut Self, &Value, &str) -> Option<T>,
    ) -> Option<Bounds<T>> {
        let object = self.object(config, path)?;
        if object.is_empty() {
            return self.note(path.to_owned(), "{} does not have enough properties");
        }
        for key in object.keys().filter(|key| !allowed.contains(&key.as_str())) {
            let message = format!("Additional properties are not allowed ('{key}' was unexpected)");
            self.wrong.push((path.to_owned(), message));
        }
        let mut bound = |key: &str| read(self, object.get(key)?, &format!("{path}.{key}"));
        Some(Bounds { gt: bound("gt"), gte: bound("gte"), lt: bound("lt"), lte: bound("lte") })
    }

    fn time(&mut self, v: &Value, path: &str) -> Option<Timestamp> {
        let text = self.string(v, path)?;
        match rfc3339(&text) {
            Some(time) => Some(time),
            None => self.note(path.to_owned(), format!("'{text}' is not a 'date-time'")),
        }
    }

    fn geometry(&mut self, object: &Map<String, Value>, config: &Value, path: &str) -> Option<Node> {
        let field = self.field_name(object, path);
        let relation = self.relation(object.get("relation"), &format!("{path}.relation"));
        if field? != "geometry" {
            return self.note(format!("{path}.field_name"), "'geometry' was expected");
        }
        let geometry = match geometry::parse_geometry(config) {
            Ok(parsed) => geometry::repair(parsed),
            Err(message) => return self.note(format!("{path}.config"), message),
        };
        let Some(bounds) = geometry::bounds(&geometry) else {
            return self.note(format!("{path}.config"), "geometry has no extent");
        };
        Some(Node::Geometry { geometry, bounds, relation: relation? })
    }

    fn relation(&mut self, v: Option<&Value>, path: &str) -> Option<Relation> {
        match v.map(|v| v.as_str().unwrap_or_default()) {
            None | Some("intersects") => Some(Relation::Intersects),
            Some("contains") => Some(Relation::Contains),
            Some("within") => Some(Relation::Within),
            Some("disjoint") => Some(Relation::Disjoint),
            Some(_) => self.note(
                path.to_owned(),
                format!(
                    "{} is not one of ['intersects', 'contains', 'within', 'disjoint']",
                    quoted(v.unwrap_or(&Value::Null))
                ),
            ),
        }
    }
}

fn quoted(v: &Value) -> String {
    v.as_str().map_or_else(|| v.to_string(), |text| format!("'{text}'"))
}

/// An RFC 3339 date-time with seconds and zone; jiff alone would also read looser forms.
fn rfc3339(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_once(['T', 't'])?;
    let zone_at = rest.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = rest.split_at(zone_at);
    let digits = |part: &str, lengths: &[usize]| {
        let parts: Vec<&str> = part.split(['-', ':']).collect();
        parts.len() == lengths.len()
            && parts
                .iter()
                .zip(lengths)
                .all(|(part, length)| part.len() == *length && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let zone_is_good = matches!(zone, "Z" | "z") || digits(zone.get(1..)?, &[2, 2]);
    let good = digits(date, &[4, 2, 2])
        && digits(clock, &[2, 2, 2])
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
        && zone_is_good;
    if good { text.parse().ok() } else { None }
}
