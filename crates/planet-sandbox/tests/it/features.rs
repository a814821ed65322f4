use std::time::Duration;

use planet_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::http::{call, get, post};
use crate::orders::{manual, permitted, request};

const COLLECTIONS: &str = "/features/v1/ogc/my/collections";

fn feature(id: Option<&str>, x: f64) -> Value {
    let ring = json!([[x, 0], [x + 1.0, 0], [x + 1.0, 1], [x, 1], [x, 0]]);
    let mut feature = json!({
        "type": "Feature",
        "geometry": { "type": "Polygon", "coordinates": [ring] },
        "properties": { "title": format!("f{x}"), "deep": { "list": [x] } },
    });
    if let Some(id) = id {
        feature["id"] = json!(id);
    }
    feature
}

async fn collection(sandbox: &Sandbox) -> String {
    let body = json!({ "title": "My areas" });
    let created = post(sandbox, COLLECTIONS, &body).await.expect(201).json();
    created["id"].as_str().unwrap().to_owned()
}

async fn add(sandbox: &Sandbox, collection: &str, body: &Value) -> Vec<String> {
    let path = format!("{COLLECTIONS}/{collection}/items");
    serde_json::from_value(post(sandbox, &path, body).await.expect(201).json()).unwrap()
}

#[tokio::test]
async fn a_feature_is_found_by_its_id_its_hash_and_both() {
    let sandbox = manual().await;
    let collection = collection(&sandbox).await;
    assert!(collection.starts_with("my-areas-"), "{collection}");
    let references = add(
        &sandbox,
        &collection,
        &json!({
            "type": "FeatureCollection",
            "features": [feature(Some("first"), 0.0), feature(None, 1.0)],
        }),
    )
    .await;
    let start = format!("pl:features/my/{collection}/");
    let parts: Vec<&str> = references.iter().map(|r| r.strip_prefix(&start).unwrap()).collect();
    let hash = parts[0].strip_prefix("first-").unwrap();
    for name in ["first", hash, parts[0]] {
        let found = get(&sandbox, &format!("{COLLECTIONS}/{collection}/items/{name}")).await.expect(200).json();
        assert_eq!((&found["id"], &found["properties"]["pl:ref"]), (&json!("first"), &json!(references[0])));
    }
    let unnamed = get(&sandbox, &format!("{COLLECTIONS}/{collection}/items/{}", parts[1])).await.expect(200).json();
    assert_eq!(unnamed["id"], parts[1]);
    get(&sandbox, &format!("{COLLECTIONS}/{collection}/items/none")).await.expect(404);
    let bare = collection.rsplit('-').next().unwrap();
    let info = get(&sandbox, &format!("{COLLECTIONS}/{bare}")).await.expect(200).json();
    assert_eq!(info["feature_count"], 2);
    assert_eq!(info["extent"]["spatial"]["bbox"], json!([[0.0, 0.0, 2.0, 1.0]]));
}

#[tokio::test]
async fn an_id_may_come_from_a_named_property() {
    let sandbox = manual().await;
    let collection = collection(&sandbox).await;
    let path = format!("{COLLECTIONS}/{collection}/items?property_id=title");
    let references = post(&sandbox, &path, &feature(None, 3.0)).await.expect(201).json();
    assert!(references[0].as_str().unwrap().contains("/f3-"), "{references}");
}

#[tokio::test]
async fn items_and_collections_are_deleted() {
    let sandbox = manual().await;
    let collection = collection(&sandbox).await;
    add(&sandbox, &collection, &feature(Some("a"), 0.0)).await;
    let path = format!("{COLLECTIONS}/{collection}/items/a");
    call(&sandbox, "DELETE", &path, b"").await.unwrap().expect(204);
    get(&sandbox, &path).await.expect(404);
    let path = format!("{COLLECTIONS}/{collection}");
    call(&sandbox, "DELETE", &path, b"").await.unwrap().expect(204);
    get(&sandbox, &path).await.expect(404);
    call(&sandbox, "DELETE", &path, b"").await.unwrap().expect(404);
}

/// The ids (or titles) of a whole list, ten at a time unless the query says otherwise.
async fn walk(sandbox: &Sandbox, path: &str, list: &str, name: &str) -> Vec<String> {
    let mut page = get(sandbox, path).await.expect(200).json();
    let mut names = Vec::new();
    loop {
        assert!(names.len() < 100, "the list does not end");
        names.extend(page[list].as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().to_owned()));
        let links = page["links"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["rel"] == "next") else {
            assert_eq!(page["numberMatched"], names.len());
            return names;
        };
        page = crate::http::follow(sandbox, &next["href"]).await.expect(200).json();
    }
}

