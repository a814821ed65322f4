//! What each operation sends.

use std::borrow::Cow;

use http::Method;
use planet_builders::order::{Delivery, GoogleCloudStorage, Secret};
use planet_core::{Auth, ErrorKind, Session};
use planet_orders::{CancelOrders, Order, OrderRequest, OrdersClient, Product};

fn orders() -> OrdersClient {
    OrdersClient::new(&Session::builder().auth(Auth::from_key("k")).build().unwrap())
}

#[test]
fn creating_posts_the_request_as_json() {
    let product = Product::new("PSScene", "analytic_udm2", ["20200909_182525_1014"]);
    let request = OrderRequest::builder("oregon").product(product).build().unwrap();
    let sent = orders().create(request).to_request().unwrap();
    assert_eq!(sent.method(), Method::POST);
    assert_eq!(sent.uri(), "https://api.planet.com/compute/ops/orders/v2");
    assert_eq!(sent.headers()["content-type"], "application/json");
    let body: serde_json::Value = serde_json::from_slice(sent.body()).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "name": "oregon",
            "products": [{
                "item_ids": ["20200909_182525_1014"], "item_type": "PSScene", "product_bundle": "analytic_udm2"
            }],
        })
    );
}

#[test]
fn an_order_is_placed_again_once_its_secrets_are_given() {
    let recorded = include_str!("../../fixtures/order_success_cloud_delivery.json");
    let order: Order = serde_json::from_str(recorded).unwrap();
    let request = OrderRequest::from(&order);
    let error = orders().create(request.clone()).to_request().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.faults()[0].path(), "delivery.google_cloud_storage.credentials");

    let bucket = GoogleCloudStorage::service_account("example-bucket", &Secret::new("{}")).path_prefix("planet/");
    let request = request.into_builder().delivery(Delivery::new().to(bucket)).build().unwrap();
    let sent = orders().create(request).to_request().unwrap();
    let body: serde_json::Value = serde_json::from_slice(sent.body()).unwrap();
    let document: serde_json::Value = serde_json::from_str(recorded).unwrap();
    let mut keys: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["delivery", "name", "products", "tools"]);
    assert_eq!((&body["products"], &body["tools"]), (&document["products"], &document["tools"]));
    assert_eq!(body["delivery"]["google_cloud_storage"]["credentials"], "e30=");
}

#[test]
fn one_order_is_asked_for_and_cancelled_by_its_id() {
    let get = orders().get("urn:uuid:18389C7E-1831-4DE7-8187-D30FFE88B4B7").to_request().unwrap();
    assert_eq!(get.method(), Method::GET);
    assert_eq!(get.uri().path(), "/compute/ops/orders/v2/18389c7e-1831-4de7-8187-d30ffe88b4b7");
    let cancel = orders().cancel("{18389C7E18314DE78187D30FFE88B4B7}").to_request().unwrap();
    assert_eq!(cancel.method(), Method::PUT);
    assert_eq!(cancel.uri().path(), "/compute/ops/orders/v2/18389c7e-1831-4de7-8187-d30ffe88b4b7");
    assert!(cancel.body().is_empty());
}

#[test]
fn what_is_no_id_is_refused_by_name() {
    for id in ["", ".", "..", "a/b", "18389c7e", "oregon", "../18389c7e-1831-4de7-8187-d30ffe88b4b7"] {
        let get = orders().get(id).to_request().unwrap_err();
        let cancel = orders().cancel(id).to_request().unwrap_err();
        for (error, operation) in [(get, "orders.get"), (cancel, "orders.cancel")] {
            assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, Some(operation)));
            assert_eq!(error.faults()[0].path(), "order_id");
        }
    }
}

#[test]
fn orders_are_cancelled_each_once_and_by_their_canonical_ids() {
    let ids = [
        "urn:uuid:18389c7e-1831-4de7-8187-d30ffe88b4b7",
        "F05B1ED711F043DA960CA624F7C355C8",
        "18389c7e-1831-4de7-8187-d30ffe88b4b7",
    ];
    let sent = orders().cancel_many(ids).to_request().unwrap();
    assert_eq!((sent.method(), sent.uri().path()), (&Method::POST, "/compute/ops/bulk/orders/v2/cancel"));
    assert_eq!(
        sent.body(),
        r#"{"order_ids":["18389c7e-1831-4de7-8187-d30ffe88b4b7","f05b1ed7-11f0-43da-960c-a624f7c355c8"]}"#
    );
}

#[test]
fn lists_of_ids_are_lent_or_given_away() {
    let texts = ["18389c7e-1831-4de7-8187-d30ffe88b4b7", "f05b1ed7-11f0-43da-960c-a624f7c355c8"];
    let (lent, owned) = (texts.to_vec(), texts.map(str::to_owned).to_vec());
    let client = orders();
    let all = [
        client.cancel_many(&lent),
        client.cancel_many(&owned),
        client.cancel_many(texts.map(Cow::from)),
        client.cancel_many(lent.clone()),
        client.cancel_many(owned.clone()),
    ];
    let sent = |call: &CancelOrders| call.to_request().unwrap().into_body();
    assert!(all.iter().all(|call| sent(call) == sent(&all[0])));
    for wait in [client.wait_many(&lent), client.wait_many(&owned), client.wait_many(owned)] {
        drop(wait);
    }
}

#[test]
fn all_orders_are_cancelled_by_a_method_of_its_own_and_never_by_an_empty_list() {
    let all = orders().cancel_all().to_request().unwrap();
    assert_eq!((all.uri().path(), all.body().as_ref()), ("/compute/ops/bulk/orders/v2/cancel", b"{}".as_slice()));
    let none = orders().cancel_many(Vec::<String>::new()).to_request().unwrap_err();
    assert_eq!((none.kind(), none.faults()[0].path()), (ErrorKind::InvalidInput, "order_ids"));
    assert!(none.to_string().contains("cancel_all"), "{none}");
}

#[test]
fn every_id_that_is_none_is_named_by_its_place_and_nothing_is_sent() {
    let error = orders().cancel_many(["18389c7e-1831-4de7-8187-d30ffe88b4b7", "x", ""]).to_request().unwrap_err();
    let paths: Vec<&str> = error.faults().iter().map(|fault| fault.path()).collect();
    assert_eq!(paths, ["order_ids[1]", "order_ids[2]"]);
    assert_eq!(error.operation(), Some("orders.cancel_many"));
}

#[test]
fn figures_are_asked_for_without_anything() {
    let sent = orders().stats().to_request().unwrap();
    assert_eq!((sent.method(), sent.uri().path()), (&Method::GET, "/compute/ops/stats/orders/v2"));
}

#[test]
fn the_bundles_are_asked_for_without_a_version() {
    let sent = orders().bundles().to_request().unwrap();
    assert_eq!(sent.method(), Method::GET);
    assert_eq!(sent.uri(), "https://api.planet.com/compute/ops/bundles/spec");
}
