//! Counts of items.

use serde_json::Value;

use super::query;
use crate::request::Request;
use crate::respond::{Response, field_errors, not_modelled, ok};
use crate::state::Service;
use crate::world;

/// The answer has it, so the request may, but nothing tells what it looks like there.
const UTC_OFFSET: &str = "utc_offset";

pub(super) fn stats(service: &Service, request: &Request) -> Response {
    let checked = match query::check(service, request, &["interval", UTC_OFFSET]) {
        Ok(checked) => checked,
        Err(error) => return error,
    };
    if checked.body.contains_key(UTC_OFFSET) {
        return not_modelled("A utc_offset of stats");
    }
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
