//! Requests that are too much for one order.

use std::collections::BTreeSet;

use planet_builders::catalog::limits::{ITEMS_PER_ORDER, ITEMS_PER_ZIPPED_ORDER, QUADS_PER_ORDER};
use planet_builders::order::{Archive, Delivery, Hosting, Notifications};
use planet_builders::{
    Bundle, Geometry, ItemType, OrderRequest, OrderRequestBuilder, OrderType, Product, Result, Tool,
};
use proptest::prelude::*;
use serde_json::json;

fn ids(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(|number| format!("item_{number:05}")).collect()
}

fn scenes(numbers: impl IntoIterator<Item = u32>) -> Product {
    Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ids(numbers))
}

fn built(parts: Vec<OrderRequestBuilder>) -> Vec<OrderRequest> {
    parts.into_iter().map(|part| part.build().unwrap()).collect()
}

fn paths(refused: Result<Vec<OrderRequestBuilder>>) -> Vec<String> {
    refused.unwrap_err().faults().iter().map(|fault| fault.path().to_owned()).collect()
}

fn sizes(parts: &[OrderRequest]) -> Vec<usize> {
    let size = |part: &OrderRequest| part.products()[0].item_ids().len() + part.products()[0].quad_ids().len();
    parts.iter().map(size).collect()
}

#[test]
fn what_fits_is_one_part_and_the_same_request() {
    let request = OrderRequest::builder("small").product(scenes(0..500)).tool(Tool::composite());
    let parts = built(request.clone().split().unwrap());
    assert_eq!(parts, [request.build().unwrap()]);
}

#[test]
fn every_part_keeps_the_name_the_tools_the_delivery_and_all_else() {
    let area = Geometry::bbox(-91.20, 42.89, -91.12, 42.95).unwrap();
    let request = OrderRequest::builder("large")
        .product(scenes(0..501))
        .tool(Tool::clip(area))
        .order_type(OrderType::Partial)
        .subscription_id(7)
        .delivery(Delivery::new().archive(Archive::zip().single(true)))
        .notifications(Notifications::new().email(true))
        .stac();
    let parts = built(request.split().unwrap());
    assert_eq!(sizes(&parts), [500, 1]);
    let rest = |part: &OrderRequest| {
        let mut json = serde_json::to_value(part).unwrap();
        json["products"].take();
        json
    };
    assert_eq!(rest(&parts[0]), rest(&parts[1]));
    let named = ["name", "tools", "order_type", "subscription_id", "delivery", "notifications", "metadata"];
    assert!(named.iter().all(|name| !rest(&parts[1])[name].is_null()), "{}", rest(&parts[1]));
}

#[test]
fn each_item_type_bundle_and_basemap_has_parts_of_its_own() {
    let request = OrderRequest::builder("kinds")
        .product(scenes(0..2))
        .product(Product::new("psscene", "ANALYTIC_UDM2", ids(1..3)))
        .product(Product::new(ItemType::PSSCENE, "analytic_udm2, visual", ids(0..2)))
        .product(Product::new(ItemType::SKYSAT_SCENE, Bundle::VISUAL, ids(0..1)));
    let parts = built(request.split().unwrap());
    assert_eq!(sizes(&parts), [3, 2, 1], "names in another case are the same names");
    assert_eq!(parts[0].products()[0].item_ids(), ids(0..3));
    assert!(parts[1].products()[0].bundles().eq([Bundle::ANALYTIC_UDM2, Bundle::VISUAL]));

    let basemaps = OrderRequest::builder("quads")
        .product(Product::quads("january", ids(0..150)))
        .product(Product::quads("february", ids(0..10)))
        .product(Product::mosaic_area("january", Geometry::bbox(4.61, 52.35, 4.68, 52.40).unwrap()));
    assert_eq!(sizes(&built(basemaps.split().unwrap())), [100, 50, 10, 0]);
}

#[test]
fn archives_of_large_items_have_a_limit_of_their_own() {
    let collects = || Product::new(ItemType::SKYSAT_COLLECT, Bundle::VISUAL, ids(0..60));
    let zip = || Delivery::new().archive(Archive::zip());
    let parts = |request: OrderRequestBuilder| sizes(&built(request.split().unwrap()));
    assert_eq!(parts(OrderRequest::builder("links").product(collects())), [60]);
    assert_eq!(parts(OrderRequest::builder("zip").product(collects()).delivery(zip())), [50, 10]);
    assert_eq!(parts(OrderRequest::builder("zip").product(scenes(0..60)).delivery(zip())), [60]);
}

#[test]
fn what_works_over_all_items_is_refused_when_there_is_more_than_one_part() {
    let many = |request: OrderRequestBuilder| request.product(scenes(0..501));
    let composite =
        many(OrderRequest::builder("one image")).tool(Tool::clip("pl:features/my/a/b")).tool(Tool::composite());
    assert_eq!(paths(composite.clone().split()), ["tools[1]"]);
    assert_eq!(composite.ignore_rules().split().unwrap().len(), 2);
    let coregister = many(OrderRequest::builder("aligned")).tool(Tool::coregister("item_00000"));
    assert_eq!(paths(coregister.split()), ["tools[0]"]);

    let hosting = |hosting| many(OrderRequest::builder("hosted")).hosting(hosting).split();
    let new = hosting(Hosting::sentinel_hub().create_configuration(true));
    assert_eq!(paths(new), ["hosting.sentinel_hub.collection_id"]);
    let known = Hosting::sentinel_hub().collection_id("ba8f7274-aacc-425e-8a38-e21517bfbeff");
    assert_eq!(hosting(known).unwrap().len(), 2);
}

