//! Putting an order request together.

use planet_core::Result;
use serde_json::{Map, Value};

use super::members::Leave;
use super::{
    Delivery, Hosting, Notifications, OrderRequest, OrderType, Product, SourceType, Tool, check, delivery, invalid,
    tool,
};

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
pub struct OrderRequestBuilder {
    pub(super) request: OrderRequest,
    pub(super) leave: Leave,
}

impl OrderRequestBuilder {
    pub(super) fn new(request: OrderRequest) -> Self {
        Self::with(request, Leave::default())
    }

    pub(super) fn with(request: OrderRequest, leave: Leave) -> Self {
        Self { request, leave }
    }

    /// The request as it is so far: not checked, and not corrected.
    ///
    /// ```
    /// use planet_builders::OrderRequest;
    ///
    /// assert_eq!(OrderRequest::builder("iowa").request().name(), "iowa");
    /// ```
    #[must_use]
    pub fn request(&self) -> &OrderRequest {
        &self.request
    }

    /// Replaces the name that [`OrderRequest::builder`] was given. Names need not be unique.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.request.rest.remove("name");
        self.request.name = name.into();
        self
    }

    /// Adds a product. At least one is needed.
    pub fn product(mut self, product: Product) -> Self {
        self.request.rest.remove("products");
        self.request.products.push(product);
        self
    }

    /// Replaces all products by these.
    pub fn products(mut self, products: impl IntoIterator<Item = Product>) -> Self {
        self.request.rest.remove("products");
        self.request.products = products.into_iter().collect();
        self
    }

    /// Says what the order is made of. The service finds out by itself if it is not said.
    pub fn source_type(mut self, source_type: impl Into<SourceType>) -> Self {
        self.request.rest.remove("source_type");
        self.request.source_type = Some(source_type.into());
        self
    }

    /// Says what to deliver when not every item is complete.
    pub fn order_type(mut self, order_type: impl Into<OrderType>) -> Self {
        self.request.rest.remove("order_type");
        self.request.order_type = Some(order_type.into());
        self
    }

    /// Names the quota plan that pays. With 0, as without, the service chooses.
    pub fn subscription_id(mut self, id: u64) -> Self {
        self.request.rest.remove("subscription_id");
        self.request.subscription_id = Some(id);
        self
    }

    /// Adds a tool. Tools run in the order in which they are added.
    ///
    /// ```
    /// use planet_builders::{Bundle, Geometry, ItemType, OrderRequest, Product, Tool};
    ///
    /// let request = OrderRequest::builder("iowa")
    ///     .product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20200925_161029_69_2223"]))
    ///     .tool(Tool::clip(Geometry::bbox(-91.20, 42.89, -91.12, 42.95)?))
    ///     .tool(Tool::reproject("EPSG:32615").resolution(3.0))
    ///     .build()?;
    /// assert_eq!(request.tools()[1].name(), "reproject");
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    pub fn tool(mut self, tool: impl Into<Tool>) -> Self {
        self.request.rest.remove("tools");
        self.request.tools.push(tool.into());
        self
    }

    /// Replaces all tools by these, which run in this order.
    pub fn tools(mut self, tools: impl IntoIterator<Item = Tool>) -> Self {
        self.request.rest.remove("tools");
        self.request.tools = tools.into_iter().collect();
        self
    }

    /// Says where the files go, and how they are packed.
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.request.rest.remove("delivery");
        self.request.delivery = Some(delivery);
        self
    }

    /// Says who is told when the order ends.
    pub fn notifications(mut self, notifications: Notifications) -> Self {
        self.request.rest.remove("notifications");
        self.request.notifications = Some(notifications);
        self
    }

    /// Has the service keep the images for use in its other products.
    ///
    /// ```
    /// use planet_builders::order::Hosting;
    /// use planet_builders::{Bundle, ItemType, OrderRequest, Product};
    ///
    /// let request = OrderRequest::builder("iowa")
    ///     .product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20200925_161029_69_2223"]))
    ///     .hosting(Hosting::sentinel_hub().create_configuration(true))
    ///     .build()?;
    /// assert!(request.hosting().is_some());
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    pub fn hosting(mut self, hosting: impl Into<Hosting>) -> Self {
        self.request.rest.remove("hosting");
        self.request.hosting = Some(hosting.into());
        self
    }

    /// Adds STAC metadata to the files: the same as `metadata` of `{"stac": {}}`.
    pub fn stac(self) -> Self {
        let stac = ("stac".to_owned(), Value::Object(Map::new()));
        self.metadata([stac].into_iter().collect())
    }

    /// Says which metadata is made beside the files.
    pub fn metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.request.rest.remove("metadata");
        self.request.metadata = Some(metadata);
        self
    }

    /// Accepts what is not in the catalogue and the reference that were built in: item types, bundles, tools, values,
    /// targets. The service may know them by now. Names in another case are still corrected.
    ///
    /// ```
    /// use planet_builders::{OrderRequest, Product};
    ///
    /// let product = Product::new("NewScene", "analytic_new", ["20270925_161029_69_2223"]);
    /// let request = OrderRequest::builder("new").product(product).allow_unknown().build()?;
    /// assert_eq!(request.products()[0].item_type().map(|name| name.as_str()), Some("NewScene"));
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    pub fn allow_unknown(mut self) -> Self {
        self.leave.unknown = true;
        self
    }

    /// Builds also what the service refuses according to its reference: what does not go together, and more than the
    /// limits. The service may have changed them. Single values are still checked.
    ///
    /// ```
    /// use planet_builders::{Bundle, ItemType, OrderRequest, Product, Tool};
    ///
    /// let request = OrderRequest::builder("both")
    ///     .product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20200925_161029_69_2223"]))
    ///     .tool(Tool::composite())
    ///     .stac();
    /// assert_eq!(request.clone().build().unwrap_err().faults()[0].path(), "metadata.stac");
    /// assert!(request.ignore_rules().build().is_ok());
    /// ```
    pub fn ignore_rules(mut self) -> Self {
        self.leave.rules = true;
        self
    }

    /// The finished request. Names in another case than the service's are corrected, and spaces around bundles removed; a
    /// delivery, notifications and metadata that are empty are left out.
    ///
    /// # Errors
    /// `InvalidInput` with all faults at once: see [`OrderRequest::check`].
    pub fn build(self) -> Result<OrderRequest> {
        let Self { mut request, leave } = self;
        correct(&mut request);
        invalid(check::request(&request, leave))?;
        Ok(request)
    }
}

pub(super) fn correct(request: &mut OrderRequest) {
    request.products.iter_mut().for_each(Product::correct);
    request.tools.iter_mut().for_each(tool::correct);
    if let Some(kind) = &mut request.order_type {
        *kind = OrderType::from(kind.as_str());
    }
    if let Some(kind) = &mut request.source_type {
        *kind = SourceType::from(kind.as_str());
    }
    if let Some(delivery) = &mut request.delivery {
        delivery::correct(delivery);
    }
    request.delivery.take_if(|delivery| delivery.is_empty());
    request.notifications.take_if(|notifications| notifications.is_empty());
    request.metadata.take_if(|metadata| metadata.is_empty());
}
