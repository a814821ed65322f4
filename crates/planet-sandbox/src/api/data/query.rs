//! Search requests: what they may hold, and the items they find.

use geo::{Geometry, MultiPolygon};
use serde_json::{Map, Value, json};

use crate::api::features::resolve;
use crate::request::Request;
use crate::respond::{Response, field_errors, general_error, not_modelled};
use crate::state::Service;
use crate::state::search::{Hits, Query};
use crate::world::{self, FilterError, Item, SearchFilter};

/// Every search takes these fields.
const COMMON: [&str; 4] = ["item_types", "filter", "geometry", "asset_types"];

/// A request that has been checked, and what it finds.
pub(super) struct Checked {
    pub(super) query: Query,
    pub(super) found: Hits,
    /// The whole request.
    pub(super) body: Map<String, Value>,
}

/// Reads a search request that may hold the common fields and these `others`.
pub(super) fn check(service: &Service, request: &Request, others: &[&str]) -> Result<Checked, Response> {
    let body = request.json_object()?;
    refuse_unknown_fields(&body, &[&COMMON, others])?;
    let mut errors = Vec::new();
    let item_types = strings(&body, "item_types", true, &mut errors);
    for unknown in item_types.iter().flatten().filter(|name| !world::item_type_known(name)) {
        let text = format!("'{unknown}' is not a valid item type");
        errors.push(("item_types".to_owned(), text));
    }
    let asset_types = strings(&body, "asset_types", false, &mut errors);
    let mut unknown = None;
    let filter = match body.get("filter").map(SearchFilter::parse) {
        Some(Ok(filter)) => Some(filter),
        Some(Err(FilterError::Wrong(more))) => {
            errors.extend(more);
            None
        }
        Some(Err(FilterError::Unknown(path))) => {
            unknown = Some(path);
            None
        }
        None => {
            errors.push(("filter".to_owned(), "'filter' is a required property".to_owned()));
            None
        }
    };
    let area = match body.get("geometry") {
        None => None,
        Some(_) => area_of(service, &body).map_err(|text| errors.push(("geometry".to_owned(), text))).ok(),
    };
    if let (Some(path), true) = (unknown, errors.is_empty()) {
        return Err(not_modelled(&format!("A filter with '{path}'")));
    }
    let (Some(filter), true) = (filter, errors.is_empty()) else {
        return Err(field_errors(&errors));
    };
    let item_types = item_types.unwrap_or_default();
    let wanted = |item: &Item| {
        item_types.contains(&item.item_type)
            && asset_types.as_ref().is_none_or(|types| item.assets.iter().any(|asset| types.contains(asset)))
            && area.as_ref().is_none_or(|area| world::intersects(item, area))
            && filter.matches(item)
    };
    let items = service.catalogue.items().iter().enumerate();
    let found = items.filter(|(_, item)| wanted(item)).map(|(at, _)| at).collect();
    let query = Query {
        item_types: json!(item_types),
        filter: body.get("filter").cloned().unwrap_or_default(),
        geometry: body.get("geometry").map(stored_geometry),
        asset_types: body.get("asset_types").cloned(),
    };
    Ok(Checked { query, found, body })
}

/// The service names unknown fields in a JSON text inside its JSON answer.
pub(super) fn refuse_unknown_fields(body: &Map<String, Value>, known: &[&[&str]]) -> Result<(), Response> {
    let rogue: Vec<String> = body
        .keys()
        .filter(|key| !known.iter().any(|names| names.contains(&key.as_str())))
        .map(|key| format!("{}: \"Rogue field\"", json!(key)))
        .collect();
    if rogue.is_empty() {
        return Ok(());
    }
    let text = format!("{{{}}}", rogue.join(", "));
    Err(general_error(http::StatusCode::BAD_REQUEST, &text))
}

/// The text that a request may have under this name.
pub(super) fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Response> {
    match body.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(wrong_type(name, other, "string")),
    }
}

/// What a request switches on or off under this name.
pub(super) fn flag(body: &Map<String, Value>, name: &str) -> Result<Option<bool>, Response> {
    match body.get(name) {
        None => Ok(None),
        Some(Value::Bool(on)) => Ok(Some(*on)),
        Some(other) => Err(wrong_type(name, other, "boolean")),
    }
}

fn wrong_type(name: &str, value: &Value, wanted: &str) -> Response {
    field_errors(&[(name.to_owned(), format!("{value} is not of type '{wanted}'"))])
}

fn strings(
    body: &Map<String, Value>,
    name: &str,
    required: bool,
    errors: &mut Vec<(String, String)>,
) -> Option<Vec<String>> {
    let mut wrong = |text: String| {
        errors.push((name.to_owned(), text));
        None
    };
    let Some(value) = body.get(name) else {
        return if required { wrong(format!("'{name}' is a required property")) } else { None };
    };
    let Some(values) = value.as_array() else {
        return wrong(format!("{value} is not of type 'array'"));
    };
    if values.is_empty() && required {
        return wrong("[] is too short".to_owned());
    }
    let texts: Option<Vec<String>> = values.iter().map(|value| value.as_str().map(str::to_owned)).collect();
    texts.or_else(|| wrong(format!("{value} is not an array of strings")))
}

/// The area of the body's `geometry`: GeoJSON, or a reference to features.
pub(super) fn area_of(service: &Service, body: &Map<String, Value>) -> Result<Geometry<f64>, String> {
    let geometry = body.get("geometry").ok_or("'geometry' is a required property")?;
    if geometry.get("type").and_then(Value::as_str) != Some("ref") {
        return world::parse_geometry(geometry);
    }
    if references(geometry).next().is_none() {
        return Err("'content' is a required property".to_owned());
    }
    let mut shapes = Vec::new();
    for reference in references(geometry) {
        let shape = resolve(service, reference);
        shapes.extend(shape.ok_or_else(|| format!("'{reference}' does not exist"))?);
    }
    Ok(MultiPolygon::new(shapes).into())
}

/// `content` is one reference or an array of them.
fn references(geometry: &Value) -> impl Iterator<Item = &str> {
    let content = geometry.get("content").unwrap_or(&Value::Null);
    let many = content.as_array().map_or(&[][..], Vec::as_slice);
    content.as_str().into_iter().chain(many.iter().filter_map(Value::as_str))
}

/// References come back as an array, each with its version.
fn stored_geometry(geometry: &Value) -> Value {
    if geometry.get("type").and_then(Value::as_str) != Some("ref") {
        return geometry.clone();
    }
    let versioned = references(geometry)
        .map(|reference| if reference.contains('#') { reference.to_owned() } else { format!("{reference}#1") });
    json!({ "type": "ref", "content": versioned.collect::<Vec<_>>() })
}
