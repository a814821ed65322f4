//! Order requests of the Orders API: which items, as which bundle, through which tools, delivered where.

mod area;
mod builder;
mod check;
mod delivery;
mod hidden;
mod hosting;
mod json;
mod members;
mod notify;
mod product;
mod rules;
mod split;
mod tool;
mod values;

use std::fmt;

use planet_core::{Error, Result};
use serde_json::{Map, Value};

pub use builder::OrderRequestBuilder;
pub use delivery::{
    AmazonS3, Archive, AzureBlobStorage, Delivery, Destination, GoogleCloudStorage, GoogleEarthEngine,
    OracleCloudStorage, S3Compatible, Target,
};
pub use hosting::{Hosting, SentinelHub};
pub use notify::{Notifications, Webhook};
pub use planet_core::Secret;
pub use product::Product;
pub use tool::{BandMath, Composite, Reproject, Tile, Toar, Tool};
pub use values::{ArchiveType, FileFormat, GroupBy, Kernel, OrderType, PixelType, SourceType, TargetSensor};

use crate::Hint;
use members::Leave;

/// A request for the Orders API. One that was built has been checked; [`check`](Self::check) one that was read from JSON.
///
/// It serialises to the service's JSON and is read back from it, also from JSON that was written by hand, by the Python
/// SDK, or that the service sent for an order; what is unknown here is kept and goes out again. Any JSON object is read.
/// What was read is not checked until [`check`](Self::check) is called.
///
/// It mirrors the body of `POST /orders/v2` of the Orders API.
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
#[derive(Clone, Default, PartialEq)]
pub struct OrderRequest {
    name: String,
    products: Vec<Product>,
    source_type: Option<SourceType>,
    order_type: Option<OrderType>,
    subscription_id: Option<u64>,
    tools: Vec<Tool>,
    delivery: Option<Delivery>,
    notifications: Option<Notifications>,
    hosting: Option<Hosting>,
    metadata: Option<Map<String, Value>>,
    /// What is unknown here, and what is known but empty or not of its form.
    rest: Map<String, Value>,
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
        OrderRequestBuilder::new(Self { name: name.into(), ..Self::default() })
    }

    /// Starts a request like this one, to change it, or to have it checked and corrected.
    ///
    /// ```
    /// use planet_builders::OrderRequest;
    ///
    /// let request: OrderRequest = serde_json::from_str(
    ///     r#"{"name": "iowa", "products": [
    ///         {"item_ids": ["20200925_161029_69_2223"], "item_type": "PSScene", "product_bundle": "visual"}]}"#,
    /// )?;
    /// let again = request.into_builder().name("iowa again").build()?;
    /// assert_eq!(again.name(), "iowa again");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn into_builder(self) -> OrderRequestBuilder {
        OrderRequestBuilder::new(self)
    }

    /// Takes the request out of the JSON of an order, as the service describes it, to place the same order again. What
    /// the service adds to a request is left out: id, state, times, messages and links.
    ///
    /// The service does not tell secrets, so a delivery to a cloud needs them again: until then
    /// [`check`](Self::check) names each of them.
    ///
    /// ```
    /// use planet_builders::OrderRequest;
    /// use planet_builders::order::{AmazonS3, Delivery, Secret};
    ///
    /// let order = serde_json::from_str(
    ///     r#"{"id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "state": "success", "name": "iowa",
    ///         "products": [{"item_ids": ["a"], "item_type": "PSScene", "product_bundle": "visual"}],
    ///         "delivery": {"amazon_s3": {"bucket": "imagery", "aws_region": "us-east-2",
    ///             "aws_access_key_id": "KEYID", "aws_secret_access_key": "<REDACTED>"}}}"#,
    /// )?;
    /// let request = OrderRequest::from_order(order);
    /// let error = request.check().unwrap_err();
    /// assert_eq!(error.faults()[0].path(), "delivery.amazon_s3.aws_secret_access_key");
    ///
    /// let bucket = AmazonS3::new("imagery", "us-east-2", "KEYID", Secret::new("sesame"));
    /// let request = request.into_builder().delivery(Delivery::new().to(bucket)).build()?;
    /// assert_eq!(request.name(), "iowa");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_order(mut order: Map<String, Value>) -> Self {
        for name in json::READ_ONLY {
            order.remove(name);
        }
        let hosting = order.get_mut("hosting").and_then(|hosting| hosting.get_mut("sentinel_hub"));
        if let Some(options) = hosting.and_then(Value::as_object_mut)
            && options.get("create_configuration") == Some(&Value::Bool(true))
        {
            // The service wrote the new collection's id beside the wish for a new collection.
            options.remove("collection_id");
        }
        order.into()
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
    /// `InvalidInput` with all faults at once, each at its place in the JSON, such as `products[0].item_ids`:
    ///
    /// - what is missing, empty, of the wrong form or out of range: names, products, ids, parameters of tools, members of
    ///   deliveries, notifications and hosting; secrets that the service keeps to itself (`<REDACTED>`)
    /// - what the service does not know: types, bundles, tools, values, projections; also in another case than its own
    /// - more than 500 items or 100 quads in an order, more than 50 of some item types in archives, an item given twice
    /// - tools that do not go with the source of the order, a clip area that is no valid polygon, an anchor item that is not
    ///   in the order
    /// - what does not go together: scenes and quads, quads and a geometry, merge and scenes, Google Earth Engine and other
    ///   tools than clip and harmonize, STAC metadata and composite or Google Earth Engine, harmonize and other bundles than
    ///   those of surface reflectance, `create_configuration` and `collection_id`
    pub fn check(&self) -> Result<()> {
        invalid(check::request(self, Leave::default()))
    }

    /// Checks that no secret is left that the service kept to itself. The client calls it before it places an order, as the
    /// service may well take such a request, run the order, and fail to deliver it.
    ///
    /// ```
    /// use planet_builders::OrderRequest;
    ///
    /// let request: OrderRequest = serde_json::from_str(
    ///     r#"{"delivery": {"google_cloud_storage": {"bucket": "imagery", "credentials": "<REDACTED>"}}}"#)?;
    /// let error = request.check_secrets().unwrap_err();
    /// assert_eq!(error.faults()[0].path(), "delivery.google_cloud_storage.credentials");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` with the place of each.
    pub fn check_secrets(&self) -> Result<()> {
        invalid(check::redacted(self))
    }

    /// The same request with `<REDACTED>` in the place of each secret, as the service shows it: to print or to compare.
    /// What is unknown here may be secret, and is hidden, too.
    ///
    /// ```
    /// use planet_builders::order::{AmazonS3, Delivery, Secret};
    /// use planet_builders::{Bundle, ItemType, OrderRequest, Product};
    ///
    /// let bucket = AmazonS3::new("imagery", "us-east-2", "KEYID", Secret::new("sesame"));
    /// let request = OrderRequest::builder("iowa")
    ///     .product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["20200925_161029_69_2223"]))
    ///     .delivery(Delivery::new().to(bucket))
    ///     .build()?;
    /// let shown = serde_json::to_string(&request.without_secrets())?;
    /// assert!(shown.contains("<REDACTED>") && !shown.contains("sesame"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        let mut shown = self.clone();
        shown.delivery.iter_mut().for_each(Delivery::redact);
        shown.notifications.iter_mut().for_each(Notifications::redact);
        hidden::redact_strangers(&mut shown.rest, &[]);
        shown
    }

    /// What is allowed but may not be what was meant: a tool that is used twice, tools in another order than the recommended
    /// one (clip before reproject and band math), fields that the service does not know and so passes over, and the
    /// [hints](crate::Geometry::hints) of areas.
    ///
    /// ```
    /// use planet_builders::OrderRequest;
    ///
    /// let request: OrderRequest = serde_json::from_str(r#"{"name": "iowa", "product": []}"#)?;
    /// assert_eq!(
    ///     request.hints()[0].to_string(),
    ///     "product: the service passes over what it does not know; did you mean products?"
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn hints(&self) -> Vec<Hint> {
        check::hints(self)
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

    /// What the order is made of, if it was said.
    #[must_use]
    pub fn source_type(&self) -> Option<&SourceType> {
        self.source_type.as_ref()
    }

    /// What to deliver when not every item is complete, if it was said.
    #[must_use]
    pub fn order_type(&self) -> Option<&OrderType> {
        self.order_type.as_ref()
    }

    /// The quota plan that pays, if it was said.
    #[must_use]
    pub fn subscription_id(&self) -> Option<u64> {
        self.subscription_id
    }

    /// What is done to the items, in the order of processing.
    #[must_use]
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// Where the files go, if it was said.
    #[must_use]
    pub fn delivery(&self) -> Option<&Delivery> {
        self.delivery.as_ref()
    }

    /// Who is told when the order ends, if it was said.
    #[must_use]
    pub fn notifications(&self) -> Option<&Notifications> {
        self.notifications.as_ref()
    }

    /// Where the service keeps the images, if it was said.
    #[must_use]
    pub fn hosting(&self) -> Option<&Hosting> {
        self.hosting.as_ref()
    }

    /// Which metadata is made beside the files, if it was said.
    #[must_use]
    pub fn metadata(&self) -> Option<&Map<String, Value>> {
        self.metadata.as_ref()
    }
}

fn invalid(faults: Vec<planet_core::Fault>) -> Result<()> {
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

/// Fields that are unknown here can hold secrets, so only their names are shown.
impl fmt::Debug for OrderRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderRequest")
            .field("name", &self.name)
            .field("products", &self.products)
            .field("source_type", &self.source_type)
            .field("order_type", &self.order_type)
            .field("subscription_id", &self.subscription_id)
            .field("tools", &self.tools)
            .field("delivery", &self.delivery)
            .field("notifications", &self.notifications)
            .field("hosting", &self.hosting)
            .field("metadata", &self.metadata)
            .field("rest", &self.rest.keys())
            .finish()
    }
}
