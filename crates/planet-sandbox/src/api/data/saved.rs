//! Saved searches.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::page::{Beyond, PageToken};
use super::query;
use crate::request::Request;
use crate::respond::{self, Response, field_errors, ok};
use crate::state::search::{Search, Sort, SortField};
use crate::state::{Service, lock, new_id};

const DAILY_EMAIL: &str = "__daily_email_enabled";
const FIELDS: [&str; 2] = ["name", DAILY_EMAIL];

pub(super) fn create(service: &Service, request: &Request) -> Response {
    let Wanted { checked, name, daily_email } = match check(service, request) {
        Ok(good) => good,
        Err(error) => return error,
    };
    let now = service.time.now();
    let mut search = Search::new(new_id(), name, true, checked.query, checked.found, now);
    search.daily_email = daily_email;
    let document = document(service, &search);
    lock(&service.searches).insert(search);
    ok(&document)
}

pub(super) fn get(service: &Service, id: &str) -> Response {
    match lock(&service.searches).get_mut(id, service.time.now()) {
        Some(search) => ok(&document(service, search)),
        None => no_such_search(id),
    }
}

pub(super) fn update(service: &Service, request: &Request, id: &str) -> Response {
    let Wanted { checked, name, daily_email } = match check(service, request) {
        Ok(good) => good,
        Err(error) => return error,
    };
    let now = service.time.now();
    let mut searches = lock(&service.searches);
    let Some(search) = searches.get_mut(id, now) else {
        return no_such_search(id);
    };
    search.replace(checked.query, checked.found, now);
    search.name = name;
    search.daily_email = daily_email;
    ok(&document(service, search))
}

pub(super) fn delete(service: &Service, id: &str) -> Response {
    match lock(&service.searches).remove(id, service.time.now()) {
        Some(_) => respond::empty(StatusCode::NO_CONTENT),
        None => no_such_search(id),
    }
}

pub(super) fn no_such_search(id: &str) -> Response {
    let text = format!("The requested search id does not exist: {id}");
    respond::message(StatusCode::NOT_FOUND, &text)
}

pub(super) fn list(service: &Service, request: &Request) -> Response {
    let cap = service.settings.page_cap;
    let token = PageToken::of(request, Sort::CREATED_DESC, &[SortField::Created], cap);
    let mut token = match token {
        Ok(token) => token,
        Err(error) => return error,
    };
    if let Some(wanted) = request.query_value("search_type") {
        token.params = json!({ "search_type": wanted });
    }
    let wanted = token.params.get("search_type").and_then(Value::as_str).unwrap_or("any");
    if !["any", "saved", "quick"].contains(&wanted) {
        let text = format!("'{wanted}' is not one of ['any', 'saved', 'quick']");
        return field_errors(&[("search_type".to_owned(), text)]);
    }
    let searches = lock(&service.searches);
    let mut listed: Vec<&Search> =
        searches.all(service.time.now()).filter(|search| wanted == "any" || wanted == search_type(search)).collect();
    listed.sort_by(|a, b| token.sort.compare(place_of(a), place_of(b)));
    let place = |at: usize| listed.get(at).map(|search| place_of(search));
    let range = token.range(listed.len(), place);
    let base = format!("{}/data/v1/searches/", service.url);
    // As recorded: three searches on a page for 250 had both links.
    let links = token.links(&base, &range, listed.len(), Beyond::BothWays, place);
    let page = listed.get(range).unwrap_or_default().iter();
    let documents: Vec<Value> = page.map(|search| document(service, search)).collect();
    ok(&json!({ "_links": links, "searches": documents }))
}

fn place_of(search: &Search) -> (Timestamp, &str) {
    (search.created, &search.id)
}

/// What a request wants to be saved.
struct Wanted {
    checked: query::Checked,
    name: String,
    daily_email: bool,
}

fn check(service: &Service, request: &Request) -> Result<Wanted, Response> {
    let checked = query::check(service, request, &FIELDS)?;
    let Some(name) = query::text(&checked.body, "name")?.map(str::to_owned) else {
        let text = "'name' is a required property".to_owned();
        return Err(field_errors(&[("name".to_owned(), text)]));
    };
    let daily_email = query::flag(&checked.body, DAILY_EMAIL)?.unwrap_or(false);
    Ok(Wanted { checked, name, daily_email })
}

fn search_type(search: &Search) -> &'static str {
    if search.saved { "saved" } else { "quick" }
}

fn document(service: &Service, search: &Search) -> Value {
    let link = format!("{}/data/v1/searches/{}", service.url, search.id);
    let micros = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string();
    let mut document = json!({
        DAILY_EMAIL: search.daily_email,
        "_links": { "_self": link, "results": format!("{link}/results") },
        "created": micros(search.created),
        "filter": search.query.filter,
        "id": search.id,
        "item_types": search.query.item_types,
        "last_executed": search.last_executed.map(micros),
        "name": search.name,
        "search_type": search_type(search),
        "updated": micros(search.updated),
    });
    let optional = [("geometry", &search.query.geometry), ("asset_types", &search.query.asset_types)];
    if let Value::Object(document) = &mut document {
        for (name, value) in optional {
            if let Some(value) = value {
                document.insert(name.to_owned(), value.clone());
            }
        }
    }
    document
}