#[test]
fn faults_are_told_at_the_places_of_the_whole_request() {
    let mut wrong = ids(0..1200);
    wrong[1100] = String::new();
    wrong.push(wrong[0].clone());
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, wrong);
    let refused = OrderRequest::builder("").product(scenes(0..1)).product(product).split();
    assert_eq!(paths(refused), ["name", "products[1].item_ids[1100]"]);
    assert_eq!(paths(OrderRequest::builder("none").split()), ["products"]);
}

#[test]
fn what_is_unknown_stays_allowed_in_the_parts() {
    let request = OrderRequest::builder("new").product(Product::new("NewScene", "analytic_new", ids(0..600)));
    assert!(request.clone().split().is_err());
    assert_eq!(sizes(&built(request.allow_unknown().split().unwrap())), [500, 100]);
    let odd = json!({"item_ids": ids(0..501), "item_type": "PSScene", "product_bundle": "visual", "extra": 1});
    let odd = OrderRequest::builder("odd").product(serde_json::from_value(odd).unwrap());
    for part in built(odd.split().unwrap()) {
        assert_eq!(serde_json::to_value(&part.products()[0]).unwrap()["extra"], 1);
    }
}

/// A product of some kind, with ids from a small range, so that some come again.
fn any_product() -> impl Strategy<Value = Product> {
    (0..5_usize, prop::collection::vec(0..900_u32, 1..900)).prop_map(|(kind, numbers)| match kind {
        0 => scenes(numbers),
        1 => Product::new("psscene", "visual", ids(numbers)),
        2 => Product::new(ItemType::SKYSAT_COLLECT, Bundle::ANALYTIC_UDM2, ids(numbers)),
        3 => Product::new(ItemType::PSSCENE, "analytic_udm2,visual", ids(numbers)),
        _ => Product::new(ItemType::SKYSAT_SCENE, Bundle::VISUAL, ids(numbers)),
    })
}

type Placed = BTreeSet<(String, String, String)>;

/// What is ordered, as type, bundles and id; and how many ids there were.
fn placed(products: &[Product]) -> (Placed, usize) {
    let mut count = 0;
    let mut placed = Placed::new();
    for product in products {
        let kind = product.item_type().unwrap().as_str().to_lowercase();
        let bundles: Vec<String> = product.bundles().map(|bundle| bundle.to_string()).collect();
        count += product.item_ids().len();
        placed.extend(product.item_ids().iter().map(|id| (kind.clone(), bundles.join(","), id.clone())));
    }
    (placed, count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_id_is_in_one_part_and_every_part_within_the_limits(
        products in prop::collection::vec(any_product(), 1..6),
        zipped: bool,
        mut order in any::<u64>(),
    ) {
        let mut request = OrderRequest::builder("any").products(products.clone());
        if zipped {
            request = request.delivery(Delivery::new().archive(Archive::zip()));
        }
        let parts = built(request.clone().split().unwrap());
        let (wanted, _) = placed(&products);
        let ordered: Vec<Product> = parts.iter().flat_map(OrderRequest::products).cloned().collect();
        let (ordered, count) = placed(&ordered);
        prop_assert_eq!(&ordered, &wanted);
        prop_assert_eq!(count, wanted.len(), "no id is placed twice");
        for part in &parts {
            let [product] = part.products() else { panic!("one product a part") };
            let large = zipped && product.item_type() == Some(&ItemType::SKYSAT_COLLECT);
            let limit = if large { ITEMS_PER_ZIPPED_ORDER } else { ITEMS_PER_ORDER };
            prop_assert!((1..=limit).contains(&product.item_ids().len()));
            prop_assert!(part.check().is_ok());
        }

        // The same ids in another order make the same parts.
        let mut shuffled: Vec<Product> = products;
        for product in &mut shuffled {
            let mut ids = product.item_ids().to_vec();
            for at in (1..ids.len()).rev() {
                order = order.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                ids.swap(at, (order >> 33) as usize % (at + 1));
            }
            *product = product.clone().with_ids(ids);
        }
        prop_assert_eq!(built(request.products(shuffled).split().unwrap()), parts);
    }

    #[test]
    fn quads_are_split_likewise(numbers in prop::collection::vec(0..400_u32, 1..600)) {
        let request = OrderRequest::builder("quads").product(Product::quads("mosaic", ids(numbers.clone())));
        let parts = built(request.split().unwrap());
        let ordered: Vec<&String> = parts.iter().flat_map(|part| part.products()[0].quad_ids()).collect();
        let wanted: BTreeSet<String> = ids(numbers).into_iter().collect();
        prop_assert!(ordered.iter().copied().eq(wanted.iter()));
        prop_assert!(sizes(&parts).iter().all(|size| *size <= QUADS_PER_ORDER));
    }
}
