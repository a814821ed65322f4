//! Is an order the one that a request asked for?

use std::hash::{DefaultHasher, Hash, Hasher};

use planet_core::{Error, ErrorKind, Origin, Result};
use serde_json::{Map, Value, json};

use crate::{Order, OrderRequest, SourceType};

/// What the service shows in the place of a secret.
const REDACTED: &str = "<REDACTED>";

/// A request, to compare orders with. It holds the request's secrets, and so is not printed.
pub(super) struct Wanted {
    request: OrderRequest,
    body: Value,
}

impl Wanted {
    pub(super) fn of(request: &OrderRequest) -> Result<Self> {
        let body = serde_json::to_value(request).map_err(|cause| {
            Error::new(ErrorKind::InvalidInput, "the request cannot be written as JSON").with_source(cause)
        })?;
        Ok(Self { request: request.clone(), body })
    }

    pub(super) fn name(&self) -> &str {
        self.request.name()
    }

    pub(super) fn source_type(&self) -> Option<&SourceType> {
        self.request.source_type()
    }

    /// A number that is the same for all requests whose orders could be taken for each other: those of the same name and
    /// items. Tools and the rest are left out on purpose: more calls wait for each other then than need to.
    pub(super) fn fingerprint(&self, origin: &Origin) -> u64 {
        let mut products: Vec<String> =
            products(&self.body).iter().map(|product| identity(product).to_string()).collect();
        products.sort();
        let mut hasher = DefaultHasher::new();
        (origin, self.name(), products).hash(&mut hasher);
        hasher.finish()
    }

    /// Does the order have the products that were asked for? The order of products and items does not matter, nor what the
    /// service added to them.
    pub(super) fn has_products_of(&self, order: &Order) -> bool {
        let document = document(order);
        let (wanted, mut found) = (products(&self.body), products(&document));
        wanted.len() == found.len()
            && wanted.iter().all(|wanted| {
                let at = found.iter().position(|found| same(wanted, found, Extra::Allowed));
                at.is_some_and(|at| found.swap_remove(at).is_object())
            })
    }

    /// Does the order have everything else that was asked for, and nothing more? The service gives back what it was sent;
    /// a difference may be its doing all the same, so it is a reason not to take the order for ours, and no proof that it
    /// is another's.
    pub(super) fn is_echoed_by(&self, order: &Order) -> bool {
        let document = document(order);
        let agrees = |member: &str, default: &Value, extra| {
            same(given(&self.body, member, default), given(&document, member, default), extra)
        };
        // Recordings hold orders without a source type, whose requests had one or had none.
        let source = [&self.body, &document].map(|side| side.get("source_type").and_then(Value::as_str));
        let same_source = matches!(source, [Some(wanted), Some(found)] if wanted == found) || source.contains(&None);
        same_source
            && agrees("order_type", &json!("full"), Extra::Refused)
            && agrees("subscription_id", &json!(0), Extra::Refused)
            && agrees("delivery", &json!({}), Extra::Refused)
            // The service adds the collection that it made.
            && agrees("hosting", &json!({}), Extra::Allowed)
            && same(&json!(tools(&self.body, &self.body)), &json!(tools(&document, &self.body)), Extra::Refused)
    }
}

/// The ids of the items and quads that an order has, in all its products.
pub(crate) fn ids_in(order: &Order) -> Vec<String> {
    let lists = products(&document(order)).into_iter().flat_map(|product| {
        ["item_ids", "quad_ids"].map(|ids| product.get(ids).and_then(Value::as_array).cloned().unwrap_or_default())
    });
    lists.flatten().filter_map(|id| id.as_str().map(str::to_owned)).collect()
}

fn document(order: &Order) -> Value {
    serde_json::from_str(order.as_json()).unwrap_or_default()
}

/// A member, or what its absence means.
fn given<'a>(body: &'a Value, member: &str, default: &'a Value) -> &'a Value {
    body.get(member).filter(|value| !value.is_null()).unwrap_or(default)
}

/// The tools, without the one that the service adds to hosted orders.
fn tools(body: &Value, wanted: &Value) -> Vec<Value> {
    let tools = body.get("tools").and_then(Value::as_array).cloned().unwrap_or_default();
    let cog = json!({"file_format": {"format": "COG"}});
    let hosted = wanted.get("hosting").is_some_and(|hosting| !hosting.is_null());
    tools.into_iter().filter(|tool| !hosted || *tool != cog).collect()
}

/// The products in a form that does not depend on how they were written.
fn products(body: &Value) -> Vec<Value> {
    let products = body.get("products").and_then(Value::as_array).cloned().unwrap_or_default();
    products.into_iter().map(canonical).collect()
}

fn canonical(mut product: Value) -> Value {
    for ids in ["item_ids", "quad_ids"] {
        if let Some(Value::Array(ids)) = product.get_mut(ids) {
            ids.sort_by_key(Value::to_string);
            ids.dedup();
        }
    }
    if let Some(Value::String(bundles)) = product.get_mut("product_bundle") {
        *bundles = bundles.split(',').map(str::trim).collect::<Vec<_>>().join(",");
    }
    product
}

/// What a product is about, without areas and what is not known: these can be written in more than one way.
fn identity(product: &Value) -> Value {
    let members = ["item_type", "item_ids", "product_bundle", "mosaic_name", "quad_ids"];
    members.iter().map(|member| product.get(member).cloned().unwrap_or_default()).collect()
}

/// May an object that came back have members that were not sent?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extra {
    Allowed,
    Refused,
}

/// The same value, as far as the service writes back what it was sent: numbers lose their form, secrets are hidden.
fn same(sent: &Value, found: &Value, extra: Extra) -> bool {
    match (sent, found) {
        (Value::String(_), Value::String(found)) if found == REDACTED => true,
        (Value::Number(sent), Value::Number(found)) => sent == found || sent.as_f64() == found.as_f64(),
        (Value::Array(sent), Value::Array(found)) => {
            sent.len() == found.len() && sent.iter().zip(found).all(|(sent, found)| same(sent, found, extra))
        }
        (Value::Object(sent), Value::Object(found)) => {
            let sent_is_found =
                |(name, sent): (&String, &Value)| found.get(name).is_some_and(|found| same(sent, found, extra));
            (extra == Extra::Allowed || no_more_members(sent, found)) && sent.iter().all(sent_is_found)
        }
        _ => sent == found,
    }
}

fn no_more_members(sent: &Map<String, Value>, found: &Map<String, Value>) -> bool {
    found.keys().all(|name| sent.contains_key(name))
}
