//! What holds for every order request: it survives JSON, and no JSON makes the reading panic.

use planet_builders::order::{
    AmazonS3, Archive, AzureBlobStorage, Delivery, Destination, GoogleCloudStorage, GoogleEarthEngine, Hosting,
    Notifications, OracleCloudStorage, S3Compatible, Secret, Target, Webhook,
};
use planet_builders::{Geometry, OrderRequest, Product, Tool};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,12}"
}

fn finite() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("finite", |number| number.is_finite())
}

fn clip() -> impl Strategy<Value = Tool> {
    (-180.0..179.0, -90.0..89.0, 0.01..1.0)
        .prop_map(|(west, south, size)| Tool::clip(Geometry::bbox(west, south, west + size, south + size).unwrap()))
}

fn tool() -> impl Strategy<Value = Tool> {
    let option = |name: &'static [&'static str]| prop::option::of(select(name));
    let tile = (any::<u32>(), prop::option::of(finite()), prop::option::of(finite()), prop::option::of(text()));
    let reproject = (text(), prop::option::of(finite()), option(&["near", "Cubic", "new"]));
    prop_oneof![
        clip(),
        Just(Tool::clip_to_product()),
        Just(Tool::merge()),
        option(&["order", "strip_id", "new"]).prop_map(|group| match group {
            Some(group) => Tool::composite().group_by(group).into(),
            None => Tool::composite().into(),
        }),
        text().prop_map(Tool::coregister),
        text().prop_map(|format| Tool::file_format(format.as_str())),
        text().prop_map(|sensor| Tool::harmonize(sensor.as_str())),
        reproject.prop_map(|(projection, resolution, kernel)| {
            let tool = Tool::reproject(projection);
            let tool = resolution.into_iter().fold(tool, |tool, resolution| tool.resolution(resolution));
            kernel.into_iter().fold(tool, |tool, kernel| tool.kernel(kernel)).into()
        }),
        tile.prop_map(|(size, x, pixel, name)| {
            let tool = x.into_iter().fold(Tool::tile(size), |tool, x| tool.origin(x, -x));
            let tool = pixel.into_iter().fold(tool, |tool, pixel| tool.pixel_size(pixel).conformal_x_scaling(true));
            name.into_iter().fold(tool, |tool, name| tool.name_template(name)).into()
        }),
        any::<u32>().prop_map(|factor| Tool::toar().scale_factor(factor).into()),
        (prop::collection::vec(text(), 0..17), text())
            .prop_map(|(bands, kind)| Tool::band_math(bands).pixel_type(kind.as_str()).into()),
    ]
}

fn target() -> impl Strategy<Value = Target> {
    let texts = (text(), text(), text(), text(), text(), prop::option::of(text()));
    (0..7, texts, any::<bool>()).prop_map(|(kind, (a, b, c, d, secret, prefix), flag)| {
        let secret = Secret::new(secret);
        macro_rules! prefixed {
            ($target:expr) => {
                match prefix {
                    Some(prefix) => $target.path_prefix(prefix).into(),
                    None => $target.into(),
                }
            };
        }
        match kind {
            0 => prefixed!(AmazonS3::new(a, b, c, secret)),
            1 => prefixed!(AzureBlobStorage::new(a, b, secret).storage_endpoint_suffix(c)),
            2 => prefixed!(GoogleCloudStorage::service_account(a, &secret)),
            3 => GoogleEarthEngine::new(a, b).into(),
            4 => prefixed!(OracleCloudStorage::new(a, b, c, d, secret)),
            5 => prefixed!(S3Compatible::new(a, b, c, d, secret).use_path_style(flag)),
            _ => prefixed!(Destination::new(a)),
        }
    })
}

fn delivery() -> impl Strategy<Value = Delivery> {
    let archive = (text(), text(), any::<bool>())
        .prop_map(|(kind, name, single)| Archive::new(kind.as_str()).filename(name).single(single));
    (prop::option::of(archive), prop::collection::vec(target(), 0..3)).prop_map(|(archive, targets)| {
        let delivery = targets.into_iter().fold(Delivery::new(), Delivery::to);
        archive.into_iter().fold(delivery, Delivery::archive)
    })
}

fn product() -> impl Strategy<Value = Product> {
    let ids = prop::collection::vec(text(), 0..4);
    (ids, text(), text(), any::<bool>()).prop_map(|(ids, kind, bundle, scenes)| {
        if scenes { Product::new(kind, bundle, ids) } else { Product::quads(kind, ids) }
    })
}

