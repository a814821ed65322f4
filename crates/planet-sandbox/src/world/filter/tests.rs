use serde_json::{Value, json};

use super::super::tests::{item, oregon, square};
use super::{FilterError, SearchFilter};

/// Acquired 2020-09-09T18:25:25Z, published five hours later, updated at 2020-09-11T20:25:25Z.
fn matches(filter: Value) -> bool {
    let filter = SearchFilter::parse(&filter).unwrap();
    filter.matches(&item("20200909_182525_1014", "2020-09-09T18:25:25Z"))
}

fn on_field(kind: &str, field: &str, config: Value) -> Value {
    json!({"type": kind, "field_name": field, "config": config})
}

fn all() -> Value {
    json!({"type": "AndFilter", "config": []})
}

fn nothing() -> Value {
    json!({"type": "NotFilter", "config": all()})
}

#[test]
fn logic_nests_to_any_depth() {
    let and = |config: Value| json!({"type": "AndFilter", "config": config});
    let or = |config: Value| json!({"type": "OrFilter", "config": config});
    let not = |config: Value| json!({"type": "NotFilter", "config": config});
    assert!(matches(all()));
    assert!(!matches(nothing()));
    assert!(!matches(and(json!([all(), nothing()]))));
    assert!(matches(or(json!([nothing(), all()]))));
    assert!(!matches(or(json!([nothing(), nothing()]))));
    assert!(matches(not(not(not(nothing())))));
    assert!(matches(not(and(json!([all(), or(json!([nothing(), not(all())]))])))));
}

#[test]
fn date_ranges_respect_each_bound() {
    let acquired = |bound: &str, time: &str| matches(on_field("DateRangeFilter", "acquired", json!({bound: time})));
    let exactly = "2020-09-09T18:25:25Z";
    assert!(acquired("gte", exactly) && acquired("lte", exactly));
    assert!(!acquired("gt", exactly) && !acquired("lt", exactly));
    assert!(acquired("gt", "2020-09-09T20:25:24.999999+02:00"));
    assert!(!acquired("lt", "2020-09-09T00:00:00Z"));
    let month = json!({"gte": "2020-09-01T00:00:00Z", "lt": "2020-10-01T00:00:00Z"});
    assert!(matches(on_field("DateRangeFilter", "acquired", month)));
    assert!(matches(on_field("DateRangeFilter", "published", json!({"gt": "2020-09-09T23:00:00Z"}))));
    assert!(!matches(on_field("DateRangeFilter", "updated", json!({"lt": "2020-09-11T00:00:00Z"}))));
}

#[test]
fn ranges_respect_each_bound() {
    let cloud = |config: Value| matches(on_field("RangeFilter", "cloud_cover", config));
    assert!(cloud(json!({"gte": 0.42})) && cloud(json!({"lte": 0.42})));
    assert!(!cloud(json!({"gt": 0.42})) && !cloud(json!({"lt": 0.42})));
    assert!(cloud(json!({"gt": 0, "lt": 1})));
    assert!(!cloud(json!({"gt": 0, "lt": 0.1})));
}

#[test]
fn lists_match_any_of_their_values_in_full() {
    assert!(matches(on_field("NumberInFilter", "gsd", json!([4, 3.6]))));
    assert!(matches(on_field("NumberInFilter", "pixel_resolution", json!([3.0]))));
    assert!(!matches(on_field("NumberInFilter", "gsd", json!([3.7]))));
    assert!(matches(on_field("StringInFilter", "instrument", json!(["PSB.SD", "PS2"]))));
    assert!(!matches(on_field("StringInFilter", "instrument", json!(["PS", "ps2", "PS2.SD"]))));
    assert!(matches(on_field("StringInFilter", "ground_control", json!(["true"]))));
    assert!(!matches(on_field("StringInFilter", "ground_control", json!(["false"]))));
    assert!(matches(on_field("StringInFilter", "id", json!(["20200909_182525_1014"]))));
    assert!(matches(on_field("StringInFilter", "item_type", json!(["PSScene"]))));
}

#[test]
fn updates_look_at_the_time_of_the_last_change() {
    let update = |field: &str, bound: &str, time: &str| matches(on_field("UpdateFilter", field, json!({bound: time})));
    assert!(update("ground_control", "gte", "2020-09-11T20:25:25Z"));
    assert!(!update("ground_control", "gt", "2020-09-11T20:25:25Z"));
    assert!(!update("black_fill", "gt", "2020-01-01T00:00:00Z"));
}

