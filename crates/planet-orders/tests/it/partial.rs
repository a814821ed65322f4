//! What an order did not deliver, and the order for it.

use planet_orders::{Order, OrderRequest};
use serde_json::{Value, json};

fn recorded(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn partial() -> Value {
    recorded(include_str!("../../fixtures/order_partial.json"))
}

fn order(document: &Value) -> Order {
    serde_json::from_value(document.clone()).unwrap()
}

fn missing(document: &Value) -> Vec<String> {
    order(document).missing_items().iter().map(|item| item.item_id().to_owned()).collect()
}

#[test]
fn the_recorded_partial_order_lacks_the_item_that_its_hint_names() {
    let order = order(&partial());
    let items = order.missing_items();
    assert_eq!(items.len(), 1);
    assert_eq!((items[0].item_type(), items[0].item_id()), ("PSScene", "20200922_183722_17_106a"));
    assert_eq!(items[0].hints(), order.error_hints());
}

#[test]
fn hints_alone_and_results_alone_tell_what_is_missing() {
    let mut from_list = partial();
    from_list["_links"].as_object_mut().unwrap().remove("results");
    assert_eq!(missing(&from_list), ["20200922_183722_17_106a"]);

    let mut without_hints = partial();
    without_hints["error_hints"] = json!([]);
    assert_eq!(missing(&without_hints), ["20200922_183722_17_106a"]);

    without_hints["_links"].as_object_mut().unwrap().remove("results");
    assert_eq!(missing(&without_hints), [""; 0], "nothing tells");
}

#[test]
fn an_item_of_which_a_file_was_not_delivered_is_missing() {
    let mut order = partial();
    order["_links"]["results"][2]["delivery"] = json!("failed");
    assert_eq!(missing(&order), ["20200922_183724_23_106a", "20200922_183722_17_106a"]);
}

#[test]
fn an_archive_names_no_items_so_only_hints_tell() {
    let mut order = partial();
    order["_links"]["results"] = json!([{"delivery": "success", "name": "18389c7e/output.zip"},
        {"delivery": "success", "name": "18389c7e/manifest.json"}]);
    assert_eq!(missing(&order), ["20200922_183722_17_106a"]);
    order["error_hints"] = json!(["something else"]);
    assert_eq!(missing(&order), [""; 0]);
    // Also not where the order, and so its archive, has the name of one item.
    order["_links"]["results"][0]["name"] = json!("18389c7e/20200922_183724_23_106a_18389c7e.zip");
    assert_eq!(missing(&order), [""; 0]);
}

#[test]
fn an_id_that_begins_like_another_is_not_taken_for_it() {
    let mut order = partial();
    order["products"][0]["item_ids"] = json!(["20200922_183724_23", "20200922_183724_23_106a"]);
    order["error_hints"] = json!([]);
    assert_eq!(missing(&order), ["20200922_183724_23"], "the files are of the longer one");
    order["_links"]["results"] = json!(null);
    order["error_hints"] = json!(["No access to assets: PSScene/20200922_183724_23_106a/[ortho_visual]"]);
    assert_eq!(missing(&order), ["20200922_183724_23_106a"]);
}

#[test]
fn all_is_missing_from_an_order_that_failed_and_nothing_from_one_that_runs_or_succeeded() {
    let all = ["20200922_183724_23_106a", "20200922_183722_17_106a"];
    assert_eq!(missing(&recorded(include_str!("../../fixtures/order_failed.json"))), all);
    assert_eq!(missing(&recorded(include_str!("../../fixtures/order_cancelled.json"))), all);
    for text in [include_str!("../../fixtures/order_success.json"), include_str!("../../fixtures/order_queued.json")] {
        let order = order(&recorded(text));
        assert!(order.missing_items().is_empty() && order.follow_up().is_none());
    }
}

#[test]
fn the_follow_up_orders_what_is_missing_in_the_same_way() {
    let follow_up = order(&partial()).follow_up().unwrap();
    follow_up.check().unwrap();
    let mut expected = serde_json::to_value(OrderRequest::from(&order(&partial()))).unwrap();
    expected["products"][0]["item_ids"] = json!(["20200922_183722_17_106a"]);
    assert_eq!(serde_json::to_value(follow_up).unwrap(), expected);

    let mut two_products = partial();
    let other = json!({"item_ids": ["20200922_183724_23_106a"], "item_type": "PSScene", "product_bundle": "visual"});
    two_products["products"].as_array_mut().unwrap().push(other);
    let request = order(&two_products).follow_up().unwrap();
    assert_eq!(request.products().len(), 1, "nothing of the second product is missing");

    let failed = order(&recorded(include_str!("../../fixtures/order_failed.json")));
    assert_eq!(failed.follow_up().unwrap(), OrderRequest::from(&failed));
}

#[test]
fn odd_documents_lack_nothing_and_do_no_harm() {
    for products in [json!(null), json!(7), json!([7, null, {"item_ids": "a"}, {"item_ids": [1, ""]}])] {
        let document = json!({"id": "1", "state": "partial", "products": products, "error_hints": ["é a"]});
        assert!(order(&document).follow_up().is_none());
    }
}
