//! Laws of filters, with every sort of filter and with JSON that looks like one.

use planet_builders::filter::Relation;
use planet_builders::{Catalogue, Filter, Geometry, ItemType};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::round_trips::{number, time};

fn area() -> impl Strategy<Value = Geometry> {
    (-180.0..179.0, -90.0..89.0, 0.01..1.0)
        .prop_map(|(west, south, size)| Geometry::bbox(west, south, west + size, south + size).unwrap())
}

/// JSON without floating-point numbers, which stand in [`number`].
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(word(), inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

fn word() -> impl Strategy<Value = String> {
    let words = ["type", "config", "field_name", "relation", "gt", "gte", "lt", "lte", "coordinates", "note"];
    prop::sample::select(words.map(str::to_owned).to_vec())
}

fn unknown() -> impl Strategy<Value = Filter> {
    (".{0,8}Filter?", anything(), anything()).prop_map(|(kind, config, more)| {
        serde_json::from_value(json!({"type": format!("New{kind}"), "config": config, "more": more})).unwrap()
    })
}

fn leaf() -> impl Strategy<Value = Filter> {
    let texts = prop::collection::vec(".{1,6}", 0..5);
    let relation = prop::option::of(prop::sample::select(vec![
        Relation::Intersects,
        Relation::Contains,
        Relation::Within,
        Relation::Disjoint,
    ]));
    prop_oneof![
        Just(Filter::permission()),
        (".{0,8}", number(), number())
            .prop_filter_map("a range", |(field, low, high)| { Filter::range(field).gte(low).lt(high).build().ok() }),
        (".{0,8}", time(), time()).prop_map(|(field, a, b)| Filter::date_range(field)
            .gt(a.min(b))
            .lte(a.max(b))
            .build()
            .unwrap()),
        (".{0,8}", time()).prop_map(|(field, time)| Filter::update(field).gte(time).build().unwrap()),
        (".{0,8}", texts).prop_map(|(field, texts)| Filter::string_in(field, texts).unwrap()),
        (".{0,8}", prop::collection::vec(number(), 0..5))
            .prop_map(|(field, numbers)| Filter::number_in(field, numbers).unwrap()),
        (area(), relation).prop_map(|(area, relation)| match relation {
            Some(relation) => Filter::geometry_relation(area, relation).unwrap(),
            None => Filter::geometry(area).unwrap(),
        }),
        prop::collection::vec("[a-z_0-9]{1,12}", 0..3).prop_map(|names| Filter::asset(names).unwrap()),
        prop::collection::vec(".{1,12}", 0..3).prop_map(|names| Filter::permissions(names).unwrap()),
        unknown(),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        let some = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            some.clone().prop_map(Filter::and),
            some.prop_map(Filter::or),
            inner.clone().prop_map(Filter::not),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a & b),
            (inner.clone(), inner).prop_map(|(a, b)| a | b),
        ]
    })
}

/// A filter of a known type with anything in it.
fn document() -> impl Strategy<Value = Value> {
    let kinds = prop::sample::select(vec![
        "AndFilter",
        "OrFilter",
        "NotFilter",
        "DateRangeFilter",
        "RangeFilter",
        "StringInFilter",
        "NumberInFilter",
        "UpdateFilter",
        "GeometryFilter",
        "AssetFilter",
        "PermissionFilter",
    ]);
    let more = prop::collection::btree_map(word(), anything(), 0..2);
    (kinds, anything(), more).prop_map(|(kind, config, more)| {
        let mut document = json!({"type": kind, "field_name": "acquired", "config": config});
        document.as_object_mut().unwrap().extend(more);
        document
    })
}

/// Prints and checks a filter: neither may panic.
fn exercise(filter: &Filter) {
    assert!(!filter.to_string().is_empty());
    let _checked = filter.check();
    let _fields = filter.check_fields(Catalogue::embedded(), &[ItemType::PSSCENE]);
}

proptest! {
    #[test]
    fn filters_survive_json_as_text_and_as_values(filter in filter()) {
        let text = serde_json::to_string(&filter).unwrap();
        let read: Filter = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &filter);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
        let value = serde_json::to_value(&filter).unwrap();
        prop_assert_eq!(&serde_json::from_value::<Filter>(value).unwrap(), &filter);
        exercise(&filter);
    }

    #[test]
    fn filters_that_were_built_pass_the_check(filter in filter()) {
        filter.check().unwrap();
    }

    #[test]
    fn a_document_that_is_read_goes_out_as_it_came(document in document()) {
        if let Ok(filter) = serde_json::from_value::<Filter>(document.clone()) {
            exercise(&filter);
            prop_assert_eq!(serde_json::to_value(&filter).unwrap(), document);
        }
    }

    #[test]
    fn no_text_is_too_odd_for_a_relation(text in ".{0,12}") {
        let _relation = text.parse::<Relation>();
    }
}
