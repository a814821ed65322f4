use planet_builders::geometry::{Change, MAX_VERTICES, Repair};
use planet_builders::{FaultKind, Geometry};
use serde_json::{Value, json};

use crate::{fault, faults};

fn polygon(rings: Value) -> Value {
    json!({"type": "Polygon", "coordinates": rings})
}

#[track_caller]
fn becomes(document: Value, expected: Value, changes: &[&str]) {
    let repaired = Repair::of(document).run().unwrap();
    assert_eq!(repaired.geometry().as_json(), &expected);
    let done: Vec<String> = repaired.changes().iter().map(ToString::to_string).collect();
    assert_eq!(done, changes);
}

#[test]
fn what_is_right_stays_to_the_digit() {
    for document in [
        polygon(json!([[[0, 0.0, 1], [9, 0, 2], [9, 9, 3], [0.0, 0, 1]], [[5, 2], [5, 3], [6, 3], [5, 2]]])),
        json!({"type": "LineString", "coordinates": [[0, 0], [1, 1], [0, 0]]}),
        json!({"type": "MultiPoint", "coordinates": [[0, 0], [0, 0]]}),
        json!({"type": "Point", "coordinates": [0, 0], "x": 1}),
        json!({"type": "ref", "content": "pl:features/my/a/b"}),
    ] {
        becomes(document.clone(), document, &[]);
    }
}

#[test]
fn open_rings_are_closed() {
    becomes(
        polygon(json!([[[0, 0, 7], [1, 0], [1, 1], [0, 1]]])),
        polygon(json!([[[0, 0, 7], [1, 0], [1, 1], [0, 1], [0, 0, 7]]])),
        &["coordinates[0]: closed"],
    );
    let three = polygon(json!([[[0, 0], [1, 0], [1, 1]]]));
    assert_eq!(Repair::of(three).run().unwrap().changes(), [Change::Closed { path: "coordinates[0]".into() }]);
}

#[test]
fn repeated_positions_are_dropped() {
    becomes(
        polygon(json!([[[0, 0], [0, 0], [1, 0], [1, 0.0], [1, 0], [1, 1], [0, 0], [0, 0]]])),
        polygon(json!([[[0, 0], [1, 0], [1, 1], [0, 0]]])),
        &["coordinates[0]: repeated positions dropped: 4"],
    );
    becomes(
        json!({"type": "MultiLineString", "coordinates": [[[0, 0], [0, 0, 1], [1, 1], [1, 1]]]}),
        json!({"type": "MultiLineString", "coordinates": [[[0, 0], [0, 0, 1], [1, 1]]]}),
        &["coordinates[0]: repeated positions dropped: 1"],
    );
}

#[test]
fn rings_are_wound_as_rfc_7946_wants_it() {
    let repaired = polygon(json!([[[0, 0], [9, 0], [9, 9], [0, 0]], [[5, 2], [5, 3], [6, 3], [5, 2]]]));
    becomes(
        polygon(json!([[[0, 0], [9, 9], [9, 0], [0, 0]], [[5, 2], [6, 3], [5, 3], [5, 2]]])),
        repaired.clone(),
        &["coordinates[0]: turned around", "coordinates[1]: turned around"],
    );
    let hints = Geometry::try_from(repaired).unwrap().hints();
    assert_eq!(hints, []);
    // Which side is meant cannot be told.
    let fiji = polygon(json!([[[179, -18], [179, -16], [-179, -16], [-179, -18], [179, -18]]]));
    becomes(fiji.clone(), fiji, &[]);
}

#[test]
fn features_and_texts_are_repaired_too() {
    let point = json!({"type": "Point", "coordinates": [0, 0]});
    becomes(json!({"type": "Feature", "geometry": point}), point, &[]);
    becomes(json!("pl:features/my/a/b"), json!({"type": "ref", "content": "pl:features/my/a/b"}), &[]);
}

#[test]
fn what_cannot_be_mended_without_a_guess_is_an_error() {
    let tie = polygon(json!([[[0, 0], [1, 1], [1, 0], [0, 1]]]));
    assert_eq!(faults(Repair::of(tie).run()), [fault(FaultKind::Geometry, "coordinates[0][0]")]);
    let flat = polygon(json!([[[0, 0], [1, 1], [1, 1]]]));
    assert_eq!(faults(Repair::of(flat).run())[0], fault(FaultKind::Geometry, "coordinates[0]"));
    let nothing = polygon(json!([[[0, 0], [true, 1], [1, 1]]]));
    let short_and_open = ["coordinates[0]", "coordinates[0][1][0]", "coordinates[0]"];
    assert_eq!(faults(Repair::of(nothing).run()), short_and_open.map(|path| fault(FaultKind::Geometry, path)));
    assert_eq!(faults(Repair::of(Value::Null).run()), [fault(FaultKind::Missing, "type")]);
}