#[tokio::test]
async fn lists_are_paged_filtered_and_sorted() {
    let sandbox = manual().await;
    let mut collections = Vec::new();
    for n in 0..12 {
        let body = json!({ "title": format!("c{n:02}") });
        collections
            .push(post(&sandbox, COLLECTIONS, &body).await.expect(201).json()["id"].as_str().unwrap().to_owned());
        sandbox.advance(Duration::from_secs(1));
    }
    let titles = walk(&sandbox, COLLECTIONS, "collections", "title").await;
    assert_eq!((titles.len(), titles[0].as_str()), (12, "c11"));
    assert_eq!(
        walk(&sandbox, &format!("{COLLECTIONS}?title=~c1&sort=title&limit=1"), "collections", "title").await,
        ["c10", "c11"]
    );

    let items = format!("{COLLECTIONS}/{}/items", collections[0]);
    let features: Vec<Value> = (0..25).map(|n| feature(Some(&format!("i{n:02}")), f64::from(n) * 2.0)).collect();
    add(&sandbox, &collections[0], &json!({ "type": "FeatureCollection", "features": features })).await;
    assert_eq!(walk(&sandbox, &items, "features", "id").await.len(), 25);
    let last = get(&sandbox, &format!("{items}?limit=5&offset=20")).await.expect(200).json();
    assert!(last["links"].as_array().unwrap().iter().all(|link| link["rel"] != "next"), "{last}");
    assert_eq!(walk(&sandbox, &format!("{items}?limit=7&sort=id"), "features", "id").await[24], "i24");
    assert_eq!(walk(&sandbox, &format!("{items}?bbox=1.5,0,2.5,1"), "features", "id").await, ["i01"]);
    assert_eq!(walk(&sandbox, &format!("{COLLECTIONS}?colour=red"), "collections", "title").await, [""; 0]);
    assert_eq!(walk(&sandbox, &format!("{items}?deep__list__0=4.0"), "features", "id").await, ["i02"]);
    assert_eq!(walk(&sandbox, &format!("{items}?id=~i1&sort=id&limit=4"), "features", "id").await.len(), 10);
    for bad in ["limit=0", "limit=10001", "limit=x", "offset=x", "bbox=1", "sort=x"] {
        get(&sandbox, &format!("{items}?{bad}")).await.expect(400);
    }
}

