//! Listing orders.

use std::cmp::Ordering;

use http::StatusCode;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::view;
use crate::request::Request;
use crate::respond::{Response, general_error, ok};
use crate::state::order::{Order, OrderState};
use crate::state::{Service, USER_ID, lock};

const PAGE_SIZE: usize = 20;
const PAGE_CAP: usize = 100;

pub(super) fn list(service: &Service, request: &Request) -> Response {
    let (filter, sort, size) = match read(request) {
        Ok(good) => good,
        Err(text) => return general_error(StatusCode::BAD_REQUEST, &text),
    };
    let now = service.time.now();
    let orders = lock(&service.orders);
    let listed = |order: &&Order| order.is_listed(service.settings.list_lag, now);
    let mut sorted: Vec<&Order> = orders.all(now).filter(listed).collect();
    sorted.sort_by(|a, b| compare(&sort, a, b, now));
    let start = match request.query_value("page_marker") {
        None => 0,
        // The marker is the time at which the page before's last order was created.
        Some(marker) => match sorted.iter().position(|o| o.created.to_string() == marker) {
            Some(at) => at + 1,
            None => return general_error(StatusCode::BAD_REQUEST, "invalid page_marker"),
        },
    };
    let mut rest = sorted.iter().skip(start).filter(|order| filter.accepts(order, now));
    let page: Vec<&Order> = rest.by_ref().take(size).copied().collect();
    let base = format!("{}/compute/ops/orders/v2", service.url);
    let mut links = json!({ "_self": with_query(&base, request, None) });
    if let (Some(_), Some(last), Value::Object(links)) = (rest.next(), page.last(), &mut links) {
        let marker = last.created.to_string();
        links.insert("next".to_owned(), json!(with_query(&base, request, Some(&marker))));
    }
    let documents: Vec<Value> =
        page.into_iter().map(|order| Value::Object(view::summary(service, order, order.state(now)))).collect();
    ok(&json!({ "_links": links, "orders": documents }))
}

/// The list's URL with the request's query, at another page if a marker is given.
fn with_query(base: &str, request: &Request, marker: Option<&str>) -> String {
    let same = request
        .query
        .iter()
        .filter(|(name, _)| name != "api_key" && (marker.is_none() || name != "page_marker"))
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let mut url = base.to_owned();
    for (name, value) in same.chain(marker.map(|marker| ("page_marker", marker))) {
        url.push(if url.len() == base.len() { '?' } else { '&' });
        url.push_str(name);
        url.push('=');
        url.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
    }
    url
}

#[derive(Clone, Copy, Debug)]
enum SortField {
    Name,
    CreatedOn,
    State,
    LastModified,
}

/// Fields to sort by, most important first, each with whether it descends.
type SortKeys = Vec<(SortField, bool)>;

fn compare(sort: &SortKeys, a: &Order, b: &Order, now: Timestamp) -> Ordering {
    for (field, descending) in sort {
        let order = match field {
            SortField::Name => a.name.cmp(&b.name),
            SortField::CreatedOn => a.created.cmp(&b.created),
            SortField::State => a.state(now).as_str().cmp(b.state(now).as_str()),
            SortField::LastModified => a.last_modified(a.state(now)).cmp(&b.last_modified(b.state(now))),
        };
        if order.is_ne() {
            return if *descending { order.reverse() } else { order };
        }
    }
    b.created.cmp(&a.created)
}

/// Which orders a list shows.
#[derive(Debug)]
struct Filter {
    states: Vec<OrderState>,
    sources: Sources,
    hosted_only: bool,
    destination: Option<String>,
    /// Whether the user is among those whose orders are asked for.
    mine: bool,
    name: Option<String>,
    name_contains: Option<String>,
    created_on: Interval,
    last_modified: Interval,
}

impl Filter {
    fn accepts(&self, order: &Order, now: Timestamp) -> bool {
        self.mine
            && if order.is_of_basemaps() { self.sources.basemaps } else { self.sources.scenes }
            && (order.is_hosted() || !self.hosted_only)
            && self.destination.as_ref().is_none_or(|wanted| order.destination() == Some(wanted))
            && (self.states.is_empty() || self.states.contains(&order.state(now)))
            && self.name.as_ref().is_none_or(|name| *name == order.name)
            && self.name_contains.as_ref().is_none_or(|part| order.name.contains(part))
            && self.created_on.contains(order.created)
            && self.last_modified.contains(order.last_modified(order.state(now)))
    }
}

