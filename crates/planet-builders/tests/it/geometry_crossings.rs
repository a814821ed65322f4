use planet_builders::{FaultKind, Geometry};
use serde_json::{Value, json};

use crate::{fault, faults};

fn polygon(rings: Value) -> Value {
    json!({"type": "Polygon", "coordinates": rings})
}

#[track_caller]
fn crosses(document: Value, paths: &[&str]) {
    let expected: Vec<_> = paths.iter().map(|path| fault(FaultKind::Geometry, path)).collect();
    assert_eq!(faults(Geometry::try_from(document)), expected);
}

#[track_caller]
fn is_fine(rings: Value) {
    Geometry::try_from(polygon(rings)).unwrap();
}

fn closed(corners: &[[f64; 2]]) -> Value {
    json!([corners.iter().chain(corners.first()).collect::<Vec<_>>()])
}

/// The ring in every order of its corners that makes the same ring, also mirrored at the diagonal.
fn spellings(ring: &[[f64; 2]]) -> Vec<Value> {
    let mirrored: Vec<[f64; 2]> = ring.iter().map(|[x, y]| [*y, *x]).collect();
    let mut all = Vec::new();
    for corners in [ring.to_vec(), mirrored] {
        for start in 0..corners.len() {
            let mut turned = [&corners[start..], &corners[..start]].concat();
            all.push(closed(&turned));
            turned.reverse();
            all.push(closed(&turned));
        }
    }
    all
}

#[test]
fn a_bow_tie_is_refused_with_the_place_of_its_crossing() {
    let tie = polygon(json!([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]));
    let error = Geometry::try_from(tie).unwrap_err();
    let expected = "self-intersection at [0.5, 0.5]: the edge from here meets the edge from coordinates[0][2]";
    assert_eq!(error.faults()[0].message(), expected);
    assert_eq!(error.faults()[0].path(), "coordinates[0][0]");

    for wide in [json!([[0, 0], [4, 1], [4, 0], [0, 1], [0, 0]]), json!([[0, 0], [4, 0], [0, 1], [4, 1], [0, 0]])] {
        let error = Geometry::try_from(polygon(json!([wide]))).unwrap_err();
        assert!(error.faults()[0].message().contains("[2, 0.5]"), "{error}");
    }
}

#[test]
fn rings_that_cross_at_corners_or_run_back_are_refused() {
    let crossing_at_a_corner = [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [0.0, 2.0], [1.0, 1.0], [2.0, 0.0]];
    let corner_through_an_edge = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [1.0, 0.0], [0.5, -1.0], [0.0, 2.0]];
    let spike = [[0.0, 0.0], [2.0, 0.0], [1.0, 0.0], [1.0, 1.0]];
    let edge_along_an_edge = [[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [3.0, 0.0], [1.0, 0.0], [0.0, 2.0]];
    let flat = [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]];
    for ring in [&crossing_at_a_corner[..], &corner_through_an_edge, &spike, &edge_along_an_edge, &flat] {
        for rings in spellings(ring) {
            let error = Geometry::try_from(polygon(rings.clone())).expect_err(&rings.to_string());
            assert!(error.faults()[0].message().starts_with("self-intersection at ["), "{error}");
        }
    }
}

#[test]
fn rings_may_touch_themselves_in_points() {
    let corners_touch = [[0.0, 0.0], [1.0, 1.0], [2.0, 0.0], [2.0, 2.0], [1.0, 1.0], [0.0, 2.0]];
    let corner_on_an_edge = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [1.0, 0.0], [0.0, 2.0]];
    for ring in [&corners_touch[..], &corner_on_an_edge] {
        for rings in spellings(ring) {
            is_fine(rings);
        }
    }
    // Repeated positions are no edges.
    is_fine(json!([[[0, 0], [0, 0], [1, 0], [1, 0], [1, 1], [0, 0], [0, 0]]]));
}

