//! The features of a collection.

use geo::{Coord, Intersects as _, Rect};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::filter::{properties_match, text_matches};
use super::{base, not_found, page, validate};
use crate::request::Request;
use crate::respond::{self, Response, ok};
use crate::state::feature::{Collection, Feature};
use crate::state::{Service, lock};

/// Features in one collection.
const FEATURE_LIMIT: usize = 150_000;

/// Takes a Feature or a FeatureCollection, and answers with a reference to each.
pub(super) fn add(service: &Service, request: &Request, name: &str) -> Response {
    match add_all(service, request, name) {
        Ok(references) => respond::json(StatusCode::CREATED, &references),
        Err(error) => error,
    }
}

fn add_all(service: &Service, request: &Request, name: &str) -> Result<Value, Response> {
    let body = request.json_object()?;
    let features = match body.get("features") {
        Some(Value::Array(features)) if features.iter().all(Value::is_object) => {
            features.iter().filter_map(Value::as_object).collect()
        }
        Some(_) => return Err(bad_request("'features' is not an array of Features")),
        None if body.contains_key("geometry") => vec![&body],
        None => return Err(bad_request("The body is not a Feature or FeatureCollection")),
    };
    let id_property = request.query_value("property_id").unwrap_or("id");
    let mut added = Vec::new();
    for feature in features {
        added.push(read(service, feature, id_property)?);
    }
    let mut collections = lock(&service.collections);
    let Some(collection) = collections.get_mut(name) else {
        return Err(not_found("Collection", name));
    };
    if collection.features.len() + added.len() > FEATURE_LIMIT {
        return Err(bad_request("A collection holds at most 150000 features"));
    }
    let references = added.iter().map(|feature| reference(collection, feature)).collect();
    collection.features.extend(added);
    collection.updated = service.time.now();
    Ok(references)
}

fn read(service: &Service, body: &Map<String, Value>, id_property: &str) -> Result<Feature, Response> {
    let shape = validate::shape(service, body)?;
    let properties = body.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let id = properties.get(id_property).or_else(|| body.get("id")).and_then(|id| match id {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    let geometry = body.get("geometry").cloned().unwrap_or_default();
    Ok(Feature::new(id, geometry, shape, properties))
}

pub(super) fn get(service: &Service, name: &str, feature_name: &str) -> Response {
    let collections = lock(&service.collections);
    let Some(collection) = collections.get(name) else {
        return not_found("Collection", name);
    };
    let Some(feature) = collection.feature(feature_name) else {
        return not_found("Feature", feature_name);
    };
    let mut answer = document(collection, feature);
    let href = format!("{}/collections/{}", base(service), collection.id());
    let item = format!("{href}/items/{}", feature.reference_id());
    if let Value::Object(fields) = &mut answer {
        let links = json!([{ "rel": "self", "href": item }, { "rel": "collection", "href": href }]);
        fields.insert("links".to_owned(), links);
    }
    ok(&answer)
}

pub(super) fn delete(service: &Service, name: &str, feature_name: &str) -> Response {
    let mut collections = lock(&service.collections);
    let Some(collection) = collections.get_mut(name) else {
        return not_found("Collection", name);
    };
    match collection.features.iter().position(|feature| feature.answers_to(feature_name)) {
        Some(at) => {
            collection.features.remove(at);
            collection.updated = service.time.now();
            respond::empty(StatusCode::NO_CONTENT)
        }
        None => not_found("Feature", feature_name),
    }
}

/// The newest first, unless `sort` says otherwise.
pub(super) fn list(service: &Service, request: &Request, name: &str) -> Response {
    let collections = lock(&service.collections);
    let Some(collection) = collections.get(name) else {
        return not_found("Collection", name);
    };
    let bounds = match request.query_value("bbox").map(read_bounds) {
        None => None,
        Some(Some(bounds)) => Some(bounds),
        Some(None) => return bad_request("bbox is not four numbers"),
    };
    let mut found: Vec<&Feature> = collection
        .features
        .iter()
        .filter(|feature| {
            request.query_values("id").all(|wanted| text_matches(wanted, feature.id()))
                && request.query_values("hashid").all(|wanted| text_matches(wanted, &feature.hash))
                && bounds.is_none_or(|bounds| feature.shape.intersects(&bounds))
                && properties_match(request, &feature.properties)
        })
        .collect();
    match request.query_value("sort") {
        None | Some("-created_date") => found.reverse(),
        Some("created_date") => {}
        Some("id") => found.sort_by(|a, b| a.id().cmp(b.id())),
        Some("-id") => found.sort_by(|a, b| b.id().cmp(a.id())),
        Some("title") => found.sort_by_key(|feature| title(collection, feature)),
        Some("-title") => {
            found.sort_by_key(|feature| std::cmp::Reverse(title(collection, feature)));
        }
        Some(other) => return bad_request(&format!("'{other}' is not a valid sort")),
    }
    let matched = found.len();
    let url = format!("{}/collections/{}/items", base(service), collection.id());
    match page(request, &url, found) {
        Ok((found, links)) => {
            let features: Vec<Value> = found.into_iter().map(|feature| document(collection, feature)).collect();
            ok(&json!({
                "type": "FeatureCollection",
                "numberMatched": matched,
                "links": links,
                "features": features,
            }))
        }
        Err(error) => error,
    }
}

fn read_bounds(text: &str) -> Option<Rect<f64>> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    match numbers.ok()?.as_slice() {
        &[west, south, east, north] => Some(Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north })),
        _ => None,
    }
}

fn reference(collection: &Collection, feature: &Feature) -> String {
    format!("pl:features/my/{}/{}", collection.id(), feature.reference_id())
}

/// The feature with the properties that the service adds.
fn document(collection: &Collection, feature: &Feature) -> Value {
    let mut properties = feature.properties.clone();
    let text = |name: &Option<String>| name.as_ref().and_then(|name| feature.properties.get(name)).cloned();
    let added = [
        ("title", text(&collection.title_property)),
        ("description", text(&collection.description_property)),
        ("pl:ref", Some(json!(reference(collection, feature)))),
        ("pl:area", Some(json!(feature.area))),
    ];
    for (name, value) in added {
        if let Some(value) = value {
            properties.insert(name.to_owned(), value);
        }
    }
    json!({
        "type": "Feature",
        "id": feature.id(),
        "properties": properties,
        "geometry": feature.geometry,
    })
}

fn title(collection: &Collection, feature: &Feature) -> String {
    let name = collection.title_property.as_deref().unwrap_or("title");
    let title = feature.properties.get(name).and_then(Value::as_str);
    title.unwrap_or_default().to_owned()
}

fn bad_request(text: &str) -> Response {
    respond::message(StatusCode::BAD_REQUEST, text)
}
