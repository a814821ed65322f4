//! Which query parameters a route knows. An unknown one is refused: were it ignored, nobody would notice a wrong name.

use http::Method;

use crate::request::Request;

/// Any route takes the API key as a parameter.
const EVERYWHERE: &str = "api_key";

/// The first parameter of the request that its route does not know.
pub(crate) fn unknown<'a>(request: &'a Request, segments: &[&str]) -> Option<&'a str> {
    let known = known(&request.method, segments);
    let by_property = filters_by_property(&request.method, segments);
    let is_known = |name: &str| name == EVERYWHERE || known.contains(&name) || (by_property && !is_reserved(name));
    request.query.iter().map(|(name, _)| name.as_str()).find(|name| !is_known(name))
}

fn known(method: &Method, segments: &[&str]) -> &'static [&'static str] {
    let (get, post) = (method == Method::GET, method == Method::POST);
    match segments {
        ["data", "v1", "quick-search"] if post => &["_sort", "_page_size"],
        ["data", "v1", "searches"] if get => &["_sort", "search_type", "_page_size", "_page"],
        ["data", "v1", "searches", _, "results"] => &["_sort", "_page_size", "_page"],
        ["data", "v1", "item-types", _, "items", _, "coverage"] => &["mode", "band"],
        ["data", "v1", "download"] | ["compute", "ops", "download"] => &["token"],
        ["compute", "ops", "orders", "v2"] if get => &[
            "page_marker",
            "page_size",
            "state",
            "source_type",
            "name",
            "name__contains",
            "created_on",
            "last_modified",
            "hosting",
            "destination_ref",
            "sort_by",
            "user_id",
        ],
        ["features", "v1", "ogc", "my", "collections"] if get => {
            &["limit", "offset", "title", "description", "hashid", "sort"]
        }
        ["features", "v1", "ogc", "my", "collections", _, "items"] if get => {
            &["limit", "offset", "bbox", "id", "hashid", "sort"]
        }
        ["features", "v1", "ogc", "my", "collections", _, "items"] if post => &["property_id"],
        _ => &[],
    }
}

/// Whether any other parameter filters the list by the property of its name.
fn filters_by_property(method: &Method, segments: &[&str]) -> bool {
    let list = matches!(segments, ["features", "v1", "ogc", "my", "collections", rest @ ..] if matches!(rest, [] | [_, "items"]));
    list && method == Method::GET
}

/// Names in lists of Features that never stand for a property.
const RESERVED: [&str; 15] = [
    "admin_view",
    "limit",
    "offset",
    "api_key",
    "sort",
    "id",
    "hashid",
    "view",
    "title",
    "description",
    "can_write",
    "shared",
    "org_id",
    "org_override",
    "bbox",
];

/// Whether a parameter of a list of Features is no filter by a property.
pub(crate) fn is_reserved(name: &str) -> bool {
    name.starts_with('_') || RESERVED.contains(&name)
}
