//! Areas that users send: polygons with nothing wrong in them.

use geo::algorithm::sweep::Intersections;
use geo::line_intersection::LineIntersection;
use geo::{
    BoundingRect as _, Contains as _, Coord, CoordsIter as _, GeodesicArea as _, Geometry, LineString, LinesIter as _,
    MultiPolygon, Polygon,
};
use serde_json::Value;

use crate::world;

/// Vertices allowed in one area.
const VERTEX_LIMIT: usize = 1_500;

/// What is wrong with an area.
#[derive(Debug)]
pub(crate) enum Flaw {
    /// Not a GeoJSON Polygon or MultiPolygon.
    NotAnArea(String),
    TooManyVertices,
    SelfIntersection(Coord<f64>),
}

/// Reads a Polygon or MultiPolygon and checks it.
pub(crate) fn read_area(geometry: &Value) -> Result<MultiPolygon<f64>, Flaw> {
    let area = match world::parse_geometry(geometry).map_err(Flaw::NotAnArea)? {
        Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon]),
        Geometry::MultiPolygon(polygons) => polygons,
        _ => return Err(Flaw::NotAnArea("not a Polygon or MultiPolygon".to_owned())),
    };
    if area.coords_count() > VERTEX_LIMIT {
        return Err(Flaw::TooManyVertices);
    }
    if has_stray_hole(&area) {
        return Err(Flaw::NotAnArea("a hole lies outside its shell".to_owned()));
    }
    match self_intersection(&area) {
        Some(place) => Err(Flaw::SelfIntersection(place)),
        None => Ok(area),
    }
}

/// Whether one of the polygons or its rings covers less than a square metre.
pub(crate) fn is_tiny(area: &MultiPolygon<f64>) -> bool {
    let rings = area.iter().flat_map(|polygon| polygon.interiors().iter().chain([polygon.exterior()]));
    let mut sizes = rings.map(|ring| Polygon::new(ring.clone(), Vec::new()).geodesic_area_unsigned());
    sizes.any(|square_metres| square_metres < 1.0)
}

/// Whether a hole lies outside its polygon, as when it is listed before the shell.
fn has_stray_hole(area: &MultiPolygon<f64>) -> bool {
    area.iter().any(|polygon| {
        let shell = polygon.exterior().bounding_rect();
        let inside = |hole: &LineString<f64>| Some(shell?.contains(&hole.bounding_rect()?));
        !polygon.interiors().iter().all(|hole| inside(hole) == Some(true))
    })
}

/// Where rings of one polygon cross, if they do.
fn self_intersection(area: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    area.iter().find_map(|polygon| {
        let crossings: Intersections<_> = polygon.lines_iter().collect();
        crossings.map(|(_, _, crossing)| crossing).find_map(|crossing| match crossing {
            LineIntersection::SinglePoint { intersection, is_proper: true } => Some(intersection),
            LineIntersection::Collinear { intersection } => Some(intersection.start),
            LineIntersection::SinglePoint { .. } => None,
        })
    })
}

/// `Self-intersection[x y]`, as the service words it.
pub(crate) fn crossing_text(place: Coord<f64>) -> String {
    format!("Self-intersection[{} {}]", place.x, place.y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_negative_zero_is_a_zero() {
        let ring = json!([[-0.0, -0.0], [1, 0.0], [1, 1], [0.0, 1], [-0.0, 0.5], [-0.0, -0.0]]);
        assert!(read(ring).is_ok());
        let bow_tie = json!([[-0.0, 0], [1, 1], [1, -0.0], [0, 1], [-0.0, 0]]);
        assert!(matches!(read(bow_tie), Err(Flaw::SelfIntersection(_))));
    }

    fn read(ring: Value) -> Result<MultiPolygon<f64>, Flaw> {
        read_area(&json!({ "type": "Polygon", "coordinates": [ring] }))
    }

    #[test]
    fn a_bow_tie_is_told_from_a_square() {
        assert!(read(json!([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])).is_ok());
        let flaw = read(json!([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]])).unwrap_err();
        let Flaw::SelfIntersection(place) = flaw else { panic!("{flaw:?}") };
        assert_eq!(crossing_text(place), "Self-intersection[0.5 0.5]");
    }

    #[test]
    fn an_edge_that_runs_back_on_itself_is_a_crossing() {
        let flaw = read(json!([[0, 0], [2, 0], [1, 0], [1, 1], [0, 0]])).unwrap_err();
        assert!(matches!(flaw, Flaw::SelfIntersection(_)), "{flaw:?}");
    }
}
