//! What an order did not deliver.

use std::collections::HashSet;

use planet_builders::OrderRequest;
use serde_json::{Map, Value};

use crate::{Order, OrderState};

/// An item that was ordered and not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingItem {
    item_type: String,
    item_id: String,
    hints: Vec<String>,
}

impl MissingItem {
    /// The item type, such as `PSScene`.
    #[must_use]
    pub fn item_type(&self) -> &str {
        &self.item_type
    }

    /// The item's id, such as `20200909_182525_1014`.
    #[must_use]
    pub fn item_id(&self) -> &str {
        &self.item_id
    }

    /// Those of the order's [`error_hints`](Order::error_hints) that name it. The wording is the service's.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl Order {
    /// The items that were ordered and, as far as this document tells, not delivered. All of them if the order failed or was
    /// cancelled; none as long as it has not ended.
    ///
    /// An item is missing if one of its files could not be delivered, or if the results name files of other items but none of
    /// it. Where the results name no items, it is missing if one of the hints names it.
    ///
    /// Some things cannot be known: an order from a list has no results, and the results of an archive name no items, so
    /// that only the hints tell; nothing tells of the quads of a basemap; and of an item that was ordered as several bundles
    /// it is not known which of them is missing.
    ///
    /// ```
    /// use planet_orders::{Order, OrderRequest};
    ///
    /// let order: Order = serde_json::from_str(
    ///     r#"{"id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "state": "partial", "name": "iowa", "order_type": "partial",
    ///         "error_hints": ["No access to assets: PSScene/20200922_183722_17_106a/[ortho_visual]"],
    ///         "products": [{"item_type": "PSScene", "product_bundle": "visual",
    ///             "item_ids": ["20200922_183724_23_106a", "20200922_183722_17_106a"]}]}"#,
    /// )?;
    /// let missing = order.missing_items();
    /// assert_eq!((missing[0].item_type(), missing[0].item_id()), ("PSScene", "20200922_183722_17_106a"));
    /// assert_eq!(missing[0].hints(), order.error_hints());
    ///
    /// let again = order.follow_up().expect("something is missing").into_builder().name("iowa, the rest").build()?;
    /// assert_eq!(again.products()[0].item_ids(), ["20200922_183722_17_106a"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn missing_items(&self) -> Vec<MissingItem> {
        let ordered = self.ordered_items();
        let named = |id: &str| self.error_hints().iter().filter(|hint| names(hint, id)).cloned().collect::<Vec<_>>();
        let delivered = self.delivered(&ordered);
        let all = matches!(self.state(), OrderState::Failed | OrderState::Cancelled);
        let partly = *self.state() == OrderState::Partial;
        let items = ordered.into_iter().map(|(item_type, item_id)| {
            let hints = named(&item_id);
            // A hint may be about a bundle that another one stood in for. What was delivered is not to be paid for twice.
            let undelivered = delivered.as_ref().map_or(!hints.is_empty(), |ids| !ids.contains(&item_id));
            let missing = all || partly && undelivered;
            missing.then_some(MissingItem { item_type, item_id, hints })
        });
        items.flatten().collect()
    }

    /// The request for the [missing items](Self::missing_items) alone, with the tools, the delivery and all else of this
    /// order. None if nothing is known to be missing. If the order failed or was cancelled it is all that was ordered, also
    /// quads and areas of basemaps.
    ///
    /// What [the request of an order](OrderRequest#impl-From<%26Order>-for-OrderRequest) lacks, it lacks too: the secrets of
    /// a delivery to a cloud. An item that could not be had may not be had the second time either: read its
    /// [hints](MissingItem::hints) first. The anchor item of a coregistration is not added if it was delivered.
    #[must_use]
    pub fn follow_up(&self) -> Option<OrderRequest> {
        if matches!(self.state(), OrderState::Failed | OrderState::Cancelled) {
            return Some(self.into());
        }
        let missing: HashSet<(String, String)> =
            self.missing_items().into_iter().map(|item| (item.item_type, item.item_id)).collect();
        let mut order: Map<String, Value> = serde_json::from_str(self.as_json()).ok()?;
        let products = order.get_mut("products")?.as_array_mut()?;
        products.retain_mut(|product| keep(product, &missing));
        (!products.is_empty()).then(|| OrderRequest::from_order(order))
    }

    /// Type and id of each item that was ordered, once.
    fn ordered_items(&self) -> Vec<(String, String)> {
        let products: Vec<Value> = self.get("products").ok().flatten().unwrap_or_default();
        let mut seen = HashSet::new();
        let items = products.iter().flat_map(|product| ids(product).map(|id| (item_type(product), id.to_owned())));
        items.filter(|item| seen.insert(item.clone())).collect()
    }

    /// The ids of the items of which files were delivered, and none failed. None if the results do not tell.
    fn delivered(&self, ordered: &[(String, String)]) -> Option<HashSet<String>> {
        let (mut delivered, mut failed) = (HashSet::new(), HashSet::new());
        // An archive may have the name of the order, and that the id of an item.
        for result in self.results().filter(|result| !result.name().ends_with(".zip")) {
            if let Some(id) = item_of(result.name(), ordered) {
                let ids = if result.delivery() == "success" { &mut delivered } else { &mut failed };
                ids.insert(id.to_owned());
            }
        }
        let told = !delivered.is_empty() || !failed.is_empty();
        delivered.retain(|id| !failed.contains(id));
        told.then_some(delivered)
    }
}

/// The item that a file is of: `<order>/PSScene/<item>_metadata.json`, once also `<order>/1/files/PSScene/<item>/...`. One
/// id may be the beginning of another: the longest counts.
fn item_of<'a>(file: &str, ordered: &'a [(String, String)]) -> Option<&'a str> {
    let is_of = |id: &str| file.split('/').any(|part| part.strip_prefix(id).is_some_and(is_end));
    ordered.iter().map(|(_, id)| id.as_str()).filter(|id| is_of(id)).max_by_key(|id| id.len())
}

/// Does no further letter or digit of an id follow? What a file is called after the item's id begins with a mark.
fn is_end(rest: &str) -> bool {
    !rest.starts_with(|next: char| next.is_alphanumeric())
}

/// Does a hint name this id, and not one that only contains it?
fn names(hint: &str, id: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    hint.match_indices(id).any(|(at, _)| {
        let (before, after) = (hint.get(..at), hint.get(at + id.len()..));
        !id.is_empty()
            && !before.is_some_and(|text| text.ends_with(part))
            && !after.is_some_and(|text| text.starts_with(part))
    })
}

/// Leaves only the missing items of a product; false if there are none.
fn keep(product: &mut Value, missing: &HashSet<(String, String)>) -> bool {
    let item_type = item_type(product);
    let Some(ids) = product.get_mut("item_ids").and_then(Value::as_array_mut) else { return false };
    ids.retain(|id| id.as_str().is_some_and(|id| missing.contains(&(item_type.clone(), id.to_owned()))));
    !ids.is_empty()
}

fn item_type(product: &Value) -> String {
    product.get("item_type").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn ids(product: &Value) -> impl Iterator<Item = &str> {
    product.get("item_ids").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