#[test]
fn updates_are_unknown_for_items_published_before_april_2020() {
    let filter = on_field("UpdateFilter", "ground_control", json!({"gt": "2019-01-01T00:00:00Z"}));
    let filter = SearchFilter::parse(&filter).unwrap();
    assert!(!filter.matches(&item("20200409_182525_1014", "2020-04-09T18:25:25Z")));
    assert!(filter.matches(&item("20200410_182525_1014", "2020-04-10T18:25:25Z")));
}

#[test]
fn a_property_that_the_item_lacks_does_not_match() {
    let missing = [
        on_field("RangeFilter", "black_fill", json!({"gte": 0})),
        on_field("NumberInFilter", "black_fill", json!([0])),
        on_field("StringInFilter", "catalog_id", json!([""])),
        on_field("DateRangeFilter", "deleted", json!({"gt": "2000-01-01T00:00:00Z"})),
        on_field("RangeFilter", "instrument", json!({"gte": 0})),
    ];
    for filter in missing {
        assert!(!matches(filter.clone()), "{filter}");
        assert!(matches(json!({"type": "NotFilter", "config": filter})));
    }
}

#[test]
fn geometry_relations_are_seen_from_the_footprint() {
    let geometry = |relation: &str, config: Value| {
        matches(json!({"type": "GeometryFilter", "field_name": "geometry", "relation": relation, "config": config}))
    };
    let (inside, around, apart) = (square(-117.51, 45.26, 0.01), square(-119.0, 44.0, 3.0), square(0.0, 0.0, 1.0));
    let overlapping = square(-117.5, 45.26, 1.0);
    for (relation, expected) in [
        ("intersects", [true, true, true, false]),
        ("contains", [true, false, false, false]),
        ("within", [false, true, false, false]),
        ("disjoint", [false, false, false, true]),
    ] {
        let found = [&inside, &around, &overlapping, &apart].map(|area| geometry(relation, area.clone()));
        assert_eq!(found, expected, "{relation}");
    }
    assert!(matches(on_field("GeometryFilter", "geometry", oregon())));
    assert!(matches(on_field("GeometryFilter", "geometry", json!({"type": "Point", "coordinates": [-117.5, 45.265]}))));
    assert!(geometry("disjoint", json!({"type": "Point", "coordinates": [-117.5, 44.0]})));
}

#[test]
fn a_geometry_whose_parts_overlap_is_repaired() {
    let parts = [square(-118.0, 45.0, 0.55), square(-117.55, 45.0, 0.55)].map(|part| part["coordinates"].clone());
    let config = json!({"type": "MultiPolygon", "coordinates": parts});
    assert!(matches(
        json!({"type": "GeometryFilter", "field_name": "geometry", "relation": "within", "config": config})
    ));
}

#[test]
fn assets_and_permissions_match_any_of_the_list() {
    assert!(matches(json!({"type": "AssetFilter", "config": ["ortho_analytic_8b", "ortho_analytic_4b"]})));
    assert!(!matches(json!({"type": "AssetFilter", "config": ["ortho_analytic"]})));
    assert!(matches(json!({"type": "PermissionFilter", "config": ["assets:download"]})));
    assert!(matches(json!({"type": "PermissionFilter", "config": ["assets.ortho_visual:download"]})));
    assert!(!matches(json!({"type": "PermissionFilter", "config": ["assets.ortho_analytic_4b:download"]})));
    let any = SearchFilter::parse(&json!({"type": "PermissionFilter", "config": ["assets:download"]})).unwrap();
    let mut closed = item("a", "2020-09-09T18:25:25Z");
    closed.permissions.clear();
    assert!(!any.matches(&closed));
}

fn problems(filter: Value) -> Vec<(String, String)> {
    match SearchFilter::parse(&filter).unwrap_err() {
        FilterError::Wrong(problems) => problems,
        FilterError::Unknown(path) => panic!("{path} is not known"),
    }
}

fn problem(filter: Value) -> (String, String) {
    let problems = problems(filter);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.into_iter().next().unwrap()
}

#[test]
fn a_filter_without_type_is_refused_in_the_recorded_words() {
    let expected = ("filter.type".to_owned(), "'type' is a required property".to_owned());
    assert_eq!(problem(json!({"config": []})), expected);
}

#[test]
fn problems_are_found_where_they_are() {
    let nested = json!({"type": "AndFilter", "config": [
        {"type": "NotFilter", "config": {"config": []}},
        {"type": "OrFilter", "config": [all(), {"type": "SoundFilter", "config": 1}]},
    ]});
    let paths: Vec<String> = problems(nested).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["filter.config.0.config.type", "filter.config.1.config.1.type"]);
}

