use planet_builders::filter::Number;
use planet_builders::{AssetType, FaultKind, Filter, Geometry, Timestamp};
use serde_json::{Value, json};

use crate::{fault, faults};

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn triangle() -> Value {
    json!({"type": "Polygon", "coordinates": [[[-1.5, 2], [3, 2.25], [0, -7], [-1.5, 2]]]})
}

#[track_caller]
fn sends(filter: &Filter, expected: Value) {
    assert_eq!(serde_json::to_value(filter).unwrap(), expected);
}

#[test]
fn compound_filters_hold_their_filters_in_config() {
    sends(&Filter::empty(), json!({"type": "AndFilter", "config": []}));
    sends(&Filter::or([]), json!({"type": "OrFilter", "config": []}));
    let standard = json!({"type": "StringInFilter", "field_name": "quality_category", "config": ["standard"]});
    sends(&Filter::not(Filter::standard_quality()), json!({"type": "NotFilter", "config": standard}));
    let clear = Filter::range("cloud_cover").lt(0.1).build().unwrap();
    let nested = Filter::and([Filter::permission(), Filter::or([clear, !Filter::standard_quality()])]);
    sends(
        &nested,
        json!({"type": "AndFilter", "config": [
            {"type": "PermissionFilter", "config": ["assets:download"]},
            {"type": "OrFilter", "config": [
                {"type": "RangeFilter", "field_name": "cloud_cover", "config": {"lt": 0.1}},
                {"type": "NotFilter", "config": standard},
            ]},
        ]}),
    );
}

#[test]
fn operators_join_filters_side_by_side() {
    let [a, b, c] = ["a", "b", "c"].map(|id| Filter::string_in("id", [id]).unwrap());
    let all = Filter::and([a.clone(), b.clone(), c.clone()]);
    assert_eq!(a.clone() & b.clone() & c.clone(), all);
    assert_eq!(Filter::empty() & a.clone(), Filter::and([a.clone()]));
    let any = Filter::or([a.clone(), b.clone(), c.clone()]);
    assert_eq!(a.clone() | b.clone() | c.clone(), any);
    let mixed = a.clone() & (b.clone() | c.clone());
    assert_eq!(mixed, Filter::and([a, Filter::or([b, c])]));
}

#[test]
fn date_ranges_are_written_in_utc_with_the_digits_they_have() {
    let range = Filter::date_range("acquired")
        .gt(time("2022-01-01T00:00:00Z"))
        .gte(time("2022-01-02"))
        .lt(time("2022-02-01T00:00:00+00:00"))
        .lte(time("2022-01-31T12:00:00.000123-08:00"))
        .build();
    sends(
        &range.unwrap(),
        json!({"type": "DateRangeFilter", "field_name": "acquired", "config": {
            "gt": "2022-01-01T00:00:00Z",
            "gte": "2022-01-02T00:00:00Z",
            "lt": "2022-02-01T00:00:00Z",
            "lte": "2022-01-31T20:00:00.000123Z",
        }}),
    );
}

#[test]
fn number_ranges_send_zero_and_large_integers_as_they_are() {
    let range = Filter::range("view_angle").gt(-5).lt(5.5).gte(-4.25).lte(4);
    sends(
        &range.build().unwrap(),
        json!({"type": "RangeFilter", "field_name": "view_angle", "config": {"gt": -5, "lt": 5.5, "gte": -4.25, "lte": 4}}),
    );
    let zero = Filter::range("cloud_cover").gte(0).lt(0.0).build();
    sends(&zero.unwrap(), json!({"type": "RangeFilter", "field_name": "cloud_cover", "config": {"gte": 0, "lt": 0.0}}));
    let large = Filter::range("rows").lte(9_007_199_254_740_993_i64);
    sends(
        &large.build().unwrap(),
        json!({"type": "RangeFilter", "field_name": "rows", "config": {"lte": 9_007_199_254_740_993_i64}}),
    );
}

#[test]
fn sets_are_sent_in_order_and_may_be_empty() {
    sends(
        &Filter::string_in("näme", ["日本", "a\"b\\c\n"]).unwrap(),
        json!({"type": "StringInFilter", "field_name": "näme", "config": ["日本", "a\"b\\c\n"]}),
    );
    sends(
        &Filter::number_in("gsd", [3.7, 0.5, 0.0, -1.25]).unwrap(),
        json!({"type": "NumberInFilter", "field_name": "gsd", "config": [3.7, 0.5, 0.0, -1.25]}),
    );
    sends(
        &Filter::number_in("gsd", [0; 0]).unwrap(),
        json!({"type": "NumberInFilter", "field_name": "gsd", "config": []}),
    );
}

#[test]
fn asset_and_permission_filters_have_no_field() {
    let assets = Filter::asset([AssetType::ORTHO_ANALYTIC_8B, "not_yet_known".into()]);
    sends(&assets.unwrap(), json!({"type": "AssetFilter", "config": ["ortho_analytic_8b", "not_yet_known"]}));
    sends(
        &Filter::permissions(["assets.ortho_visual:download"]).unwrap(),
        json!({"type": "PermissionFilter", "config": ["assets.ortho_visual:download"]}),
    );
}

#[test]
fn a_geometry_filter_sends_the_geometry_of_a_feature_unchanged() {
    let mut area = triangle();
    area["bbox"] = json!([-1.5, -7, 3, 2.25]);
    let feature = json!({"type": "Feature", "id": "f-7", "properties": {"name": "field 7"}, "geometry": area});
    let collection = json!({"type": "FeatureCollection", "features": [feature]});
    for input in [&area, &feature, &collection] {
        sends(
            &Filter::geometry(input).unwrap(),
            json!({"type": "GeometryFilter", "field_name": "geometry", "config": area}),
        );
    }
}

