//! Order requests of the Orders API: which items, as which bundle, through which tools.

mod check;
mod product;
mod tool;

use std::collections::BTreeMap;
use std::fmt;

use planet_core::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use product::Product;
pub use tool::Tool;

/// What to deliver when not every item is complete.
///
/// ```
/// use planet_builders::OrderType;
///
/// assert_eq!(serde_json::to_value(OrderType::Partial)?, "partial");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OrderType {
    /// Everything or nothing: the order fails if an item lacks an asset of the bundle. The service's default.
    Full,
    /// The items that are complete; what was left out is said in the order's hints.
    Partial,
    /// A type that is unknown here, as it came.
    #[serde(untagged)]
    Unknown(String),
}

/// A checked request for the Orders API, ready to be sent.
///
/// It serialises to the service's JSON and is read back from it, also from JSON that was written by hand or that the
/// service sent for an order; fields that are unknown here are kept and go out again. What was read is not checked until
/// [`check`](Self::check) is called.
///
/// ```
/// use planet_builders::{Bundle, Geometry, ItemType, OrderRequest, Product, Tool};
///
/// let request = OrderRequest::builder("iowa")
///     .product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20200925_161029_69_2223"]))
///     .tool(Tool::clip(Geometry::bbox(-91.20, 42.89, -91.12, 42.95)?))
///     .build()?;
/// let json = serde_json::to_value(&request)?;
/// assert_eq!(json["products"][0]["product_bundle"], "analytic_udm2");
/// assert_eq!(json["tools"][0]["clip"]["aoi"]["type"], "Polygon");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderRequest {
    name: String,
    products: Vec<Product>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order_type: Option<OrderType>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

impl OrderRequest {
    /// Starts a request with the order's name, which need not be unique.
    ///
    /// ```
    /// use planet_builders::OrderRequest;
    ///
    /// let error = OrderRequest::builder("").build().unwrap_err();
    /// let paths: Vec<&str> = error.faults().iter().map(|fault| fault.path()).collect();
    /// assert_eq!(paths, ["name", "products"]);
    /// ```
    #[doc(alias = "build_request")]
    pub fn builder(name: impl Into<String>) -> OrderRequestBuilder {
        OrderRequestBuilder(Self {
            name: name.into(),
            products: Vec::new(),
            order_type: None,
            tools: Vec::new(),
            rest: BTreeMap::new(),
        })
    }

    /// Checks a request that was read from JSON. One that was built has been checked.
    ///
    /// ```
    /// use planet_builders::OrderRequest;
    ///
    /// let request: OrderRequest = serde_json::from_str(r#"{"name": "iowa", "products": []}"#)?;
    /// assert_eq!(request.check().unwrap_err().faults()[0].path(), "products");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` with all faults at once, each at its place in the JSON, such as `products[0].item_ids`: an empty
    /// name, no products, a product without items, type or bundle, an empty item id or one given twice, more than 500
    /// items, two tools of a kind, a clip area that is no polygon or not valid, an unknown order type.
    pub fn check(&self) -> Result<()> {
        let faults = check::request(self);
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }

    /// The order's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is ordered.
    #[must_use]
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// What to deliver when not every item is complete, if it was said.
    #[must_use]
    pub fn order_type(&self) -> Option<&OrderType> {
        self.order_type.as_ref()
    }

    /// What is done to the items, in the order of processing.
    #[must_use]
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }
}

/// Fields that are unknown here can hold credentials of a delivery, so only their names are shown.
impl fmt::Debug for OrderRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderRequest")
            .field("name", &self.name)
            .field("products", &self.products)
            .field("order_type", &self.order_type)
            .field("tools", &self.tools)
            .field("rest", &self.rest.keys())
            .finish()
    }
}

/// An order request that is being put together: see [`OrderRequest::builder`].
///
/// ```
/// use planet_builders::{Bundle, ItemType, OrderRequest, OrderType, Product};
///
/// let request = OrderRequest::builder("iowa")
///     .product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["20200925_161029_69_2223"]))
///     .order_type(OrderType::Partial)
///     .build()?;
/// assert_eq!(request.order_type(), Some(&OrderType::Partial));
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct OrderRequestBuilder(OrderRequest);

impl OrderRequestBuilder {
    /// Adds a product. At least one is needed.
    pub fn product(mut self, product: Product) -> Self {
        self.0.products.push(product);
        self
    }

    /// Adds a tool. Tools run in the order in which they are added.
    pub fn tool(mut self, tool: Tool) -> Self {
        self.0.tools.push(tool);
        self
    }

    /// Says what to deliver when not every item is complete.
    pub fn order_type(mut self, order_type: OrderType) -> Self {
        self.0.order_type = Some(order_type);
        self
    }

    /// The finished request.
    ///
    /// # Errors
    /// `InvalidInput` with all faults at once: see [`OrderRequest::check`].
    pub fn build(self) -> Result<OrderRequest> {
        self.0.check()?;
        Ok(self.0)
    }
}
