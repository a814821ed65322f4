use planet_builders::{Geometry, Hint};
use serde_json::{Value, json};

fn hints(kind: &str, coordinates: Value) -> Vec<(String, String)> {
    let geometry = Geometry::try_from(json!({"type": kind, "coordinates": coordinates})).unwrap();
    geometry.hints().iter().map(|hint: &Hint| (hint.path().to_owned(), hint.message().to_owned())).collect()
}

#[track_caller]
fn one(hints: &[(String, String)], path: &str, words: &str) {
    assert_eq!(hints.len(), 1, "{hints:?}");
    assert!(hints[0].0 == path && hints[0].1.contains(words), "{hints:?}");
}

#[test]
fn rings_wound_against_rfc_7946_are_hinted_at() {
    let right = json!([[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]]);
    let wrong = json!([[0, 0], [0, 9], [9, 9], [9, 0], [0, 0]]);
    let right_hole = json!([[1, 1], [1, 2], [2, 2], [1, 1]]);
    let wrong_hole = json!([[4, 4], [5, 5], [4, 5], [4, 4]]);
    assert_eq!(hints("Polygon", json!([right, right_hole])), []);
    one(&hints("Polygon", json!([wrong, right_hole])), "coordinates[0]", "counter-clockwise");
    one(&hints("MultiPolygon", json!([[right], [right, right_hole, wrong_hole]])), "coordinates[1][2]", "clockwise");
}

#[test]
fn an_edge_around_more_than_half_the_globe_is_hinted_at() {
    let fiji = json!([[[179, -18], [-179, -18], [-179, -16], [179, -16], [179, -18]]]);
    let found = hints("Polygon", fiji);
    one(&found, "coordinates[0][0]", "antimeridian");
    one(&hints("LineString", json!([[0, 0], [170, 0], [-170, 0]])), "coordinates[1]", "antimeridian");
    // No edges, and the whole world.
    assert_eq!(hints("MultiPoint", json!([[179, 0], [-179, 0]])), []);
    assert_eq!(Geometry::bbox(-180.0, -80.0, 180.0, 80.0).unwrap().hints(), []);
}

#[test]
fn more_than_500_vertices_are_hinted_at() {
    let line = |vertices: u32| (0..vertices).map(|index| json!([f64::from(index) * 0.01, 0])).collect::<Value>();
    assert_eq!(hints("LineString", line(500)), []);
    one(&hints("LineString", line(501)), "coordinates", "501 vertices");
}

#[test]
fn latitude_and_longitude_in_each_others_place_are_suspected() {
    one(&hints("LineString", json!([[26.1, 85.3], [26.2, 85.4]])), "coordinates", "longitude");
    one(&hints("Point", json!([45, -85])), "coordinates", "longitude");
    assert_eq!(hints("Point", json!([85.3, 26.1])), []);
    assert_eq!(hints("MultiPoint", json!([[26.1, 85.3], [26.1, 60]])), []);
    // Beyond what a latitude can be it is a fault, which says so.
    let error = Geometry::try_from(json!({"type": "Point", "coordinates": [45.2, -117.5]})).unwrap_err();
    assert!(error.faults()[0].message().contains("[longitude, latitude]"), "{error}");
}

#[test]
fn a_reference_has_no_hints() {
    assert_eq!(Geometry::reference("pl:features/my/a/b").unwrap().hints(), []);
}
