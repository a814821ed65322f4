use planet_builders::order::{AmazonS3, Delivery, Secret};
use planet_builders::{FaultKind, OrderRequest};
use serde_json::{Value, json};

use crate::{fault, faults};

fn read(document: &Value) -> OrderRequest {
    serde_json::from_value(document.clone()).unwrap()
}

/// As a GET of an order answers, with fields that are unknown here, in every place.
fn foreign() -> Value {
    json!({
        "id": "18389c7e-1831-4de7-8187-d30ffe88b4b7",
        "name": "all",
        "products": [
            {"item_ids": ["a"], "item_type": "PSScene", "product_bundle": "analytic_udm2", "new": [1]},
            {"mosaic_name": "global_monthly_2022_01_mosaic", "quad_ids": ["1-2"], "new": {}},
            {"item_ids": "a"},
            "product",
        ],
        "order_type": "soonest",
        "source_type": "Scenes",
        "subscription_id": 0,
        "tools": [
            {"clip": {"aoi": {"type": "Point", "coordinates": [181, 2]}, "new": 1}},
            {"reproject": {"projection": "EPSG:4326", "resolution": 2.705_627_705_6e-5, "new": null}},
            {"new": [1, {"a": null}]},
            {"clip": {}, "toar": {}},
        ],
        "delivery": {
            "archive_type": "ZIP",
            "amazon_s3": {"aws_secret_access_key": "sesame", "bucket": 1, "new": true},
            "new_storage": {"key": 1.0e-7},
            "layout": {"format": "standard"},
        },
        "notifications": {"email": null, "webhook": {"url": "https://h", "new": 1}, "new": 2},
        "hosting": {"sentinel_hub": {"new": 1}, "new": {}},
        "metadata": {"stac": {"x": 1}},
        "prior_orders": {"orders": []},
    })
}

#[test]
fn what_is_unknown_here_is_read_and_sent_again() {
    let request = read(&foreign());
    assert_eq!(serde_json::to_value(&request).unwrap(), foreign());
    assert_eq!(request.products()[1].quad_ids(), ["1-2"]);
    assert_eq!(request.tools()[1].name(), "reproject");
    assert_eq!(request.subscription_id(), Some(0));
}

#[test]
fn what_was_read_is_checked_when_asked() {
    use FaultKind::{Conflict, Invalid, Missing, OutOfRange};
    assert_eq!(
        faults(read(&foreign()).check()),
        [
            fault(Invalid, "products[2].item_ids"),
            fault(Missing, "products[2].item_type"),
            fault(Missing, "products[2].product_bundle"),
            fault(Invalid, "products[3]"),
            fault(Invalid, "order_type"),
            fault(Invalid, "source_type"),
            fault(OutOfRange, "tools[0].clip.aoi.coordinates[0]"),
            fault(Invalid, "tools[2]"),
            fault(Invalid, "tools[3]"),
            fault(Invalid, "delivery.archive_type"),
            fault(Invalid, "delivery.amazon_s3.bucket"),
            fault(Missing, "delivery.amazon_s3.aws_region"),
            fault(Missing, "delivery.amazon_s3.aws_access_key_id"),
            fault(Invalid, "delivery"),
            fault(Invalid, "hosting"),
            fault(Conflict, "products[1]"),
        ]
    );
}

#[test]
fn fields_that_the_service_passes_over_are_hints() {
    let hints = read(&foreign()).hints();
    let paths: Vec<&str> = hints.iter().map(|hint| hint.path()).collect();
    assert_eq!(
        paths,
        [
            "prior_orders",
            "tools[0].clip.new",
            "tools[1].reproject.new",
            "delivery.amazon_s3.new",
            "notifications.new",
            "notifications.webhook.new",
            "hosting.sentinel_hub.new",
        ]
    );
}

#[test]
fn fields_of_another_form_are_kept_and_reported() {
    let document = json!({
        "name": 7, "products": {}, "tools": "clip", "order_type": 1, "source_type": [], "subscription_id": -1,
        "delivery": "sesame", "notifications": [], "hosting": "sentinel_hub", "metadata": true,
    });
    let request = read(&document);
    assert_eq!(serde_json::to_value(&request).unwrap(), document);
    let mut paths: Vec<String> = faults(request.check()).into_iter().map(|(_, path)| path).collect();
    paths.sort_unstable();
    let mut all: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    all.sort_unstable();
    assert_eq!(paths, all);
    serde_json::from_value::<OrderRequest>(json!([])).unwrap_err();
}

#[test]
fn empty_fields_and_null_count_as_not_given() {
    let document = json!({
        "name": "", "products": [], "tools": [], "order_type": null, "delivery": null, "hosting": null, "metadata": {},
    });
    let request = read(&document);
    assert_eq!(serde_json::to_value(&request).unwrap(), document);
    assert_eq!(faults(request.check()), [fault(FaultKind::Missing, "name"), fault(FaultKind::Missing, "products")]);
    let built = request.into_builder().name("n").build();
    assert_eq!(faults(built), [fault(FaultKind::Missing, "products")]);
}

