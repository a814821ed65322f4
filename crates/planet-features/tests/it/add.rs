//! Adding features in one request.

use planet_builders::Geometry;
use planet_features::testing::Answer;
use planet_features::{Error, ErrorKind, Feature, NewFeatures, Outcome, geojson};
use serde_json::{Value, json};

use crate::setup::{body, sandbox, script, shape, square};

/// What is sent for an input.
fn sent(features: impl Into<NewFeatures>) -> Value {
    let (_script, client) = script([]);
    body(&client.add_items("c", features).to_request().unwrap())
}

/// What is wrong with an input, by path.
fn faults(features: impl Into<NewFeatures>) -> Vec<String> {
    let (_script, client) = script([]);
    let error = client.add_items("c", features).to_request().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    error.faults().iter().map(|fault| fault.path().to_owned()).collect()
}

#[test]
fn features_and_collections_are_sent_as_they_are() {
    let mut odd = square(1);
    odd["links"] = json!([]);
    odd["geometry"]["coordinates"][0][0] = json!([1.0, 0.0, 12.5]);
    odd["geometry"]["coordinates"][0][4] = json!([1.0, 0.0, 12.5]);
    assert_eq!(sent(odd.clone()), odd);
    let collection = json!({"type": "FeatureCollection", "name": "mine", "features": [odd, square(2)]});
    assert_eq!(sent(&collection), collection);
    assert_eq!(sent(collection.to_string()), collection);
    let bare = json!({"type": "Feature", "geometry": shape(1)});
    assert_eq!(sent(bare.clone()), bare, "nothing is added to a Feature");
}

#[test]
fn a_bare_geometry_becomes_a_feature_without_properties() {
    let wanted = json!({"type": "Feature", "properties": {}, "geometry": shape(1)});
    assert_eq!(sent(shape(1)), wanted);
    assert_eq!(sent(shape(1).to_string().as_str()), wanted);
    assert_eq!(sent(Geometry::try_from(shape(1)).unwrap()), wanted);
    assert_eq!(sent(Geometry::feature("pl:features/my/c/f", shape(1)).unwrap()), wanted);
    let multi = json!({"type": "MultiPolygon", "coordinates": [shape(1)["coordinates"]]});
    assert_eq!(sent(multi.clone())["geometry"], multi);
}

#[test]
fn typed_geojson_is_taken_in_each_of_its_types() {
    let feature: geojson::Feature = serde_json::from_value(square(1)).unwrap();
    assert_eq!(sent(&feature), square(1));
    let geometry = feature.geometry.clone().unwrap();
    assert_eq!(sent(geometry)["geometry"], shape(1));
    let collection = geojson::FeatureCollection { bbox: None, features: vec![feature.clone()], foreign_members: None };
    assert_eq!(sent(&collection), json!({"type": "FeatureCollection", "features": [square(1)]}));
    assert_eq!(sent(geojson::GeoJson::from(feature)), square(1));
}

#[test]
fn a_list_is_one_collection_in_its_order() {
    let collection = json!({"type": "FeatureCollection", "features": [square(2), square(3)]});
    let list = sent(vec![square(1), collection, shape(4)]);
    let wrapped = json!({"type": "Feature", "properties": {}, "geometry": shape(4)});
    assert_eq!(list["features"], json!([square(1), square(2), square(3), wrapped]));
    assert_eq!(NewFeatures::from(vec![square(1), square(2)]).len(), 2);
    assert_eq!(NewFeatures::from(square(1)).len(), 1);
    assert!(NewFeatures::from(Vec::<Value>::new()).is_empty());
}

#[tokio::test]
async fn a_feature_of_the_service_is_copied_into_another_collection() {
    let (_sandbox, client) = sandbox().await;
    let from = client.create_collection("from").await.unwrap();
    let to = client.create_collection("to").await.unwrap();
    client.add_items(from.id(), square(1)).await.unwrap();
    let feature: Feature = client.get_item(from.id(), "1").await.unwrap();
    let copied = client.add_items(to.id(), &feature).await.unwrap();
    assert_ne!(Some(copied[0].as_str()), feature.reference().unwrap().as_deref());
    assert_eq!(client.get_item(to.id(), "1").await.unwrap().geometry().unwrap().unwrap(), shape(1));
}

#[tokio::test]
async fn the_id_comes_from_the_property_that_is_named() {
    let (sandbox, client) = sandbox().await;
    let collection = client.create_collection("squares").await.unwrap();
    let added = client.add_items(collection.id(), square(7)).property_id("number").await.unwrap();
    assert_eq!(sandbox.requests().last().unwrap().query_value("property_id"), Some("number"));
    assert!(added[0].contains("/7-"), "{added:?}");
    let error = client.add_items(collection.id(), square(8)).property_id("").await.unwrap_err();
    assert_eq!(error.faults()[0].path(), "property_id");
}

