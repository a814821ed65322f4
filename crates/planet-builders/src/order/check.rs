//! What is wrong with an order request: all of it, each fault at its place in the JSON.

use std::collections::HashSet;

use planet_core::{Fault, FaultKind};
use serde_json::{Map, Value};

use super::area::Area;
use super::members::{self, Form, Leave, Member, missing, optional, required};
use super::product::{Basemap, Kind as ProductKind, Product, Scenes};
use super::values::{OrderType, SourceType, unknown};
use super::{OrderRequest, delivery, hosting, json, notify, rules, tool};
use crate::{Catalogue, Hint};

/// The fields of a request, for those that are not of their form.
const FIELDS: &[Member] = &[
    optional("name", Form::AnyText),
    optional("products", Form::Other),
    optional("source_type", Form::AnyText),
    optional("order_type", Form::AnyText),
    optional("subscription_id", Form::Whole(0, u64::MAX)),
    optional("tools", Form::Other),
    optional("delivery", Form::Other),
    optional("notifications", Form::Other),
    optional("hosting", Form::Other),
    optional("metadata", Form::Other),
];
const LISTS: [&str; 2] = ["products", "tools"];
const OBJECTS: [&str; 4] = ["delivery", "notifications", "hosting", "metadata"];

pub(super) fn request(request: &OrderRequest, leave: Leave) -> Vec<Fault> {
    let mut faults = members::faults(&request.rest, FIELDS, leave);
    faults.extend(forms(&request.rest));
    if request.name.trim().is_empty() && !not_of_its_form(&request.rest, "name") {
        faults.push(missing("name", "an order needs a name"));
    }
    products(request, leave, &mut faults);
    names(request, leave, &mut faults);
    for (index, tool) in request.tools.iter().enumerate() {
        let at = format!("tools[{index}]");
        faults.extend(tool::faults(tool, leave).into_iter().map(|fault| fault.under(&at)));
    }
    let mut below = |place: &str, inner: Vec<Fault>| faults.extend(inner.into_iter().map(|fault| fault.under(place)));
    if let Some(delivery) = &request.delivery {
        below("delivery", delivery::faults(delivery, leave));
    }
    if let Some(notifications) = &request.notifications {
        below("notifications", notify::faults(notifications, leave));
    }
    if let Some(hosting) = &request.hosting {
        below("hosting", hosting::faults(hosting, leave));
    }
    faults.extend(redacted(request));
    if !leave.rules {
        faults.extend(rules::faults(request, leave));
    }
    faults
}

/// The places of secrets that the service kept to itself.
pub(super) fn redacted(request: &OrderRequest) -> Vec<Fault> {
    let below = |place: &'static str, faults: Vec<Fault>| faults.into_iter().map(move |fault| fault.under(place));
    let delivery = request.delivery.iter().flat_map(|delivery| below("delivery", delivery::redacted(delivery)));
    let told = request.notifications.iter().flat_map(|told| below("notifications", notify::redacted(told)));
    delivery.chain(told).collect()
}

/// What is worth a look.
pub(super) fn hints(request: &OrderRequest) -> Vec<Hint> {
    let mut hints = members::strangers(&request.rest, FIELDS);
    hints.retain(|hint| !json::READ_ONLY.contains(&hint.path()));
    for (index, product) in request.products.iter().enumerate() {
        let area = product.basemap().and_then(|basemap| basemap.geometry.as_ref());
        let at = format!("products[{index}].geometry");
        hints.extend(area.into_iter().flat_map(Area::hints).map(|hint| hint.under(&at)));
    }
    for (index, tool) in request.tools.iter().enumerate() {
        let at = format!("tools[{index}]");
        hints.extend(tool::hints(tool).into_iter().map(|hint| hint.under(&at)));
    }
    hints.extend(rules::recommended_order(&request.tools));
    hints.extend(rules::repeated(&request.tools));
    let mut below = |place: &str, inner: Vec<Hint>| hints.extend(inner.into_iter().map(|hint| hint.under(place)));
    if let Some(delivery) = &request.delivery {
        below("delivery", delivery::hints(delivery));
    }
    if let Some(notifications) = &request.notifications {
        below("notifications", notify::hints(notifications));
    }
    if let Some(hosting) = &request.hosting {
        below("hosting", hosting::hints(hosting));
    }
    hints
}

/// Lists and objects that are something else. Their values are not shown: there can be secrets in them.
fn forms(rest: &Map<String, Value>) -> Vec<Fault> {
    let of = |names: &'static [&str], wanted: &'static str| {
        let wrong = names.iter().filter(|name| not_of_its_form(rest, name));
        wrong.map(move |name| Fault::new(FaultKind::Invalid, *name, wanted))
    };
    of(&LISTS, "a list is needed").chain(of(&OBJECTS, "a JSON object is needed")).collect()
}

/// Null and what is empty count as not given.
fn not_of_its_form(rest: &Map<String, Value>, name: &str) -> bool {
    match rest.get(name) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => name != "name" || !text.is_empty(),
        Some(Value::Array(list)) => !LISTS.contains(&name) || !list.is_empty(),
        Some(_) => true,
    }
}

