//! Collections.

use geo::BoundingRect as _;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::filter::{properties_match, text_matches};
use super::{base, not_found, page};
use crate::request::Request;
use crate::respond::{self, Response, ok};
use crate::state::feature::Collection;
use crate::state::{ORGANIZATION_ID, Service, USER_ID, lock};

/// Collections of one organization.
const COLLECTION_LIMIT: usize = 1_000;

pub(super) fn create(service: &Service, request: &Request) -> Response {
    let collection = match read(service, request) {
        Ok(collection) => collection,
        Err(error) => return error,
    };
    let answer = json!({
        "id": collection.id(),
        "title": collection.title,
        "description": collection.description,
        "item_type": "feature",
        "links": links(service, &collection),
        "permissions": { "can_write": true, "shared_with_my_org": false },
    });
    let mut collections = lock(&service.collections);
    if collections.all.len() >= COLLECTION_LIMIT {
        return respond::message(StatusCode::BAD_REQUEST, "An organization has at most 1000 collections");
    }
    collections.all.push(collection);
    respond::json(StatusCode::CREATED, &answer)
}

/// The collection that a request describes.
fn read(service: &Service, request: &Request) -> Result<Collection, Response> {
    let body = request.json_object()?;
    let bad = |text: &str| respond::message(StatusCode::BAD_REQUEST, text);
    let text = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(bad(&format!("'{name}' is not a string: {other}"))),
    };
    let title = text("title")?.filter(|title| !title.is_empty());
    let title = title.ok_or_else(|| bad("'title' is a required property"))?;
    let mut collection = Collection::new(title, service.time.now());
    collection.description = text("description")?;
    collection.title_property = text("title_property")?;
    collection.description_property = text("description_property")?;
    Ok(collection)
}

pub(super) fn get(service: &Service, name: &str) -> Response {
    match lock(&service.collections).get(name) {
        Some(collection) => ok(&document(service, collection)),
        None => not_found("Collection", name),
    }
}

pub(super) fn delete(service: &Service, name: &str) -> Response {
    let mut collections = lock(&service.collections);
    match collections.all.iter().position(|collection| collection.answers_to(name)) {
        Some(at) => {
            collections.all.remove(at);
            respond::empty(StatusCode::NO_CONTENT)
        }
        None => not_found("Collection", name),
    }
}

/// The newest first, unless `sort` says otherwise.
pub(super) fn list(service: &Service, request: &Request) -> Response {
    let collections = lock(&service.collections);
    let passes = |name: &str, text: &str| request.query_values(name).all(|wanted| text_matches(wanted, text));
    let mut found: Vec<&Collection> = collections
        .all
        .iter()
        .filter(|collection| {
            passes("title", &collection.title)
                && passes("description", collection.description.as_deref().unwrap_or_default())
                && passes("hashid", &collection.hash)
                && properties_match(request, &Map::new())
        })
        .collect();
    match request.query_value("sort") {
        None | Some("-created_date") => found.reverse(),
        Some("created_date") => {}
        Some("title") => found.sort_by(|a, b| a.title.cmp(&b.title)),
        Some("-title") => found.sort_by(|a, b| b.title.cmp(&a.title)),
        Some(other) => {
            let text = format!("'{other}' is not a valid sort");
            return respond::message(StatusCode::BAD_REQUEST, &text);
        }
    }
    let matched = found.len();
    let url = format!("{}/collections", base(service));
    match page(request, &url, found) {
        Ok((found, links)) => {
            let documents: Vec<Value> = found.into_iter().map(|collection| document(service, collection)).collect();
            ok(&json!({ "numberMatched": matched, "links": links, "collections": documents }))
        }
        Err(error) => error,
    }
}

fn document(service: &Service, collection: &Collection) -> Value {
    let id = collection.id();
    let whole_seconds = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let area: f64 = collection.features.iter().map(|feature| feature.area).sum();
    json!({
        "id": id,
        "title": collection.title,
        "description": collection.description,
        "item_type": "feature",
        "created": whole_seconds(collection.created),
        "updated": whole_seconds(collection.updated),
        "extent": { "spatial": { "bbox": bounds(collection) } },
        "links": links(service, collection),
        "feature_count": collection.features.len(),
        "area": area,
        "title_property": collection.title_property,
        "description_property": collection.description_property,
        "properties": {},
        "permissions": { "can_write": true, "shared": false, "is_owner": true },
        "ownership": { "owner_id": USER_ID, "org_id": ORGANIZATION_ID },
        "pl:ref": format!("pl:features/my/{id}"),
    })
}

/// The box around all features, in an array; an empty collection has none.
fn bounds(collection: &Collection) -> Vec<[f64; 4]> {
    let rects = collection.features.iter().filter_map(|feature| feature.shape.bounding_rect());
    let corners = rects.map(|rect| [rect.min().x, rect.min().y, rect.max().x, rect.max().y]);
    let union = corners.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
    union.into_iter().collect()
}

fn links(service: &Service, collection: &Collection) -> Value {
    let href = format!("{}/collections/{}", base(service), collection.id());
    json!([
        { "href": href, "rel": "self", "title": "This collection", "type": "application/json" },
        { "href": format!("{href}/items"), "rel": "features", "title": "Features", "type": "application/json" },
    ])
}
