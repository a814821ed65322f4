//! Input that cannot work, and answers that cannot be read.

use futures_util::TryStreamExt;
use planet::data::Item;
use planet::{ErrorKind, Filter, Geometry, ItemType, OrderRequest, Outcome};
use planet_sandbox::Fault;
use serde_json::Value;

use crate::setup::{World, guide_order, planet_at};

#[tokio::test]
async fn a_wrong_key_is_told_with_its_origin_and_what_to_set() {
    let world = World::new().await;
    let planet = planet_at(world.sandbox.url(), "wrong-key-of-the-test");
    let error = planet.orders().create(guide_order()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unauthorized, Outcome::Rejected));
    let shown = error.to_string();
    for part in ["Please enter your API key", "the key given to Auth::from_key", "PL_API_KEY"] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(!format!("{error:?}").contains("wrong-key-of-the-test"));
}

#[tokio::test]
async fn an_unreachable_host_is_named_with_its_port() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let planet = planet_at(&format!("http://{closed}"), "k");
    let error = planet.orders().get("18389c7e-1831-4de7-8187-d30ffe88b4b7").await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent));
    assert!(error.to_string().contains(&closed.to_string()), "{error}");
    assert_eq!(error.attempts(), 6);
}

#[tokio::test]
async fn faulty_input_is_refused_by_name_before_anything_is_sent() {
    let world = World::new().await;
    let range = Filter::range("cloud_cover").build().unwrap_err();
    assert_eq!(range.faults()[0].path(), "cloud_cover");
    let order = OrderRequest::builder("empty").build().unwrap_err();
    assert_eq!(order.faults()[0].path(), "products");
    let open = r#"{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[1,0]]]}"#;
    let geometry = Geometry::try_from(open).unwrap_err();
    assert!(geometry.faults()[0].path().starts_with("coordinates[0]"), "{geometry}");
    let types: [ItemType; 0] = [];
    let search = world.planet.data().search(types, Filter::empty()).items().try_next().await.unwrap_err();
    assert_eq!(search.faults()[0].path(), "item_types");
    let id = world.planet.orders().get("..").await.unwrap_err();
    assert_eq!(id.kind(), ErrorKind::InvalidInput);
    assert_eq!(world.sandbox.requests().len(), 0);
}

#[tokio::test]
async fn what_the_service_refuses_is_told_in_its_words() {
    let world = World::new().await;
    let types = [ItemType::from("PSScene")];
    let item_type = planet::Product::new("PSScene", "analytic_udm2", ["20990101_000000_0000"]);
    let request = OrderRequest::builder("no such item").product(item_type).build().unwrap();
    let error = world.planet.orders().create(request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.to_string().contains("20990101_000000_0000"), "{error}");
    assert!(!error.api().unwrap().fields().is_empty());
    let missing = world.planet.orders().get("18389c7e-1831-4de7-8187-d30ffe88b4b7").await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    assert!(missing.to_string().contains("Could not load order ID"), "{missing}");
    let found: Vec<Item> = world
        .planet
        .data()
        .search(types, Filter::string_in("id", ["no such"]).unwrap())
        .items()
        .try_collect()
        .await
        .unwrap();
    assert!(found.is_empty());
}

#[tokio::test]
async fn every_recorded_error_document_arrives_as_a_typed_error() {
    let recorded = include_str!("../../../planet-core/fixtures/error_bodies.json");
    let recorded: Vec<Value> = serde_json::from_str(recorded).unwrap();
    let world = World::new().await;
    for case in recorded {
        let body = case["body"].as_str().map_or_else(|| case["body"].to_string(), str::to_owned);
        let status = u16::try_from(case["status"].as_u64().unwrap()).unwrap();
        world.sandbox.clear_faults();
        world.sandbox.fault(Fault::on("GET", "/compute/ops/orders/v2").status(status).body(body.clone()));
        let error = world.planet.orders().get("18389c7e-1831-4de7-8187-d30ffe88b4b7").await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{case}");
        assert_ne!(error.kind(), ErrorKind::Unexpected, "{case}");
        assert_eq!(error.api().unwrap().body(), body, "{case}");
        assert_eq!(error.operation(), Some("orders.get"));
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_a_decode_error_that_quotes_nothing() {
    let world = World::new().await;
    for body in ["", "<html>secret</html>", "{\"id\":1}", "[]"] {
        world.sandbox.clear_faults();
        world.sandbox.fault(Fault::on("GET", "/compute/ops/orders/v2").status(200).body(body));
        let error = world.planet.orders().get("18389c7e-1831-4de7-8187-d30ffe88b4b7").await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown), "{body}");
        assert!(!format!("{error:?}").contains("secret"));
    }
}
