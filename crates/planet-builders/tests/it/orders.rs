use planet_builders::{Bundle, FaultKind, Geometry, ItemType, OrderRequest, OrderType, Product, Tool};
use serde_json::{Value, json};

use crate::{fault, faults};

const REFERENCE: &str = "pl:features/my/water-fields-RqB0NZ5/rmQEGqm";

fn product() -> Product {
    Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20220125_075509_67_1061"])
}

fn product_json() -> Value {
    json!({"item_ids": ["20220125_075509_67_1061"], "item_type": "PSScene", "product_bundle": "analytic_udm2"})
}

#[track_caller]
fn sends(request: &OrderRequest, expected: Value) {
    assert_eq!(serde_json::to_value(request).unwrap(), expected);
}

#[test]
fn a_request_sends_only_what_was_given() {
    let request = OrderRequest::builder("test_order").product(product());
    sends(&request.build().unwrap(), json!({"name": "test_order", "products": [product_json()]}));
}

#[test]
fn products_order_type_and_clip_are_sent_in_the_service_s_form() {
    let ring = json!([[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]);
    let area = json!({"type": "Polygon", "coordinates": ring});
    let request = OrderRequest::builder("n")
        .product(product())
        .product(Product::new("PSScene", "analytic_udm2", ["a", "b"]))
        .order_type(OrderType::Partial)
        .tool(Tool::clip(&area))
        .build()
        .unwrap();
    sends(
        &request,
        json!({
            "name": "n",
            "products": [
                product_json(),
                {"item_ids": ["a", "b"], "item_type": "PSScene", "product_bundle": "analytic_udm2"},
            ],
            "order_type": "partial",
            "tools": [{"clip": {"aoi": area}}],
        }),
    );
    assert_eq!(request.products()[1].item_ids(), ["a", "b"]);
    assert_eq!(request.products()[0].item_type(), Some(&ItemType::PSSCENE));
    assert_eq!(request.order_type(), Some(&OrderType::Partial));
    assert_eq!(request.tools()[0].name(), "clip");
}

#[test]
fn a_reference_clips() {
    let clip = Tool::clip(REFERENCE);
    let expected = json!({"clip": {"aoi": {"type": "ref", "content": REFERENCE}}});
    assert_eq!(serde_json::to_value(&clip).unwrap(), expected);
    let request = OrderRequest::builder("n").product(product()).tool(clip);
    request.build().unwrap();
}

#[test]
fn fallback_bundles_follow_with_commas() {
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_8B_UDM2, ["a"])
        .fallback(Bundle::ANALYTIC_SR_UDM2)
        .fallback("analytic_udm2,visual");
    assert_eq!(
        serde_json::to_value(&product).unwrap(),
        json!({"item_ids": ["a"], "item_type": "PSScene",
            "product_bundle": "analytic_8b_udm2,analytic_sr_udm2,analytic_udm2,visual"})
    );
    assert_eq!(product.bundles().count(), 4);
}

#[test]
fn all_faults_of_a_request_come_together() {
    use FaultKind::{Conflict, Geometry as Broken, Missing};
    let open = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]});
    let request = OrderRequest::builder(" ")
        .product(Product::new("", "visual,", [] as [&str; 0]))
        .product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["a", "", "b", "a"]))
        .tool(Tool::clip(open))
        .tool(Tool::clip(json!({"type": "Point", "coordinates": [1, 2]})));
    assert_eq!(
        faults(request.build()),
        [
            fault(Missing, "name"),
            fault(Missing, "products[0].item_ids"),
            fault(Missing, "products[0].item_type"),
            fault(Missing, "products[0].product_bundle"),
            fault(Missing, "products[1].item_ids[1]"),
            fault(Conflict, "products[1].item_ids[3]"),
            fault(Broken, "tools[0].clip.aoi.coordinates[0]"),
            fault(Conflict, "tools[1]"),
            fault(Broken, "tools[1].clip.aoi.type"),
        ]
    );
}

#[test]
fn an_order_needs_a_product() {
    assert_eq!(faults(OrderRequest::builder("n").build()), [fault(FaultKind::Missing, "products")]);
}

#[test]
fn an_order_takes_five_hundred_items_over_all_products() {
    let items = |from, to| (from..to).map(|number: u32| format!("item-{number}"));
    let of = |ids| Product::new(ItemType::PSSCENE, Bundle::VISUAL, ids);
    let full = OrderRequest::builder("n").product(of(items(0, 250)));
    full.clone().product(of(items(250, 500))).build().unwrap();
    assert_eq!(faults(full.product(of(items(250, 501))).build()), [fault(FaultKind::OutOfRange, "products")]);
}

#[test]
fn the_same_item_may_stand_in_two_products() {
    let request = OrderRequest::builder("n").product(product()).product(Product::new(
        ItemType::PSSCENE,
        Bundle::VISUAL,
        ["20220125_075509_67_1061"],
    ));
    request.build().unwrap();
}

/// As a GET of an order answers, with fields that are unknown here, in every place.
fn foreign_request() -> Value {
    json!({
        "id": "18389c7e-1831-4de7-8187-d30ffe88b4b7",
        "name": "all",
        "products": [
            {"item_ids": ["a"], "item_type": "PSScene", "product_bundle": "analytic_udm2", "new": [1]},
            {"mosaic_name": "global_monthly_2022_01_mosaic", "quad_ids": ["1-2"]},
        ],
        "order_type": "soonest",
        "source_type": "scenes",
        "tools": [
            {"clip": {"aoi": {"type": "Point", "coordinates": [181, 2]}}},
            {"composite": {}},
            {"reproject": {"projection": "EPSG:4326", "resolution": 2.705_627_705_6e-5}},
        ],
        "delivery": {"amazon_s3": {"aws_secret_access_key": "sesame"}},
        "metadata": {"stac": {}},
    })
}

#[test]
fn fields_that_are_unknown_here_are_read_and_sent_again() {
    let request: OrderRequest = serde_json::from_value(foreign_request()).unwrap();
    sends(&request, foreign_request());
    assert_eq!(request.products()[1].item_type(), None);
    assert_eq!(request.tools()[1].name(), "composite");
}

#[test]
fn a_request_that_was_read_is_checked_when_asked() {
    let request: OrderRequest = serde_json::from_value(foreign_request()).unwrap();
    assert_eq!(
        faults(request.check()),
        [fault(FaultKind::Invalid, "order_type"), fault(FaultKind::OutOfRange, "tools[0].clip.aoi.coordinates[0]"),]
    );
}

#[test]
fn debug_shows_no_secret_of_a_delivery() {
    let request: OrderRequest = serde_json::from_value(foreign_request()).unwrap();
    let shown = format!("{request:?}");
    assert!(shown.contains("delivery") && !shown.contains("sesame"), "{shown}");
}

#[test]
fn a_tool_is_an_object_with_one_key() {
    for document in [json!({}), json!({"clip": {}, "toar": {}}), json!("clip")] {
        serde_json::from_value::<Tool>(document).unwrap_err();
    }
}

#[test]
fn a_faulty_clip_is_not_serialised_as_if_it_were_sound() {
    let faulty = Tool::clip("garbage");
    let error = serde_json::to_value(faulty).unwrap_err();
    assert!(error.to_string().contains("reference"), "{error}");
    let sound = Tool::clip(Geometry::bbox(0.0, 0.0, 1.0, 1.0).unwrap());
    serde_json::to_value(sound).unwrap();
}
