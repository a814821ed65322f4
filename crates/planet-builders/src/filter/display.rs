//! A filter as a line for people.

use std::fmt;

use serde_json::Value;

use super::condition::{Area, Bounds};
use super::{Filter, Kind, Relation};

/// How many values of a list are shown.
const SHOWN: usize = 3;

/// How tightly the outermost operator of a filter binds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Or,
    And,
    Tight,
}

/// A short form such as `cloud_cover < 0.1 AND geometry intersects Polygon(5)`, where 5 counts the positions. Of a long
/// list it shows the beginning, and of a filter of an unknown form its type: it is for people and cannot be parsed.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::And(filters) => join(f, filters, Binding::And),
            Kind::Or(filters) => join(f, filters, Binding::Or),
            Kind::Not(filter) => {
                f.write_str("NOT ")?;
                within(f, filter, Binding::Tight)
            }
            Kind::DateRange(range) => bounds(f, Name(&range.field_name), &range.config),
            Kind::Range(range) => bounds(f, Name(&range.field_name), &range.config),
            Kind::Update(since) => bounds(f, format_args!("{} changed", Name(&since.field_name)), &since.config),
            Kind::StringIn(set) => one_of(f, Name(&set.field_name), set.config.iter().map(Text)),
            Kind::NumberIn(set) => one_of(f, Name(&set.field_name), set.config.iter()),
            Kind::Geometry(area) => area.fmt(f),
            Kind::Asset(types) => one_of(f, "asset", types.iter().map(Text)),
            Kind::Permission(list) => one_of(f, "permission", list.iter().map(Text)),
            Kind::Other(document) => {
                let kind = document.get("type").and_then(Value::as_str).unwrap_or_default();
                write!(f, "{}(…)", Name(kind))
            }
        }
    }
}

fn binding(filter: &Filter) -> Binding {
    let joined = |filters: &[Filter], by| match filters {
        [] => Binding::Tight,
        [only] => binding(only),
        _ => by,
    };
    let bounded = |count| if count > 1 { Binding::And } else { Binding::Tight };
    match &filter.0 {
        Kind::And(filters) => joined(filters, Binding::And),
        Kind::Or(filters) => joined(filters, Binding::Or),
        Kind::DateRange(range) => bounded(range.config.given().count()),
        Kind::Range(range) => bounded(range.config.given().count()),
        Kind::Update(since) => bounded(since.config.given().count()),
        _ => Binding::Tight,
    }
}

/// In parentheses, if its operator binds less than the one around it.
fn within(f: &mut fmt::Formatter<'_>, filter: &Filter, around: Binding) -> fmt::Result {
    if binding(filter) < around { write!(f, "({filter})") } else { write!(f, "{filter}") }
}

fn join(f: &mut fmt::Formatter<'_>, filters: &[Filter], by: Binding) -> fmt::Result {
    let (operator, none) = if by == Binding::And { (" AND ", "everything") } else { (" OR ", "nothing") };
    match filters {
        [] => f.write_str(none),
        [only] => write!(f, "{only}"),
        [first, rest @ ..] => {
            within(f, first, by)?;
            rest.iter().try_for_each(|filter| {
                f.write_str(operator)?;
                within(f, filter, by)
            })
        }
    }
}

fn bounds(f: &mut fmt::Formatter<'_>, what: impl fmt::Display, bounds: &Bounds<impl fmt::Display>) -> fmt::Result {
    let mut given = bounds.given().peekable();
    if given.peek().is_none() {
        return write!(f, "{what} in no range");
    }
    while let Some((name, bound)) = given.next() {
        let sign = match name {
            "gt" => ">",
            "gte" => ">=",
            "lt" => "<",
            _ => "<=",
        };
        let and = if given.peek().is_some() { " AND " } else { "" };
        write!(f, "{what} {sign} {bound}{and}")?;
    }
    Ok(())
}

fn one_of<V: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    what: impl fmt::Display,
    mut values: impl ExactSizeIterator<Item = V>,
) -> fmt::Result {
    write!(f, "{what} IN [")?;
    for (index, value) in values.by_ref().take(SHOWN).enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        write!(f, "{comma}{value}")?;
    }
    match values.len() {
        0 => f.write_str("]"),
        more => write!(f, ", {more} more]"),
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.geometry.get("type").and_then(Value::as_str).unwrap_or_default();
        let positions = self.geometry.get("coordinates").map_or(0, positions);
        let relation = self.relation.unwrap_or(Relation::Intersects);
        write!(f, "{} {relation} {}({positions})", Name(&self.field_name), Name(kind))
    }
}

fn positions(coordinates: &Value) -> usize {
    match coordinates.as_array().map(Vec::as_slice) {
        Some([Value::Number(_), ..]) => 1,
        Some(inner) => inner.iter().map(positions).sum(),
        None => 0,
    }
}

/// A name in the words around it: quoted, if it is not one word.
struct Name<'a>(&'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | ':');
        if self.0.is_empty() || !self.0.chars().all(word) { write!(f, "{:?}", self.0) } else { f.write_str(self.0) }
    }
}

struct Text<'a>(&'a String);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
