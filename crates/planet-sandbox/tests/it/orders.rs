use std::collections::BTreeSet;
use std::time::Duration;

use planet_sandbox::{Clock, Sandbox};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::data::items;
use crate::files::{download, md5};
use crate::http::{call, follow, get, post};

const ORDERS: &str = "/compute/ops/orders/v2";
const VISUAL: &str = "assets.ortho_visual:download";

pub(crate) async fn manual() -> Sandbox {
    Sandbox::builder().clock(Clock::Manual).limits(false).start().await.unwrap()
}

/// Items whose visual asset may be downloaded.
pub(crate) async fn permitted(sandbox: &Sandbox) -> Vec<Value> {
    items(sandbox, json!({ "type": "PermissionFilter", "config": [VISUAL] })).await
}

async fn forbidden(sandbox: &Sandbox) -> Vec<Value> {
    let permitted = json!({ "type": "PermissionFilter", "config": [VISUAL] });
    items(sandbox, json!({ "type": "NotFilter", "config": permitted })).await
}

pub(crate) fn request(items: &[&Value], bundle: &str) -> Value {
    let ids: Vec<&Value> = items.iter().map(|item| &item["id"]).collect();
    json!({
        "name": "test",
        "products": [{ "item_ids": ids, "item_type": "PSScene", "product_bundle": bundle }],
    })
}

async fn get_order(sandbox: &Sandbox, order: &Value) -> Value {
    follow(sandbox, &order["_links"]["_self"]).await.expect(200).json()
}

pub(crate) async fn place(sandbox: &Sandbox, body: &Value) -> Value {
    post(sandbox, ORDERS, body).await.expect(202).json()
}

pub(crate) async fn place_and_wait(sandbox: &Sandbox, body: &Value) -> Value {
    let order = place(sandbox, body).await;
    sandbox.advance(Duration::from_secs(4));
    get_order(sandbox, &order).await
}

pub(crate) async fn delivered_order(sandbox: &Sandbox) -> Value {
    let items = permitted(sandbox).await;
    place_and_wait(sandbox, &request(&[&items[0]], "visual")).await
}

pub(crate) fn location_of(order: &Value, end: &str) -> Value {
    let results = order["_links"]["results"].as_array().unwrap();
    let found = results.iter().find(|result| result["name"].as_str().unwrap().ends_with(end));
    found.unwrap_or_else(|| panic!("no {end} in {results:?}"))["location"].clone()
}

pub(crate) fn names(order: &Value) -> BTreeSet<String> {
    let results = order["_links"]["results"].as_array().unwrap().iter();
    results.map(|result| result["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_order_goes_from_queued_to_success_with_time() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let order = place(&sandbox, &request(&[&items[0]], "visual")).await;
    for (passed, state, message) in [
        (0, "queued", "Preparing order"),
        (999, "queued", "Preparing order"),
        (1, "running", "Preparing order"),
        (2999, "running", "Preparing order"),
        (1, "success", "Manifest delivery completed"),
    ] {
        sandbox.advance(Duration::from_millis(passed));
        let order = get_order(&sandbox, &order).await;
        assert_eq!((&order["state"], &order["last_message"]), (&json!(state), &json!(message)));
        assert_eq!(order["_links"].get("results").is_some(), state == "success");
    }
    assert_eq!(sandbox.order_ids(), [order["id"].as_str().unwrap()]);
}

#[tokio::test]
async fn even_an_order_that_takes_no_time_is_queued_at_first() {
    let sandbox = Sandbox::builder().order_time(Duration::ZERO).start().await.unwrap();
    let items = permitted(&sandbox).await;
    let order = place(&sandbox, &request(&[&items[0]], "visual")).await;
    assert_eq!(order["state"], "queued");
    assert_eq!(get_order(&sandbox, &order).await["state"], "success");
}

#[tokio::test]
async fn unknown_fields_are_ignored_and_known_ones_come_back() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let mut body = request(&[&items[0]], "visual");
    body["subscription_id"] = json!(0);
    body["source_type"] = json!("scenes");
    body["notifications"] = json!({ "email": true });
    body["nonsense"] = json!(1);
    body["state"] = json!("success");
    let order = place(&sandbox, &body).await;
    assert_eq!(order.get("nonsense"), None);
    assert_eq!(order["state"], "queued");
    for field in ["name", "products", "subscription_id", "source_type", "notifications"] {
        assert_eq!(order[field], body[field]);
    }
}

#[tokio::test]
async fn the_manifest_tells_the_truth_about_every_file() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let order = place_and_wait(&sandbox, &request(&[&items[0], &items[1]], "visual")).await;
    let (manifest, name) = download(&location_of(&order, "manifest.json")).await;
    assert_eq!(name, "manifest.json");
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let files = manifest["files"].as_array().unwrap();
    let id = order["id"].as_str().unwrap();
    let mut expected: BTreeSet<String> =
        files.iter().map(|file| format!("{id}/{}", file["path"].as_str().unwrap())).collect();
    expected.insert(format!("{id}/manifest.json"));
    assert_eq!(names(&order), expected);
    assert_eq!(files.len(), 4);
    for file in files {
        let (bytes, _) = download(&location_of(&order, file["path"].as_str().unwrap())).await;
        assert_eq!(file["size"], bytes.len());
        assert_eq!(file["digests"]["md5"], md5(&bytes));
        let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(file["digests"]["sha256"], sha256);
    }
}

