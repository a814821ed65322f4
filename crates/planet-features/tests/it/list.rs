//! Lists of collections and of features.

use futures_util::TryStreamExt;
use planet_features::{Collection, CollectionSort, ErrorKind, Feature, FeatureSort};
use planet_sandbox::Fault;
use serde_json::json;

use crate::setup::{sandbox, square};

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
async fn a_page_is_as_large_as_the_service_has_it_or_as_it_is_asked_to_be() {
    let (_sandbox, client) = sandbox().await;
    let limit = |list: planet_features::ListItems| list.to_request().unwrap().uri().query().map(str::to_owned);
    assert_eq!(limit(client.list_items("c")).as_deref(), Some("limit=1000"));
    assert_eq!(limit(client.list_items("c").page_size(20_000)).as_deref(), Some("limit=10000"));
    assert_eq!(limit(client.list_items("c").limit(3)).as_deref(), Some("limit=3"));
    assert_eq!(limit(client.list_items("c").page_size(0)), None);
    assert_eq!(limit(client.list_items("c").page_size(0).limit(3)), None, "it stays with the service");
    let collections = client.list_collections().page_size(0).to_request().unwrap();
    assert_eq!(collections.uri().query(), None);
}

#[tokio::test]
async fn features_are_found_by_place_id_and_property() {
    let (_sandbox, client) = sandbox().await;
    let collection = client.create_collection("squares").await.unwrap();
    let many: Vec<_> = (0..5).map(square).collect();
    client.add_items(collection.id(), many).await.unwrap();
    let list = || client.list_items(collection.id()).sort(FeatureSort::Id);
    let ids = async |list: planet_features::ListItems| -> Vec<String> {
        let found: Vec<Feature> = list.items().try_collect().await.unwrap();
        found.iter().map(|feature| feature.id().to_owned()).collect()
    };
    assert_eq!(ids(list()).await, ["0", "1", "2", "3", "4"]);
    assert_eq!(ids(list().bbox(1.25, 0.1, 2.1, 0.2)).await, ["1", "2"]);
    assert_eq!(ids(list().id("3")).await, ["3"]);
    assert_eq!(ids(list().property("number", 2)).await, ["2"]);
    assert_eq!(ids(list().property("place__side", "east")).await, ["1", "3"]);
    assert_eq!(ids(list().property_contains("place__side", "es")).await, ["0", "2", "4"]);
    assert_eq!(ids(list().property("number", 2).id("3")).await, [""; 0], "all filters have to fit");
}

#[tokio::test]
async fn collections_are_found_by_title_and_description_and_sorted() {
    let (_sandbox, client) = sandbox().await;
    for (title, description) in [("rye north", "winter"), ("rye", "summer"), ("oats", "winter")] {
        client.create_collection(title).description(description).await.unwrap();
    }
    let titles = async |list: planet_features::ListCollections| -> Vec<String> {
        let found: Vec<Collection> = list.sort(CollectionSort::TitleDesc).items().try_collect().await.unwrap();
        found.iter().map(|collection| collection.title().unwrap().unwrap()).collect()
    };
    assert_eq!(titles(client.list_collections()).await, ["rye north", "rye", "oats"]);
    assert_eq!(titles(client.list_collections().title("rye")).await, ["rye"]);
    assert_eq!(titles(client.list_collections().title_contains("rye")).await, ["rye north", "rye"]);
    assert_eq!(titles(client.list_collections().description("winter")).await, ["rye north", "oats"]);
    assert_eq!(titles(client.list_collections().description_contains("summ").title("rye")).await, ["rye"]);
}

#[tokio::test]
async fn a_filter_that_the_service_would_misread_is_refused_by_name() {
    let (sandbox, client) = sandbox().await;
    let items = |list: planet_features::ListItems| list.to_request().unwrap_err();
    let collections = |list: planet_features::ListCollections| list.to_request().unwrap_err();
    for (error, argument) in [
        (items(client.list_items("c").property("limit", 5)), "property"),
        (items(client.list_items("c").property("_hidden", 5)), "property"),
        (items(client.list_items("c").property_contains("", "x")), "property"),
        (items(client.list_items("c").property("crop", "~rye")), "crop"),
        (items(client.list_items("c").property_contains("crop", "")), "crop"),
        (items(client.list_items("c").bbox(2.0, 0.0, 1.0, 1.0)), "bbox.east"),
        (items(client.list_items("c").bbox(f64::NAN, 0.0, 1.0, 1.0)), "bbox.west"),
        (items(client.list_items("c").id("~7")), "id"),
        (items(client.list_items("c").id("")), "id"),
        (items(client.list_items("a/b")), "collection_id"),
        (collections(client.list_collections().title("~rye")), "title"),
        (collections(client.list_collections().title("")), "title"),
        (collections(client.list_collections().title_contains("")), "title"),
        (collections(client.list_collections().description("~")), "description"),
    ] {
        assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, argument), "{error}");
    }
    assert!(sandbox.requests().is_empty());
}
