use planet_builders::geometry::{self, FeatureRef};
use planet_builders::{FaultKind, Filter, Geometry};
use serde_json::{Value, json};

use crate::{fault, faults};

const REFERENCE: &str = "pl:features/my/water-fields-RqB0NZ5/rmQEGqm";

fn square() -> Value {
    json!({"type": "Polygon", "coordinates": [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]]})
}

#[test]
fn a_reference_is_taken_apart() {
    let reference: FeatureRef = format!("{REFERENCE}#12").parse().unwrap();
    assert_eq!(reference.dataset(), "my");
    assert_eq!(reference.collection(), "water-fields-RqB0NZ5");
    assert_eq!(reference.feature(), "rmQEGqm");
    assert_eq!(reference.version(), Some("12"));
    assert_eq!(Geometry::from(reference).as_json()["content"], format!("{REFERENCE}#12"));
    for bad in ["pl:features/my/a/b#", "pl:features/my/a/#1", "pl:features/my/a#1/b", "pl:features/my/a/b#1#2"] {
        assert_eq!(faults(bad.parse::<FeatureRef>()), [fault(FaultKind::Invalid, "")], "{bad}");
        assert_eq!(faults(Geometry::reference(bad)), [fault(FaultKind::Geometry, "content")], "{bad}");
    }
}

#[test]
fn a_reference_is_kept_as_its_text_and_other_text_is_refused_as_when_it_is_parsed() {
    for text in [REFERENCE.to_owned(), format!("{REFERENCE}#12")] {
        let reference: FeatureRef = text.parse().unwrap();
        assert_eq!(serde_json::to_value(&reference).unwrap(), json!(text));
        assert_eq!(serde_json::from_value::<FeatureRef>(json!(text)).unwrap(), reference);
    }
    for bad in ["", "rmQEGqm", "pl:features/my/water-fields-RqB0NZ5", "pl:features/my/a/b#"] {
        let parsed = bad.parse::<FeatureRef>().unwrap_err();
        let read = serde_json::from_value::<FeatureRef>(json!(bad)).unwrap_err();
        assert_eq!(read.to_string(), parsed.to_string());
    }
    assert!(serde_json::from_value::<FeatureRef>(json!({"type": "ref", "content": REFERENCE})).is_err());
}

#[test]
fn json_of_a_reference_is_kept_as_it_is() {
    for document in [
        json!({"type": "REF", "content": REFERENCE}),
        json!({"type": "ref", "content": REFERENCE, "x": 1}),
        json!({"type": "ref", "content": [REFERENCE]}),
    ] {
        let reference = Geometry::reference(document.clone()).unwrap();
        assert_eq!(reference.as_json(), &document);
        assert!(reference.is_reference());
        assert_eq!(serde_json::from_value::<Geometry>(document).unwrap(), reference);
    }
    assert_eq!(faults(Geometry::reference(square())), [fault(FaultKind::Geometry, "type")]);
    assert_eq!(faults(Geometry::reference(json!({"content": REFERENCE}))), [fault(FaultKind::Missing, "type")]);
}

#[test]
fn a_feature_gives_its_reference_and_in_a_filter_its_geometry() {
    let field = Geometry::feature(REFERENCE, square()).unwrap();
    assert_eq!(field.as_json(), &json!({"type": "ref", "content": REFERENCE}));
    let filter = serde_json::to_value(Filter::geometry(&field).unwrap()).unwrap();
    assert_eq!(filter["config"], square());
    assert_eq!(field, Geometry::reference(REFERENCE).unwrap());
    assert_eq!(faults(Geometry::feature("garbage", square())), [fault(FaultKind::Geometry, "content")]);
}

#[test]
fn json_of_a_feature_gives_its_geometry() {
    let feature = json!({"type": "Feature", "properties": {"pl:ref": REFERENCE}, "geometry": square()});
    assert_eq!(Geometry::try_from(feature).unwrap().as_json(), &square());
}

#[test]
fn a_filter_points_from_a_reference_to_the_search() {
    for reference in [json!(REFERENCE), json!({"type": "ref", "content": REFERENCE})] {
        let error = Filter::geometry(reference).unwrap_err();
        assert_eq!(error.faults().len(), 1);
        assert!(error.faults()[0].message().contains("geometry of the search"), "{error}");
        assert_eq!(error.faults()[0].path(), "geometry");
    }
}

#[test]
fn types_are_told_apart_in_words() {
    let collection = json!({"type": "GeometryCollection", "geometries": [square()]});
    let error = Geometry::try_from(collection).unwrap_err();
    assert!(error.faults()[0].message().contains("not supported"), "{error}");
    let error = Geometry::try_from(json!({"type": "polygon", "coordinates": []})).unwrap_err();
    assert_eq!(error.faults()[0].suggestion(), Some("Polygon"));
    let point = Geometry::try_from(json!({"type": "Point", "coordinates": [0, 0]})).unwrap();
    assert_eq!(faults(point.into_polygon()), [fault(FaultKind::Geometry, "type")]);
}

#[test]
fn what_a_user_holds_converts() {
    let text = square().to_string();
    for geometry in [
        Geometry::try_from(text.as_str()),
        Geometry::try_from(&text),
        Geometry::try_from(text.clone()),
        Geometry::try_from([0.0, 0.0, 1.0, 1.0]),
        Geometry::try_from(text.parse::<geojson::GeoJson>().unwrap()),
        Geometry::try_from(&text.parse::<geojson::Geometry>().unwrap()),
    ] {
        assert_eq!(geometry.unwrap().as_json(), &square());
    }
}

