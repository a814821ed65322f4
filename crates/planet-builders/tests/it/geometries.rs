use planet_builders::{FaultKind, Geometry};
use serde_json::{Value, json};

use crate::{fault, faults};

const REFERENCE: &str = "pl:features/my/water-fields-RqB0NZ5/rmQEGqm";

#[track_caller]
fn refused(document: Value, expected: &[(FaultKind, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(kind, path)| fault(*kind, path)).collect();
    assert_eq!(faults(Geometry::try_from(document)), expected);
}

#[test]
fn every_type_goes_out_as_it_came_in() {
    let geometries = [
        json!({"type": "Point", "coordinates": [37.791595458984375, 14.84923123791421]}),
        json!({"type": "MultiPoint", "coordinates": [[0, 0], [1.5, -2]]}),
        json!({"type": "LineString", "coordinates": [[0, 0], [1, 1], [2, 0]]}),
        json!({"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]], [[2, 2], [3, 3], [4, 2]]]}),
        json!({"type": "Polygon", "coordinates": [
            [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]],
            [[2, 2], [5, 2], [5, 5], [2, 5], [2, 2]],
        ]}),
        json!({"type": "Polygon", "coordinates": [[[0, 0, 5], [1, 0, 5], [1, 1, 5.5], [0, 0, 5]]]}),
        json!({"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]], "x": 1}),
        json!({"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]]}),
        json!({"type": "ref", "content": REFERENCE}),
        json!({"type": "ref", "content": [format!("{REFERENCE}#1")]}),
    ];
    for document in geometries {
        let geometry = Geometry::try_from(&document).unwrap();
        assert_eq!(geometry.as_json(), &document);
        let text = serde_json::to_string(&geometry).unwrap();
        assert_eq!(serde_json::from_str::<Geometry>(&text).unwrap(), geometry);
        assert_eq!(document.to_string().parse::<Geometry>().unwrap(), geometry);
    }
}

#[test]
fn digits_survive() {
    let text = r#"{"coordinates":[0.1000000000000000055,-89.99999999999999],"type":"Point"}"#;
    let sent = text.parse::<Geometry>().unwrap().to_string();
    assert_eq!(sent, r#"{"coordinates":[0.1,-89.99999999999999],"type":"Point"}"#);
}

#[test]
fn types_of_the_geojson_crate_convert() {
    let geometry: geojson::Geometry = geojson::GeometryValue::new_point([-117.5, 45.25]).into();
    let sent = json!({"type": "Point", "coordinates": [-117.5, 45.25]});
    let feature = geojson::Feature { geometry: Some(geometry.clone()), ..geojson::Feature::default() };
    let collection = geojson::FeatureCollection::new([feature.clone()]);
    assert_eq!(Geometry::try_from(geometry).unwrap().as_json(), &sent);
    assert_eq!(Geometry::try_from(feature).unwrap().as_json(), &sent);
    assert_eq!(Geometry::try_from(collection).unwrap().as_json(), &sent);

    let nowhere: geojson::Geometry = geojson::GeometryValue::new_point([f64::NAN, 0.0]).into();
    assert_eq!(faults(Geometry::try_from(nowhere)), [fault(FaultKind::Geometry, "coordinates[0]")]);
}

#[test]
fn features_in_features_are_unwrapped() {
    let point = json!({"type": "Point", "coordinates": [1, 2]});
    let feature = json!({"type": "Feature", "properties": {}, "geometry": point});
    for document in [
        json!({"type": "Feature", "geometry": feature}),
        json!({"type": "FeatureCollection", "features": [{"type": "FeatureCollection", "features": [feature]}]}),
    ] {
        assert_eq!(Geometry::try_from(document).unwrap().as_json(), &point);
    }
}

#[test]
fn a_collection_has_exactly_one_feature_with_a_geometry() {
    let feature = json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}});
    refused(json!({"type": "FeatureCollection", "features": [feature, feature]}), &[(FaultKind::Geometry, "features")]);
    for document in [
        json!({"type": "FeatureCollection", "features": []}),
        json!({"type": "FeatureCollection"}),
        json!({"type": "Feature", "geometry": null}),
        json!({"type": "Feature", "geometry": 5}),
        json!({"type": "Feature"}),
    ] {
        refused(document, &[(FaultKind::Missing, "geometry")]);
    }
    for reference in [json!(REFERENCE), json!({"type": "ref", "content": REFERENCE})] {
        refused(json!({"type": "Feature", "geometry": reference}), &[(FaultKind::Geometry, "geometry")]);
    }
}

#[test]
fn references_name_a_collection_and_a_feature() {
    for good in [REFERENCE, "pl:features/my/8vdGGZe/amXKR50#1"] {
        let expected = json!({"type": "ref", "content": good});
        assert_eq!(Geometry::reference(good).unwrap().as_json(), &expected);
        assert_eq!(good.parse::<Geometry>().unwrap().as_json(), &expected);
        assert_eq!(Geometry::try_from(json!(good)).unwrap().as_json(), &expected);
    }
    for bad in [
        "",
        "garbage",
        "pl:features",
        "pl:features/my/a",
        "pl:features//a/b",
        "pl:features/my/a/b/",
        "pl:features/my/a/b c",
        "pl:feature/my/a/b",
        "PL:features/my/a/b",
    ] {
        let expected = [fault(FaultKind::Geometry, "content")];
        assert_eq!(faults(Geometry::reference(bad)), expected, "{bad}");
        assert_eq!(faults(bad.parse::<Geometry>()), expected, "{bad}");
        refused(json!({"type": "ref", "content": bad}), &[(FaultKind::Geometry, "content")]);
    }
    refused(json!({"type": "ref", "content": []}), &[(FaultKind::Geometry, "content")]);
    refused(json!({"type": "ref"}), &[(FaultKind::Missing, "content")]);
}

#[test]
fn a_fault_about_a_reference_shows_only_the_start_of_a_long_text() {
    let error = "x".repeat(10_000).parse::<Geometry>().unwrap_err();
    assert!(error.to_string().len() < 300, "{error}");
}

#[test]
fn only_geometries_with_coordinates_are_taken() {
    for document in [
        json!({"type": "GeometryCollection", "geometries": []}),
        json!({"type": "polygon", "coordinates": []}),
        json!({"type": "Circle", "coordinates": [0, 0]}),
        json!({"type": "REF", "content": REFERENCE}),
    ] {
        refused(document, &[(FaultKind::Geometry, "type")]);
    }
    for document in [json!({}), json!(null), json!([]), json!({"type": 5, "coordinates": [0, 0]})] {
        refused(document, &[(FaultKind::Missing, "type")]);
    }
    refused(json!({"type": "Point"}), &[(FaultKind::Missing, "coordinates")]);
    assert_eq!(faults("{not json".parse::<Geometry>()), [fault(FaultKind::Invalid, "")]);
}

#[test]
fn positions_are_two_or_three_finite_numbers() {
    use FaultKind::Geometry as Broken;
    for (coordinates, path) in [
        (json!([1]), "coordinates"),
        (json!([]), "coordinates"),
        (json!([1, 2, 3, 4]), "coordinates"),
        (json!(5), "coordinates"),
        (json!(null), "coordinates"),
        (json!(["1", 2]), "coordinates[0]"),
        (json!([1, true]), "coordinates[1]"),
        (json!([1, 2, null]), "coordinates[2]"),
    ] {
        refused(json!({"type": "Point", "coordinates": coordinates}), &[(Broken, path)]);
    }
    refused(
        json!({"type": "MultiPoint", "coordinates": [1, 2]}),
        &[(Broken, "coordinates[0]"), (Broken, "coordinates[1]")],
    );
}

#[test]
fn geometries_have_enough_positions() {
    use FaultKind::Geometry as Broken;
    for (kind, coordinates, path) in [
        ("MultiPoint", json!([]), "coordinates"),
        ("LineString", json!([]), "coordinates"),
        ("LineString", json!([[0, 0]]), "coordinates"),
        ("MultiLineString", json!([[[0, 0]]]), "coordinates[0]"),
        ("Polygon", json!([]), "coordinates"),
        ("Polygon", json!([[]]), "coordinates[0]"),
        ("Polygon", json!([[[0, 0], [1, 1], [0, 0]]]), "coordinates[0]"),
        ("MultiPolygon", json!([]), "coordinates"),
        ("MultiPolygon", json!([[]]), "coordinates[0]"),
    ] {
        refused(json!({"type": kind, "coordinates": coordinates}), &[(Broken, path)]);
    }
}

#[test]
fn rings_end_where_they_start_to_the_last_digit() {
    use FaultKind::Geometry as Broken;
    let nearly = json!([[0, 0], [1, 0], [1, 1], [4e-7, 0]]);
    refused(json!({"type": "Polygon", "coordinates": [nearly]}), &[(Broken, "coordinates[0]")]);
    let closed = json!([[0, 0], [1, 0], [1, 1], [0.0, 0]]);
    Geometry::try_from(json!({"type": "Polygon", "coordinates": [closed]})).unwrap();
    let large = json!([[-9, -9], [9, -9], [9, 9], [-9, 9], [-9, -9]]);
    refused(
        json!({"type": "MultiPolygon", "coordinates": [[closed], [large, nearly]]}),
        &[(Broken, "coordinates[1][1]")],
    );
    let another_height = json!([[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 0]]);
    refused(json!({"type": "Polygon", "coordinates": [another_height]}), &[(Broken, "coordinates[0]")]);
}

#[test]
fn all_faults_come_together_with_their_places() {
    use FaultKind::{Geometry as Broken, OutOfRange};
    refused(
        json!({"type": "Polygon", "coordinates": [
            [[0, 0], [181, 0], [1, -90.5], ["a"]],
            [[0, 0], [1, 1]],
        ]}),
        &[
            (OutOfRange, "coordinates[0][1][0]"),
            (OutOfRange, "coordinates[0][2][1]"),
            (Broken, "coordinates[0][3]"),
            (Broken, "coordinates[0]"),
            (Broken, "coordinates[1]"),
            (Broken, "coordinates[1]"),
        ],
    );
}

#[test]
fn a_box_is_a_closed_polygon_and_its_sides_are_checked() {
    use FaultKind::OutOfRange;
    let area = Geometry::bbox(-117.56, 45.23, -117.45, 45.3).unwrap();
    let ring = json!([[[-117.56, 45.23], [-117.45, 45.23], [-117.45, 45.3], [-117.56, 45.3], [-117.56, 45.23]]]);
    assert_eq!(area.as_json(), &json!({"type": "Polygon", "coordinates": ring}));
    assert_eq!(Geometry::try_from(area.as_json()).unwrap(), area);

    assert_eq!(
        faults(Geometry::bbox(f64::NAN, -91.0, 181.0, 0.0)),
        [fault(OutOfRange, "west"), fault(OutOfRange, "south"), fault(OutOfRange, "east"),]
    );
    assert_eq!(faults(Geometry::bbox(170.0, 0.0, -170.0, 1.0)), [fault(OutOfRange, "east")]);
    assert_eq!(faults(Geometry::bbox(0.0, 1.0, 1.0, 1.0)), [fault(OutOfRange, "north")]);
}
