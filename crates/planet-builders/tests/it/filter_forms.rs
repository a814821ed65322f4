//! What a filter looks like to people, and what is found in one that was read.

use planet_builders::filter::{Relation, field};
use planet_builders::{Catalogue, ErrorKind, FaultKind, Filter, Geometry, ItemType, Timestamp};
use serde_json::{Value, json};

use crate::{fault, faults};

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn read(document: Value) -> Filter {
    serde_json::from_value(document).unwrap()
}

fn id(name: &str) -> Filter {
    Filter::string_in("id", [name]).unwrap()
}

fn square() -> Geometry {
    Geometry::bbox(0.0, 0.0, 1.0, 1.0).unwrap()
}

#[track_caller]
fn prints(filter: Filter, text: &str) {
    assert_eq!(filter.to_string(), text);
}

#[test]
fn each_filter_prints_in_a_short_form() {
    let since = time("2020-09-01");
    prints(
        Filter::range("cloud_cover").lt(0.1).build().unwrap()
            & Filter::date_range("acquired").gte(since).build().unwrap()
            & Filter::geometry(square()).unwrap(),
        "cloud_cover < 0.1 AND acquired >= 2020-09-01T00:00:00Z AND geometry intersects Polygon(5)",
    );
    prints(Filter::geometry_relation(square(), Relation::Within).unwrap(), "geometry within Polygon(5)");
    prints(
        Filter::update("ground_control").gt(since).gte(since).build().unwrap(),
        "ground_control changed > 2020-09-01T00:00:00Z AND ground_control changed >= 2020-09-01T00:00:00Z",
    );
    prints(Filter::standard_quality(), r#"quality_category IN ["standard"]"#);
    prints(Filter::asset(["ortho_visual", "ortho_udm2"]).unwrap(), r#"asset IN ["ortho_visual", "ortho_udm2"]"#);
    prints(Filter::permission(), r#"permission IN ["assets:download"]"#);
    prints(Filter::number_in("gsd", [3.0, 3.7, 1e300]).unwrap(), "gsd IN [3, 3.7, 1e300]");
    prints(Filter::number_in("gsd", [1, 2, 3, 4, 5]).unwrap(), "gsd IN [1, 2, 3, 2 more]");
    prints(Filter::empty(), "everything");
    prints(Filter::or([]), "nothing");
    prints(read(json!({"type": "Whatever", "x": 1})), "Whatever(…)");
    prints(read(json!({"type": "RangeFilter", "field_name": "gsd", "config": {}})), "gsd in no range");
    prints(Filter::string_in("a b", ["c\n"]).unwrap(), r#""a b" IN ["c\n"]"#);
}

#[test]
fn parentheses_stand_where_the_meaning_needs_them() {
    let [a, b, c] = ["a", "b", "c"].map(id);
    let [x, y, z] = [r#"id IN ["a"]"#, r#"id IN ["b"]"#, r#"id IN ["c"]"#];
    prints((a.clone() & b.clone()) | c.clone(), &format!("{x} AND {y} OR {z}"));
    prints(a.clone() & (b.clone() | c.clone()), &format!("{x} AND ({y} OR {z})"));
    prints(!(a.clone() & b.clone()), &format!("NOT ({x} AND {y})"));
    prints(!a.clone() & !!b.clone(), &format!("NOT {x} AND NOT NOT {y}"));
    prints(Filter::and([a, Filter::and([b.clone(), c.clone()])]), &format!("{x} AND {y} AND {z}"));
    prints(!Filter::and([Filter::or([b, c])]), &format!("NOT ({y} OR {z})"));
    let range = Filter::range("gsd").gt(1).lte(2).build().unwrap();
    prints(!range, "NOT (gsd > 1 AND gsd <= 2)");
}

#[test]
fn an_update_filter_has_lower_bounds_only() {
    let both = Filter::update("x").gt(time("2020-04-10")).gte(time("2020-04-11T00:00:00+01:00")).build().unwrap();
    assert_eq!(
        serde_json::to_value(&both).unwrap(),
        json!({"type": "UpdateFilter", "field_name": "x", "config": {
            "gt": "2020-04-10T00:00:00Z",
            "gte": "2020-04-10T23:00:00Z",
        }})
    );
    assert_eq!(faults(Filter::update("x").build()), [fault(FaultKind::Missing, "x")]);
    let document =
        json!({"type": "UpdateFilter", "field_name": "x", "config": {"gt": "2020-04-10", "lt": "2021-01-01"}});
    let upper = read(document.clone());
    assert_eq!(serde_json::to_value(&upper).unwrap(), document);
    assert_eq!(faults(upper.check()), [fault(FaultKind::Invalid, "config.lt")]);
}

#[test]
fn a_relation_stands_beside_the_geometry_and_is_read_in_any_case() {
    for (name, relation) in [
        ("intersects", Relation::Intersects),
        ("Contains", Relation::Contains),
        ("WITHIN", Relation::Within),
        ("disjoint", Relation::Disjoint),
    ] {
        assert_eq!(name.parse::<Relation>().unwrap(), relation);
        let filter = Filter::geometry_relation(square(), relation).unwrap();
        let document = serde_json::to_value(&filter).unwrap();
        assert_eq!(document["relation"], name.to_lowercase());
        assert_eq!(document["config"]["type"], "Polygon");
        assert_eq!(read(document), filter);
    }
    for name in ["touches", ""] {
        let error = name.parse::<Relation>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.faults()[0].value(), Some(name));
    }
    assert_ne!(
        Filter::geometry_relation(square(), Relation::Intersects).unwrap(),
        Filter::geometry(square()).unwrap(),
        "what was given goes out, also if it is the default",
    );
}

#[test]
fn times_are_read_in_every_form_and_go_out_as_they_came() {
    for (text, utc) in [
        ("2022-06-01T01:02:03Z", "2022-06-01T01:02:03Z"),
        ("2017-01-01T00:00:00.000000Z", "2017-01-01T00:00:00Z"),
        ("2022-06-01T01:02:03+02:00", "2022-05-31T23:02:03Z"),
        ("2022-06-01T01:02:03.5-00:01", "2022-06-01T01:03:03.5Z"),
        ("2022-06-01T01:02:03", "2022-06-01T01:02:03Z"),
        ("2022-06-01", "2022-06-01T00:00:00Z"),
    ] {
        let document = json!({"type": "DateRangeFilter", "field_name": "acquired", "config": {"gt": text}});
        let filter = read(document.clone());
        assert_eq!(filter, Filter::date_range("acquired").gt(time(utc)).build().unwrap(), "{text}");
        assert_eq!(serde_json::to_value(&filter).unwrap(), document, "{text}");
    }
}

#[test]
fn a_time_that_the_service_cannot_read_goes_out_in_utc() {
    for text in
        ["2022-06-01T01:02:03+05:30:15", "2022-06-01T01:02:03+0530", "2022-06-01T01:02:03Z[UTC]", "20220601T010203Z"]
    {
        let filter = read(json!({"type": "UpdateFilter", "field_name": "x", "config": {"gt": text}}));
        let written = serde_json::to_value(&filter).unwrap()["config"]["gt"].as_str().unwrap().to_owned();
        assert_eq!(time(&written), time(text));
        assert!(written.len() == 20 && written.ends_with('Z'), "{text} became {written}");
    }
}

#[test]
fn everything_wrong_with_a_filter_that_was_read_comes_at_once() {
    let bow_tie = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]});
    let filter = read(json!({"type": "AndFilter", "config": [
        {"type": "RangeFilter", "field_name": "gsd", "config": {"gt": "3", "below": 4}},
        {"type": "RangeFilter", "field_name": "gsd", "config": {}},
        {"type": "RangeFilter", "field_name": "gsd", "config": {"gt": 2, "lt": 1}},
        {"type": "NotFilter", "config": {"type": "DateRangeFilter", "config": {"lt": "soon"}, "note": 1}},
        {"type": "UpdateFilter", "field_name": "gsd", "config": {}},
        {"type": "OrFilter", "config": [
            {"type": "StringInFilter", "field_name": "id", "config": ["a", ""]},
            {"type": "StringInFilter", "field_name": "id", "config": ["a", 5]},
            {"type": "NumberInFilter", "field_name": "gsd", "config": 3},
            {"type": "AssetFilter", "config": [""]},
            {"type": "PermissionFilter"},
        ]},
        {"type": "GeometryFilter", "field_name": "geometry", "config": bow_tie},
        {"type": "GeometryFilter", "field_name": "geometry", "config": {"type": "ref", "content": "pl:features/my/a/b"}},
        {"type": "GeometryFilter", "field_name": "geometry", "config": square(), "relation": "Within"},
        {"type": "GeometryFilter", "field_name": "geometry", "config": square(), "relation": "touches"},
        {"type": "Whatever"},
    ]}));
    let error = filter.check().unwrap_err();
    let found: Vec<_> = error.faults().iter().map(|fault| (fault.kind(), fault.path())).collect();
    assert_eq!(
        found,
        [
            (FaultKind::Invalid, "config[0].config.below"),
            (FaultKind::Invalid, "config[0].config.gt"),
            (FaultKind::Missing, "config[1].config"),
            (FaultKind::OutOfRange, "config[2].config"),
            (FaultKind::Invalid, "config[3].config.note"),
            (FaultKind::Missing, "config[3].config.field_name"),
            (FaultKind::Invalid, "config[3].config.config.lt"),
            (FaultKind::Missing, "config[4].config"),
            (FaultKind::Missing, "config[5].config[0].config[1]"),
            (FaultKind::Invalid, "config[5].config[1].config[1]"),
            (FaultKind::Invalid, "config[5].config[2].config"),
            (FaultKind::Missing, "config[5].config[3].config[0]"),
            (FaultKind::Missing, "config[5].config[4].config"),
            (FaultKind::Geometry, "config[6].config.coordinates[0]"),
            (FaultKind::Conflict, "config[7].config"),
            (FaultKind::Invalid, "config[8].relation"),
            (FaultKind::Invalid, "config[9].relation"),
        ]
    );
    let within = error.faults().iter().find(|fault| fault.path() == "config[8].relation").unwrap();
    assert_eq!(within.suggestion(), Some("within"));
}

#[test]
fn what_is_no_filter_is_reported_with_all_its_places() {
    let text = r#"{"type": "AndFilter", "config": [{}, {"type": "NotFilter", "config": []}, {"type": "OrFilter", "config": {}}]}"#;
    let message = serde_json::from_str::<Filter>(text).unwrap_err().to_string();
    for path in ["config[0].type", "config[1].config.type", "config[2].config"] {
        assert!(message.contains(path), "{path} in {message}");
    }
}

#[test]
fn fields_are_checked_against_the_catalogue_when_asked_for() {
    let check = |filter: &Filter, item_types: &[ItemType]| filter.check_fields(Catalogue::embedded(), item_types);
    let clear = Filter::range(field::CLOUD_COVER).lt(0.1).build().unwrap();
    check(&clear, &[ItemType::PSSCENE]).unwrap();
    check(&(clear & !id("a") & Filter::geometry(square()).unwrap() & Filter::permission()), &[]).unwrap();
    check(&Filter::string_in(field::GROUND_CONTROL, ["true", "false"]).unwrap(), &[ItemType::PSSCENE]).unwrap();

    let since = time("2020-09-01");
    let filter = Filter::range("cloud_coverage").lt(1).build().unwrap()
        & Filter::range(field::INSTRUMENT).lt(1).build().unwrap()
        & Filter::date_range(field::GSD).lt(since).build().unwrap()
        & !Filter::string_in(field::ACQUIRED, ["2020"]).unwrap()
        & Filter::number_in(field::STRIP_ID, [1]).unwrap()
        & Filter::update(field::GSD).gt(since).build().unwrap()
        & Filter::string_in(field::GROUND_CONTROL, ["true", "True", "yes"]).unwrap()
        & read(json!({"type": "Whatever", "field_name": "grid_cell"}));
    assert_eq!(
        faults(check(&filter, &[ItemType::PSSCENE])),
        [
            fault(FaultKind::Invalid, "config[0].field_name"),
            fault(FaultKind::Conflict, "config[1].field_name"),
            fault(FaultKind::Conflict, "config[2].field_name"),
            fault(FaultKind::Conflict, "config[3].config.field_name"),
            fault(FaultKind::Conflict, "config[4].field_name"),
            fault(FaultKind::Invalid, "config[6].config[1]"),
            fault(FaultKind::Invalid, "config[6].config[2]"),
            fault(FaultKind::Invalid, "config[7].field_name"),
        ]
    );
    let error = check(&filter, &[ItemType::PSSCENE]).unwrap_err();
    assert_eq!(error.faults()[0].suggestion(), Some("cloud_cover"));
    assert_eq!(error.faults()[2].allowed(), ["RangeFilter", "NumberInFilter", "UpdateFilter"]);
    assert_eq!(error.faults()[5].suggestion(), Some("true"));
    assert_eq!(error.faults()[6].suggestion(), None);
}

#[test]
fn fields_of_item_types_that_are_not_fully_known_pass() {
    let filter = Filter::range("methane_ppm").gt(1).build().unwrap();
    filter.check_fields(Catalogue::embedded(), &[ItemType::TANAGER_METHANE]).unwrap();
    filter.check_fields(Catalogue::embedded(), &["NewScene".into()]).unwrap();
}

#[test]
fn a_time_of_another_form_is_written_as_the_service_reads_it() {
    for odd in ["20200909T182525.123Z", "2020-09-09 18:25:25Z"] {
        let json = serde_json::json!({"type": "DateRangeFilter", "field_name": "acquired", "config": {"gte": odd}});
        let filter: Filter = serde_json::from_value(json).unwrap();
        let sent = serde_json::to_value(&filter).unwrap()["config"]["gte"].as_str().unwrap().to_owned();
        assert!(sent.starts_with("2020-09-09T18:25:25"), "{odd} went out as {sent}");
    }
}