#[test]
fn malformed_filters_are_refused() {
    let cases = [
        (json!([]), "filter", "not of type 'object'"),
        (json!({"type": 5, "config": []}), "filter.type", "5 is not of type 'string'"),
        (json!({"type": "andfilter", "config": []}), "filter.type", "is not one of ['AndFilter'"),
        (json!({"type": "AndFilter"}), "filter.config", "'config' is a required property"),
        (json!({"type": "AndFilter", "config": {}}), "filter.config", "{} is not of type 'array'"),
        (json!({"type": "OrFilter", "config": []}), "filter.config", "[] is too short"),
        (json!({"type": "NotFilter", "config": [all()]}), "filter.config", "not of type 'object'"),
        (json!({"type": "AssetFilter", "config": [1]}), "filter.config.0", "1 is not of type 'string'"),
        (json!({"type": "RangeFilter", "config": {"gt": 1}}), "filter.field_name", "'field_name' is a required"),
        (on_field("RangeFilter", "gsd", json!({})), "filter.config", "{} does not have enough properties"),
        (on_field("RangeFilter", "gsd", json!({"gt": "1"})), "filter.config.gt", "'1' is not of type 'number'"),
        (on_field("RangeFilter", "gsd", json!({"ge": 1})), "filter.config", "('ge' was unexpected)"),
        (on_field("NumberInFilter", "gsd", json!(["1"])), "filter.config.0", "'1' is not of type 'number'"),
        (
            on_field("StringInFilter", "ground_control", json!([true])),
            "filter.config.0",
            "true is not of type 'string'",
        ),
        (
            on_field("UpdateFilter", "gsd", json!({"lt": "2020-01-01T00:00:00Z"})),
            "filter.config",
            "'lt' was unexpected",
        ),
        (
            on_field("GeometryFilter", "geometry", json!({"type": "ref", "content": "pl:features/my/a/b"})),
            "filter.config",
            "'ref'",
        ),
        (
            on_field(
                "GeometryFilter",
                "geometry",
                json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0], [0, 0]]]}),
            ),
            "filter.config",
            "no extent",
        ),
        (on_field("GeometryFilter", "footprint", oregon()), "filter.field_name", "'geometry' was expected"),
        (
            json!({"type": "GeometryFilter", "field_name": "geometry", "config": oregon(), "relation": "near"}),
            "filter.relation",
            "'near' is not one of",
        ),
    ];
    for (filter, path, message) in cases {
        let found = problem(filter.clone());
        assert_eq!(found.0, path, "{filter}");
        assert!(found.1.contains(message), "{filter}: {}", found.1);
    }
}

#[test]
fn times_need_date_seconds_and_zone() {
    let parse = |time: &str| SearchFilter::parse(&on_field("DateRangeFilter", "acquired", json!({"gte": time})));
    for good in
        ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.123456Z", "2020-01-01T00:00:00-07:00", "2020-01-01t00:00:00z"]
    {
        assert!(parse(good).is_ok(), "{good}");
    }
    for bad in [
        "2020-01-01",
        "2020-01-01T00:00:00",
        "2020-01-01T00:00Z",
        "2020-01-01 00:00:00Z",
        "2020-02-30T00:00:00Z",
        "2020-01-01T00:00:00+01",
        "2020-01-01T00:00:00.Z",
        "20200101T000000Z",
        "yesterday",
        "",
        "2020-01-01T00:00:00+01:00[Europe/Berlin]",
    ] {
        let expected = ("filter.config.gte".to_owned(), format!("'{bad}' is not a 'date-time'"));
        assert_eq!(parse(bad).unwrap_err(), FilterError::Wrong(vec![expected]));
    }
}

#[test]
fn a_member_that_a_filter_does_not_have_is_told_by_its_path() {
    let misspelt =
        json!({"type": "GeometryFilter", "field_name": "geometry", "config": oregon(), "relatoin": "disjoint"});
    let with = |mut filter: Value, member: &str| {
        filter[member] = json!("intersects");
        filter
    };
    let cases = [
        (misspelt.clone(), "filter.relatoin"),
        (
            json!({"type": "AndFilter", "config": [all(), {"type": "NotFilter", "config": misspelt}]}),
            "filter.config.1.config.relatoin",
        ),
        (with(all(), "field_name"), "filter.field_name"),
        (with(json!({"type": "AssetFilter", "config": ["ortho_visual"]}), "field_name"), "filter.field_name"),
        (with(on_field("StringInFilter", "id", json!(["a"])), "relation"), "filter.relation"),
    ];
    for (filter, path) in cases {
        assert_eq!(SearchFilter::parse(&filter).unwrap_err(), FilterError::Unknown(path.to_owned()), "{filter}");
    }
    // Nothing is guessed where the service's own refusal is known.
    assert_eq!(problem(json!({"typ": "AndFilter", "config": []})).0, "filter.type");
}