/// The request of the service's own documentation, with everything in it.
#[test]
fn a_request_with_everything_is_sound() {
    let document = json!({
        "name": "everything",
        "source_type": "scenes",
        "order_type": "partial",
        "subscription_id": 0,
        "products": [{
            "item_ids": ["20200922_183724_23_106a"], "item_type": "PSScene",
            "product_bundle": "analytic_8b_sr_udm2,analytic_sr_udm2",
        }],
        "tools": [
            {"harmonize": {"target_sensor": "Sentinel-2"}},
            {"toar": {"scale_factor": 10000}},
            {"clip": {"aoi": {"type": "Polygon", "coordinates":
                [[[-122.5, 37.7], [-122.4, 37.7], [-122.4, 37.8], [-122.5, 37.8], [-122.5, 37.7]]]}}},
            {"reproject": {"projection": "EPSG:4326", "kernel": "cubic", "resolution": 2.705_627_705_6e-5}},
            {"bandmath": {"b1": "(b4-b3)/(b4+b3)", "pixel_type": "32R"}},
            {"file_format": {"format": "COG"}},
        ],
        "delivery": {
            "archive_type": "zip", "archive_filename": "{{name}}_{{order_id}}.zip", "single_archive": true,
            "amazon_s3": {"bucket": "b", "aws_region": "us-east-1", "aws_access_key_id": "KEY",
                "aws_secret_access_key": "SECRET", "path_prefix": "planet/"},
        },
        "notifications": {"email": true, "webhook": {"url": "https://user:pass@example.com/post", "per_order": true}},
        "metadata": {"stac": {}},
        "hosting": {"sentinel_hub": {"create_configuration": true}},
    });
    let request = read(&document);
    request.check().unwrap();
    assert!(request.hints().is_empty());
    assert_eq!(serde_json::to_value(request.into_builder().build().unwrap()).unwrap(), document);
}

/// An order with a delivery to a cloud, as the service describes it.
fn order() -> Value {
    json!({
        "_links": {"_self": "https://api.planet.com/compute/ops/orders/v2/18389c7e"},
        "created_on": "2025-10-01T20:41:21.52333Z",
        "delivery": {"amazon_s3": {
            "bucket": "b", "aws_region": "r", "aws_access_key_id": "<REDACTED>", "aws_secret_access_key": "<REDACTED>",
        }},
        "error_hints": [],
        "id": "18389c7e-1831-4de7-8187-d30ffe88b4b7",
        "last_message": "Manifest delivery completed",
        "last_modified": "2025-10-01T20:49:36.037Z",
        "name": "iowa",
        "products": [{"item_ids": ["a"], "item_type": "PSScene", "product_bundle": "analytic_udm2"}],
        "state": "success",
    })
}

#[test]
fn an_order_becomes_a_request_without_what_the_service_added() {
    let request = OrderRequest::from_order(order().as_object().unwrap().clone());
    let mut keys: Vec<String> = serde_json::to_value(&request).unwrap().as_object().unwrap().keys().cloned().collect();
    keys.sort_unstable();
    assert_eq!(keys, ["delivery", "name", "products"]);
    assert!(request.hints().is_empty());
}

#[test]
fn secrets_that_the_service_keeps_to_itself_are_named_until_they_are_given() {
    let request = OrderRequest::from_order(order().as_object().unwrap().clone());
    let redacted = [
        fault(FaultKind::Missing, "delivery.amazon_s3.aws_access_key_id"),
        fault(FaultKind::Missing, "delivery.amazon_s3.aws_secret_access_key"),
    ];
    assert_eq!(faults(request.check()), redacted);
    assert_eq!(faults(request.check_secrets()), redacted);
    let builder = request.into_builder().allow_unknown().ignore_rules();
    assert_eq!(faults(builder.clone().build()), redacted);

    let bucket = AmazonS3::new("b", "r", "KEYID", Secret::new("sesame"));
    let request = builder.delivery(Delivery::new().to(bucket)).build().unwrap();
    request.check_secrets().unwrap();
    assert_eq!(request.name(), "iowa");
}

#[test]
fn secrets_are_missed_in_every_place() {
    let request = read(&json!({
        "delivery": {
            "new_storage": {"keys": [{"secret": "<REDACTED>"}]},
            "google_cloud_storage": {"bucket": "b", "credentials": "<REDACTED>", "new": "<REDACTED>"},
        },
        "notifications": {"webhook": {"url": "<REDACTED>"}},
    }));
    assert_eq!(
        faults(request.check_secrets()).into_iter().map(|(_, path)| path).collect::<Vec<_>>(),
        [
            "delivery.google_cloud_storage.new",
            "delivery.google_cloud_storage.credentials",
            "delivery.new_storage.keys[0].secret",
            "notifications.webhook.url",
        ]
    );
}

#[test]
fn a_reorder_asks_for_a_new_collection_where_the_order_did() {
    let hosting = json!({"sentinel_hub": {"create_configuration": true, "collection_id": "4c9af036"}});
    let request = OrderRequest::from_order(json!({"hosting": hosting}).as_object().unwrap().clone());
    let again = serde_json::to_value(&request).unwrap();
    assert_eq!(again["hosting"], json!({"sentinel_hub": {"create_configuration": true}}));
    let named = json!({"sentinel_hub": {"collection_id": "4c9af036"}});
    let request = OrderRequest::from_order(json!({"hosting": named}).as_object().unwrap().clone());
    assert_eq!(serde_json::to_value(&request).unwrap()["hosting"], named);
}
