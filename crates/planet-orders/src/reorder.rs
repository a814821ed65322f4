//! Placing an order again.

use planet_builders::OrderRequest;

use crate::Order;

/// The request that placed the order, to place it again. What the service added is left out: id, state, times, messages
/// and links. What it wrote into the request itself cannot be told from what was asked for: the collection that it made for
/// hosted images is named again, and so is the file format that goes with it.
///
/// The service does not tell secrets. A delivery to a cloud needs them again before the order can be placed:
/// [`OrderRequest::check`] names each.
///
/// ```
/// use planet_orders::{Order, OrderRequest};
///
/// let order: Order = serde_json::from_str(
///     r#"{"id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "state": "failed", "name": "iowa",
///         "products": [{"item_ids": ["a"], "item_type": "PSScene", "product_bundle": "visual"}]}"#,
/// )?;
/// let again = OrderRequest::from(&order).into_builder().name("iowa again").build()?;
/// assert_eq!(again.products()[0].item_ids(), ["a"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl From<&Order> for OrderRequest {
    fn from(order: &Order) -> Self {
        // An order is an object: an empty one would be reported as soon as the request is checked.
        Self::from_order(serde_json::from_str(order.as_json()).unwrap_or_default())
    }
}
