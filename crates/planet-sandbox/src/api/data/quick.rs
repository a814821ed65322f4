//! Running searches: pages of items.

use http::StatusCode;

use super::page::{Beyond, PageToken};
use super::{query, saved};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::state::search::{Search, Sort, SortField};
use crate::state::{Service, lock, new_id};
use crate::world::Item;

const ITEM_SORTS: [SortField; 2] = [SortField::Published, SortField::Acquired];

/// A quick search is a search that is kept, and its first page.
pub(super) fn search(service: &Service, request: &Request) -> Response {
    create_and_run(service, request).unwrap_or_else(|error| error)
}

fn create_and_run(service: &Service, request: &Request) -> Result<Response, Response> {
    let checked = query::check(service, request, &["name"])?;
    let token = token(service, request)?;
    let id = new_id();
    let name = query::text(&checked.body, "name")?.unwrap_or(&id);
    let now = service.time.now();
    let search = Search::new(id.clone(), name.to_owned(), false, checked.query, checked.found, now);
    lock(&service.searches).insert(search);
    Ok(page(service, &id, &token))
}

pub(super) fn results(service: &Service, request: &Request, id: &str) -> Response {
    match token(service, request) {
        Ok(token) => page(service, id, &token),
        Err(error) => error,
    }
}

fn token(service: &Service, request: &Request) -> Result<PageToken, Response> {
    let cap = service.settings.page_cap;
    PageToken::of(request, Sort::PUBLISHED_DESC, &ITEM_SORTS, cap)
}

/// A page of the items that a search finds.
fn page(service: &Service, id: &str, token: &PageToken) -> Response {
    let now = service.time.now();
    let hits = match lock(&service.searches).get_mut(id, now) {
        Some(search) => search.run(token.sort, &service.catalogue, now),
        None => return saved::no_such_search(id),
    };
    let items = service.catalogue.items();
    let place = |at: usize| Some(token.sort.place(items.get(*hits.get(at)?)?));
    let range = token.range(hits.len(), place);
    let base = format!("{}/data/v1/searches/{id}/results", service.url);
    let beyond = if service.settings.next_on_last_page { Beyond::Forward } else { Beyond::Nowhere };
    let links = token.links(&base, &range, hits.len(), beyond, place);
    let found = hits.get(range).unwrap_or_default().iter();
    let features: Vec<&Item> = found.filter_map(|&at| items.get(at)).collect();
    respond::json_bytes(StatusCode::OK, feature_collection(&links.to_string(), &features, &service.url))
}

/// The items' own bytes, put together: pages are the largest thing the service sends.
fn feature_collection(links: &str, items: &[&Item], api_base: &str) -> Vec<u8> {
    let mut body = format!("{{\"_links\":{links},\"features\":[").into_bytes();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        item.write_json(api_base, &mut body);
    }
    body.extend_from_slice(b"],\"type\":\"FeatureCollection\"}");
    body
}
