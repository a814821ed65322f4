//! What an order has to download, or why it has nothing.

use std::collections::HashSet;
use std::result::Result as StdResult;

use http::Uri;
use planet_core::{Call, Error, ErrorKind, Result, Session, Watched};
use serde_json::{Map, Value};

use super::OPERATION;
use super::plan::{fault, link_to};
use crate::get::Get;
use crate::wait::ended;
use crate::{Order, OrderState};

/// A file that the order names.
pub(crate) struct Offered {
    /// Its path below the directory, or nothing if the order does not tell it.
    pub(crate) name: String,
    /// The link, or why there is none.
    pub(crate) link: StdResult<Uri, String>,
}

/// The order, if its files can be had.
pub(crate) async fn downloadable(call: Call<Get>, id: &str) -> Result<Order> {
    let order = call.await?;
    let said = said(&order);
    match order.state() {
        OrderState::Success | OrderState::Partial => Ok(order),
        OrderState::Failed => Err(ended(order, OPERATION).with_help(format!(
            "It delivered nothing{said}. Order again, with a request that minds the reasons: Order::follow_up makes one of it"
        ))),
        OrderState::Cancelled => Err(ended(order, OPERATION).with_help(format!(
            "It delivered nothing{said}. Order again if the files are wanted: Order::follow_up makes the request"
        ))),
        state => {
            let message = format!("order {id} is {state}: it has no files yet{said}");
            Err(Error::new(ErrorKind::Conflict, message)
                .with_operation(OPERATION)
                .with_help("Wait for it first, with orders.wait(id)")
                .with_source(order.into_source()))
        }
    }
}

/// What the order names, as it lists it.
pub(crate) fn offered(session: &Session, order: &Order) -> Result<Vec<Offered>> {
    let (mut offered, mut names) = (Vec::new(), HashSet::new());
    for result in order.results() {
        let name = result.name().to_owned();
        result.path()?;
        if !name.is_empty() && !names.insert(name.clone()) {
            return Err(fault(format!("order {} offers two files of the name {name}", order.id())));
        }
        let link = match result.location() {
            Some(location) => Ok(link_to(session, &name, location)?),
            None => Err(format!("the order names it without a link: its delivery is {:?}", result.delivery())),
        };
        offered.push(Offered { name, link });
    }
    match offered.iter().any(|file| file.link.is_ok()) {
        true => Ok(offered),
        false => Err(nothing(order.clone())),
    }
}

/// The answer for an order that ended well and has no files here.
fn nothing(order: Order) -> Error {
    let (id, said) = (order.id(), said(&order));
    let (what, help) = match delivered_to(&order) {
        Some(place) => (format!("it was delivered to {place}"), "Fetch them from there"),
        None if order.get::<Value>("hosting").ok().flatten().is_some_and(|hosting| !hosting.is_null()) => (
            "its imagery is hosted in a collection".to_owned(),
            "Use it there: the order's `hosting` names the collection",
        ),
        None => ("none has a link".to_owned(), "Order again, or ask Planet's support what became of them"),
    };
    Error::new(
        ErrorKind::NotFound,
        format!("order {id} is {} and has no files to download: {what}{said}", order.state()),
    )
    .with_operation(OPERATION)
    .with_help(help)
    .with_source(order.into_source())
}

/// The cloud storage that the order was delivered to, by what names it and is no secret.
fn delivered_to(order: &Order) -> Option<String> {
    let delivery: Map<String, Value> = order.get("delivery").ok().flatten()?;
    let (cloud, fields) = delivery.iter().find_map(|(cloud, fields)| {
        let is_cloud = !matches!(cloud.as_str(), "layout") && !cloud.starts_with("archive");
        Some((cloud, fields.as_object().filter(|_| is_cloud)?))
    })?;
    let named = ["bucket", "container", "project", "collection", "ref", "path_prefix"];
    let named = named.iter().filter_map(|name| Some(format!("{name} {}", fields.get(*name)?.as_str()?)));
    let named = named.collect::<Vec<_>>().join(", ");
    Some(if named.is_empty() { cloud.clone() } else { format!("{cloud} ({named})") })
}

/// What the service last said about the order, as the end of a sentence.
fn said(order: &Order) -> String {
    order.last_message().map(|message| format!("; the service last said {message:?}")).unwrap_or_default()
}
