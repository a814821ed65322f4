use planet_builders::order::{Archive, Delivery, GoogleEarthEngine, Hosting, SourceType};
use planet_builders::{Bundle, FaultKind, Geometry, ItemType, OrderRequest, OrderRequestBuilder, Product, Tool};

use crate::{fault, faults};

fn scenes() -> OrderRequestBuilder {
    OrderRequest::builder("n").product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_SR_UDM2, ["a", "b"]))
}

fn basemaps() -> OrderRequestBuilder {
    OrderRequest::builder("n").product(Product::mosaic_area("m", area()))
}

fn area() -> Geometry {
    Geometry::bbox(4.5, 52.25, 4.75, 52.5).unwrap()
}

/// The request is refused, unless the rules of the service are ignored.
#[track_caller]
fn refused(request: OrderRequestBuilder, kind: FaultKind, path: &str) {
    assert_eq!(faults(request.clone().build()), [fault(kind, path)]);
    request.ignore_rules().build().unwrap();
}

#[test]
fn each_source_has_its_tools() {
    let all = [
        Tool::merge(),
        Tool::composite().into(),
        Tool::coregister("a"),
        Tool::file_format("COG"),
        Tool::tile(1).into(),
        Tool::toar().into(),
        Tool::harmonize("Sentinel-2"),
        Tool::clip(area()),
        Tool::reproject("WGS84").into(),
        Tool::band_math(["b1"]).into(),
    ];
    let works = |order: &OrderRequestBuilder, tool: &&Tool| order.clone().tool(Tool::clone(tool)).build().is_ok();
    let names = |order: OrderRequestBuilder| -> Vec<&str> {
        all.iter().filter(|tool| works(&order, tool)).map(Tool::name).collect()
    };
    assert_eq!(
        names(scenes()),
        ["composite", "coregister", "file_format", "tile", "toar", "harmonize", "clip", "reproject", "bandmath"]
    );
    assert_eq!(names(basemaps()), ["merge", "clip", "reproject", "bandmath"]);
    refused(scenes().tool(Tool::merge()), FaultKind::Conflict, "tools[0]");
    refused(basemaps().tool(Tool::toar()), FaultKind::Conflict, "tools[0]");
}

#[test]
fn products_are_of_one_source() {
    let quads = || Product::quads("m", ["1-1"]);
    refused(scenes().product(quads()), FaultKind::Conflict, "products[1]");
    refused(scenes().source_type(SourceType::Basemaps), FaultKind::Conflict, "products[0]");
    refused(basemaps().source_type(SourceType::Scenes), FaultKind::Conflict, "products[0]");
    basemaps().product(quads()).source_type(SourceType::Basemaps).build().unwrap();
}

#[test]
fn a_clip_without_an_area_uses_that_of_a_basemap_s_product() {
    basemaps().tool(Tool::clip_to_product()).build().unwrap();
    refused(scenes().tool(Tool::clip_to_product()), FaultKind::Missing, "tools[0].clip.aoi");
    let quads = basemaps().product(Product::quads("m", ["1-1"]));
    refused(quads.tool(Tool::clip_to_product()), FaultKind::Missing, "tools[0].clip.aoi");
}

#[test]
fn tools_take_only_some_bundles() {
    let of = |item_type, bundle| OrderRequest::builder("n").product(Product::new(item_type, bundle, ["a"]));
    let harmonize = || Tool::harmonize("Sentinel-2");
    scenes().tool(harmonize()).build().unwrap();
    refused(of(ItemType::PSSCENE, Bundle::VISUAL).tool(harmonize()), FaultKind::Conflict, "tools[0].harmonize");
    let falls_back = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_SR_UDM2, ["a"]).fallback(Bundle::ANALYTIC_UDM2);
    let falls_back = OrderRequest::builder("n").product(falls_back);
    refused(falls_back.tool(harmonize()), FaultKind::Conflict, "tools[0].harmonize");
    let basic = of(ItemType::PSSCENE, Bundle::BASIC_ANALYTIC_UDM2);
    refused(basic.tool(Tool::clip(area())), FaultKind::Conflict, "tools[0].clip");
}