#[tokio::test]
async fn only_good_areas_are_taken() {
    let sandbox = manual().await;
    let collection = collection(&sandbox).await;
    let path = format!("{COLLECTIONS}/{collection}/items");
    let error = async |geometry: Value| {
        let body = json!({ "type": "Feature", "properties": {}, "geometry": geometry });
        let added = post(&sandbox, &path, &body).await.expect(400).json();
        let validated = post(&sandbox, &format!("{COLLECTIONS}/validate"), &body).await.expect(400).json();
        assert_eq!(added, validated);
        let error = &added["errors"][0];
        (error["code"].as_str().unwrap().to_owned(), error["description"].as_str().unwrap().to_owned())
    };
    let (code, text) =
        error(json!({ "type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]] })).await;
    assert_eq!((code.as_str(), text.as_str()), ("invalid-geometry", "Geometry is invalid: Self-intersection[0.5 0.5]"));
    let circle: Vec<[f64; 2]> =
        (0..=1500).map(|n| f64::from(n % 1500) / 1500.0 * std::f64::consts::TAU).map(|a| [a.cos(), a.sin()]).collect();
    let (code, text) = error(json!({ "type": "Polygon", "coordinates": [circle] })).await;
    assert_eq!((code.as_str(), text.as_str()), ("too-many-coordinates", "Geometry has more than 1500 points."));
    assert_eq!(error(json!({ "type": "Point", "coordinates": [0, 0] })).await.0, "invalid-geometry");
    post(&sandbox, &path, &json!({ "type": "Polygon", "coordinates": [] })).await.expect(400);
    post(&sandbox, &format!("{COLLECTIONS}/none/items"), &feature(None, 0.0)).await.expect(404);
    post(&sandbox, &format!("{COLLECTIONS}/validate"), &feature(None, 0.0)).await.expect(200);
}

#[tokio::test]
async fn a_reference_serves_as_area_of_a_search_and_of_a_clip() {
    let sandbox = manual().await;
    let item = &permitted(&sandbox).await[0];
    let collection = collection(&sandbox).await;
    let point = &item["geometry"]["coordinates"][0][0];
    let (x, y) = (point[0].as_f64().unwrap(), point[1].as_f64().unwrap());
    let ring =
        [[x - 0.02, y - 0.02], [x + 0.02, y - 0.02], [x + 0.02, y + 0.02], [x - 0.02, y + 0.02], [x - 0.02, y - 0.02]];
    let area = json!({ "type": "Feature", "id": "1", "geometry": { "type": "Polygon", "coordinates": [ring] }, "properties": {} });
    let reference = json!({ "type": "ref", "content": add(&sandbox, &collection, &area).await[0] });

    let mut search = crate::data::everything();
    search["geometry"] = reference.clone();
    let by_reference = post(&sandbox, "/data/v1/quick-search", &search).await.expect(200).json();
    search["geometry"] = area["geometry"].clone();
    let by_geometry = post(&sandbox, "/data/v1/quick-search", &search).await.expect(200).json();
    assert_eq!(by_reference["features"], by_geometry["features"]);
    assert!(!by_geometry["features"].as_array().unwrap().is_empty());

    let mut order = request(&[item], "visual");
    order["tools"] = json!([{ "clip": { "aoi": reference } }]);
    let order = post(&sandbox, "/compute/ops/orders/v2", &order).await.expect(202).json();
    assert_eq!(order["tools"][0]["clip"]["aoi"], reference);
    sandbox.advance(Duration::from_secs(5));
    let order = crate::http::follow(&sandbox, &order["_links"]["_self"]).await.json();
    crate::orders::location_of(&order, "_3B_Visual_clip.tif");
}

#[tokio::test]
async fn a_reference_may_be_short_and_name_its_version_and_comes_back_with_it() {
    let sandbox = manual().await;
    let collection = collection(&sandbox).await;
    let reference = add(&sandbox, &collection, &feature(Some("a"), 0.0)).await.swap_remove(0);
    let hash = |id: &str| id.rsplit('-').next().unwrap().to_owned();
    let short = format!("pl:features/my/{}/{}", hash(&collection), hash(&reference));
    let whole = format!("pl:features/my/{collection}");
    let mut search = crate::data::everything();
    search["name"] = json!("n");
    for content in
        [json!(reference), json!(format!("{reference}#1")), json!(short), json!(whole), json!([reference, short])]
    {
        search["geometry"] = json!({ "type": "ref", "content": content });
        let saved = post(&sandbox, "/data/v1/searches", &search).await.expect(200).json();
        let stored = saved["geometry"]["content"].as_array().unwrap();
        let sent = content.as_array().map_or(1, Vec::len);
        assert!(stored.len() == sent && stored.iter().all(|one| one.as_str().unwrap().ends_with("#1")), "{saved}");
    }
    for content in [json!(format!("{reference}#2")), json!([]), Value::Null, json!("pl:features/you/a/b")] {
        search["geometry"] = json!({ "type": "ref", "content": content });
        post(&sandbox, "/data/v1/searches", &search).await.expect(400);
    }
}

#[tokio::test]
async fn an_alternate_is_offered_for_a_shape_that_is_refused() {
    let sandbox = manual().await;
    let bow_tie = json!({ "type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]] });
    let body = json!({ "type": "Feature", "properties": {}, "geometry": bow_tie });
    let refused = post(&sandbox, &format!("{COLLECTIONS}/validate"), &body).await.expect(400).json();
    let alternates = refused["alternates_url"].as_str().unwrap().strip_prefix(sandbox.url()).unwrap();
    let alternates = post(&sandbox, alternates, &body).await.expect(200).json();
    let offered = alternates["features"].as_array().unwrap();
    assert_eq!(offered.len(), 3);
    for alternate in offered {
        post(&sandbox, &format!("{COLLECTIONS}/validate"), alternate).await.expect(200);
    }
    post(&sandbox, &format!("{COLLECTIONS}/alternates"), &json!({})).await.expect(400);
}

#[tokio::test]
async fn what_a_collection_says_of_itself_is_text() {
    let sandbox = manual().await;
    for name in ["title", "description", "title_property", "description_property"] {
        let mut body = json!({ "title": "c" });
        body[name] = json!(5);
        let answer = post(&sandbox, COLLECTIONS, &body).await.expect(400).json();
        assert_eq!(answer, json!({ "message": format!("'{name}' is not a string: 5") }));
    }
    assert_eq!(get(&sandbox, COLLECTIONS).await.json()["numberMatched"], 0);
    post(&sandbox, COLLECTIONS, &json!({ "title": "c", "description": null })).await.expect(201);
}

#[tokio::test]
async fn an_organization_has_a_thousand_collections() {
    let sandbox = manual().await;
    for _ in 0..1_000 {
        post(&sandbox, COLLECTIONS, &json!({ "title": "c" })).await.expect(201);
    }
    post(&sandbox, COLLECTIONS, &json!({ "title": "c" })).await.expect(400);
}

#[tokio::test]
async fn a_bare_geometry_is_no_feature_and_one_bad_feature_spoils_all() {
    let sandbox = manual().await;
    let collection = collection(&sandbox).await;
    let items = format!("{COLLECTIONS}/{collection}/items");
    let mut good = feature(None, 0.0);
    post(&sandbox, &items, &good["geometry"]).await.expect(400);
    let point = json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [0, 0] } });
    let both = json!({ "type": "FeatureCollection", "features": [good, point] });
    post(&sandbox, &items, &both).await.expect(400);
    post(&sandbox, &items, &json!({ "type": "FeatureCollection", "features": [1] })).await.expect(400);
    assert_eq!(get(&sandbox, &items).await.json()["numberMatched"], 0);
    good.as_object_mut().unwrap().remove("type");
    post(&sandbox, &items, &good).await.expect(201);
}