fn polygon(vertices: u32) -> Value {
    let corner = |index: u32| {
        let angle = std::f64::consts::TAU * f64::from(index % (vertices - 1)) / f64::from(vertices - 1);
        json!([angle.cos(), angle.sin()])
    };
    json!({"type": "Polygon", "coordinates": [(0..vertices).map(corner).collect::<Vec<_>>()]})
}

#[test]
fn whatever_is_no_valid_area_is_refused_with_its_number_and_place() {
    let of = |geometry: Value| json!({"type": "Feature", "properties": {}, "geometry": geometry});
    let open = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]});
    let bow_tie = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]});
    let point = json!({"type": "Point", "coordinates": [0, 0]});
    let reference = json!({"type": "ref", "content": "pl:features/my/c/f"});
    let list = vec![
        of(open.clone()),
        square(1),
        of(point.clone()),
        of(bow_tie),
        of(Value::Null),
        of(reference.clone()),
        of(polygon(1_501)),
        json!({"type": "Feature", "properties": 5, "geometry": shape(1)}),
        of(square(1)),
    ];
    let expected = [
        "features[0].geometry.coordinates[0]",
        "features[2].geometry.type",
        "features[3].geometry.coordinates",
        "features[4].geometry.type",
        "features[5].geometry.type",
        "features[6].geometry.coordinates",
        "features[7].properties",
        "features[8].geometry.type",
    ];
    let found = faults(list);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} is not {expected}");
    }
    assert_eq!(faults(of(point.clone())), ["geometry.type"]);
    assert_eq!(faults(point), ["geometry.type"]);
    assert_eq!(faults(reference), ["geometry.type"]);
    assert_eq!(faults(Geometry::reference("pl:features/my/c/f").unwrap()), ["geometry"]);
    assert_eq!(sent(polygon(1_500))["geometry"]["type"], "Polygon");
}

#[test]
fn what_holds_no_features_is_refused() {
    assert_eq!(faults(json!({"type": "FeatureCollection", "features": []})), ["features"]);
    assert_eq!(faults(json!({"type": "FeatureCollection"})), ["features"]);
    assert_eq!(faults(Vec::<Value>::new()), ["features"]);
    for nothing in [json!(null), json!("pl:features/my/c/f"), json!({}), json!([square(1)]), json!({"type": 5})] {
        assert_eq!(faults(nothing), ["feature"]);
    }
    assert_eq!(faults("pl:features/my/c/f"), ["feature"]);
    assert_eq!(faults(vec!["{"]), ["features[0].feature"]);
    assert_eq!(faults(json!({"type": "FEATURE", "geometry": shape(1)})), ["geometry.type"]);
    let nested = json!({"type": "FeatureCollection", "features": [{"type": "FeatureCollection", "features": []}]});
    assert_eq!(faults(nested), ["features[0].type"]);
}

#[tokio::test]
async fn features_are_sent_once_if_the_answer_is_lost_and_again_if_it_was_refused_for_speed() {
    for lost in [Answer::failure(Error::new(ErrorKind::Transport, "it broke")), Answer::status(502)] {
        let (script, client) = script([lost]);
        let error = client.add_items("c", square(1)).await.unwrap_err();
        assert_eq!((error.outcome(), script.requests().len()), (Outcome::Unknown, 1));
    }
    let (script, client) = script([Answer::status(429), Answer::json(&json!(["r"]))]);
    assert_eq!(client.add_items("c", square(1)).await.unwrap(), ["r"]);
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test]
async fn an_answer_that_has_not_a_reference_for_each_feature_leaves_it_open_whose_they_are() {
    for odd in [json!(["r"]), json!(["r", "s", "t"]), json!({"a": 1}), json!([1, 2])] {
        let (_script, client) = script([Answer::json(&odd)]);
        let error = client.add_items("c", vec![square(1), square(2)]).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown), "{odd}");
    }
}

#[tokio::test]
async fn a_member_called_features_does_not_make_a_feature_a_collection() {
    let mut field = square(0);
    field["features"] = json!([{"id": "inner"}]);
    let (script, client) = script([Answer::json(&json!(["a"])), Answer::json(&json!(["a"]))]);
    client.add_many("c", field.clone()).await.unwrap().into_references().unwrap();
    client.add_items("c", vec![field.clone()]).await.unwrap();
    for request in script.requests() {
        assert_eq!(body(&request)["features"], json!([field]));
    }
}