#[test]
fn the_anchor_is_an_item_of_the_order() {
    scenes().tool(Tool::coregister("b")).build().unwrap();
    for anchor in ["c", ""] {
        refused(scenes().tool(Tool::coregister(anchor)), FaultKind::Invalid, "tools[0].coregister.anchor_item");
    }
}

#[test]
fn earth_engine_goes_with_clip_and_harmonize_only() {
    let engine = || scenes().delivery(Delivery::new().to(GoogleEarthEngine::new("p", "c")));
    engine().tool(Tool::harmonize("Sentinel-2")).tool(Tool::clip(area())).build().unwrap();
    refused(engine().tool(Tool::clip(area())).tool(Tool::toar()), FaultKind::Conflict, "tools[1]");
    refused(engine().stac(), FaultKind::Conflict, "metadata.stac");
}

#[test]
fn stac_metadata_does_not_go_with_composite() {
    scenes().stac().tool(Tool::clip(area())).build().unwrap();
    refused(scenes().stac().tool(Tool::composite()), FaultKind::Conflict, "metadata.stac");
}

#[test]
fn a_configuration_is_made_for_a_new_collection_only() {
    let hub = || Hosting::sentinel_hub().collection_id("c");
    scenes().hosting(hub().create_configuration(false)).build().unwrap();
    refused(
        scenes().hosting(hub().create_configuration(true)),
        FaultKind::Conflict,
        "hosting.sentinel_hub.create_configuration",
    );
}

#[test]
fn orders_have_limits() {
    let ids = |count: usize| (0..count).map(|id| id.to_string()).collect::<Vec<_>>();
    let of = |item_type, count| OrderRequest::builder("n").product(Product::new(item_type, "visual", ids(count)));
    of(ItemType::PSSCENE, 500).build().unwrap();
    refused(of(ItemType::PSSCENE, 501), FaultKind::OutOfRange, "products");

    let quads = |count| OrderRequest::builder("n").product(Product::quads("m", ids(count)));
    quads(100).build().unwrap();
    refused(quads(101), FaultKind::OutOfRange, "products");

    let zip = || Delivery::new().archive(Archive::zip());
    of(ItemType::SKYSAT_COLLECT, 51).build().unwrap();
    of(ItemType::SKYSAT_COLLECT, 50).delivery(zip()).build().unwrap();
    of(ItemType::PSSCENE, 51).delivery(zip()).build().unwrap();
    refused(of(ItemType::SKYSAT_COLLECT, 51).delivery(zip()), FaultKind::OutOfRange, "products");
}

#[test]
fn ignoring_the_rules_leaves_the_values_checked() {
    let request = scenes().tool(Tool::merge()).tool(Tool::tile(0)).ignore_rules();
    assert_eq!(faults(request.build()), [fault(FaultKind::OutOfRange, "tools[1].tile.tile_size")]);
}

#[test]
fn the_recommended_order_of_tools_is_a_hint() {
    let clip = || Tool::clip(area());
    let hints = |order: OrderRequestBuilder| -> Vec<String> {
        order.build().unwrap().hints().iter().map(|hint| hint.path().to_owned()).collect()
    };
    let none: [&str; 0] = [];
    assert_eq!(hints(scenes().tool(Tool::toar()).tool(clip()).tool(Tool::reproject("WGS84"))), none);
    assert_eq!(hints(scenes().tool(Tool::reproject("WGS84")).tool(clip())), ["tools[1]"]);
    assert_eq!(hints(scenes().tool(Tool::band_math(["b1"])).tool(clip())), ["tools[1]"]);
}

#[test]
fn the_hints_of_areas_are_hints_of_the_request() {
    let clockwise = r#"{"type": "Polygon", "coordinates": [[[4, 52], [4, 53], [5, 53], [5, 52], [4, 52]]]}"#;
    let request = OrderRequest::builder("n")
        .product(Product::mosaic_area("m", clockwise))
        .tool(Tool::clip(clockwise))
        .build()
        .unwrap();
    let hints = request.hints();
    let paths: Vec<&str> = hints.iter().map(|hint| hint.path()).collect();
    assert_eq!(paths, ["products[0].geometry.coordinates[0]", "tools[0].clip.aoi.coordinates[0]"]);
}