#[test]
fn holes_lie_in_their_shell() {
    let shell = json!([[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]);
    let inside = json!([[2, 2], [2, 5], [5, 5], [5, 2], [2, 2]]);
    let touching = json!([[0, 5], [1, 6], [1, 4], [0, 5]]);
    let touching_everywhere = json!([[0, 5], [5, 10], [10, 5], [5, 0], [0, 5]]);
    let outside = json!([[20, 2], [20, 5], [25, 5], [20, 2]]);
    let touching_outside = json!([[10, 5], [12, 6], [12, 4], [10, 5]]);
    let across = json!([[8, 2], [8, 5], [15, 5], [8, 2]]);
    is_fine(json!([shell, inside, touching]));
    is_fine(json!([shell, touching_everywhere]));
    crosses(polygon(json!([shell, inside, outside])), &["coordinates[2]"]);
    crosses(polygon(json!([shell, touching_outside])), &["coordinates[1]"]);
    crosses(polygon(json!([shell, across])), &["coordinates[0][1]", "coordinates[0][1]"]);
    let twice = ["coordinates[1][0]", "coordinates[1][1]", "coordinates[1][2]", "coordinates[1][3]"];
    crosses(polygon(json!([shell, inside, inside])), &twice);
}

#[test]
fn each_polygon_of_a_multipolygon_is_checked_by_itself() {
    let square = json!([[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]);
    let tie = json!([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]);
    crosses(
        json!({"type": "MultiPolygon", "coordinates": [square, tie, square, tie]}),
        &["coordinates[1][0][0]", "coordinates[3][0][0]"],
    );
}

#[test]
fn lines_may_cross_themselves() {
    let line = json!({"type": "LineString", "coordinates": [[0, 0], [1, 1], [1, 0], [0, 1]]});
    Geometry::try_from(line).unwrap();
}

#[test]
fn a_ring_has_three_positions_that_differ() {
    crosses(polygon(json!([[[0, 0], [0, 0], [0, 0], [0, 0]]])), &["coordinates[0]"]);
    crosses(polygon(json!([[[0, 0], [1, 1], [1, 1], [0, 0]]])), &["coordinates[0]"]);
}

#[test]
fn the_rings_that_can_be_read_are_checked_beside_those_that_cannot() {
    crosses(
        polygon(json!([[[0, 0], [9, 9], [9, 0], [0, 9], [0, 0]], [[1, 1], [2, true], [1, 2], [1, 1]]])),
        &["coordinates[1][1][1]", "coordinates[0][0]"],
    );
    // What an open ring lacks is not made up.
    crosses(polygon(json!([[[0, 0], [1, 1], [1, 0], [0, 1]]])), &["coordinates[0]", "coordinates[0][0]"]);
}

/// Points on a circle around [20, 45], where every second one is drawn in.
fn star(vertices: usize) -> Vec<[f64; 2]> {
    let mut ring: Vec<[f64; 2]> = (0..vertices - 1)
        .map(|index| {
            let angle = index as f64 / (vertices - 1) as f64 * std::f64::consts::TAU;
            let radius = if index % 2 == 0 { 0.5 } else { 0.2 };
            [20.0 + radius * angle.cos(), 45.0 + radius * angle.sin()]
        })
        .collect();
    ring.push(ring[0]);
    ring
}

#[test]
fn a_geometry_has_at_most_1500_vertices() {
    is_fine(json!([star(1_500)]));
    let error = Geometry::try_from(polygon(json!([star(1_501)]))).unwrap_err();
    assert_eq!((error.faults()[0].path(), error.faults()[0].value()), ("coordinates", Some("1501")));
    let halves = json!({"type": "MultiPolygon", "coordinates": [[star(800)], [star(800)]]});
    assert_eq!(faults(Geometry::try_from(halves)), [fault(FaultKind::OutOfRange, "coordinates")]);
    let points = json!({"type": "MultiPoint", "coordinates": star(1_501)});
    assert_eq!(faults(Geometry::try_from(points)), [fault(FaultKind::OutOfRange, "coordinates")]);
}

#[test]
fn one_crossing_among_many_edges_is_found() {
    let mut ring = star(1_500);
    ring.swap(700, 702);
    let error = Geometry::try_from(polygon(json!([ring]))).unwrap_err();
    assert!(error.faults().iter().all(|fault| fault.path().starts_with("coordinates[0][")), "{error}");
}
