//! Splitting what is too much for one order.

use std::collections::BTreeSet;

use planet_core::{Fault, FaultKind, Result};
use serde_json::Value;

use super::builder::correct;
use super::check;
use super::invalid;
use super::members::Leave;
use super::product::{Kind, Product};
use super::tool::Tool;
use super::values::ArchiveType;
use super::{OrderRequest, OrderRequestBuilder};
use crate::catalog::limits::{ITEMS_PER_ORDER, ITEMS_PER_ZIPPED_ORDER, LARGE_ITEM_TYPES, QUADS_PER_ORDER};

impl OrderRequestBuilder {
    /// Splits a request of any number of items into as many requests as the service's limits need: one product each, of
    /// one item type (or basemap) and bundle, with at most 500 items, 50 of some types in archives, or 100 quads. Each keeps
    /// the name, the tools, the delivery and all else; give each a name of its own with [`name`](Self::name).
    ///
    /// Each id is in one part: given twice for the same item type and bundle, it counts once. Parts are filled in the order
    /// of the ids, so that the same ids make the same parts in whatever order they are given. An area of a basemap is a
    /// part by itself.
    ///
    /// ```
    /// use planet_builders::{Bundle, ItemType, OrderRequest, Product};
    ///
    /// let ids = (0..1100).map(|number| format!("20260501_{number:06}_1014"));
    /// let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ids);
    /// let parts = OrderRequest::builder("harvest").product(product).split()?;
    /// let sizes: Vec<usize> = parts.iter().map(|part| part.request().products()[0].item_ids().len()).collect();
    /// assert_eq!(sizes, [500, 500, 100]);
    /// for (number, part) in parts.into_iter().enumerate() {
    ///     let request = part.name(format!("harvest {number}")).build()?;
    ///     assert_eq!(request.products().len(), 1);
    /// }
    /// # Ok::<(), planet_builders::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` with all faults of the request at once, as [`build`](Self::build), but for what splitting mends; and,
    /// unless rules are [ignored](Self::ignore_rules), if there is more than one part and a tool that works over all items
    /// of an order (composite, coregister, merge), or hosting in a new collection: each part would make its own.
    pub fn split(self) -> Result<Vec<Self>> {
        let Self { mut request, leave } = self;
        correct(&mut request);
        invalid(check::request(&request, Leave { split: true, ..leave }))?;
        let products = parts(&request);
        if products.len() > 1 && !leave.rules {
            invalid(over_all_parts(&request, products.len()))?;
        }
        request.products = Vec::new();
        let part = |product| Self::with(request.clone(), leave).product(product);
        Ok(products.into_iter().map(part).collect())
    }
}

/// The products, one for each part.
fn parts(request: &OrderRequest) -> Vec<Product> {
    let zipped = request.delivery.as_ref().and_then(|delivery| delivery.archive_type()) == Some(ArchiveType::Zip);
    let mut groups: Vec<(Product, BTreeSet<&String>)> = Vec::new();
    for product in &request.products {
        let ids = product.item_ids().iter().chain(product.quad_ids());
        let like = product.clone().with_ids(Vec::<String>::new());
        match groups.iter_mut().find(|(known, _)| *known == like) {
            Some((_, known)) => known.extend(ids),
            None => groups.push((like, ids.collect())),
        }
    }
    let mut parts = Vec::new();
    for (like, ids) in groups {
        let ids: Vec<&String> = ids.into_iter().collect();
        let filled = ids.chunks(limit(&like, zipped)).map(|ids| like.clone().with_ids(ids.iter().copied()));
        let before = parts.len();
        parts.extend(filled);
        if parts.len() == before {
            // An area, which has no ids.
            parts.push(like);
        }
    }
    parts
}

fn limit(product: &Product, zipped: bool) -> usize {
    let large = product.item_type().is_some_and(|kind| LARGE_ITEM_TYPES.contains(kind));
    match &product.0 {
        Kind::Basemap(_) => QUADS_PER_ORDER,
        _ if zipped && large => ITEMS_PER_ZIPPED_ORDER,
        _ => ITEMS_PER_ORDER,
    }
}

/// What means something else for several orders than for one.
fn over_all_parts(request: &OrderRequest, parts: usize) -> Vec<Fault> {
    let fault = |(index, tool): (usize, &Tool)| {
        let message = format!("the tool works over all items of an order, and these need {parts} orders");
        Fault::new(FaultKind::Conflict, format!("tools[{index}]"), message).with_value(tool.name())
    };
    let tools = request.tools.iter().enumerate();
    let mut faults: Vec<Fault> = tools.filter(|(_, tool)| tool.works_over_all_items()).map(fault).collect();
    let hosting = request.hosting.as_ref().and_then(|hosting| serde_json::to_value(hosting).ok());
    if hosting.is_some_and(|hosting| hosting.pointer("/sentinel_hub/collection_id").is_none_or(Value::is_null)) {
        let message = format!("without it each of the {parts} orders makes a collection of its own");
        faults.push(Fault::new(FaultKind::Missing, "hosting.sentinel_hub.collection_id", message));
    }
    faults
}
