//! A feature of a collection as the area of everything that asks for one.

use futures_util::TryStreamExt;
use planet::data::{Interval, Item};
use planet::features::{Feature, FeatureRef};
use planet::{Bundle, ErrorKind, Filter, Geometry, ItemType, OrderRequest, Product, Tool};
use serde_json::{Value, json};

use crate::setup::{World, oregon};

const SCENE: &str = "20200909_182525_1014";

/// A field of Oregon in a collection, and another one far away.
async fn two_fields(world: &World) -> (Feature, Feature) {
    let features = world.planet.features();
    let collection = features.create_collection("fields").title_property("name").await.unwrap();
    let field = |name: &str, geometry: Geometry| json!({"type": "Feature", "id": name, "properties": {"name": name}, "geometry": geometry});
    let far = Geometry::bbox(10.0, 50.0, 10.1, 50.1).unwrap();
    features.add_items(collection.id(), vec![field("oregon", oregon()), field("far", far)]).await.unwrap();
    let get = async |id: &str| features.get_item(collection.id(), id).await.unwrap();
    (get("oregon").await, get("far").await)
}

fn reference(feature: &Feature) -> String {
    feature.reference().unwrap().unwrap()
}

/// The body of the last request.
fn sent(world: &World) -> Value {
    let requests = world.sandbox.requests();
    serde_json::from_slice(&requests.last().unwrap().body).unwrap()
}

async fn found<G>(world: &World, area: G) -> Vec<String>
where
    G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
{
    let search = world.planet.data().search([ItemType::PSSCENE], Filter::empty()).geometry(area).limit(20);
    let items: Vec<Item> = search.items().try_collect().await.unwrap();
    items.iter().map(|item| item.id().to_owned()).collect()
}

#[tokio::test]
async fn a_feature_is_the_area_of_a_search_and_of_an_orders_clip() {
    let world = World::new().await;
    let (field, _) = two_fields(&world).await;
    let coordinates: Geometry = field.geometry().unwrap().unwrap().try_into().unwrap();
    let items = found(&world, &field).await;
    assert!(!items.is_empty());
    assert_eq!(items, found(&world, coordinates).await);

    let request = OrderRequest::builder("clipped to a feature")
        .product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, [SCENE]))
        .tool(Tool::clip(&field))
        .build()
        .unwrap();
    let order = world.planet.orders().create(request).await.unwrap();
    assert_eq!(sent(&world)["tools"][0]["clip"]["aoi"], json!({"type": "ref", "content": reference(&field)}));
    world.planet.orders().wait(order.id()).await.unwrap();
    let report = world.download(&order).await.unwrap();
    assert!(report.files().iter().any(|file| file.path.to_string_lossy().ends_with("_clip.tif")), "{report:?}");
}

#[tokio::test]
async fn a_feature_is_the_area_of_coverage_statistics_and_saved_searches() {
    let world = World::new().await;
    let (field, far) = two_fields(&world).await;
    let data = world.planet.data();
    let as_sent = json!({"type": "ref", "content": reference(&field)});

    let coverage = data.coverage(ItemType::PSSCENE, SCENE, &field).await.unwrap();
    assert!(coverage.percent().unwrap().is_some(), "{coverage}");
    assert_eq!(sent(&world), json!({"geometry": as_sent}));

    let stats = async |area: &Feature| {
        data.stats([ItemType::PSSCENE], Filter::empty(), Interval::Year).geometry(area).await.unwrap()
    };
    assert!(stats(&field).await.total() > 0);
    assert_eq!(sent(&world)["geometry"], as_sent);

    let saved = data.create_search("field", [ItemType::PSSCENE], Filter::empty()).geometry(&field).await.unwrap();
    assert_eq!(sent(&world)["geometry"], as_sent);
    data.update_search(saved.id(), "field", [ItemType::PSSCENE], Filter::empty()).geometry(far).await.unwrap();
    assert_ne!(sent(&world)["geometry"], as_sent);
    assert_eq!(sent(&world)["geometry"]["type"], "ref");
}

#[tokio::test]
async fn a_feature_can_be_given_in_every_form_and_several_as_a_list_of_references() {
    let world = World::new().await;
    let (field, far) = two_fields(&world).await;
    let reference = reference(&field);
    let one = json!({"type": "ref", "content": reference});
    let parsed: FeatureRef = reference.parse().unwrap();
    let put_together = FeatureRef::try_new(parsed.collection(), parsed.feature()).unwrap();
    let items = found(&world, &field).await;
    assert_eq!(sent(&world)["geometry"], one);
    assert_eq!(found(&world, field.clone()).await, items);
    assert_eq!(found(&world, reference.as_str()).await, items);
    assert_eq!(found(&world, &reference).await, items);
    assert_eq!(sent(&world)["geometry"], one);
    assert_eq!(found(&world, &parsed).await, items);
    assert_eq!(found(&world, put_together).await, items);
    assert_eq!(sent(&world)["geometry"], one);

    let geojson: planet::geojson::Feature = serde_json::from_str(field.as_json()).unwrap();
    assert_eq!(found(&world, &geojson).await, items, "a Feature of GeoJSON gives its geometry");
    assert_eq!(sent(&world)["geometry"]["type"], "Polygon");

    let far = far.reference().unwrap().unwrap();
    let both = Geometry::references([&reference, &far]).unwrap();
    assert!(found(&world, both).await.len() >= items.len());
    assert_eq!(sent(&world)["geometry"], json!({"type": "ref", "content": [reference, far]}));
}

#[tokio::test]
async fn a_feature_gives_its_coordinates_where_no_reference_is_taken() {
    let world = World::new().await;
    let (field, _) = two_fields(&world).await;
    let filter = Filter::geometry(&field).unwrap();
    let search = world.planet.data().search([ItemType::PSSCENE], filter).limit(20);
    let items: Vec<Item> = search.items().try_collect().await.unwrap();
    assert_eq!(sent(&world)["filter"]["config"]["type"], "Polygon");
    assert_eq!(items.len(), found(&world, &field).await.len());
}

#[tokio::test]
async fn a_feature_that_is_no_area_is_refused_by_name_before_anything_is_sent() {
    let world = World::new().await;
    let nowhere: Feature = serde_json::from_value(json!({"id": "1", "properties": {}, "geometry": null})).unwrap();
    let search = world.planet.data().search([ItemType::PSSCENE], Filter::empty()).geometry(&nowhere);
    let searched = search.items().try_next().await.unwrap_err();
    let covered = world.planet.data().coverage(ItemType::PSSCENE, SCENE, &nowhere).await.unwrap_err();
    for error in [searched, covered] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.faults()[0].path().starts_with("geometry"), "{error}");
    }
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, [SCENE]);
    let clipped = OrderRequest::builder("nowhere").product(product).tool(Tool::clip(nowhere)).build().unwrap_err();
    assert!(clipped.faults()[0].path().starts_with("tools[0].clip.aoi"), "{clipped}");
    assert!(world.sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_feature_that_was_deleted_is_told_in_the_services_words() {
    let world = World::new().await;
    let (field, _) = two_fields(&world).await;
    let parsed: FeatureRef = reference(&field).parse().unwrap();
    world.planet.features().delete_item(parsed.collection(), parsed.feature()).await.unwrap();
    let search = world.planet.data().search([ItemType::PSSCENE], Filter::empty()).geometry(&field);
    let error = search.items().try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.to_string().contains("does not exist"), "{error}");
}
