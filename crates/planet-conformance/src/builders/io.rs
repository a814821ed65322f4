//! `planet.io`: times as text, and lists as one document.

use futures_util::{FutureExt, stream};
use planet::Document;
use planet_core::{Error, ErrorKind, Model, Timestamp};
use serde_json::Value;

use super::Function;
use crate::args::{Args, Stop, Takes};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[("io.str_to_datetime", str_to_datetime), ("io.collect", collect)];

planet_core::model! {
    /// Whatever is a GeoJSON feature.
    feature AnyFeature {}
}

fn str_to_datetime(args: &Args<'_>) -> Result<Value, Stop> {
    let text: String = args.get("string")?;
    Ok(Timestamp::parse_service(&text)?.to_string().into())
}

/// Python looks at the values to tell what they are. Here the type of the list says so: a list of features, if all are.
fn collect(args: &Args<'_>) -> Result<Value, Stop> {
    let Value::Array(values) = args.json("values") else { return Err(Stop::RuledOut(Takes::List)) };
    let is_feature = |value: &Value| value.get("type").is_some_and(|name| name == "Feature");
    if !values.is_empty() && values.iter().all(is_feature) {
        collected::<AnyFeature>(values)
    } else {
        collected::<Document>(values)
    }
}

fn collected<M: Model>(values: Vec<Value>) -> Result<Value, Stop> {
    let items = values.into_iter().map(|value| {
        serde_json::from_str::<M>(&value.to_string()).map_err(|cause| Error::new(ErrorKind::Decode, cause.to_string()))
    });
    let collected = planet::collect(stream::iter(items)).now_or_never();
    let waits = || Error::new(ErrorKind::Unexpected, "a list that has everything makes one wait");
    let text = collected.ok_or_else(waits)??.to_json();
    Ok(serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
