//! Matching a filter against an item.

use geo::{Geometry, Intersects, Rect, Relate};
use jiff::Timestamp;

use super::{Bounds, Item, Node, Relation};

/// Changes are only known for items published since 2020-04-10.
const UPDATES_SINCE: Timestamp = Timestamp::constant(1_586_476_800, 0);

impl Node {
    pub(super) fn matches(&self, item: &Item) -> bool {
        match self {
            Self::And(nodes) => nodes.iter().all(|node| node.matches(item)),
            Self::Or(nodes) => nodes.iter().any(|node| node.matches(item)),
            Self::Not(node) => !node.matches(item),
            Self::DateRange { field, bounds } => time(item, field).is_some_and(|time| bounds.hold(&time)),
            Self::Range { field, bounds } => number(item, field).is_some_and(|number| bounds.hold(&number)),
            Self::NumberIn { field, numbers } => number(item, field).is_some_and(|number| numbers.contains(&number)),
            Self::StringIn { field, strings } => {
                string(item, field).is_some_and(|string| strings.iter().any(|s| s == string))
            }
            Self::Update { field, bounds } => {
                item.properties.contains_key(field) && item.published >= UPDATES_SINCE && bounds.hold(&item.updated)
            }
            Self::Geometry { geometry, bounds, relation } => relation.holds(item, geometry, bounds),
            Self::Asset(assets) => assets.iter().any(|asset| item.assets.contains(asset)),
            Self::Permission(wanted) => wanted.iter().any(|wanted| permitted(item, wanted)),
        }
    }
}

impl<T: PartialOrd> Bounds<T> {
    fn hold(&self, value: &T) -> bool {
        self.gt.as_ref().is_none_or(|bound| value > bound)
            && self.gte.as_ref().is_none_or(|bound| value >= bound)
            && self.lt.as_ref().is_none_or(|bound| value < bound)
            && self.lte.as_ref().is_none_or(|bound| value <= bound)
    }
}

impl Relation {
    fn holds(self, item: &Item, geometry: &Geometry<f64>, bounds: &Rect<f64>) -> bool {
        let near = bounds.intersects(&item.bounds);
        match self {
            Self::Intersects => near && item.footprint.intersects(geometry),
            Self::Contains => near && item.footprint.relate(geometry).is_contains(),
            Self::Within => near && item.footprint.relate(geometry).is_within(),
            Self::Disjoint => !near || item.footprint.relate(geometry).is_disjoint(),
        }
    }
}

fn time(item: &Item, field: &str) -> Option<Timestamp> {
    match field {
        "acquired" => Some(item.acquired),
        "published" => Some(item.published),
        "updated" => Some(item.updated),
        _ => None,
    }
}

fn number(item: &Item, field: &str) -> Option<f64> {
    item.properties.get(field)?.as_f64()
}

/// Booleans are searched by their names, as strings.
fn string<'a>(item: &'a Item, field: &str) -> Option<&'a str> {
    if field == "id" {
        return Some(&item.id);
    }
    let value = item.properties.get(field)?;
    match value.as_bool() {
        Some(true) => Some("true"),
        Some(false) => Some("false"),
        None => value.as_str(),
    }
}

fn permitted(item: &Item, wanted: &str) -> bool {
    match wanted {
        "assets:download" => !item.permissions.is_empty(),
        one => item.permissions.iter().any(|permission| permission == one),
    }
}