/// A round field in Oregon, 5 km across, with a wavy edge.
fn field(vertices: u32) -> Vec<[f64; 2]> {
    let mut ring: Vec<[f64; 2]> = (0..vertices - 1)
        .map(|index| {
            let angle = f64::from(index) / f64::from(vertices - 1) * std::f64::consts::TAU;
            let radius = 0.0225 * (1.0 + 0.02 * (angle * 40.0).sin());
            [-117.5 + radius * angle.cos() / 45.25_f64.to_radians().cos(), 45.25 + radius * angle.sin()]
        })
        .collect();
    ring.push(ring[0]);
    ring
}

#[test]
fn vertices_are_brought_to_a_limit_within_a_distance() {
    let repaired = Repair::of(polygon(json!([field(4_000)]))).simplify(MAX_VERTICES, 1.0).run().unwrap();
    let Change::Simplified { from: 4_000, to, metres } = repaired.changes()[0] else {
        panic!("{:?}", repaired.changes());
    };
    assert!(to > 1_400 && to <= MAX_VERTICES, "{to}");
    assert!(metres > 0.0 && metres < 0.5, "{metres}");
    let kept = repaired.geometry().as_json()["coordinates"][0].as_array().unwrap();
    assert_eq!(kept.len(), to);
    let given = json!(field(4_000));
    assert!(kept.iter().all(|position| given.as_array().unwrap().contains(position)));
    assert_eq!(repaired.geometry().repair().simplify(MAX_VERTICES, 1.0).run().unwrap().changes(), []);
}

#[test]
fn the_distance_is_measured_in_metres() {
    // The corner lies a thousandth of a degree of longitude from the edge that replaces it, at 60° north.
    let square = polygon(json!([[[0, 60], [0.01, 60], [0.011, 60.005], [0.01, 60.01], [0, 60.01], [0, 60]]]));
    let repaired = Repair::of(square.clone()).simplify(5, 60.0).run().unwrap();
    let Change::Simplified { from: 6, to: 5, metres } = repaired.changes()[0] else {
        panic!("{:?}", repaired.changes());
    };
    assert!((55.6..56.2).contains(&metres), "{metres}");
    let refused = Repair::of(square).simplify(5, 55.0).run();
    assert!(refused.as_ref().unwrap_err().faults()[0].message().contains("it takes 55.8"), "{refused:?}");
    assert_eq!(faults(refused), [fault(FaultKind::OutOfRange, "coordinates")]);
}

#[test]
fn heights_and_holes_survive_simplification() {
    let shell: Vec<[f64; 3]> = field(600).iter().map(|[x, y]| [*x, *y, x * y]).collect();
    let inner: Vec<[f64; 2]> = field(400).iter().rev().map(|[x, y]| [(x - 117.5) / 2.0, (y + 45.25) / 2.0]).collect();
    let repaired = Repair::of(polygon(json!([shell, inner]))).simplify(500, 100.0).run().unwrap();
    let rings = repaired.geometry().as_json()["coordinates"].as_array().unwrap();
    assert_eq!(rings.len(), 2);
    for position in rings[0].as_array().unwrap() {
        let [x, y, z] = [0, 1, 2].map(|axis| position[axis].as_f64().unwrap());
        assert_eq!(z, x * y);
    }
}

#[test]
fn a_limit_that_cannot_be_met_is_an_error() {
    let square = polygon(json!([[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]));
    assert_eq!(
        faults(Repair::of(square.clone()).simplify(3, f64::INFINITY).run()),
        [fault(FaultKind::OutOfRange, "coordinates")]
    );
    let points = json!({"type": "MultiPoint", "coordinates": [[0, 0], [1, 1]]});
    assert_eq!(faults(Repair::of(points).simplify(1, 10.0).run()), [fault(FaultKind::OutOfRange, "coordinates")]);
    for metres in [-1.0, f64::NAN] {
        let refused = Repair::of(square.clone()).simplify(5, metres).run();
        assert_eq!(faults(refused), [fault(FaultKind::OutOfRange, "metres")]);
    }
}
