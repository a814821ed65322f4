//! Orders of basemaps, as far as they are recorded: their requests. What is delivered for them is not.

use serde_json::{Map, Value};

use super::create::{given, refused, unacceptable};
use crate::api::area::read_area;
use crate::respond::Response;

/// Quads in one order.
const QUAD_LIMIT: usize = 100;

/// Whether the request orders basemaps and not scenes.
pub(super) fn are_ordered(body: &Map<String, Value>) -> Result<bool, Response> {
    match given(body, "source_type").map(Value::as_str) {
        None | Some(Some("scenes")) => Ok(false),
        Some(Some("basemaps")) => Ok(true),
        Some(other) => {
            let text = format!("Bad source type '{}'", other.unwrap_or_default());
            Err(unacceptable("SourceType", &[text]))
        }
    }
}

/// Each product names a mosaic, and either its quads or an area. The sandbox has no mosaics: any name will do.
pub(super) fn check(body: &Map<String, Value>) -> Result<(), Response> {
    let products = body.get("products").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if products.is_empty() {
        return Err(bad("Products empty".to_owned()));
    }
    let quads = products.iter().map(quads_of).sum::<Result<usize, _>>()?;
    if quads > QUAD_LIMIT {
        return Err(bad(format!("Order has {quads} quads, the limit is {QUAD_LIMIT}")));
    }
    Ok(())
}

/// How many quads a product names.
fn quads_of(product: &Value) -> Result<usize, Response> {
    if product.get("mosaic_name").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(bad("Mosaic name empty".to_owned()));
    }
    match (product.get("quad_ids"), product.get("geometry")) {
        (Some(Value::Array(ids)), None) if !ids.is_empty() && ids.iter().all(Value::is_string) => Ok(ids.len()),
        (None, Some(geometry)) => {
            let area = read_area(geometry);
            area.map(|_| 0).map_err(|_| refused("Unable to accept order: geojson: invalid geometry"))
        }
        _ => Err(bad("A product of basemaps needs quad_ids or a geometry".to_owned())),
    }
}

fn bad(text: String) -> Response {
    unacceptable("Products", &[text])
}
