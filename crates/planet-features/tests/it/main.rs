//! Requests as bytes, and recorded answers as values.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use futures_util::TryStreamExt;
use planet_builders::{Filter, Geometry};
use planet_core::{Auth, Endpoint, Pace, Session};
use planet_features::{Collection, ErrorKind, Feature, FeaturesClient};
use planet_sandbox::{Fault, Sandbox};
use serde_json::json;

async fn sandbox() -> (Sandbox, FeaturesClient) {
    let sandbox = Sandbox::builder().limits(false).start().await.unwrap();
    let endpoint = Endpoint::parse(sandbox.url()).unwrap();
    let session = Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(endpoint).pace(Pace::off());
    let features = FeaturesClient::new(&session.build().unwrap());
    (sandbox, features)
}

fn square(id: u32) -> serde_json::Value {
    let (west, south) = (f64::from(id), 0.0);
    json!({
        "type": "Feature",
        "id": id.to_string(),
        "properties": {"number": id},
        "geometry": {"type": "Polygon", "coordinates": [[
            [west, south], [west + 0.5, south], [west + 0.5, 0.5], [west, 0.5], [west, south]
        ]]},
    })
}

#[tokio::test]
async fn features_are_added_and_listed_page_by_page() {
    let (sandbox, client) = sandbox().await;
    let collection = client.create_collection("squares").description("many").await.unwrap();
    let many: Vec<_> = (0..25).map(square).collect();
    let references =
        client.add_items(collection.id(), json!({"type": "FeatureCollection", "features": many})).await.unwrap();
    assert_eq!(references.len(), 25);
    let listed: Vec<Feature> = client.list_items(collection.id()).page_size(10).items().try_collect().await.unwrap();
    let mut listed: Vec<String> = listed.iter().map(|feature| feature.reference().unwrap().unwrap()).collect();
    let mut expected = references.clone();
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);
    let pages = sandbox.requests().iter().filter(|request| request.method == "GET").count();
    assert_eq!(pages, 3);
    let collections: Vec<Collection> = client.list_collections().items().try_collect().await.unwrap();
    assert_eq!(collections[0].title().unwrap().as_deref(), Some("squares"));
}

#[tokio::test]
async fn a_page_tells_how_many_there_are_and_is_no_larger_than_what_is_wanted() {
    let (sandbox, client) = sandbox().await;
    let collection = client.create_collection("squares").await.unwrap();
    let many: Vec<_> = (0..25).map(square).collect();
    client.add_items(collection.id(), json!({"type": "FeatureCollection", "features": many})).await.unwrap();
    let pages: Vec<_> = client.list_items(collection.id()).limit(7).pages().try_collect().await.unwrap();
    assert_eq!((pages.len(), pages[0].items.len(), pages[0].total), (1, 7, Some(25)));
    assert_eq!(sandbox.requests().last().unwrap().query_value("limit"), Some("7"));
    let collections: Vec<_> = client.list_collections().page_size(1).pages().try_collect().await.unwrap();
    assert_eq!(collections[0].total, Some(1));
}

#[tokio::test]
async fn a_page_without_links_is_the_last() {
    let (sandbox, client) = sandbox().await;
    sandbox
        .fault(Fault::on("GET", "/features/v1/ogc/my/collections").status(200).body(r#"{"collections":[{"id":"a"}]}"#));
    let collections: Vec<Collection> = client.list_collections().items().try_collect().await.unwrap();
    assert_eq!(collections[0].id(), "a");
}

#[tokio::test]
async fn the_recorded_pages_are_read() {
    let (sandbox, client) = sandbox().await;
    let page = include_str!("../../fixtures/features_items_page_last.json");
    sandbox.fault(Fault::on("GET", "/features/v1/ogc/my/collections/c/items").status(200).body(page));
    let features: Vec<Feature> = client.list_items("c").items().try_collect().await.unwrap();
    assert!(!features.is_empty());
    let recorded: serde_json::Value = serde_json::from_str(page).unwrap();
    assert_eq!(serde_json::to_value(&features).unwrap(), recorded["features"]);
    let page: serde_json::Value =
        serde_json::from_str(include_str!("../../fixtures/features_collections_page_1.json")).unwrap();
    let collections: Vec<Collection> = serde_json::from_value(page["collections"].clone()).unwrap();
    assert_eq!(serde_json::to_value(&collections).unwrap(), page["collections"]);
}

#[tokio::test]
async fn a_collection_without_a_title_is_refused_before_anything_is_sent() {
    let (sandbox, client) = sandbox().await;
    let error = client.create_collection(" ").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.faults()[0].path(), "title");
    assert!(sandbox.requests().is_empty());
}

fn feature(members: serde_json::Value) -> Feature {
    let mut document = json!({"type": "Feature", "id": "1"});
    document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    serde_json::from_value(document).unwrap()
}

#[test]
fn a_feature_is_sent_as_its_reference_where_one_is_taken_and_as_its_geometry_in_filters() {
    let reference = "pl:features/my/water-fields-RqB0NZ5/rmQEGqm";
    let point = json!({"type": "Point", "coordinates": [37.5, 14.5]});
    let sent = json!({"type": "ref", "content": reference});

    let field = feature(json!({"properties": {"pl:ref": reference}, "geometry": point}));
    assert_eq!(Geometry::try_from(&field).unwrap().as_json(), &sent);
    assert_eq!(serde_json::to_value(Filter::geometry(&field).unwrap()).unwrap()["config"], point);

    let hidden = feature(json!({"properties": {"pl:ref": reference}, "geometry": null}));
    assert_eq!(Geometry::try_from(&hidden).unwrap().as_json(), &sent);
    assert!(Filter::geometry(hidden).is_err());

    // The service holds what would not pass our checks.
    let open = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]});
    let odd = feature(json!({"properties": {"pl:ref": reference}, "geometry": open}));
    assert_eq!(Geometry::try_from(odd).unwrap().as_json(), &sent);
}

#[test]
fn a_feature_without_a_reference_gives_its_geometry() {
    let point = json!({"type": "Point", "coordinates": [37.5, 14.5]});
    for properties in [json!({"name": "pond"}), json!(null)] {
        let pond = feature(json!({"properties": properties, "geometry": point}));
        assert_eq!(Geometry::try_from(pond).unwrap().as_json(), &point);
    }
    let error = Geometry::try_from(feature(json!({"properties": {}, "geometry": null}))).unwrap_err();
    assert_eq!(error.faults()[0].path(), "geometry");
}
