//! What is wrong with a feature.

use geo::MultiPolygon;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::base;
use crate::api::area::{Flaw, crossing_text, read_area};
use crate::request::Request;
use crate::respond::{self, Response, ok};
use crate::state::Service;

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
