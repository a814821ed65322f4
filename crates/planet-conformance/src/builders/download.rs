//! How the files of downloads are called: `planet.models`, and the results of an order.

use http::{HeaderMap, HeaderName, HeaderValue};
use planet::http;
use planet::orders::Order;
use planet_core::transfer::{name_from_headers, name_from_url};
use serde_json::{Value, json};

use super::Function;
use crate::args::{Args, Stop, Takes};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("models._get_filename_from_headers", from_headers),
    ("models._get_filename_from_url", from_url),
    ("orders.OrdersClient._get_download_info", results),
];

fn from_headers(args: &Args<'_>) -> Result<Value, Stop> {
    let headers: serde_json::Map<String, Value> = args.get("headers")?;
    let header = |(name, value): (String, Value)| {
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        Some((HeaderName::try_from(name).ok()?, value?))
    };
    let headers: Option<HeaderMap> = headers.into_iter().map(header).collect();
    Ok(name_from_headers(&headers.ok_or(Stop::RuledOut(Takes::Text))?)?.into())
}

fn from_url(args: &Args<'_>) -> Result<Value, Stop> {
    let url = args.get::<String>("url")?.parse().map_err(|_| Stop::RuledOut(Takes::Text))?;
    Ok(name_from_url(&url).into())
}

/// Where a download of an order puts what has a link.
fn results(args: &Args<'_>) -> Result<Value, Stop> {
    let mut order = args.json("order");
    // Python looks at nothing else of the order; ours does not take one without these for an order.
    let members = order.as_object_mut().ok_or(Stop::RuledOut(Takes::Object))?;
    members.entry("id").or_insert("x".into());
    members.entry("state").or_insert("success".into());
    let order: Order = serde_json::from_value(order).map_err(|_| Stop::RuledOut(Takes::Object))?;
    let mut files = Vec::new();
    for result in order.results() {
        let Some(location) = result.location() else { continue };
        let path = result.path()?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let directory = path.parent().map(|parent| parent.display().to_string()).filter(|parent| !parent.is_empty());
        let directory = directory.unwrap_or_else(|| ".".to_owned());
        files.push(json!({"location": location, "directory": directory, "filename": name}));
    }
    Ok(files.into())
}
