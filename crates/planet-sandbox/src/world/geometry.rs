//! GeoJSON geometries in and out.

use geo::{
    Area, BooleanOps, BoundingRect, Coord, Geometry, Intersects, LineString, MapCoords, MultiLineString, MultiPoint,
    MultiPolygon, Point, Polygon, Rect, Validation,
};
use serde_json::{Value, json};

use super::Item;

/// Reads one of the six geometry types that the service searches and clips with.
pub(crate) fn parse_geometry(v: &Value) -> Result<Geometry<f64>, String> {
    let Some(object) = v.as_object() else {
        return Err(format!("{v} is not of type 'object'"));
    };
    let kind = match object.get("type") {
        None => return Err("'type' is a required property".to_owned()),
        Some(kind) => kind.as_str().ok_or_else(|| format!("{kind} is not of type 'string'"))?,
    };
    let coordinates = |read: fn(&Value) -> Result<Geometry<f64>, String>| {
        read(object.get("coordinates").ok_or("'coordinates' is a required property")?)
    };
    match kind {
        "Point" => coordinates(|v| Ok(Point(position(v)?).into())),
        "MultiPoint" => coordinates(|v| Ok(MultiPoint(list(v, |v| position(v).map(Point))?).into())),
        "LineString" => coordinates(|v| Ok(line(v)?.into())),
        "MultiLineString" => coordinates(|v| Ok(MultiLineString(list(v, line)?).into())),
        "Polygon" => coordinates(|v| Ok(polygon(v)?.into())),
        "MultiPolygon" => coordinates(|v| Ok(MultiPolygon(list(v, polygon)?).into())),
        other => Err(format!("'{other}' is not a supported geometry type")),
    }
}

fn list<T>(v: &Value, read: impl Fn(&Value) -> Result<T, String>) -> Result<Vec<T>, String> {
    let values = v.as_array().ok_or_else(|| format!("{v} is not of type 'array'"))?;
    if values.is_empty() {
        return Err("geometry has no coordinates".to_owned());
    }
    values.iter().map(read).collect()
}

fn position(v: &Value) -> Result<Coord<f64>, String> {
    let numbers = list(v, |n| n.as_f64().ok_or_else(|| format!("{n} is not of type 'number'")))?;
    match numbers.as_slice() {
        // The sweep of geo panics in debug builds where -0 meets 0; the sum makes both the same zero.
        [x, y, ..] => Ok(Coord { x: x + 0.0, y: y + 0.0 }),
        _ => Err(format!("{v} is not a position")),
    }
}

fn line(v: &Value) -> Result<LineString<f64>, String> {
    let points = list(v, position)?;
    if points.len() < 2 {
        return Err("a LineString needs at least two positions".to_owned());
    }
    Ok(LineString::new(points))
}

fn ring(v: &Value) -> Result<LineString<f64>, String> {
    let mut ring = LineString::new(list(v, position)?);
    ring.close();
    if ring.0.len() < 4 {
        return Err("a linear ring needs at least four positions".to_owned());
    }
    Ok(ring)
}

fn polygon(v: &Value) -> Result<Polygon<f64>, String> {
    let mut rings = list(v, ring)?.into_iter();
    let exterior = rings.next().ok_or("a Polygon needs a ring")?;
    Ok(Polygon::new(exterior, rings.collect()))
}

/// Whether the item's footprint meets the geometry.
pub(crate) fn intersects(item: &Item, g: &Geometry<f64>) -> bool {
    bounds(g).is_some_and(|rect| rect.intersects(&item.bounds)) && item.footprint.intersects(g)
}

pub(super) fn bounds(g: &Geometry<f64>) -> Option<Rect<f64>> {
    g.bounding_rect()
}

/// The parts of a geometry that have an area.
pub(super) fn areas(g: &Geometry<f64>) -> MultiPolygon<f64> {
    match g {
        Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon.clone()]),
        Geometry::MultiPolygon(polygons) => polygons.clone(),
        _ => MultiPolygon::new(Vec::new()),
    }
}

/// Resolves rings that cross themselves and parts that overlap, as the service does with a filter's geometry.
pub(crate) fn repair(g: Geometry<f64>) -> Geometry<f64> {
    match &g {
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) if !g.is_valid() => {
            let nothing = MultiPolygon::new(Vec::new());
            areas(&g).iter().fold(nothing, |whole, part| whole.union(part)).into()
        }
        _ => g,
    }
}

/// The GeoJSON form of a footprint: a Polygon where there is only one.
pub(crate) fn to_json(footprint: &MultiPolygon<f64>) -> Value {
    let rings = |polygon: &Polygon<f64>| -> Vec<Value> {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring_json).collect()
    };
    match footprint.0.as_slice() {
        [only] => json!({"coordinates": rings(only), "type": "Polygon"}),
        several => {
            json!({"coordinates": several.iter().map(rings).collect::<Vec<_>>(), "type": "MultiPolygon"})
        }
    }
}

fn ring_json(ring: &LineString<f64>) -> Value {
    ring.coords().map(|c| json!([c.x, c.y])).collect()
}

/// Too small to be more than two outlines that touch, in square degrees.
const NO_AREA: f64 = 1e-12;

/// The part of a footprint inside the clip area; `None` when they do not meet.
pub(super) fn cut(footprint: &MultiPolygon<f64>, clip: Option<&Geometry<f64>>) -> Option<MultiPolygon<f64>> {
    let part = match clip {
        None => footprint.clone(),
        Some(clip) => within_both(
            &areas(&repair(clip.clone())).intersection(footprint),
            clip.bounding_rect()?,
            footprint.bounding_rect()?,
        ),
    };
    (part.unsigned_area() > NO_AREA).then_some(part)
}

/// The overlay works on a grid of its own, so its corners may lie a hair outside both shapes.
fn within_both(part: &MultiPolygon<f64>, a: Rect<f64>, b: Rect<f64>) -> MultiPolygon<f64> {
    part.map_coords(|corner| Coord {
        x: corner.x.max(a.min().x).max(b.min().x).min(a.max().x).min(b.max().x),
        y: corner.y.max(a.min().y).max(b.min().y).min(a.max().y).min(b.max().y),
    })
}