#[test]
fn a_range_needs_a_bound() {
    let missing = |field| vec![fault(FaultKind::Missing, field)];
    assert_eq!(faults(Filter::range("cloud_cover").build()), missing("cloud_cover"));
    assert_eq!(faults(Filter::date_range("acquired").build()), missing("acquired"));
}

#[test]
fn a_range_that_nothing_can_lie_in_is_refused() {
    let out_of_range = |field| vec![fault(FaultKind::OutOfRange, field)];
    let numbers = Filter::range("gsd").gt(5).lte(1);
    assert_eq!(faults(numbers.build()), out_of_range("gsd"));
    let dates = Filter::date_range("acquired").gte(time("2022-02-01")).lt(time("2022-01-01"));
    assert_eq!(faults(dates.build()), out_of_range("acquired"));
}

#[test]
fn numbers_that_are_not_finite_are_all_reported() {
    let range = Filter::range("gsd").gt(f64::NAN).lt(f64::INFINITY).build();
    assert_eq!(faults(range), [fault(FaultKind::OutOfRange, "gsd.gt"), fault(FaultKind::OutOfRange, "gsd.lt"),]);
    let set = Filter::number_in("gsd", [3.0, f64::NAN]);
    assert_eq!(faults(set), [fault(FaultKind::OutOfRange, "gsd[1]")]);
}

#[test]
fn empty_names_are_refused() {
    let missing = |path| vec![fault(FaultKind::Missing, path)];
    assert_eq!(faults(Filter::string_in("id", ["a", ""])), missing("id[1]"));
    assert_eq!(faults(Filter::asset([""])), missing("asset_types[0]"));
    assert_eq!(faults(Filter::permissions([""])), missing("permissions[0]"));
}

#[test]
fn a_geometry_filter_takes_no_reference_and_no_faulty_geometry() {
    let reference = Filter::geometry("pl:features/my/water-fields-RqB0NZ5/rmQEGqm");
    assert_eq!(faults(reference), [fault(FaultKind::Conflict, "geometry")]);
    let open = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]});
    assert_eq!(faults(Filter::geometry(open)), [fault(FaultKind::Geometry, "geometry.coordinates[0]")]);
}

#[test]
fn filters_that_mean_the_same_are_equal_and_keep_how_they_were_written() {
    let stored = json!({"type": "AndFilter", "config": [
        {"type": "DateRangeFilter", "field_name": "acquired", "config": {"gte": "2017-01-01T00:00:00.000000Z"}},
        {"type": "RangeFilter", "field_name": "sun_elevation", "config": {"lte": 90.0}},
    ]});
    let read: Filter = serde_json::from_value(stored.clone()).unwrap();
    let since = Filter::date_range("acquired").gte(time("2017-01-01"));
    let below = Filter::range("sun_elevation").lte(90);
    assert_eq!(read, since.build().unwrap() & below.build().unwrap());
    let written = serde_json::to_string(&read).unwrap();
    assert!(written.contains("2017-01-01T00:00:00.000000Z") && written.contains("90.0"));
    sends(&read, stored);
}

#[test]
fn what_is_unknown_in_a_filter_is_kept_as_it_came() {
    for filter in [
        json!({"type": "Whatever", "x": null}),
        json!({"type": "UpdateFilter", "field_name": "ground_control", "config": {"gt": "2020-04-10T00:00:00Z"}}),
        json!({"type": "GeometryFilter", "field_name": "geometry", "config": triangle(), "relation": "within"}),
        json!({"type": "RangeFilter", "field_name": "gsd", "config": {"lt": "3"}}),
        json!({"type": "RangeFilter", "field_name": "gsd", "config": {"lt": 3, "gt": null}}),
        json!({"type": "DateRangeFilter", "field_name": "acquired", "config": {"lt": "soon"}}),
        json!({"type": "AndFilter", "config": [{"type": "Whatever"}], "note": 1}),
        json!({"type": "AssetFilter", "config": ["ortho_visual"], "note": 1}),
    ] {
        let read: Filter = serde_json::from_value(json!({"type": "NotFilter", "config": filter})).unwrap();
        sends(&read, json!({"type": "NotFilter", "config": filter}));
    }
}

#[test]
fn what_has_no_type_is_no_filter() {
    for document in [
        json!({}),
        json!([]),
        json!({"type": 5}),
        json!({"type": "OrFilter", "config": [{}]}),
        json!({"type": "AndFilter", "config": {"type": "Whatever"}}),
    ] {
        serde_json::from_value::<Filter>(document.clone()).expect_err(&document.to_string());
    }
}

#[test]
fn numbers_are_compared_by_value_and_large_integers_exactly() {
    assert_eq!(Number::from(10), Number::from(10.0));
    assert_ne!(Number::from(9_007_199_254_740_993_i64), Number::from(9_007_199_254_740_992_i64));
    assert!(Number::from(-1) < Number::from(0.5));
}

#[test]
fn inputs_of_a_geometry_filter_can_be_geometries_themselves() {
    let area = Geometry::try_from(triangle()).unwrap();
    assert_eq!(Filter::geometry(&area).unwrap(), Filter::geometry(triangle()).unwrap());
    Filter::geometry(area).unwrap();
}
