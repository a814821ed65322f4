//! Features and references as areas.

use planet_builders::{Filter, Geometry};
use planet_features::{Feature, FeatureRef};
use serde_json::json;

fn feature(members: serde_json::Value) -> Feature {
    let mut document = json!({"type": "Feature", "id": "1"});
    document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    serde_json::from_value(document).unwrap()
}

#[test]
fn a_feature_is_sent_as_its_reference_where_one_is_taken_and_as_its_geometry_in_filters() {
    let reference = "pl:features/my/water-fields-RqB0NZ5/rmQEGqm";
    let point = json!({"type": "Point", "coordinates": [37.5, 14.5]});
    let sent = json!({"type": "ref", "content": reference});

    let field = feature(json!({"properties": {"pl:ref": reference}, "geometry": point}));
    assert_eq!(Geometry::try_from(&field).unwrap().as_json(), &sent);
    assert_eq!(serde_json::to_value(Filter::geometry(&field).unwrap()).unwrap()["config"], point);

    let hidden = feature(json!({"properties": {"pl:ref": reference}, "geometry": null}));
    assert_eq!(Geometry::try_from(&hidden).unwrap().as_json(), &sent);
    assert!(Filter::geometry(hidden).is_err());

    // The service holds what would not pass our checks.
    let open = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]});
    let odd = feature(json!({"properties": {"pl:ref": reference}, "geometry": open}));
    assert_eq!(Geometry::try_from(odd).unwrap().as_json(), &sent);
}

#[test]
fn a_feature_without_a_reference_gives_its_geometry() {
    let point = json!({"type": "Point", "coordinates": [37.5, 14.5]});
    for properties in [json!({"name": "pond"}), json!(null)] {
        let pond = feature(json!({"properties": properties, "geometry": point}));
        assert_eq!(Geometry::try_from(pond).unwrap().as_json(), &point);
    }
    let error = Geometry::try_from(feature(json!({"properties": {}, "geometry": null}))).unwrap_err();
    assert_eq!(error.faults()[0].path(), "geometry");
}

#[test]
fn a_reference_that_was_put_together_is_sent_as_it_is() {
    let field = FeatureRef::try_new("fields-8vdGGZe", "7-amXKR50").unwrap();
    let sent = json!({"type": "ref", "content": "pl:features/my/fields-8vdGGZe/7-amXKR50"});
    assert_eq!(Geometry::from(&field).as_json(), &sent);
    assert_eq!(Geometry::try_from(field.as_str()).unwrap().as_json(), &sent);
    let both = Geometry::references([&field, &field]).unwrap();
    assert_eq!(both.as_json()["content"].as_array().unwrap().len(), 2);
    let none: [FeatureRef; 0] = [];
    assert!(Geometry::references(none).is_err());
    let whole_collection = Geometry::references(["pl:features/my/fields-8vdGGZe"]).unwrap_err();
    assert_eq!(whole_collection.faults()[0].path(), "content");
}

#[test]
fn ids_that_would_make_another_reference_are_refused_by_name() {
    for (collection, feature, argument) in [
        ("", "f", "collection_id"),
        ("a/b", "f", "collection_id"),
        ("c", "", "feature_id"),
        ("c", "f#2", "feature_id"),
        ("c", "f g", "feature_id"),
    ] {
        let error = FeatureRef::try_new(collection, feature).unwrap_err();
        assert_eq!(error.faults()[0].path(), argument, "{collection}/{feature}");
    }
    assert_eq!(FeatureRef::try_new("", "").unwrap_err().faults().len(), 2);
}
