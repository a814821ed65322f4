//! What is wrong with a feature.

use geo::{BoundingRect as _, ConvexHull as _, Geometry, MultiPolygon, Simplify as _};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::base;
use crate::api::area::{Flaw, crossing_text, read_area};
use crate::request::Request;
use crate::respond::{self, Response, ok};
use crate::state::Service;
use crate::world;

/// The answer to `POST /collections/validate` with one Feature.
pub(super) fn validate(service: &Service, request: &Request) -> Response {
    let checked = request.json_object().and_then(|body| shape(service, &body));
    match checked {
        Ok(_) => ok(&json!({ "status": "okay", "detail": "No errors." })),
        Err(error) => error,
    }
}

/// The area of a Feature, or the 400 that says what is wrong with it.
pub(super) fn shape(service: &Service, feature: &Map<String, Value>) -> Result<MultiPolygon<f64>, Response> {
    let geometry = feature.get("geometry").unwrap_or(&Value::Null);
    read_area(geometry).map_err(|flaw| match flaw {
        Flaw::NotAnArea(text) => refused(service, "invalid-geometry", &format!("Geometry is invalid: {text}")),
        Flaw::TooManyVertices => refused(service, "too-many-coordinates", "Geometry has more than 1500 points."),
        Flaw::SelfIntersection(place) => {
            let text = format!("Geometry is invalid: {}", crossing_text(place));
            refused(service, "invalid-geometry", &text)
        }
    })
}

/// The answer to `POST /collections/alternates` with one Feature: shapes that would be taken in its place.
pub(super) fn alternates(request: &Request) -> Response {
    let body = match request.json_object() {
        Ok(body) => body,
        Err(error) => return error,
    };
    let geometry = body.get("geometry").unwrap_or(&Value::Null);
    match world::parse_geometry(geometry).and_then(|shape| shapes(&shape)) {
        Ok(features) => ok(&json!({ "type": "FeatureCollection", "features": features })),
        Err(text) => respond::message(StatusCode::BAD_REQUEST, &format!("Geometry is invalid: {text}")),
    }
}

/// About ten metres, in degrees.
const TEN_METRES: f64 = 1e-4;

fn shapes(shape: &Geometry<f64>) -> Result<Vec<Value>, String> {
    let area = match world::repair(shape.clone()) {
        Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon]),
        Geometry::MultiPolygon(polygons) => polygons,
        _ => return Err("not a Polygon or MultiPolygon".to_owned()),
    };
    let bounds = area.bounding_rect().ok_or("geometry has no extent")?;
    let feature = |technique: &str, shape: MultiPolygon<f64>| {
        let geometry = world::to_json(&shape);
        json!({ "type": "Feature", "properties": { "technique": technique }, "geometry": geometry })
    };
    Ok(vec![
        feature("Bounding box", MultiPolygon::new(vec![bounds.to_polygon()])),
        feature("Convex hull", MultiPolygon::new(vec![area.convex_hull()])),
        feature("Simplified to ~10m", area.simplify(TEN_METRES)),
    ])
}

fn refused(service: &Service, code: &str, text: &str) -> Response {
    respond::json(
        StatusCode::BAD_REQUEST,
        &json!({
            "errors": [{ "code": code, "description": text }],
            "description": "To see valid version of the geometry, post to the alternates_url",
            "alternates_url": format!("{}/collections/alternates", base(service)),
        }),
    )
}