fn names(request: &OrderRequest, leave: Leave, faults: &mut Vec<Fault>) {
    if leave.unknown {
        return;
    }
    if let Some(OrderType::Unknown(given)) = &request.order_type {
        faults.push(unknown("order_type", given, OrderType::NAMES));
    }
    if let Some(SourceType::Unknown(given)) = &request.source_type {
        faults.push(unknown("source_type", given, SourceType::NAMES));
    }
}

fn products(request: &OrderRequest, leave: Leave, faults: &mut Vec<Fault>) {
    if request.products.is_empty() && !not_of_its_form(&request.rest, "products") {
        faults.push(missing("products", "an order needs at least one product"));
    }
    for (index, Product(kind)) in request.products.iter().enumerate() {
        let at = format!("products[{index}]");
        let inner = match kind {
            ProductKind::Scenes(scenes) => scenes_faults(scenes, leave),
            ProductKind::Basemap(basemap) => basemap_faults(basemap, leave),
            ProductKind::Other(document) => not_a_product(document, leave),
        };
        faults.extend(inner.into_iter().map(|fault| fault.under(&at)));
    }
}

fn scenes_faults(scenes: &Scenes, leave: Leave) -> Vec<Fault> {
    let catalogue = Catalogue::embedded();
    let mut faults = ids("item_ids", &scenes.item_ids, leave);
    let item_type = scenes.item_type.as_str();
    if item_type.trim().is_empty() {
        let fault = missing("item_type", "a product needs the type of its items").with_value(item_type);
        faults.push(fault.with_allowed(catalogue.orderable_item_types()));
    }
    for bundle in scenes.product_bundle.split(',') {
        let found = if bundle.trim().is_empty() {
            let fault = missing("product_bundle", "a bundle and each fallback need a name").with_value(bundle);
            vec![fault.with_allowed(catalogue.bundles_of(item_type))]
        } else if item_type.trim().is_empty() {
            Vec::new()
        } else {
            catalogue_faults(bundle, item_type, leave)
        };
        // The item type is the same for each bundle.
        let new: Vec<Fault> = found.into_iter().filter(|fault| !faults.contains(fault)).collect();
        faults.extend(new);
    }
    faults
}

/// What the catalogue does not know, or knows in another case.
fn catalogue_faults(bundle: &str, item_type: &str, leave: Leave) -> Vec<Fault> {
    match Catalogue::embedded().bundle_for(bundle.trim(), item_type.trim()) {
        Ok((known, of)) => {
            let item_type = in_case("item_type", item_type, of.as_str());
            item_type.into_iter().chain(in_case("product_bundle", bundle, known.as_str())).collect()
        }
        Err(_) if leave.unknown => Vec::new(),
        Err(fault) => vec![fault],
    }
}

fn in_case(path: &str, given: &str, known: &str) -> Option<Fault> {
    let message = "the service tells upper from lower case, and minds spaces";
    let fault = || Fault::new(FaultKind::Invalid, path, message).with_value(given);
    (given != known).then(|| fault().with_suggestion(known))
}

fn basemap_faults(basemap: &Basemap, leave: Leave) -> Vec<Fault> {
    let mut faults = Vec::new();
    if basemap.mosaic_name.trim().is_empty() {
        faults.push(missing("mosaic_name", "a product needs the name of its basemap"));
    }
    match (&basemap.quad_ids, &basemap.geometry) {
        (Some(quads), _) => faults.extend(ids("quad_ids", quads, leave)),
        (None, None) => faults.push(missing("quad_ids", NEITHER)),
        (None, Some(_)) => {}
    }
    if let Some(area) = &basemap.geometry {
        faults.extend(area.faults().into_iter().map(|fault| fault.under("geometry")));
    }
    faults
}

fn ids(list: &str, given: &[String], leave: Leave) -> Vec<Fault> {
    if given.is_empty() {
        return vec![missing(list, "a product needs at least one id")];
    }
    let mut faults = Vec::new();
    let mut seen = HashSet::with_capacity(given.len());
    for (index, id) in given.iter().enumerate() {
        if id.trim().is_empty() {
            faults.push(missing(format!("{list}[{index}]"), "an id is not empty"));
        } else if !seen.insert(id) && !leave.split {
            let message = "the same id stands in the product before";
            let fault = Fault::new(FaultKind::Conflict, format!("{list}[{index}]"), message);
            faults.push(fault.with_value(id));
        }
    }
    faults
}

const NEITHER: &str = "a basemap is ordered by quads or by a geometry";
const SCENES: &[Member] =
    &[required("item_ids", Form::Texts), required("item_type", Form::Text), required("product_bundle", Form::Text)];
const BASEMAP: &[Member] =
    &[required("mosaic_name", Form::Text), optional("quad_ids", Form::Texts), optional("geometry", Form::Other)];

fn not_a_product(document: &Value, leave: Leave) -> Vec<Fault> {
    let Some(product) = document.as_object() else {
        return vec![Fault::new(FaultKind::Invalid, "", "a product is a JSON object")];
    };
    if !product.contains_key("mosaic_name") && !product.contains_key("quad_ids") {
        return members::faults(product, SCENES, leave);
    }
    let mut faults = members::faults(product, BASEMAP, leave);
    if ["quad_ids", "geometry"].iter().all(|name| product.get(*name).is_none_or(Value::is_null)) {
        faults.push(missing("quad_ids", NEITHER));
    }
    faults
}