#[tokio::test]
async fn a_clip_cuts_the_pixels_and_renames_the_files() {
    let sandbox = manual().await;
    let item = &permitted(&sandbox).await[0];
    let ring = item["geometry"]["coordinates"][0].as_array().unwrap();
    let corner = |at: usize| [ring[at][0].as_f64().unwrap(), ring[at][1].as_f64().unwrap()];
    let (a, c) = (corner(0), corner(2));
    let (x, y) = ((a[0] + c[0]) / 2.0, (a[1] + c[1]) / 2.0);
    let square = |size: f64| {
        let ring = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)];
        let ring = ring.map(|(east, north)| [x + size * east, y + size * north]);
        json!({ "type": "Polygon", "coordinates": [ring] })
    };
    let clipped = async |aoi: Value| {
        let mut body = request(&[item], "visual");
        body["tools"] = json!([{ "clip": { "aoi": aoi } }]);
        place_and_wait(&sandbox, &body).await
    };
    let small = clipped(square(0.01)).await;
    let whole = clipped(square(5.0)).await;
    let elsewhere = clipped(json!({ "type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]] })).await;
    let (small_image, name) = download(&location_of(&small, ".tif")).await;
    assert!(name.ends_with("_3B_Visual_clip.tif"), "{name}");
    let (whole_image, name) = download(&location_of(&whole, ".tif")).await;
    assert!(name.ends_with("_3B_Visual.tif"), "{name}");
    assert!(small_image != whole_image);
    let (metadata, _) = download(&location_of(&small, "_metadata.json")).await;
    let metadata: Value = serde_json::from_slice(&metadata).unwrap();
    assert_ne!(metadata["geometry"], item["geometry"]);
    assert!(names(&elsewhere).iter().all(|name| !name.ends_with(".tif")));
}

#[tokio::test]
async fn other_tools_change_names_in_their_order() {
    let sandbox = manual().await;
    let filter = json!({ "type": "PermissionFilter", "config": ["assets.ortho_analytic_4b_xml:download"] });
    let item = &items(&sandbox, filter).await[0];
    let mut body = request(&[item], "analytic_udm2");
    body["tools"] = json!([
        { "toar": { "scale_factor": 10000 } },
        { "reproject": { "projection": "EPSG:4326" } },
        { "file_format": { "format": "COG" } },
    ]);
    let order = place_and_wait(&sandbox, &body).await;
    assert_eq!(order["tools"], body["tools"]);
    location_of(&order, "_3B_AnalyticMS_toar_reproject.tif");
    location_of(&order, "_3B_AnalyticMS_metadata_toar.xml");
}

#[tokio::test]
async fn orders_that_cannot_be_filled_are_refused_as_recorded() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let good = request(&[&items[0]], "visual");
    let refused = async |change: &dyn Fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        post(&sandbox, ORDERS, &body).await.expect(400).json()
    };
    let field = |name: &str, text: &str| json!({ "field": { name: [{ "message": text }] }, "general": [{ "message": "Unable to accept order" }] });
    let general = |text: &str| json!({ "field": null, "general": [{ "message": text }] });
    assert_eq!(
        refused(&|body| body["products"][0]["item_ids"] = json!([])).await,
        field("Products", "Item ID or Item Type empty")
    );
    assert_eq!(
        refused(&|body| body["products"][0]["item_type"] = json!("invalid")).await,
        field("Products", "Bad item type 'invalid' for bundle type 'visual'")
    );
    assert_eq!(
        refused(&|body| body["products"][0]["product_bundle"] = json!("nonsense")).await,
        field("Products", "Bad bundle type 'nonsense'")
    );
    assert_eq!(
        refused(&|body| body["products"][0]["item_ids"] = json!(["nothing"])).await,
        field("Details", "Item ID nothing / Item Type PSScene doesn't exist")
    );
    assert_eq!(
        refused(&|body| body["tools"] = json!([{ "clip": { "aoi": { "type": "Polygon" } } }])).await,
        general("Unable to accept order: geojson: invalid geometry")
    );
    let bow_tie = json!({ "type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]] });
    assert_eq!(
        refused(&|body| body["tools"] = json!([{ "clip": { "aoi": bow_tie } }])).await,
        general("Unable to accept order: AOI is invalid: Self-intersection[0.5 0.5]")
    );
    let forbidden = forbidden(&sandbox).await;
    assert_eq!(
        refused(&|body| body["products"][0]["item_ids"] = json!([forbidden[0]["id"]])).await,
        general("Order request resulted in no acceptable assets. Likely due to lack of permissions.")
    );
    refused(&|body| body["name"] = json!("")).await;
    refused(&|body| body["products"] = json!([])).await;
    refused(&|body| body["order_type"] = json!("some")).await;
    assert_eq!(
        refused(&|body| body["products"][0]["item_ids"] = json!([items[0]["id"], 5])).await,
        field("Products", "Item ID or Item Type empty")
    );
    for name in ["order_type", "source_type"] {
        refused(&|body| body[name] = json!(5)).await;
    }
    assert!(sandbox.order_ids().is_empty());
}

#[tokio::test]
async fn what_is_not_modelled_is_refused_with_501() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    for (field, value) in [
        ("tools", json!([{ "tile": { "tile_size": 512 } }])),
        ("delivery", json!({ "layout": {} })),
        ("hosting", json!({ "elsewhere": {} })),
        ("metadata", json!({ "stac": {} })),
        ("notifications", json!({ "webhook": { "url": "http://127.0.0.1" } })),
    ] {
        let mut body = request(&[&items[0]], "visual");
        body[field] = value;
        let answer = post(&sandbox, ORDERS, &body).await.expect(501).json();
        assert!(answer["message"].as_str().unwrap().contains("not modelled"), "{answer}");
    }
}

#[tokio::test]
async fn a_partial_order_leaves_out_what_a_full_one_fails_for() {
    let sandbox = manual().await;
    let (good, bad) = (permitted(&sandbox).await, forbidden(&sandbox).await);
    let mut body = request(&[&good[0], &bad[0]], "visual");
    let failed = place_and_wait(&sandbox, &body).await;
    assert_eq!(failed["state"], "failed");
    assert_eq!(failed["_links"].get("results"), None);
    body["order_type"] = json!("partial");
    let partial = place_and_wait(&sandbox, &body).await;
    assert_eq!(partial["state"], "partial");
    let id = bad[0]["id"].as_str().unwrap();
    for order in [&failed, &partial] {
        assert!(order["error_hints"][0].as_str().unwrap().contains(id));
    }
    assert!(names(&partial).iter().all(|name| !name.contains(id)));
    assert_eq!(names(&partial).len(), 3);
}

#[tokio::test]
async fn each_item_takes_the_first_bundle_it_has() {
    let sandbox = manual().await;
    let eight = json!({ "type": "AssetFilter", "config": ["ortho_analytic_8b"] });
    let four = json!({ "type": "PermissionFilter", "config": ["assets.ortho_analytic_4b:download"] });
    let without =
        items(&sandbox, json!({ "type": "AndFilter", "config": [four, { "type": "NotFilter", "config": eight }] }))
            .await;
    let with =
        items(&sandbox, json!({ "type": "PermissionFilter", "config": ["assets.ortho_analytic_8b:download"] })).await;
    let body = request(&[&with[0], &without[0]], "analytic_8b_udm2,analytic_udm2");
    let order = place_and_wait(&sandbox, &body).await;
    assert_eq!(order["state"], "success");
    location_of(&order, &format!("{}_3B_AnalyticMS_8b.tif", with[0]["id"].as_str().unwrap()));
    location_of(&order, &format!("{}_3B_AnalyticMS.tif", without[0]["id"].as_str().unwrap()));
}

#[tokio::test]
async fn a_test_can_let_the_next_order_fail() {
    let sandbox = manual().await;
    sandbox.fail_next_order(["broken"]);
    let failed = delivered_order(&sandbox).await;
    assert_eq!((&failed["state"], &failed["error_hints"]), (&json!("failed"), &json!(["broken"])));
    assert_eq!(delivered_order(&sandbox).await["state"], "success");
}

#[tokio::test]
async fn only_a_queued_order_can_be_cancelled() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let body = request(&[&items[0]], "visual");
    let order = place(&sandbox, &body).await;
    let path = format!("{ORDERS}/{}", order["id"].as_str().unwrap());
    let cancelled = call(&sandbox, "PUT", &path, b"").await.unwrap().expect(200).json();
    assert_eq!(cancelled["state"], "cancelled");
    let again = call(&sandbox, "PUT", &path, b"").await.unwrap().expect(409).json();
    assert_eq!(again, json!({ "message": "Order not in a cancellable state" }));
    sandbox.advance(Duration::from_secs(10));
    assert_eq!(get(&sandbox, &path).await.json()["state"], "cancelled");

    let unknown = call(&sandbox, "PUT", &format!("{ORDERS}/x"), b"").await.unwrap().expect(404).json();
    assert_eq!(unknown, json!({ "message": "No such order ID: x." }));
    let unknown = get(&sandbox, &format!("{ORDERS}/x")).await.expect(404).json();
    assert_eq!(unknown, json!({ "message": "Could not load order ID: x." }));

    let running = place(&sandbox, &body).await;
    sandbox.advance(Duration::from_secs(2));
    let queued = place(&sandbox, &body).await;
    let ids = json!({ "order_ids": [running["id"], queued["id"], "x"] });
    let result = post(&sandbox, "/compute/ops/bulk/orders/v2/cancel", &ids).await.expect(200).json();
    let failures = &result["result"]["failed"]["failures"];
    assert_eq!(result["result"]["succeeded"]["count"], 1);
    assert_eq!((&failures[0]["order_id"], &failures[1]["order_id"]), (&running["id"], &json!("x")));
    assert_eq!(get_order(&sandbox, &queued).await["state"], "cancelled");
    assert_eq!(get_order(&sandbox, &running).await["state"], "running");
}

