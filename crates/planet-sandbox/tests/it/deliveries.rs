//! Where orders go, what their tools make of them, and what is not taken.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::time::Duration;

use planet_sandbox::{Clock, Sandbox};
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::files::{download, md5};
use crate::http::{follow, get, post};
use crate::orders::{location_of, manual, names, permitted, place, place_and_wait, request};
use crate::shapes::{assert_same_shape, sample};

const ORDERS: &str = "/compute/ops/orders/v2";

/// What the request of a recorded order must have been.
fn request_of(order: &Value) -> Value {
    let sent = ["name", "products", "tools", "delivery", "hosting", "source_type", "order_type"];
    let fields = sent.iter().filter_map(|name| Some(((*name).to_owned(), order.get(*name)?.clone())));
    Value::Object(fields.collect())
}

/// The names of the results behind the order's id, which may stand in a name, too.
fn results(order: &Value) -> BTreeSet<String> {
    let id = order["id"].as_str().unwrap();
    names(order).iter().map(|name| name.strip_prefix(id).unwrap().replace(id, "ID")).collect()
}

async fn image(order: &Value, end: &str) -> Vec<u8> {
    download(&location_of(order, end)).await.0
}

#[tokio::test]
async fn recorded_orders_come_to_the_files_of_the_recordings() {
    let sandbox = manual().await;
    for name in ["order_success_composite", "order_success_zip", "order_success_cloud_delivery", "order_success"] {
        let recorded = sample(name);
        let order = place_and_wait(&sandbox, &request_of(&recorded)).await;
        assert_same_shape(&order, name);
        assert_eq!(results(&order), results(&recorded), "{name}");
    }
}

#[tokio::test]
async fn an_archive_holds_what_the_order_would_have_delivered() {
    let sandbox = manual().await;
    let mut body = request_of(&sample("order_success_zip"));
    let zipped = place_and_wait(&sandbox, &body).await;
    let (bytes, _) = download(&location_of(&zipped, ".zip")).await;
    let (manifest, _) = download(&location_of(&zipped, "manifest.json")).await;
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let listed = &manifest["files"][0];
    assert_eq!((&listed["size"], &listed["digests"]["md5"]), (&json!(bytes.len()), &json!(md5(&bytes))));
    assert_eq!((manifest["files"].as_array().unwrap().len(), &listed["media_type"]), (1, &json!("application/zip")));

    body.as_object_mut().unwrap().remove("delivery");
    let plain = place_and_wait(&sandbox, &body).await;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let inside: BTreeSet<String> = archive.file_names().map(|name| format!("/{}", name.unwrap())).collect();
    assert_eq!(inside, results(&plain));
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let (want, _) = download(&location_of(&plain, &name)).await;
        assert!(bytes == want, "{name}");
    }
}

#[tokio::test]
async fn an_archive_without_a_name_is_called_output_and_one_for_each_item_is_not_modelled() {
    let sandbox = manual().await;
    let mut body = request(&[&permitted(&sandbox).await[0]], "visual");
    body["delivery"] = json!({ "archive_type": "zip", "single_archive": true });
    let order = place_and_wait(&sandbox, &body).await;
    assert_eq!(results(&order), BTreeSet::from(["/manifest.json".to_owned(), "/output.zip".to_owned()]));
    body["delivery"] = json!({ "archive_type": "zip" });
    post(&sandbox, ORDERS, &body).await.expect(501);
    body["delivery"] = json!({ "archive_type": "rar", "single_archive": true });
    post(&sandbox, ORDERS, &body).await.expect(400);
    body["delivery"] = json!({ "archive_type": "zip", "single_archive": true, "archive_filename": 5 });
    let answer = post(&sandbox, ORDERS, &body).await.expect(400).json();
    assert_eq!(answer["field"]["Delivery"], json!([{ "message": "Bad archive filename 5" }]));
}

#[tokio::test]
async fn a_destination_is_named_by_its_reference() {
    let sandbox = manual().await;
    let mut body = request(&[&permitted(&sandbox).await[0]], "visual");
    for (reference, status) in [
        ("pl:destinations/default", 202),
        ("pl:destinations/my-dest-4Yz", 202),
        ("my-dest-4Yz", 400),
        ("pl:destinations/", 400),
        ("pl:destinations/a/b", 400),
        ("pl:features/my/a", 400),
    ] {
        body["delivery"] = json!({ "destination": { "ref": reference } });
        let answer = post(&sandbox, ORDERS, &body).await.expect(status).json();
        let message = json!([{ "message": format!("Bad destination ref '{reference}'") }]);
        assert!(status == 202 || answer["field"]["Delivery"] == message, "{answer}");
    }
}

