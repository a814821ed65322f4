//! Well-known text (feature `wkt`).

use planet_core::{Error, Fault, FaultKind, Result};
use serde_json::{Value, json};
use wkt::Wkt;
use wkt::types::{Coord, Dimension, LineString, Point};

use super::{Geometry, check};

impl Geometry {
    /// A geometry from well-known text, with an `SRID=4326;` before it or without.
    ///
    /// ```
    /// use planet_builders::Geometry;
    ///
    /// let field = Geometry::from_wkt("POLYGON ((0 0, 1 0, 1 1, 0 0))")?;
    /// assert_eq!(field.type_name(), "Polygon");
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if it is no well-known text, in another coordinate system than longitude and latitude (4326), with
    /// measures (`M`), or no valid geometry.
    pub fn from_wkt(text: &str) -> Result<Self> {
        read(text).map_err(Error::invalid)?.try_into()
    }
}

fn read(text: &str) -> Result<Value, Vec<Fault>> {
    let text = without_srid(text.trim())?;
    let kind = "GEOMETRYCOLLECTION";
    // It nests, and the parser recurses.
    if text.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind)) {
        return Err(vec![check::unknown_type("GeometryCollection")]);
    }
    // The parser stops where a geometry is complete.
    if !ends_with_its_brackets(text) {
        return Err(refused("not well-known text: more follows after the geometry", text));
    }
    let parsed: Wkt<f64> = text.parse().map_err(|reason| refused(&format!("not well-known text: {reason}"), text))?;
    if matches!(parsed.dimension(), Dimension::XYM | Dimension::XYZM) {
        return Err(refused("measures (M) have no place in GeoJSON", text));
    }
    let (kind, coordinates) = match &parsed {
        Wkt::Point(it) => ("Point", point(it)),
        Wkt::LineString(it) => ("LineString", line(it)),
        Wkt::Polygon(it) => ("Polygon", list(it.rings(), line)),
        Wkt::MultiPoint(it) => ("MultiPoint", list(it.points(), point)),
        Wkt::MultiLineString(it) => ("MultiLineString", list(it.line_strings(), line)),
        Wkt::MultiPolygon(it) => ("MultiPolygon", list(it.polygons(), |polygon| list(polygon.rings(), line))),
        Wkt::GeometryCollection(_) => return Err(vec![check::unknown_type("GeometryCollection")]),
    };
    Ok(json!({"type": kind, "coordinates": coordinates}))
}

fn without_srid(text: &str) -> Result<&str, Vec<Fault>> {
    let Some((system, geometry)) = text.split_once(';') else {
        return Ok(text);
    };
    if system.eq_ignore_ascii_case("SRID=4326") {
        return Ok(geometry.trim_start());
    }
    Err(refused("coordinates have to be longitude and latitude (SRID=4326)", system))
}

fn ends_with_its_brackets(text: &str) -> bool {
    let mut depth = 0_usize;
    let end = text.find(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ')' && depth == 0
    });
    end.is_none_or(|end| end + 1 == text.len())
}

fn refused(message: &str, given: &str) -> Vec<Fault> {
    vec![Fault::new(FaultKind::Geometry, "", message).with_value(check::start(given))]
}

fn point(point: &Point<f64>) -> Value {
    point.coord().map_or(json!([]), position)
}

fn line(line: &LineString<f64>) -> Value {
    list(line.coords(), position)
}

fn position(coord: &Coord<f64>) -> Value {
    match coord.z {
        Some(z) => json!([coord.x, coord.y, z]),
        None => json!([coord.x, coord.y]),
    }
}

fn list<T>(members: &[T], member: impl Fn(&T) -> Value) -> Value {
    members.iter().map(member).collect()
}