#[tokio::test]
async fn bulk_cancel_without_ids_takes_every_queued_order() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let body = request(&[&items[0]], "visual");
    for _ in 0..3 {
        place(&sandbox, &body).await;
    }
    let stats = get(&sandbox, "/compute/ops/stats/orders/v2").await.expect(200).json();
    assert_eq!(stats["user"], json!({ "queued_orders": 3, "running_orders": 0 }));
    let result = post(&sandbox, "/compute/ops/bulk/orders/v2/cancel", &json!({})).await.expect(200).json();
    assert_eq!(result["result"]["succeeded"]["count"], 3);
    assert_eq!(result["result"]["failed"], json!({ "count": 0, "failures": [] }));
}

/// All orders of a list, following its pages.
async fn listed(sandbox: &Sandbox, query: &str) -> Vec<String> {
    let mut page = get(sandbox, &format!("{ORDERS}{query}")).await.expect(200).json();
    let mut names = Vec::new();
    loop {
        assert!(names.len() <= 101, "the list does not end");
        for order in page["orders"].as_array().unwrap() {
            assert_eq!(order["_links"].get("results"), None);
            names.push(order["name"].as_str().unwrap().to_owned());
        }
        match page["_links"].get("next") {
            Some(next) => page = follow(sandbox, next).await.expect(200).json(),
            None => return names,
        }
    }
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let mut created = Vec::new();
    for name in ["b", "a", "ab", "c"] {
        let mut body = request(&[&items[0]], "visual");
        body["name"] = json!(name);
        created.push(place(&sandbox, &body).await["created_on"].as_str().unwrap().to_owned());
        sandbox.advance(Duration::from_secs(2));
    }
    assert_eq!(listed(&sandbox, "").await, ["c", "ab", "a", "b"]);
    assert_eq!(listed(&sandbox, "?page_size=1").await, ["c", "ab", "a", "b"]);
    assert_eq!(listed(&sandbox, "?page_size=3&sort_by=name").await, ["a", "ab", "b", "c"]);
    assert_eq!(listed(&sandbox, "?sort_by=state+DESC,name+DESC").await, ["b", "ab", "a", "c"]);
    assert_eq!(listed(&sandbox, "?state=success&page_size=1").await, ["ab", "a", "b"]);
    assert_eq!(listed(&sandbox, "?state=success&state=running").await, ["c", "ab", "a", "b"]);
    assert_eq!(listed(&sandbox, "?state=queued").await, [""; 0]);
    assert_eq!(listed(&sandbox, "?name=a").await, ["a"]);
    assert_eq!(listed(&sandbox, "?name__contains=a").await, ["ab", "a"]);
    assert_eq!(listed(&sandbox, "?source_type=basemaps").await, [""; 0]);
    assert_eq!(listed(&sandbox, "?source_type=all").await.len(), 4);
    assert_eq!(listed(&sandbox, "?hosting=false").await.len(), 4);
    for nothing in ["hosting=true", "destination_ref=pl:destinations/x", "created_on=2020-01-01T00:00:00Z"] {
        assert_eq!(listed(&sandbox, &format!("?{nothing}")).await, [""; 0]);
    }
    let between = format!("?created_on={}/{}", created[1], created[3]);
    assert_eq!(listed(&sandbox, &between).await, ["ab", "a"]);
    assert_eq!(listed(&sandbox, &format!("?created_on=../{}", created[1])).await, ["b"]);
    for bad in [
        "state=nonsense",
        "sort_by=nonsense",
        "created_on=x",
        "page_size=x",
        "page_marker=x",
        "source_type=x",
        "hosting=x",
    ] {
        get(&sandbox, &format!("{ORDERS}?{bad}")).await.expect(400);
    }
}