#[tokio::test]
async fn a_composite_shows_the_ground_of_all_its_items() {
    let sandbox = manual().await;
    let mut body = request_of(&sample("order_success_composite"));
    let both = place_and_wait(&sandbox, &body).await;
    let both = image(&both, "/composite.tif").await;
    let mut single = Vec::new();
    for at in 0..2 {
        let mut one = body.clone();
        one["products"][0]["item_ids"] = json!([body["products"][0]["item_ids"][at]]);
        let order = place_and_wait(&sandbox, &one).await;
        single.push(image(&order, "/composite.tif").await);
    }
    assert!(both != single[0] && both != single[1] && single[0] != single[1]);
    body["products"][0]["item_ids"].as_array_mut().unwrap().reverse();
    let reversed = place_and_wait(&sandbox, &body).await;
    assert!(image(&reversed, "/composite.tif").await != both, "another item is on top");

    body["tools"] = json!([{ "composite": { "group_by": "strip_id" } }]);
    post(&sandbox, ORDERS, &body).await.expect(501);
    body["tools"] = json!([{ "composite": { "group_by": "order" } }]);
    let mut other = body["products"][0].clone();
    other["product_bundle"] = json!("visual");
    body["products"].as_array_mut().unwrap().push(other);
    post(&sandbox, ORDERS, &body).await.expect(400);
}

#[tokio::test]
async fn an_order_to_the_cloud_has_no_links_and_tells_no_secret() {
    let sandbox = manual().await;
    let mut body = request(&[&permitted(&sandbox).await[0]], "visual");
    for (cloud, parameters) in [
        (
            "amazon_s3",
            json!({ "bucket": "b", "aws_region": "r", "aws_access_key_id": "SECRET", "aws_secret_access_key": "SECRET", "path_prefix": "p/" }),
        ),
        ("azure_blob_storage", json!({ "account": "a", "container": "c", "sas_token": "SECRET" })),
        ("google_cloud_storage", json!({ "bucket": "b", "credentials": "SECRET" })),
        ("google_earth_engine", json!({ "project": "p", "collection": "c" })),
        (
            "oracle_cloud_storage",
            json!({ "customer_access_key_id": "SECRET", "customer_secret_key": "SECRET", "bucket": "b", "region": "r", "namespace": "n" }),
        ),
        (
            "s3_compatible",
            json!({ "endpoint": "e", "bucket": "b", "region": "r", "access_key_id": "SECRET", "secret_access_key": "SECRET" }),
        ),
        ("destination", json!({ "ref": "pl:destinations/default" })),
    ] {
        body["delivery"] = json!({ cloud: parameters });
        let order = place_and_wait(&sandbox, &body).await;
        assert!(!order.to_string().contains("SECRET"), "{order}");
        let kept: Vec<&String> = order["delivery"][cloud].as_object().unwrap().keys().collect();
        assert_eq!(kept, parameters.as_object().unwrap().keys().collect::<Vec<_>>());
        for result in order["_links"]["results"].as_array().unwrap() {
            assert_eq!((result.get("location"), &result["expires_at"]), (None, &json!("0001-01-01T00:00:00.000Z")));
        }
        let required = parameters.as_object().unwrap().keys().find(|name| *name != "path_prefix").unwrap();
        body["delivery"][cloud].as_object_mut().unwrap().remove(required);
        post(&sandbox, ORDERS, &body).await.expect(400);
    }
    body["delivery"] = json!({
        "destination": { "ref": "pl:destinations/x" },
        "google_earth_engine": { "project": "p", "collection": "c" },
    });
    post(&sandbox, ORDERS, &body).await.expect(400);
    body["delivery"] = json!({ "google_earth_engine": { "project": "p", "collection": "c" } });
    body["tools"] = json!([{ "reproject": { "projection": "EPSG:4326" } }]);
    post(&sandbox, ORDERS, &body).await.expect(400);
}

