//! Counts of items, and the share of an item that is usable.

use serde_json::{Map, Value, json};

use super::{no_such_item, query};
use crate::request::Request;
use crate::respond::{Response, field_errors, ok};
use crate::state::Service;
use crate::world;

pub(super) fn stats(service: &Service, request: &Request) -> Response {
    let checked = match query::check(service, request, &["interval"]) {
        Ok(checked) => checked,
        Err(error) => return error,
    };
    let items = service.catalogue.items();
    let found = checked.found.iter().filter_map(|&at| items.get(at));
    let buckets = match checked.body.get("interval").and_then(Value::as_str) {
        Some(interval) => world::buckets(found, interval),
        None => Err("'interval' is a required property".to_owned()),
    };
    match buckets {
        Ok(buckets) => ok(&buckets),
        Err(text) => field_errors(&[("interval".to_owned(), text)]),
    }
}

/// The figure of the whole item; the geometry asked for is checked, not cut out.
pub(super) fn coverage(service: &Service, request: &Request, item_type: &str, id: &str) -> Response {
    let Some(item) = service.catalogue.get(item_type, id) else {
        return no_such_item(item_type, id);
    };
    let body = match request.json_object() {
        Ok(body) => body,
        Err(error) => return error,
    };
    if let Err(text) = query::area_of(service, &body) {
        return field_errors(&[("geometry".to_owned(), text)]);
    }
    let mode = request.query_value("mode").unwrap_or("UDM2");
    if !["UDM2", "estimate"].contains(&mode) {
        let text = format!("'{mode}' is not one of ['UDM2', 'estimate']");
        return field_errors(&[("mode".to_owned(), text)]);
    }
    let band = request.query_value("band").unwrap_or("clear");
    let property = match band {
        "snow" => "snow_ice_percent".to_owned(),
        _ => format!("{band}_percent"),
    };
    let Some(percent) = item.properties.get(&property) else {
        let text = format!("'{band}' is not available for this item");
        return field_errors(&[("band".to_owned(), text)]);
    };
    let mut answer = Map::new();
    answer.insert(format!("{band}_percent"), percent.clone());
    answer.insert("status".to_owned(), json!("complete"));
    ok(&Value::Object(answer))
}
