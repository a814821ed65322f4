use planet_builders::geometry::{self, Repair};
use planet_builders::{FaultKind, Filter, Geometry};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Numbers that meet often, and some that are out of bounds.
fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        20 => (-6_i32..6).prop_map(Value::from),
        4 => (-12_i32..12).prop_map(|half| json!(f64::from(half) / 2.0)),
        2 => (-180.0..180.0_f64).prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => Just(json!(true)),
    ]
}

fn position() -> impl Strategy<Value = Value> {
    prop_oneof![
        20 => prop::collection::vec(number(), 2..3).prop_map(Value::from),
        1 => prop::collection::vec(number(), 0..5).prop_map(Value::from),
    ]
}

fn chain() -> impl Strategy<Value = Value> {
    (prop::collection::vec(position(), 0..9), any::<bool>()).prop_map(|(mut positions, close)| {
        if let Some(first) = positions.first().cloned().filter(|_| close) {
            positions.push(first);
        }
        positions.into()
    })
}

fn list(member: impl Strategy<Value = Value>, most: usize) -> impl Strategy<Value = Value> {
    prop::collection::vec(member, 0..=most).prop_map(Value::from)
}

/// Geometries with anything in them that is near to one.
fn document() -> impl Strategy<Value = Value> {
    let of = |kind: &'static str| move |coordinates: Value| json!({"type": kind, "coordinates": coordinates});
    prop_oneof![
        position().prop_map(of("Point")),
        chain().prop_map(of("MultiPoint")),
        chain().prop_map(of("LineString")),
        list(chain(), 3).prop_map(of("MultiLineString")),
        list(chain(), 3).prop_map(of("Polygon")),
        list(list(chain(), 2), 3).prop_map(of("MultiPolygon")),
        chain().prop_map(of("Polygon")),
        chain().prop_map(|ring| json!({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}})),
    ]
}

/// A ring of whole numbers, with corners that are met often.
fn ring() -> impl Strategy<Value = Vec<[i32; 2]>> {
    prop::collection::vec(prop::array::uniform2(0_i32..5), 3..8)
}

fn turn(a: [i32; 2], b: [i32; 2], c: [i32; 2]) -> i32 {
    ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).signum()
}

/// Does the ring cross itself in the middle of two edges? Every pair is looked at, with whole numbers.
fn crosses_in_the_middle(ring: &[[i32; 2]]) -> bool {
    let edge = |index: usize| (ring[index], ring[(index + 1) % ring.len()]);
    (0..ring.len()).any(|i| {
        (0..i).any(|j| {
            let ((a, b), (c, d)) = (edge(i), edge(j));
            turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_repair_changes_nothing_that_was_repaired_and_its_result_is_valid(document in document(), limit in 3_usize..20) {
        for repair in [Repair::of(document.clone()), Repair::of(document.clone()).simplify(limit, 1e6)] {
            let Ok(repaired) = repair.run() else { continue };
            let json = repaired.geometry().as_json().clone();
            prop_assert_eq!(&Geometry::try_from(json.clone()).unwrap(), repaired.geometry());
            let again = Repair::of(json).simplify(1_500, 0.0).run().unwrap();
            prop_assert_eq!(again.changes(), []);
            prop_assert_eq!(again.geometry(), repaired.geometry());
        }
        let simplified = Repair::of(document).simplify(limit, 1e6).run();
        if let Ok(simplified) = simplified {
            let again = simplified.geometry().repair().simplify(limit, 1e6).run().unwrap();
            prop_assert_eq!(again.changes(), []);
        }
    }

    #[test]
    fn a_valid_geometry_can_be_repaired(document in document()) {
        if let Ok(geometry) = Geometry::try_from(document) {
            prop_assert!(geometry.repair().run().is_ok());
            drop(geometry.hints());
        }
    }

    #[test]
    fn nothing_makes_it_panic(document in document()) {
        drop(Geometry::try_from(&document));
        drop(Filter::geometry(&document));
        drop(geometry::extract(document.clone()));
        drop(geometry::feature_collection([json!({"type": "Feature", "properties": null, "geometry": document})]));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}|[A-Z]{5,10} ?\\(?[0-9(), .eE+-]{0,30}\\)?") {
        drop(text.parse::<Geometry>());
        #[cfg(feature = "wkt")]
        drop(Geometry::from_wkt(&text));
    }

    #[test]
    fn every_crossing_is_found(ring in ring()) {
        let closed: Vec<[i32; 2]> = ring.iter().chain(ring.first()).copied().collect();
        let geometry = Geometry::try_from(json!({"type": "Polygon", "coordinates": [closed]}));
        if crosses_in_the_middle(&ring) {
            let error = geometry.unwrap_err();
            prop_assert!(error.faults().iter().all(|fault| fault.kind() == FaultKind::Geometry));
        }
    }

    #[test]
    fn validity_does_not_hang_on_where_a_ring_begins_or_which_way_it_goes(ring in ring(), start in 0_usize..8) {
        let is_valid = |corners: &[[i32; 2]]| {
            let closed: Vec<[i32; 2]> = corners.iter().chain(corners.first()).copied().collect();
            Geometry::try_from(json!({"type": "Polygon", "coordinates": [closed]})).is_ok()
        };
        let mut other = ring.clone();
        other.rotate_left(start % ring.len());
        prop_assert_eq!(is_valid(&ring), is_valid(&other));
        other.reverse();
        prop_assert_eq!(is_valid(&ring), is_valid(&other));
        let mirrored: Vec<[i32; 2]> = other.iter().map(|[x, y]| [*y, *x]).collect();
        prop_assert_eq!(is_valid(&ring), is_valid(&mirrored));
    }
}