/// From `start` up to but not including `end`; or the instant itself, if both are the same.
#[derive(Clone, Copy, Debug, Default)]
struct Interval {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    instant: Option<Timestamp>,
}

impl Interval {
    fn parse(text: &str) -> Result<Self, String> {
        let time = |text: &str| match text {
            ".." | "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| format!("'{text}' is not a time")),
        };
        match text.split_once('/') {
            None => Ok(Self { instant: time(text)?, ..Self::default() }),
            Some((start, end)) => Ok(Self { start: time(start)?, end: time(end)?, instant: None }),
        }
    }

    fn contains(&self, time: Timestamp) -> bool {
        self.start.is_none_or(|start| time >= start)
            && self.end.is_none_or(|end| time < end)
            && self.instant.is_none_or(|instant| time == instant)
    }
}

fn read(request: &Request) -> Result<(Filter, SortKeys, usize), String> {
    let interval = |name| request.query_value(name).map_or(Ok(Interval::default()), Interval::parse);
    let text = |name| request.query_value(name).map(str::to_owned);
    let filter = Filter {
        states: states(request)?,
        sources: sources(request)?,
        hosted_only: hosted(request)?,
        destination: text("destination_ref"),
        mine: mine(request)?,
        name: text("name"),
        name_contains: text("name__contains"),
        created_on: interval("created_on")?,
        last_modified: interval("last_modified")?,
    };
    let sort = request.query_value("sort_by").unwrap_or("created_on DESC");
    let sort = sort.split(',').map(sort_key).collect::<Result<_, _>>()?;
    let size = match request.query_value("page_size") {
        None => PAGE_SIZE,
        Some(text) => match text.parse::<usize>() {
            Ok(size) if size > 0 => size.min(PAGE_CAP),
            _ => return Err(format!("'{text}' is not a page size")),
        },
    };
    Ok((filter, sort, size))
}

fn states(request: &Request) -> Result<Vec<OrderState>, String> {
    request
        .query_values("state")
        .map(|name| {
            let known = OrderState::ALL.into_iter().find(|state| state.as_str() == name);
            known.ok_or_else(|| format!("'{name}' is not a state of an order"))
        })
        .collect()
}

/// What the orders asked for are made of.
#[derive(Clone, Copy, Debug)]
struct Sources {
    scenes: bool,
    basemaps: bool,
}

/// Scenes, unless something else is asked for.
fn sources(request: &Request) -> Result<Sources, String> {
    let mut sources = Sources { scenes: false, basemaps: false };
    for name in request.query_values("source_type").flat_map(|list| list.split(',')) {
        match name {
            "scenes" => sources.scenes = true,
            "basemaps" => sources.basemaps = true,
            "all" => sources = Sources { scenes: true, basemaps: true },
            other => return Err(format!("'{other}' is not a source type")),
        }
    }
    if !sources.scenes && !sources.basemaps {
        sources.scenes = true;
    }
    Ok(sources)
}

/// The sandbox has one user, who is also the only one of the organization.
fn mine(request: &Request) -> Result<bool, String> {
    match request.query_value("user_id") {
        None | Some("all") => Ok(true),
        Some(id) => id.parse().map(|id: u64| id == USER_ID).map_err(|_| format!("'{id}' is not a user id")),
    }
}

/// Whether only hosted orders are asked for.
fn hosted(request: &Request) -> Result<bool, String> {
    match request.query_value("hosting").map(str::to_lowercase).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(format!("'{other}' is not a value of hosting")),
    }
}

fn sort_key(text: &str) -> Result<(SortField, bool), String> {
    let mut words = text.split_whitespace();
    let field = match words.next() {
        Some("name") => SortField::Name,
        Some("created_on") => SortField::CreatedOn,
        Some("state") => SortField::State,
        Some("last_modified") => SortField::LastModified,
        _ => return Err(format!("orders cannot be sorted by '{text}'")),
    };
    match words.next() {
        None | Some("ASC" | "asc") => Ok((field, false)),
        Some("DESC" | "desc") => Ok((field, true)),
        Some(_) => Err(format!("orders cannot be sorted by '{text}'")),
    }
}