#[tokio::test]
async fn the_default_page_has_twenty_orders_and_the_largest_a_hundred() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    for _ in 0..101 {
        place(&sandbox, &request(&[&items[0]], "visual")).await;
    }
    for (query, expected) in [("", 20), ("?page_size=1000", 100)] {
        let page = get(&sandbox, &format!("{ORDERS}{query}")).await.expect(200).json();
        assert_eq!(page["orders"].as_array().unwrap().len(), expected);
    }
    assert_eq!(listed(&sandbox, "").await.len(), 101);
}

#[tokio::test]
async fn an_item_ordered_twice_is_delivered_once() {
    let sandbox = manual().await;
    let item = &permitted(&sandbox).await[0];
    let order = place_and_wait(&sandbox, &request(&[item, item], "visual")).await;
    assert_eq!(order["_links"]["results"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn files_of_an_old_order_are_made_again_and_are_the_same() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let body = request(&[&items[0]], "visual");
    let old = place_and_wait(&sandbox, &body).await;
    let (before, _) = download(&location_of(&old, ".tif")).await;
    for _ in 0..60 {
        place(&sandbox, &body).await;
    }
    let (after, _) = download(&location_of(&old, ".tif")).await;
    assert!(before == after);
}

#[tokio::test]
async fn the_answers_are_dated_by_the_sandboxs_clock() {
    let sandbox = manual().await;
    let date = async || get(&sandbox, ORDERS).await.header("date").unwrap().to_owned();
    let before = date().await;
    assert_eq!(date().await, before);
    sandbox.advance(Duration::from_secs(7 * 24 * 3600));
    let after = date().await;
    assert_eq!(before[..3], after[..3]);
    assert_ne!(before, after);
}

#[tokio::test]
async fn with_a_lag_new_orders_come_into_lists_later_and_are_there_by_their_id_at_once() {
    let lag = Duration::from_secs(5);
    let sandbox = Sandbox::builder().clock(Clock::Manual).limits(false).list_lag(lag).start().await.unwrap();
    let items = permitted(&sandbox).await;
    let order = place(&sandbox, &request(&[&items[0]], "visual")).await;
    sandbox.advance(Duration::from_secs(3));
    place(&sandbox, &request(&[&items[0]], "visual")).await;
    assert_eq!(get_order(&sandbox, &order).await["id"], order["id"]);
    for (advance, listed_then) in [(0, 0), (1, 0), (1, 1), (2, 1), (1, 2)] {
        sandbox.advance(Duration::from_secs(advance));
        assert_eq!(listed(&sandbox, "?name=test").await.len(), listed_then);
    }
}

#[tokio::test]
async fn names_are_compared_letter_for_letter_and_a_window_begins_with_its_start() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let name = "Ab c+d&e=f/g?ü%20";
    let mut body = request(&[&items[0]], "visual");
    body["name"] = json!(name);
    let created = place(&sandbox, &body).await["created_on"].as_str().unwrap().to_owned();
    let query = "Ab+c%2Bd%26e%3Df%2Fg%3F%C3%BC%2520";
    assert_eq!(listed(&sandbox, &format!("?name={query}")).await, [name]);
    assert_eq!(listed(&sandbox, &format!("?name={}", query.to_lowercase())).await, [""; 0]);
    assert_eq!(listed(&sandbox, &format!("?created_on={created}/..")).await, [name]);
    assert_eq!(listed(&sandbox, &format!("?created_on=../{created}")).await, [""; 0]);
    assert_eq!(listed(&sandbox, "?source_type=scenes,basemaps").await, [name]);
    assert_eq!(listed(&sandbox, "?source_type=basemaps&source_type=scenes").await, [name]);
}
