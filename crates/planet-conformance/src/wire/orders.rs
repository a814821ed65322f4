//! `planet.OrdersClient`.

use std::time::Duration;

use planet::orders::{OrderState, Reconcile, TimeWindow, reached};
use planet::{OrderRequest, Timestamp};

use super::call::{Call, Method, Methods, Running, json, none};
use super::downloads;
use super::recorded::Recorded;
use crate::args::{Stop, Takes, text};

pub(super) const METHODS: Methods = &[
    ("create_order", Method(&["request"], create)),
    ("get_order", Method(&["order_id"], get)),
    ("cancel_order", Method(&["order_id"], cancel)),
    ("cancel_orders", Method(&["order_ids"], cancel_many)),
    ("aggregated_order_stats", Method(&[], stats)),
    ("download_asset", Method(downloads::RESULT, downloads::result)),
    ("download_order", Method(downloads::ORDER, downloads::order)),
    ("validate_checksum", Method(&["directory", "checksum"], downloads::validate_order)),
    ("wait", Method(&["order_id", "state", "delay", "max_attempts"], wait)),
    ("list_orders", Method(LIST, list)),
];

const LIST: &[&str] = &[
    "state",
    "limit",
    "source_type",
    "name",
    "name__contains",
    "created_on",
    "last_modified",
    "hosting",
    "destination_ref",
    "sort_by",
    "user_id",
];

/// Would it do another thing, and cost more, if it was done twice? Cancelling all orders a second time would also cancel
/// those that were placed in between.
pub(super) fn only_once(case: &Recorded) -> bool {
    let all = case.args.get("order_ids").is_none_or(serde_json::Value::is_null);
    case.method == "create_order" || (case.method == "cancel_orders" && all)
}

fn create<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let request: OrderRequest =
            serde_json::from_value(call.args.json("request")).map_err(|_| Stop::RuledOut(Takes::Order))?;
        json(&call.planet.orders().create(request).reconcile(Reconcile::off()).await?)
    })
}

fn get<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move { json(&call.planet.orders().get(id(call)?).await?) })
}

fn cancel<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move { json(&call.planet.orders().cancel(id(call)?).await?) })
}

fn cancel_many<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let orders = call.planet.orders();
        match call.args.optional::<Vec<String>>("order_ids")? {
            Some(ids) => json(&orders.cancel_many(ids).await?),
            None => json(&orders.cancel_all().await?),
        }
    })
}

fn stats<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move { json(&call.planet.orders().stats().await?) })
}

fn list<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let mut list = call.planet.orders().list();
        if let Some(state) = call.args.optional::<String>("state")? {
            list = list.state(OrderState::from(state));
        }
        if let Some(name) = call.args.optional::<String>("name")? {
            list = list.name(name);
        }
        if let Some(part) = call.args.optional::<String>("name__contains")? {
            list = list.name_contains(part);
        }
        if let Some(source) = call.args.optional::<String>("source_type")? {
            list = list.source_type(source.as_str());
        }
        if let Some(hosted) = call.args.optional::<bool>("hosting")? {
            list = list.hosting(hosted);
        }
        if let Some(reference) = call.args.optional::<String>("destination_ref")? {
            list = list.destination_ref(reference);
        }
        if let Some(user) = call.args.raw("user_id") {
            list = list.user_id(text(user));
        }
        if let Some(window) = window(call, "created_on")? {
            list = list.created_on(window);
        }
        if let Some(window) = window(call, "last_modified")? {
            list = list.last_modified(window);
        }
        for field in call.args.optional::<String>("sort_by")?.iter().flat_map(|fields| fields.split(',')) {
            list = list.sort_by(field);
        }
        call.list(list.items(), call.or_default("limit")?, none).await
    })
}

/// A time, or two with a slash between them, one of which may be `..`.
fn window(call: &Call<'_>, name: &str) -> Result<Option<TimeWindow>, Stop> {
    let Some(text) = call.args.optional::<String>(name)? else { return Ok(None) };
    let time = |text: &str| Timestamp::parse_service(text);
    Ok(Some(match text.split_once('/') {
        None => time(&text)?.into(),
        Some(("..", end)) => (..time(end)?).into(),
        Some((start, "..")) => (time(start)?..).into(),
        Some((start, end)) => (time(start)?..time(end)?).into(),
    }))
}

fn wait<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let (sender, states) = std::sync::mpsc::channel();
        // Polls follow each other at once: the pauses between them are not compared.
        call.or_default::<f64>("delay")?;
        let mut wait = call.planet.orders().wait(id(call)?).every(Duration::ZERO).tolerate(0);
        wait = wait.on_state(move |order| drop(sender.send(order.state().to_string())));
        let polls: u32 = call.or_default("max_attempts")?;
        if polls > 0 {
            wait = wait.max_attempts(polls);
        }
        if let Some(state) = call.args.optional::<String>("state")? {
            wait = wait.until(reached(state)?);
        }
        let end = wait.await;
        call.seen().states.extend(states.try_iter());
        Ok(end?.state().as_str().into())
    })
}

pub(super) fn id(call: &Call<'_>) -> Result<String, Stop> {
    call.args.get("order_id")
}
