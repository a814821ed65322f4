use planet_builders::order::{Archive, Delivery, Destination, Hosting, Notifications, Webhook};
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
fn fallbacks_come_as_a_list_or_as_text_and_are_trimmed_when_the_request_is_built() {
    let bundle = |product: Product| {
        let request = OrderRequest::builder("n").product(product).build().unwrap();
        serde_json::to_value(&request.products()[0]).unwrap()["product_bundle"].clone()
    };
    let product = || Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["a"]);
    let all = "visual,analytic_udm2,analytic_8b_udm2";
    assert_eq!(bundle(product().fallback("analytic_udm2, analytic_8b_udm2 ")), all);
    assert_eq!(bundle(product().fallbacks(["analytic_udm2", "analytic_8b_udm2"])), all);
    assert_eq!(bundle(product().fallbacks([] as [&str; 0])), "visual");
    let empty = OrderRequest::builder("n").product(product().fallback(""));
    assert_eq!(faults(empty.build()), [fault(FaultKind::Missing, "products[0].product_bundle")]);
}

#[test]
fn names_in_another_case_are_corrected_when_the_request_is_built() {
    let request = OrderRequest::builder("n")
        .product(Product::new("PSSCENE", "Analytic_8B_udm2", ["a"]).fallback("VISUAL"))
        .order_type("PaRtial")
        .source_type("Scenes")
        .build()
        .unwrap();
    let product = json!({"item_ids": ["a"], "item_type": "PSScene", "product_bundle": "analytic_8b_udm2,visual"});
    sends(&request, json!({"name": "n", "products": [product], "order_type": "partial", "source_type": "scenes"}));
}

#[test]
fn names_that_the_catalogue_does_not_know_are_faults_with_a_suggestion() {
    let request = OrderRequest::builder("n")
        .product(Product::new("PSScen", "visual", ["a"]).fallback("analytic_udm2"))
        .product(Product::new("PSScene", "visual", ["a"]).fallback("analytic_udm").fallback("pansharpened"))
        .product(Product::new("SkySatVideo", "visual", ["a"]))
        .order_type("ful");
    let error = request.clone().build().unwrap_err();
    let found: Vec<_> = error.faults().iter().map(|fault| (fault.path(), fault.value(), fault.suggestion())).collect();
    assert_eq!(
        found,
        [
            ("products[0].item_type", Some("PSScen"), Some("PSScene")),
            ("products[1].product_bundle", Some("analytic_udm"), Some("analytic_udm2")),
            ("products[1].product_bundle", Some("pansharpened"), None),
            ("products[2].item_type", Some("SkySatVideo"), Some("SkySatScene")),
            ("order_type", Some("ful"), Some("full")),
        ]
    );
    let request = request.allow_unknown().build().unwrap();
    assert_eq!(request.products()[0].item_type().unwrap().as_str(), "PSScen");
    assert_eq!(request.order_type(), Some(&OrderType::Unknown("ful".to_owned())));
}

#[test]
fn quads_and_areas_of_a_basemap_are_products() {
    let area = json!({"type": "Polygon", "coordinates": [[[4.5, 52.25], [4.75, 52.25], [4.75, 52.5], [4.5, 52.25]]]});
    let request = OrderRequest::builder("n")
        .source_type("basemaps")
        .product(Product::quads("global_monthly_2022_01_mosaic", ["1057-1365"]))
        .product(Product::mosaic_area("global_monthly_2022_01_mosaic", &area))
        .build()
        .unwrap();
    sends(
        &request,
        json!({
            "name": "n",
            "source_type": "basemaps",
            "products": [
                {"mosaic_name": "global_monthly_2022_01_mosaic", "quad_ids": ["1057-1365"]},
                {"mosaic_name": "global_monthly_2022_01_mosaic", "geometry": area},
            ],
        }),
    );
    assert_eq!(request.products()[0].quad_ids(), ["1057-1365"]);
    assert_eq!(request.products()[0].item_type(), None);
}