#[tokio::test]
async fn a_hosted_order_gets_a_collection_and_a_file_format() {
    let sandbox = manual().await;
    let recorded = sample("order_hosting_sentinel_hub");
    let mut body = request_of(&recorded);
    body.as_object_mut().unwrap().remove("tools");
    let order = place(&sandbox, &body).await;
    assert_same_shape(&order, "order_hosting_sentinel_hub");
    assert_eq!((&order["tools"], &order["hosting"]), (&recorded["tools"], &recorded["hosting"]));
    body["hosting"] = json!({ "sentinel_hub": {} });
    let order = place_and_wait(&sandbox, &body).await;
    assert_eq!(order["hosting"]["sentinel_hub"]["collection_id"].as_str().unwrap().len(), 36);
    assert_eq!((&order["state"], order["_links"].get("results")), (&json!("success"), None));
    body["hosting"] = json!({ "sentinel_hub": { "collection_id": "x", "create_configuration": true } });
    post(&sandbox, ORDERS, &body).await.expect(400);
    let hosted = get(&sandbox, &format!("{ORDERS}?hosting=true")).await.expect(200).json();
    assert_eq!(hosted["orders"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_order_of_basemaps_lives_until_its_files_would_be_shown() {
    let sandbox = manual().await;
    let mut body = sample("order_request_basemap");
    let order = place(&sandbox, &body).await;
    for field in ["name", "source_type", "order_type", "products", "tools"] {
        assert_eq!(order[field], body[field]);
    }
    let own = &order["_links"]["_self"];
    assert_eq!(follow(&sandbox, own).await.expect(200).json()["state"], "queued");
    for (query, expected) in
        [("", 0), ("?source_type=basemaps", 1), ("?source_type=all", 1), ("?source_type=scenes", 0)]
    {
        let page = get(&sandbox, &format!("{ORDERS}{query}")).await.expect(200).json();
        assert_eq!(page["orders"].as_array().unwrap().len(), expected, "{query}");
    }
    sandbox.advance(Duration::from_secs(4));
    follow(&sandbox, own).await.expect(501);

    let with = |product: Value| {
        let mut body = body.clone();
        body["products"] = json!([product]);
        body["tools"] = json!([]);
        body
    };
    let quads: Vec<String> = (0..101).map(|n| format!("{n}-1")).collect();
    place(&sandbox, &with(json!({ "mosaic_name": "m", "quad_ids": quads[..100] }))).await;
    for product in [
        json!({ "mosaic_name": "m", "quad_ids": quads }),
        json!({ "mosaic_name": "m", "quad_ids": [] }),
        json!({ "mosaic_name": "m" }),
        json!({ "quad_ids": ["1-1"] }),
        json!({ "mosaic_name": "m", "geometry": { "type": "Point", "coordinates": [0, 0] } }),
    ] {
        post(&sandbox, ORDERS, &with(product)).await.expect(400);
    }
    body["tools"] = json!([{ "toar": {} }]);
    post(&sandbox, ORDERS, &body).await.expect(400);
}

#[tokio::test]
async fn lists_tell_orders_by_destination_and_user() {
    let sandbox = manual().await;
    let mut body = request(&[&permitted(&sandbox).await[0]], "visual");
    place(&sandbox, &body).await;
    body["delivery"] = json!({ "destination": { "ref": "pl:destinations/x" } });
    place(&sandbox, &body).await;
    for (query, expected) in [
        ("destination_ref=pl:destinations/x", 1),
        ("destination_ref=pl:destinations/y", 0),
        ("user_id=all", 2),
        ("user_id=1", 2),
        ("user_id=7", 0),
    ] {
        let page = get(&sandbox, &format!("{ORDERS}?{query}")).await.expect(200).json();
        assert_eq!(page["orders"].as_array().unwrap().len(), expected, "{query}");
    }
    get(&sandbox, &format!("{ORDERS}?user_id=me")).await.expect(400);
}

#[tokio::test]
async fn tools_are_checked_as_documented() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let anchor = items[0]["id"].as_str().unwrap();
    let tool = |tool: Value| {
        let mut body = request(&[&items[0]], "visual");
        body["tools"] = json!([tool]);
        body
    };
    for good in [
        json!({ "reproject": { "projection": "WGS84", "kernel": "lanczos", "resolution": 3 } }),
        json!({ "bandmath": { "b1": "b1", "b2": "b2", "pixel_type": "32R" } }),
        json!({ "coregister": { "anchor_item": anchor } }),
        json!({ "toar": {} }),
        json!({ "file_format": { "format": "COG" } }),
    ] {
        post(&sandbox, ORDERS, &tool(good)).await.expect(202);
    }
    for bad in [
        json!({ "reproject": { "projection": "EPSG:x" } }),
        json!({ "reproject": { "projection": "EPSG:4326", "kernel": "best" } }),
        json!({ "bandmath": { "b1": "b1", "b3": "b3" } }),
        json!({ "bandmath": { "b2": "b1" } }),
        json!({ "bandmath": { "b1": "b1", "pixel_type": "64R" } }),
        json!({ "coregister": { "anchor_item": "20200101_000000_0000" } }),
        json!({ "harmonize": { "target_sensor": "Sentinel-2" } }),
        json!({ "composite": { "group_by": "day" } }),
        json!({ "file_format": "COG" }),
        json!({ "merge": {} }),
        json!({ "clip": {} }),
        json!({ "clip": { "aoi": { "type": "Polygon", "coordinates": [[[0, 0], [1e-6, 0], [0, 1e-6], [0, 0]]] } } }),
        json!({ "clip": { "aoi": { "type": "Polygon", "coordinates": [
            [[4, 4], [5, 4], [5, 5], [4, 4]], [[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]],
        ] } } }),
        json!({ "nonsense": {} }),
    ] {
        post(&sandbox, ORDERS, &tool(bad)).await.expect(400);
    }
    for unmodelled in [
        json!({ "tile": { "tile_size": 512 } }),
        json!({ "file_format": { "format": "PL_NITF" } }),
        json!({ "harmonize": { "target_sensor": "PS2" } }),
    ] {
        post(&sandbox, ORDERS, &tool(unmodelled)).await.expect(501);
    }
}

#[tokio::test]
async fn an_order_holds_500_items_and_fifty_large_ones_if_zipped() {
    let sandbox = manual().await;
    let body = |item_type: &str, bundle: &str, count: usize, zipped: bool| {
        let ids: Vec<String> = (0..count).map(|n| format!("none{n}")).collect();
        let delivery = if zipped { json!({ "archive_type": "zip", "single_archive": true }) } else { Value::Null };
        json!({ "name": "n", "delivery": delivery,
            "products": [{ "item_ids": ids, "item_type": item_type, "product_bundle": bundle }] })
    };
    for (item_type, bundle, count, zipped, field) in [
        ("PSScene", "visual", 500, true, "Details"),
        ("PSScene", "visual", 501, false, "Products"),
        ("SkySatCollect", "visual", 50, true, "Details"),
        ("SkySatCollect", "visual", 51, true, "Products"),
        ("SkySatCollect", "visual", 51, false, "Details"),
    ] {
        let refused = post(&sandbox, ORDERS, &body(item_type, bundle, count, zipped)).await.expect(400).json();
        // The items do not exist, which is found out after they were counted.
        assert!(refused["field"].get(field).is_some(), "{item_type} {count} {zipped}: {refused}");
    }
}

#[tokio::test]
async fn only_so_many_orders_may_be_unfinished() {
    let builder = Sandbox::builder().clock(Clock::Manual).limits(false);
    let sandbox = builder.active_orders(2).start().await.unwrap();
    let body = request(&[&permitted(&sandbox).await[0]], "visual");
    place(&sandbox, &body).await;
    place(&sandbox, &body).await;
    let refused = post(&sandbox, ORDERS, &body).await.expect(409).json();
    assert_eq!(refused, json!({ "message": "order concurrency limit reached" }));
    sandbox.advance(Duration::from_secs(4));
    place(&sandbox, &body).await;
}

#[tokio::test]
async fn a_finished_order_is_deleted_after_90_days() {
    let sandbox = manual().await;
    let order = place(&sandbox, &request(&[&permitted(&sandbox).await[0]], "visual")).await;
    let day = Duration::from_secs(24 * 3600);
    sandbox.advance(day * 90 + Duration::from_secs(3));
    follow(&sandbox, &order["_links"]["_self"]).await.expect(200);
    sandbox.advance(Duration::from_secs(1));
    follow(&sandbox, &order["_links"]["_self"]).await.expect(404);
    assert_eq!(get(&sandbox, ORDERS).await.json()["orders"], json!([]));
}

#[tokio::test]
async fn a_bulk_cancel_of_an_empty_list_is_refused() {
    let sandbox = manual().await;
    let bulk = "/compute/ops/bulk/orders/v2/cancel";
    post(&sandbox, bulk, &json!({ "order_ids": [] })).await.expect(501);
    post(&sandbox, bulk, &json!({ "order_ids": [1] })).await.expect(400);
}

#[tokio::test]
async fn what_the_recorded_request_with_everything_asks_for_beyond_the_model_is_refused() {
    let sandbox = manual().await;
    let mut body = sample("order_request_full");
    for field in ["metadata", "notifications"] {
        post(&sandbox, ORDERS, &body).await.expect(501);
        body.as_object_mut().unwrap().remove(field);
    }
    let order = post(&sandbox, ORDERS, &body).await.expect(202).json();
    assert_eq!(order["delivery"]["amazon_s3"]["aws_secret_access_key"], "<REDACTED>");
    assert_eq!(order["delivery"]["archive_filename"], body["delivery"]["archive_filename"]);
}