/// The parts of any request, sound or not, as they are sent.
fn document() -> impl Strategy<Value = Map<String, Value>> {
    let parts = (
        prop::collection::vec(product(), 1..4),
        prop::collection::vec(tool(), 1..4),
        prop::option::of(delivery()),
        prop::option::of((prop::option::of(any::<bool>()), text(), any::<bool>())),
        prop::option::of((prop::option::of(text()), any::<bool>())),
        any::<u64>(),
    );
    parts.prop_map(|(products, tools, delivery, told, hosting, subscription)| {
        let mut document = json!({
            "name": "n", "products": products, "tools": tools, "subscription_id": subscription, "order_type": "new",
        });
        if let Some(delivery) = delivery {
            document["delivery"] = json!(delivery);
        }
        if let Some((email, url, per_order)) = told {
            let told = Notifications::new().webhook(Webhook::new(url).per_order(per_order));
            document["notifications"] = json!(email.into_iter().fold(told, Notifications::email));
        }
        if let Some((collection, create)) = hosting {
            let hub = Hosting::sentinel_hub().create_configuration(create);
            document["hosting"] =
                json!(Hosting::from(collection.into_iter().fold(hub, |hub, id| hub.collection_id(id))));
        }
        document.as_object().unwrap().clone()
    })
}

/// JSON in which the words of an order request are frequent.
fn json() -> impl Strategy<Value = Value> {
    let words = vec!["zip", "PSScene", "visual", "<REDACTED>", "Polygon", "ref", "EPSG:4326", "near", "b1", ""];
    let keys = vec![
        "name",
        "products",
        "tools",
        "delivery",
        "notifications",
        "hosting",
        "metadata",
        "order_type",
        "source_type",
        "subscription_id",
        "item_ids",
        "item_type",
        "product_bundle",
        "mosaic_name",
        "quad_ids",
        "geometry",
        "clip",
        "aoi",
        "type",
        "coordinates",
        "content",
        "bandmath",
        "b1",
        "b2",
        "b16",
        "tile",
        "tile_size",
        "toar",
        "reproject",
        "projection",
        "kernel",
        "amazon_s3",
        "bucket",
        "aws_secret_access_key",
        "destination",
        "ref",
        "archive_type",
        "webhook",
        "url",
        "email",
        "sentinel_hub",
        "collection_id",
        "stac",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(words).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 96, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(select(keys.clone()), inner, 0..6).prop_map(Value::from_iter),
        ]
    })
}

/// A request with anything in its places.
fn wild_request() -> impl Strategy<Value = Value> {
    let list = || prop::collection::vec(json(), 0..3);
    let tools = prop::collection::vec(
        (select(vec!["clip", "bandmath", "tile", "reproject", "toar", "composite", "new"]), json()),
        0..3,
    );
    (list(), tools, json(), json(), json(), json()).prop_map(|(products, tools, delivery, told, hosting, name)| {
        let tools: Vec<Value> = tools.into_iter().map(|(name, parameters)| json!({name: parameters})).collect();
        json!({
            "name": name, "products": products, "tools": tools, "delivery": delivery, "notifications": told,
            "hosting": hosting,
        })
    })
}

proptest! {
    #[test]
    fn a_request_of_any_parts_survives_json(document in document()) {
        let request = OrderRequest::from(document.clone());
        prop_assert_eq!(serde_json::to_value(&request).unwrap(), Value::from(document));
        let text = serde_json::to_string(&request).unwrap();
        let read: OrderRequest = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &request);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }

    #[test]
    fn what_is_built_from_typed_parts_is_what_is_read(
        products in prop::collection::vec(product(), 1..3), tools in prop::collection::vec(tool(), 1..3), to in target(),
    ) {
        let delivery = Delivery::new().to(to);
        let builder = OrderRequest::builder("n").products(products.clone()).tools(tools.clone());
        if let Ok(request) = builder.delivery(delivery.clone()).allow_unknown().ignore_rules().build() {
            let read: OrderRequest = serde_json::from_value(serde_json::to_value(&request).unwrap()).unwrap();
            prop_assert_eq!(&read, &request);
            // What is sound needs no second correction.
            let again = request.clone().into_builder().allow_unknown().ignore_rules().build().unwrap();
            prop_assert_eq!(again, request);
        }
        for tool in tools {
            let read: Tool = serde_json::from_value(serde_json::to_value(&tool).unwrap()).unwrap();
            prop_assert_eq!(read, tool);
        }
        let read: Delivery = serde_json::from_value(serde_json::to_value(&delivery).unwrap()).unwrap();
        prop_assert_eq!(read, delivery);
    }

    #[test]
    fn any_object_is_read_as_a_request_and_goes_out_as_it_came(document in prop_oneof![json(), wild_request()]) {
        match serde_json::from_value::<OrderRequest>(document.clone()) {
            Ok(request) => {
                let _checked = (request.check(), request.check_secrets(), request.hints());
                prop_assert_eq!(serde_json::to_value(&request).unwrap(), document.clone());
                let _built = request.into_builder().build();
                let object = document.as_object().unwrap().clone();
                let _reordered = OrderRequest::from_order(object).check();
            }
            Err(_) => prop_assert!(!document.is_object()),
        }
    }
}