#[test]
fn a_bare_geometry_is_extracted_with_its_faults_but_not_from_a_feature() {
    let open = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]});
    assert_eq!(geometry::extract(open.clone()).unwrap(), open);
    let feature = json!({"type": "Feature", "geometry": open});
    assert_eq!(faults(geometry::extract(feature)), [fault(FaultKind::Geometry, "coordinates[0]")]);
    let reference = json!({"type": "ref", "content": REFERENCE});
    assert_eq!(geometry::extract(json!({"type": "Feature", "geometry": REFERENCE})).unwrap(), reference);
    assert_eq!(faults(geometry::extract(reference)), [fault(FaultKind::Geometry, "")]);
    assert_eq!(faults(geometry::extract(json!({}))), [fault(FaultKind::Missing, "type")]);
}

#[test]
fn features_are_collected_as_they_are_with_all_faults_at_once() {
    let feature = json!({"type": "Feature", "id": 3, "properties": null, "geometry": square(), "bbox": [0, 0, 1, 1]});
    let several = json!({"type": "Feature", "properties": {},
        "geometry": {"type": "GeometryCollection", "geometries": [square()]}});
    let collection = geometry::feature_collection([feature.clone(), several.clone()]).unwrap();
    assert_eq!(collection, json!({"type": "FeatureCollection", "features": [feature, several]}));
    let broken = json!({"type": "Point", "coordinates": [0]});
    let wrong = [
        square(),
        json!({"type": "Feature", "properties": 1, "bbox": [0, 0, 1]}),
        json!({"type": "Feature", "geometry": {"type": "GeometryCollection", "geometries": [square(), broken]}}),
        json!({"type": "Feature", "properties": {}, "geometry": {"type": "ref", "content": REFERENCE}}),
    ];
    let expected = [
        (FaultKind::Invalid, "features[0].type"),
        (FaultKind::Invalid, "features[1].properties"),
        (FaultKind::Invalid, "features[1].bbox"),
        (FaultKind::Missing, "features[1].geometry"),
        (FaultKind::Missing, "features[2].properties"),
        (FaultKind::Geometry, "features[2].geometry.geometries[1].coordinates"),
        (FaultKind::Geometry, "features[3].geometry"),
    ];
    let expected = expected.map(|(kind, path)| fault(kind, path));
    assert_eq!(faults(geometry::feature_collection(wrong)), expected);
}

#[cfg(feature = "wkt")]
#[test]
fn well_known_text_converts() {
    for (text, kind, coordinates) in [
        ("POINT (1.5 -2)", "Point", json!([1.5, -2.0])),
        ("point z(1 2 3)", "Point", json!([1.0, 2.0, 3.0])),
        ("MULTIPOINT ((1 2), (3 4))", "MultiPoint", json!([[1.0, 2.0], [3.0, 4.0]])),
        ("LINESTRING (1 2, 3 4)", "LineString", json!([[1.0, 2.0], [3.0, 4.0]])),
        ("MULTILINESTRING ((1 2, 3 4))", "MultiLineString", json!([[[1.0, 2.0], [3.0, 4.0]]])),
        (" SRID=4326;POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0)) ", "Polygon", square()["coordinates"].clone()),
        ("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)))", "MultiPolygon", json!([square()["coordinates"]])),
    ] {
        let expected = json!({"type": kind, "coordinates": coordinates});
        assert_eq!(Geometry::from_wkt(text).unwrap().as_json(), &expected, "{text}");
    }
    for (text, path) in [
        ("", ""),
        ("garbage", ""),
        ("POINT (1 2) POINT (3 4)", ""),
        ("POINT (1 2", ""),
        ("POINT M (1 2 3)", ""),
        ("SRID=3857;POINT (1 2)", ""),
        ("POINT EMPTY", "coordinates"),
        ("POLYGON EMPTY", "coordinates"),
        ("POLYGON ((0 0, 1 0, 1 1, 0 1))", "coordinates[0]"),
        ("GEOMETRYCOLLECTION (POINT (1 2))", "type"),
    ] {
        assert_eq!(faults(Geometry::from_wkt(text)), [fault(FaultKind::Geometry, path)], "{text}");
    }
    assert!(Geometry::from_wkt(&"GEOMETRYCOLLECTION(".repeat(100_000)).is_err());
}

#[cfg(feature = "geo-types")]
#[test]
fn geo_types_convert() {
    let rect = geo_types::Rect::new((0.0, 0.0), (1.0, 1.0));
    let corners = vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
    let polygon = geo_types::Polygon::new(corners.into(), Vec::new());
    assert_eq!(Geometry::try_from(&polygon).unwrap().as_json(), &square());
    assert_eq!(Geometry::try_from(geo_types::Geometry::from(polygon)).unwrap().as_json(), &square());
    assert_eq!(Geometry::try_from(rect).unwrap().type_name(), "Polygon");
    let nowhere = geo_types::Point::new(f64::NAN, 0.0);
    assert_eq!(faults(Geometry::try_from(nowhere)), [fault(FaultKind::Geometry, "coordinates[0]")]);
    let several = geo_types::GeometryCollection::from(vec![geo_types::Point::new(0.0, 0.0)]);
    let several = geo_types::Geometry::GeometryCollection(several);
    assert_eq!(faults(Geometry::try_from(several)), [fault(FaultKind::Geometry, "type")]);
}