#[test]
fn a_basemap_needs_a_name_and_quads_or_a_sound_area() {
    let broken = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]});
    let request = OrderRequest::builder("n")
        .product(Product::quads(" ", ["1-1", "1-1", ""]))
        .product(Product::quads("m", [] as [&str; 0]))
        .product(Product::mosaic_area("m", broken));
    assert_eq!(
        faults(request.build()),
        [
            fault(FaultKind::Missing, "products[0].mosaic_name"),
            fault(FaultKind::Conflict, "products[0].quad_ids[1]"),
            fault(FaultKind::Missing, "products[0].quad_ids[2]"),
            fault(FaultKind::Missing, "products[1].quad_ids"),
            fault(FaultKind::Geometry, "products[2].geometry.coordinates[0]"),
        ]
    );
    let neither = serde_json::from_value(json!({"mosaic_name": "m", "quad_ids": null})).unwrap();
    let request = OrderRequest::builder("n").product(neither);
    assert_eq!(faults(request.build()), [fault(FaultKind::Missing, "products[0].quad_ids")]);
}

#[test]
fn every_part_of_a_request_is_sent_under_its_name() {
    let request = OrderRequest::builder("all")
        .product(product())
        .subscription_id(0)
        .delivery(Delivery::new().to(Destination::default_of_organization()).archive(Archive::zip()))
        .notifications(Notifications::new().email(false).webhook(Webhook::new("https://h").per_order(false)))
        .hosting(Hosting::sentinel_hub().create_configuration(false))
        .stac()
        .build()
        .unwrap();
    sends(
        &request,
        json!({
            "name": "all",
            "products": [product_json()],
            "subscription_id": 0,
            "delivery": {
                "archive_type": "zip",
                "archive_filename": "{{name}}_{{order_id}}.zip",
                "single_archive": false,
                "destination": {"ref": "pl:destinations/default"},
            },
            "notifications": {"email": false, "webhook": {"url": "https://h", "per_order": false}},
            "hosting": {"sentinel_hub": {"create_configuration": false}},
            "metadata": {"stac": {}},
        }),
    );
}

#[test]
fn what_is_empty_is_left_out() {
    let request = OrderRequest::builder("n")
        .product(product())
        .tools([])
        .delivery(Delivery::new())
        .notifications(Notifications::new())
        .metadata(serde_json::Map::new());
    sends(&request.build().unwrap(), json!({"name": "n", "products": [product_json()]}));
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

#[test]
fn a_faulty_clip_is_not_serialised_as_if_it_were_sound() {
    let faulty = Tool::clip("garbage");
    let error = serde_json::to_value(faulty).unwrap_err();
    assert!(error.to_string().contains("reference"), "{error}");
    let sound = Tool::clip(Geometry::bbox(0.0, 0.0, 1.0, 1.0).unwrap());
    serde_json::to_value(sound).unwrap();
}

#[test]
fn a_tool_that_is_used_twice_is_a_hint() {
    let twice = OrderRequest::builder("n").product(product()).tools([Tool::toar(), Tool::toar()].map(Tool::from));
    let hints = twice.build().unwrap().hints();
    assert_eq!(hints.iter().map(|hint| hint.path()).collect::<Vec<_>>(), ["tools[1]"]);
}

#[test]
fn a_webhook_takes_the_place_of_what_was_read() {
    for read in [json!({"email": true, "webhook": null}), json!({"webhook": "x"})] {
        let notifications: Notifications = serde_json::from_value(read).unwrap();
        let text = serde_json::to_string(&notifications.webhook(Webhook::new("https://example.com/hook"))).unwrap();
        assert_eq!(text.matches("webhook").count(), 1, "{text}");
        assert!(text.contains("https://example.com/hook"));
    }
}

#[test]
fn hosting_prints_no_value_that_it_does_not_know() {
    let hosting: Hosting = serde_json::from_value(json!({"new_host": {"token": "sesame"}})).unwrap();
    assert!(!format!("{hosting:?}").contains("sesame"));
}
