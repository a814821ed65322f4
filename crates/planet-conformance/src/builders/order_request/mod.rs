//! `planet.order_request`: orders.

mod delivery;
mod tool;

use planet_builders::order::{Delivery, Hosting, Notifications, SentinelHub, Webhook};
use planet_builders::{Bundle, ItemType, OrderRequest, OrderRequestBuilder, OrderType, Product, Tool};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::Function;
use crate::args::Stop;
use crate::args::{self, Args, Takes};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("order_request.build_request", build_request),
    ("order_request.product", product),
    ("order_request.notifications", notifications),
    ("order_request.sentinel_hub", |args| written(&Hosting::from(sentinel_hub(args)?))),
    ("order_request.delivery", delivery::delivery),
    ("order_request.amazon_s3", delivery::amazon_s3),
    ("order_request.azure_blob_storage", delivery::azure_blob_storage),
    ("order_request.google_cloud_storage", delivery::google_cloud_storage),
    ("order_request.google_earth_engine", delivery::google_earth_engine),
    ("order_request.oracle_cloud_storage", delivery::oracle_cloud_storage),
    ("order_request.s3_compatible", delivery::s3_compatible),
    ("order_request.destination", delivery::destination),
    ("order_request.default_destination", delivery::default_destination),
    ("order_request.clip_tool", tool::clip),
    ("order_request.composite_tool", tool::composite),
    ("order_request.coregister_tool", tool::coregister),
    ("order_request.file_format_tool", tool::file_format),
    ("order_request.reproject_tool", tool::reproject),
    ("order_request.tile_tool", tool::tile),
    ("order_request.toar_tool", tool::toar),
    ("order_request.harmonize_tool", tool::harmonize),
    ("order_request.band_math_tool", tool::band_math),
];

/// Python looks neither at what goes together nor, in the parts, at what the catalogue knows.
fn build_request(args: &Args<'_>) -> Result<Value, Stop> {
    let products: Vec<Map<String, Value>> = args.get("products")?;
    let mut request = OrderRequest::builder(args.get::<String>("name")?).ignore_rules().allow_unknown();
    for members in products {
        request = request.product(part::<Product>(members)?);
    }
    if let Some(id) = args.optional("subscription_id")? {
        request = request.subscription_id(id);
    }
    if let Some(members) = args.optional("delivery")? {
        request = request.delivery(part::<Delivery>(members)?);
    }
    if let Some(members) = args.optional("notifications")? {
        request = request.notifications(part::<Notifications>(members)?);
    }
    if let Some(name) = args.optional::<String>("order_type")? {
        request = request.order_type(name.parse::<OrderType>()?);
    }
    for members in args.optional::<Vec<Map<String, Value>>>("tools")?.unwrap_or_default() {
        request = request.tool(part::<Tool>(members)?);
    }
    if let Some(members) = args.optional("stac")? {
        request = request.metadata(members);
    }
    if let Some(hosting) = hosting(args)? {
        request = request.hosting(hosting);
    }
    written(&request.build()?)
}

/// The name of a host, and its options. Options without a host are hosting on nothing.
fn hosting(args: &Args<'_>) -> Result<Option<Hosting>, Stop> {
    let options = sentinel_hub(args)?;
    match args.optional::<String>("hosting")? {
        Some(name) => {
            name.parse::<Hosting>()?;
            Ok(Some(options.into()))
        }
        None if args.raw("collection_id").is_some()
            || args.raw("create_configuration").is_some_and(|given| given != false) =>
        {
            Err(Stop::RuledOut(Takes::HostWithOptions))
        }
        None => Ok(None),
    }
}

fn sentinel_hub(args: &Args<'_>) -> Result<SentinelHub, Stop> {
    let mut options = Hosting::sentinel_hub();
    if let Some(id) = args.optional::<String>("collection_id")? {
        options = options.collection_id(id);
    }
    if let Some(create) = args.optional("create_configuration")? {
        options = options.create_configuration(create);
    }
    Ok(options)
}

/// A product has its names corrected and checked in a request.
fn product(args: &Args<'_>) -> Result<Value, Stop> {
    let item_ids: Vec<String> = args.get("item_ids")?;
    let product = Product::new(args.get::<String>("item_type")?, args.get::<String>("product_bundle")?, item_ids);
    let product = match args.raw("fallback_bundle") {
        None => product,
        Some(Value::Array(_)) => product.fallbacks(args.get::<Vec<String>>("fallback_bundle")?),
        Some(_) => product.fallback(args.get::<String>("fallback_bundle")?),
    };
    let request = OrderRequest::builder("product").product(product).ignore_rules().build()?;
    written(&request.products().first())
}

fn notifications(args: &Args<'_>) -> Result<Value, Stop> {
    let mut notifications = Notifications::new();
    if let Some(email) = args.optional("email")? {
        notifications = notifications.email(email);
    }
    match (args.optional::<String>("webhook_url")?, args.optional::<bool>("webhook_per_order")?) {
        (Some(url), None) => notifications = notifications.webhook(Webhook::new(url)),
        (Some(url), Some(per_order)) => notifications = notifications.webhook(Webhook::new(url).per_order(per_order)),
        (None, None) => {}
        // Our types cannot say this, JSON can.
        (None, Some(per_order)) => {
            let notifications = part([("webhook".to_owned(), json!({"per_order": per_order}))].into_iter().collect())?;
            return written(&around().notifications(notifications).build()?.notifications());
        }
    }
    written(&notifications)
}

/// A request in which a part is checked.
fn around() -> OrderRequestBuilder {
    OrderRequest::builder("part").product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["item"])).ignore_rules()
}

/// A part of a request as JSON.
fn part<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, Stop> {
    serde_json::from_value(members.into()).map_err(|error| args::unreadable(&error))
}

fn written(part: &impl Serialize) -> Result<Value, Stop> {
    serde_json::to_value(part).map_err(|error| args::unreadable(&error))
}
