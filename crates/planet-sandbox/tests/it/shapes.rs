//! The sandbox's bodies have the keys, and the types of values, that the recorded ones have.

use std::collections::BTreeSet;
use std::time::Duration;

use planet_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::data::items;
use crate::files::download;
use crate::http::{call, follow, get, post};
use crate::orders::{location_of, manual, request};

pub(crate) fn sample(name: &str) -> Value {
    let path = format!("{}/fixtures/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Every path in a document with the type of what is there; the entries of an array are one path.
fn shape(document: &Value) -> BTreeSet<String> {
    let mut shape = BTreeSet::new();
    collect(document, "", &mut shape);
    shape
}

fn collect(value: &Value, path: &str, shape: &mut BTreeSet<String>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    shape.insert(format!("{path}: {kind}"));
    match value {
        Value::Array(values) => {
            for value in values {
                collect(value, &format!("{path}[]"), shape);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                collect(value, &format!("{path}.{name}"), shape);
            }
        }
        _ => {}
    }
}

#[track_caller]
pub(crate) fn assert_same_shape(ours: &Value, name: &str) {
    assert_alike(ours, &sample(name), name);
}

#[track_caller]
fn assert_alike(ours: &Value, recorded: &Value, name: &str) {
    let (ours, recorded) = (shape(ours), shape(recorded));
    let extra: Vec<_> = ours.difference(&recorded).collect();
    let missing: Vec<_> = recorded.difference(&ours).collect();
    assert!(extra.is_empty() && missing.is_empty(), "{name}: extra {extra:?}, missing {missing:?}");
}

/// Without the entries of a list, which have tests of their own.
fn emptied(mut page: Value, list: &str) -> Value {
    page[list] = json!([]);
    page
}

async fn item(sandbox: &Sandbox, filter: Value) -> Value {
    items(sandbox, filter).await.swap_remove(0)
}

fn permission(asset: &str) -> Value {
    json!({ "type": "PermissionFilter", "config": [format!("assets.{asset}:download")] })
}

#[tokio::test]
async fn items_and_pages() {
    let sandbox = manual().await;
    let four_band = item(
        &sandbox,
        json!({ "type": "AndFilter", "config": [
        permission("basic_analytic_4b"),
        { "type": "RangeFilter", "field_name": "clear_percent", "config": { "gte": 0 } },
    ] }),
    )
    .await;
    assert_same_shape(&four_band, "data_item_psscene");
    assert_same_shape(&item(&sandbox, permission("ortho_analytic_8b")).await, "data_item_psscene_8b");
    let body = json!({ "item_types": ["SkySatCollect"], "filter": permission("ortho_visual") });
    let page = post(&sandbox, "/data/v1/quick-search", &body).await.expect(200).json();
    assert_same_shape(&page["features"][0], "data_item_skysatcollect");

    let body = sample("data_quick_search_request");
    post(&sandbox, "/data/v1/quick-search", &body).await.expect(200);
    let body = json!({ "item_types": ["PSScene"], "filter": { "type": "AndFilter", "config": [] } });
    let page = post(&sandbox, "/data/v1/quick-search?_page_size=2", &body).await.expect(200).json();
    let recorded = sample("data_quick_search_page_1");
    assert_alike(&emptied(page, "features"), &emptied(recorded, "features"), "first page");
    let ids = items(&sandbox, json!({ "type": "AndFilter", "config": [] })).await;
    let ids: Vec<&Value> = ids.iter().take(3).map(|item| &item["id"]).collect();
    let body =
        json!({ "item_types": ["PSScene"], "filter": { "type": "StringInFilter", "field_name": "id", "config": ids } });
    let page = post(&sandbox, "/data/v1/quick-search?_page_size=2", &body).await.expect(200).json();
    let last = follow(&sandbox, &page["_links"]["_next"]).await.expect(200).json();
    let recorded = sample("data_quick_search_page_2_last");
    assert_alike(&emptied(last, "features"), &emptied(recorded, "features"), "last page");
    let body = json!({ "item_types": ["PSScene"], "filter": { "type": "StringInFilter", "field_name": "id", "config": ["x"] } });
    let page = post(&sandbox, "/data/v1/quick-search", &body).await.expect(200).json();
    assert_same_shape(&page, "data_quick_search_page_empty");
}

#[tokio::test]
async fn item_types_stats_and_coverage() {
    let sandbox = manual().await;
    assert_same_shape(&get(&sandbox, "/data/v1").await.expect(200).json(), "data_root");
    let types = get(&sandbox, "/data/v1/item-types/").await.expect(200).json();
    assert_same_shape(&types, "data_item_types");
    let one = get(&sandbox, "/data/v1/item-types/PSScene").await.expect(200).json();
    assert_alike(&one, &sample("data_item_types")["item_types"][0], "item type");
    get(&sandbox, "/data/v1/item-types/Nonsense").await.expect(404);
    let types = get(&sandbox, "/data/v1/asset-types").await.expect(200).json();
    assert_same_shape(&types, "data_asset_types");
    let types = get(&sandbox, "/data/v1/item-types/PSScene/asset-types").await.expect(200).json();
    assert_same_shape(&types, "data_asset_types");
    get(&sandbox, "/data/v1/asset-types/ortho_udm2").await.expect(200);
    get(&sandbox, "/data/v1/asset-types/nonsense").await.expect(404);

    let body = sample("data_stats_request");
    let stats = post(&sandbox, "/data/v1/stats", &body).await.expect(200).json();
    assert_same_shape(&stats, "data_stats");
    let item =
        item(&sandbox, json!({ "type": "RangeFilter", "field_name": "clear_percent", "config": { "gte": 0 } })).await;
    let path = format!("/data/v1/item-types/PSScene/items/{}/coverage", item["id"].as_str().unwrap());
    let body = json!({ "geometry": item["geometry"] });
    assert_same_shape(&post(&sandbox, &path, &body).await.json(), "data_coverage");
    let snow = post(&sandbox, &format!("{path}?band=snow"), &body).await.json();
    assert_same_shape(&snow, "data_coverage_band_snow");
    let spec = get(&sandbox, "/compute/ops/bundles/spec").await.json();
    let excerpt = sample("bundles_spec_excerpt");
    assert_alike(
        &spec["bundles"]["visual"]["assets"]["PSScene"],
        &excerpt["bundles"]["visual"]["assets"]["PSScene"],
        "bundle",
    );
    assert_eq!(shape(&emptied(spec, "bundles")), shape(&emptied(excerpt, "bundles")));
}

#[tokio::test]
async fn assets() {
    let sandbox = manual().await;
    let item = item(&sandbox, permission("ortho_udm2")).await;
    let asset = async || {
        let assets = follow(&sandbox, &item["_links"]["assets"]).await.expect(200).json();
        assets["ortho_udm2"].clone()
    };
    let inactive = asset().await;
    assert_same_shape(&inactive, "data_asset_inactive");
    follow(&sandbox, &inactive["_links"]["activate"]).await.expect(202);
    assert_same_shape(&asset().await, "data_asset_activating");
    sandbox.advance(Duration::from_secs(1));
    assert_same_shape(&asset().await, "data_asset_active");
    let map = follow(&sandbox, &item["_links"]["assets"]).await.expect(200).json();
    let (map, recorded) = (map.as_object().unwrap(), sample("data_assets_map"));
    assert!(recorded.as_object().unwrap().keys().all(|asset| map.contains_key(asset)));
    let closed = item_without_permission(&sandbox).await;
    let map = follow(&sandbox, &closed["_links"]["assets"]).await.expect(200).json();
    assert_alike(&map["ortho_visual"], &sample("data_assets_map_no_permission")["ortho_visual"], "no permission");
    let token = inactive["_links"]["_self"].as_str().unwrap().rsplit('/').next().unwrap();
    let recorded = sample("data_asset_inactive");
    let recorded = recorded["_links"]["_self"].as_str().unwrap().rsplit('/').next().unwrap();
    assert_eq!(token[..6], recorded[..6]);
}

async fn item_without_permission(sandbox: &Sandbox) -> Value {
    let any = json!({ "type": "PermissionFilter", "config": ["assets:download"] });
    item(sandbox, json!({ "type": "NotFilter", "config": any })).await
}

#[tokio::test]
async fn searches() {
    let sandbox = manual().await;
    let reference = add_area(&sandbox).await;
    let mut body = sample("data_search_create_request");
    body["geometry"]["content"] = reference;
    let saved = post(&sandbox, "/data/v1/searches", &body).await.expect(200).json();
    assert_same_shape(&saved, "data_search_saved");
    let mut by_reference = sample("data_quick_search_request_geometry_ref");
    by_reference["geometry"]["content"] = body["geometry"]["content"].clone();
    post(&sandbox, "/data/v1/quick-search", &by_reference).await.expect(200);
    sandbox.advance(Duration::from_secs(1));
    let quick = json!({ "item_types": ["PSScene"], "filter": body["filter"] });
    post(&sandbox, "/data/v1/quick-search", &quick).await.expect(200);
    let page = get(&sandbox, "/data/v1/searches?search_type=quick").await.expect(200).json();
    assert_same_shape(&page["searches"][0], "data_search_quick");
    let page = get(&sandbox, "/data/v1/searches?search_type=saved").await.expect(200).json();
    assert_same_shape(&page, "data_searches_page");
}

async fn add_area(sandbox: &Sandbox) -> Value {
    let body = sample("features_create_collection_request");
    let collection = post(sandbox, "/features/v1/ogc/my/collections", &body).await.expect(201).json();
    assert_same_shape(&collection, "features_collection_created");
    let path = format!("/features/v1/ogc/my/collections/{}/items", collection["id"].as_str().unwrap());
    let added = post(sandbox, &path, &sample("features_add_items_request")).await.expect(201).json();
    assert_same_shape(&added, "features_add_items_response");
    added[0].clone()
}

#[tokio::test]
async fn features() {
    let sandbox = manual().await;
    let base = "/features/v1/ogc/my/collections";
    let reference = add_area(&sandbox).await;
    let path = reference.as_str().unwrap().strip_prefix("pl:features/my/").unwrap();
    let (collection, feature) = path.split_once('/').unwrap();
    let ours = get(&sandbox, &format!("{base}/{collection}")).await.expect(200).json();
    let recorded = sample("features_collection");
    // Both may be null, and are in the recording.
    let mut named = ours.clone();
    named["title_property"] = Value::Null;
    assert_alike(&named, &recorded, "collection");
    let page = get(&sandbox, base).await.expect(200).json();
    let recorded_page = sample("features_collections_page_last");
    assert_alike(&emptied(page, "collections"), &emptied(recorded_page, "collections"), "collections");

    let mut body = sample("features_add_items_request");
    body["properties"] = json!({ "title": "institute_area", "name_str": "institute_area" });
    let items = format!("{base}/{collection}/items");
    call(&sandbox, "DELETE", &format!("{items}/{feature}"), b"").await.unwrap().expect(204);
    let added = post(&sandbox, &items, &body).await.expect(201).json();
    let id = added[0].as_str().unwrap().rsplit('/').next().unwrap();
    let feature = get(&sandbox, &format!("{items}/{id}")).await.expect(200).json();
    assert_same_shape(&feature, "features_item");
    let area = feature["properties"]["pl:area"].as_f64().unwrap();
    let recorded = sample("features_item")["properties"]["pl:area"].as_f64().unwrap();
    assert!((area - recorded).abs() < recorded * 1e-3, "{area} {recorded}");
    let page = get(&sandbox, &items).await.expect(200).json();
    assert_same_shape(&page, "features_items_page_last");
    post(&sandbox, &items, &body).await.expect(201);
    let page = get(&sandbox, &format!("{items}?limit=1")).await.expect(200).json();
    assert_same_shape(&page, "features_items_page_1");

    let ok = post(&sandbox, &format!("{base}/validate"), &body).await.expect(200).json();
    assert_eq!(ok, sample("features_validate_ok"));
    let alternates = post(&sandbox, &format!("{base}/alternates"), &body).await.expect(200).json();
    assert_same_shape(&alternates, "features_alternates");
    body["geometry"]["coordinates"] = json!([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]);
    let bad = post(&sandbox, &format!("{base}/validate"), &body).await.expect(400).json();
    assert_same_shape(&bad, "features_validate_errors");
    body["geometry"]["coordinates"] = json!([vec![[0, 0]; 1501]]);
    let bad = post(&sandbox, &format!("{base}/validate"), &body).await.expect(400).json();
    let mut recorded = sample("features_validate_too_many");
    recorded["alternates_url"] = bad["alternates_url"].clone();
    assert_eq!(bad, recorded);
    add_area(&sandbox).await;
    let page = get(&sandbox, &format!("{base}?limit=1")).await.expect(200).json();
    let recorded = sample("features_collections_page_1");
    assert_alike(&emptied(page, "collections"), &emptied(recorded, "collections"), "collections");
}

#[tokio::test]
async fn orders() {
    let sandbox = manual().await;
    let orders = "/compute/ops/orders/v2";
    let good = items(&sandbox, permission("ortho_analytic_4b_xml")).await;
    let bad = item(&sandbox, json!({ "type": "NotFilter", "config": permission("ortho_analytic_4b_xml") })).await;
    let mut body = request(&[&good[0], &good[1]], "analytic_udm2");
    body["tools"] = json!([{ "reproject": { "projection": "EPSG:4326", "kernel": "cubic" } }]);
    let order = post(&sandbox, orders, &body).await.expect(202).json();
    assert_same_shape(&order, "order_queued");
    let path = format!("{orders}/{}", order["id"].as_str().unwrap());
    sandbox.advance(Duration::from_secs(2));
    assert_same_shape(&get(&sandbox, &path).await.json(), "order_running");
    sandbox.advance(Duration::from_secs(2));
    let success = get(&sandbox, &path).await.json();
    assert_same_shape(&success, "order_success");
    let (manifest, _) = download(&location_of(&success, "manifest.json")).await;
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_same_shape(&manifest, "order_manifest");
    let (metadata, _) = download(&location_of(&success, "_metadata.json")).await;
    let metadata: Value = serde_json::from_slice(&metadata).unwrap();
    assert_same_shape(&metadata, "order_item_metadata");

    let queued = post(&sandbox, orders, &body).await.expect(202).json();
    let path = format!("{orders}/{}", queued["id"].as_str().unwrap());
    let cancelled = call(&sandbox, "PUT", &path, b"").await.unwrap().expect(200).json();
    assert_same_shape(&cancelled, "order_cancelled");
    let stats = get(&sandbox, "/compute/ops/stats/orders/v2").await.json();
    assert_same_shape(&stats, "orders_aggregated_stats");
    let waiting = post(&sandbox, orders, &body).await.expect(202).json();
    let ids = json!({ "order_ids": [queued["id"], waiting["id"]] });
    let result = post(&sandbox, "/compute/ops/bulk/orders/v2/cancel", &ids).await.json();
    assert_same_shape(&result, "orders_bulk_cancel");

    body["products"][0]["item_ids"] = json!([good[0]["id"], bad["id"]]);
    let failed = post(&sandbox, orders, &body).await.expect(202).json();
    body["order_type"] = json!("partial");
    let partial = post(&sandbox, orders, &body).await.expect(202).json();
    sandbox.advance(Duration::from_secs(4));
    let failed = follow(&sandbox, &failed["_links"]["_self"]).await.json();
    assert_same_shape(&failed, "order_failed");
    let partial = follow(&sandbox, &partial["_links"]["_self"]).await.json();
    assert_same_shape(&partial, "order_partial");
}

#[tokio::test]
async fn lists_of_orders() {
    let sandbox = manual().await;
    let orders = "/compute/ops/orders/v2";
    assert_same_shape(&get(&sandbox, orders).await.json(), "orders_page_empty");
    let items = items(&sandbox, permission("ortho_visual")).await;
    for _ in 0..3 {
        post(&sandbox, orders, &request(&[&items[0]], "visual")).await.expect(202);
    }
    let first = get(&sandbox, &format!("{orders}?page_size=2")).await.json();
    assert_same_shape(&first, "orders_page_1");
    let last = follow(&sandbox, &first["_links"]["next"]).await.json();
    assert_same_shape(&last, "orders_page_last");
}

#[tokio::test]
async fn an_order_with_a_clip_by_reference() {
    let sandbox = manual().await;
    let items = items(&sandbox, permission("ortho_visual")).await;
    let mut body = request(&[&items[0]], "visual");
    body["source_type"] = json!("scenes");
    body["tools"] = json!([{ "clip": { "aoi": { "type": "ref", "content": add_area(&sandbox).await } } }]);
    let order = post(&sandbox, "/compute/ops/orders/v2", &body).await.expect(202).json();
    assert_same_shape(&order, "order_with_clip_ref_and_source_type");
}

/// The recorded error body of a situation, and its status.
fn recorded_error(when: &str) -> (u16, Value) {
    let all = sample("error_bodies");
    let mut entries = all.as_array().unwrap().iter();
    let entry = entries.find(|entry| entry["when"] == when).unwrap_or_else(|| panic!("{when}"));
    (entry["status"].as_u64().unwrap() as u16, entry["body"].clone())
}

#[tokio::test]
async fn errors() {
    let sandbox = manual().await;
    let items = items(&sandbox, permission("ortho_visual")).await;
    let orders = "/compute/ops/orders/v2";
    let with = |pointer: &str, value: Value| {
        let mut body = request(&[&items[0]], "visual");
        body["tools"] = json!([]);
        *body.pointer_mut(pointer).unwrap() = value;
        (orders, body)
    };
    let clip = |aoi: Value| with("/tools", json!([{ "clip": { "aoi": aoi } }]));
    let bow_tie = json!([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]);
    let search = "/data/v1/quick-search";
    let cases = [
        ("POST bad item type", with("/products/0/item_type", json!("invalid"))),
        ("POST item id does not exist", with("/products/0/item_ids", json!(["x"]))),
        ("POST empty item ids", with("/products/0/item_ids", json!([]))),
        ("POST invalid clip geometry", clip(json!({ "type": "Polygon" }))),
        ("POST self-intersecting clip geometry", clip(json!({ "type": "Polygon", "coordinates": bow_tie }))),
        (
            "POST /stats or /quick-search with a filter that has no type",
            (search, json!({ "item_types": ["PSScene"], "filter": { "config": [] } })),
        ),
        (
            "POST /quick-search with an unknown top-level field",
            (search, json!({ "item_types": ["PSScene"], "filter": {}, "interval": "day" })),
        ),
    ];
    for (when, (path, body)) in cases {
        let (status, recorded) = recorded_error(when);
        assert_alike(&post(&sandbox, path, &body).await.expect(status).json(), &recorded, when);
    }
    let unknown = "b0cb3448-0a74-11eb-92a1-a3d779bb08e0";
    for (when, method) in [("GET unknown order", "GET"), ("PUT unknown order", "PUT")] {
        let (status, recorded) = recorded_error(when);
        let path = format!("{orders}/{unknown}");
        assert_eq!(call(&sandbox, method, &path, b"").await.unwrap().expect(status).json(), recorded);
    }
    let (status, recorded) = recorded_error("GET /searches/{id} unknown");
    let path = "/data/v1/searches/0123456789abcdef0123456789abcdef";
    assert_eq!(get(&sandbox, path).await.expect(status).json(), recorded);
}
