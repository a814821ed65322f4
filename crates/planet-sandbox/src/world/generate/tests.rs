use std::collections::BTreeSet;
use std::sync::LazyLock;

use geo::{Relate, Validation};
use serde_json::{Value, json};

use super::super::tests::{geometry, oregon, square};
use super::super::{SearchFilter, bundle_assets, intersects};
use super::*;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue { made: Arc::new(Made::generate(7, 5_400)), padding: 0 });

fn of_type(item_type: &str) -> impl Iterator<Item = &'static Item> {
    CATALOGUE.items().iter().filter(move |item| item.item_type == item_type)
}

const URL: &str = "http://127.0.0.1:4000";

fn sent(made: &Made) -> Vec<Vec<u8>> {
    made.items.iter().map(|item| item.json(URL)).collect()
}

#[test]
fn the_seed_decides_everything() {
    let again = Made::generate(7, 5_400);
    assert!(sent(&CATALOGUE.made) == sent(&again));
    assert!(sent(&CATALOGUE.made) != sent(&Made::generate(8, 5_400)));
}

#[test]
fn sandboxes_that_are_alike_share_what_was_made() {
    let [one, alike, others @ ..] = [(9, 10), (9, 10), (9, 700), (10, 700)].map(|(seed, n)| Catalogue::of(seed, n));
    assert!(Arc::ptr_eq(&one.made, &alike.made));
    assert!(others.iter().all(|other| sent(&other.made) != sent(&one.made)));
}

#[test]
fn there_are_thousands_of_scenes_and_no_two_share_an_id() {
    assert_eq!(of_type("PSScene").count(), 5_419);
    assert!(of_type("SkySatCollect").count() > 250 && of_type("REOrthoTile").count() > 250);
    let ids: BTreeSet<&str> = CATALOGUE.items().iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids.len(), CATALOGUE.items().len());
}

#[test]
fn items_are_found_by_type_and_id() {
    let position = CATALOGUE.find("PSScene", "20200909_182525_1014").unwrap();
    assert_eq!(CATALOGUE.items()[position].id, "20200909_182525_1014");
    assert_eq!(CATALOGUE.get("PSScene", "20200909_182525_1014").unwrap().id, "20200909_182525_1014");
    assert!(CATALOGUE.get("SkySatCollect", "20200909_182525_1014").is_none());
    assert!(CATALOGUE.get("PSScene", "20200909_182525_9999").is_none());
}

#[test]
fn the_items_of_the_guides_and_recordings_exist() {
    let scenes = [
        "20200909_182524_1014",
        "20200909_182525_1014",
        "20200922_183722_17_106a",
        "20200922_183724_23_106a",
        "20201201_181923_12_241c",
        "20210821_161925_80_2453",
        "20220125_075501_67_1061",
        "20220125_075502_67_1061",
        "20220125_075503_67_1061",
        "20220125_075504_67_1061",
        "20220125_075505_67_1061",
        "20220125_075509_67_1061",
        "20220125_075511_17_1061",
        "20220125_075650_17_1061",
        "20221003_002705_38_2461",
        "20251028_192515_32_24dc",
        "20151119_025740_0c74",
        "20200925_161029_69_2223",
        "20200925_161027_48_2223",
    ];
    for id in scenes {
        let item = CATALOGUE.get("PSScene", id).unwrap_or_else(|| panic!("{id}"));
        for asset in bundle_assets("analytic_udm2", "PSScene").unwrap() {
            assert!(item.may_download(&asset), "{id} {asset}");
        }
    }
    assert!(CATALOGUE.get("SkySatCollect", "20200130_093253_ssc6_u0001").is_some());
    assert!(CATALOGUE.get("REOrthoTile", "20190909_182407_1057323_RapidEye-3").is_some());
    let aoi = geometry(oregon());
    for id in ["20200909_182524_1014", "20200909_182525_1014"] {
        assert!(intersects(CATALOGUE.get("PSScene", id).unwrap(), &aoi), "{id}");
    }
    let iowa = geometry(json!({"type": "Point", "coordinates": [-91.16, 42.92]}));
    assert!(intersects(CATALOGUE.get("PSScene", "20200925_161029_69_2223").unwrap(), &iowa));
}

#[test]
fn an_id_tells_the_time_of_acquisition() {
    for item in of_type("PSScene") {
        let second = item.acquired.strftime("%Y%m%d_%H%M%S").to_string();
        assert!(item.id.starts_with(&second), "{} {}", item.id, item.acquired);
        let hundredths = item.acquired.subsec_nanosecond() / 10_000_000;
        let satellite = item.properties["satellite_id"].as_str().unwrap();
        let new_style = format!("{second}_{hundredths:02}_{satellite}");
        assert!(item.id == new_style || item.id == format!("{second}_{satellite}"), "{}", item.id);
    }
}

#[test]
fn items_have_exactly_the_properties_of_their_type() {
    let document: Value = serde_json::from_str(include_str!("../../../fixtures/catalog/item-types.json")).unwrap();
    for described in document["item_types"].as_array().unwrap() {
        let fields = described["fields"].as_array().unwrap().iter();
        let mut expected: BTreeSet<&str> = fields.map(|field| field["name"].as_str().unwrap()).collect();
        if described["id"] == "SkySatCollect" {
            expected.insert("availability");
        }
        for item in of_type(described["id"].as_str().unwrap()) {
            let found: BTreeSet<&str> = item.properties.keys().map(String::as_str).collect();
            assert_eq!(found, expected, "{}", item.id);
        }
    }
}

#[test]
fn properties_have_the_recorded_types_and_agree_with_each_other() {
    for item in of_type("PSScene").chain(of_type("SkySatCollect")) {
        let percent = |name: &str| item.properties[&format!("{name}_percent")].as_u64().unwrap();
        let classes = ["clear", "cloud", "heavy_haze", "light_haze", "shadow", "snow_ice"];
        assert_eq!(classes.map(percent).iter().sum::<u64>(), 100, "{}", item.id);
        let cover = item.properties["cloud_cover"].as_f64().unwrap();
        assert!((cover * 100.0 - percent("cloud") as f64).abs() < 1e-9);
        assert_eq!(percent("visible"), 100 - percent("cloud") - percent("heavy_haze"));
    }
    for item in CATALOGUE.items() {
        for (name, value) in &item.properties {
            let text = value.to_string();
            assert!(!value.is_number() || !text.ends_with(".0"), "{name}: {text}");
        }
        assert!(item.acquired < item.published && item.published <= item.updated, "{}", item.id);
        for (name, time) in [("acquired", item.acquired), ("published", item.published), ("updated", item.updated)] {
            assert_eq!(item.properties[name].as_str().unwrap().parse::<Timestamp>().unwrap(), time);
        }
    }
}

#[test]
fn only_existing_assets_may_be_downloaded() {
    for item in CATALOGUE.items() {
        for permission in &item.permissions {
            let asset = permission.strip_prefix("assets.").and_then(|rest| rest.strip_suffix(":download")).unwrap();
            assert!(item.assets.iter().any(|existing| existing == asset), "{} {permission}", item.id);
        }
        let eight = item.assets.iter().any(|asset| asset.contains("_8b"));
        assert_eq!(eight, item.properties.get("instrument").is_some_and(|name| name == "PSB.SD"), "{}", item.id);
    }
}

#[test]
fn scenes_vary() {
    let count = |test: &dyn Fn(&Item) -> bool| of_type("PSScene").filter(|item| test(item)).count();
    for instrument in ["PS2", "PS2.SD", "PSB.SD"] {
        assert!(count(&|item| item.properties["instrument"] == instrument) > 500, "{instrument}");
    }
    assert!(count(&|item| item.permissions.is_empty() && !item.assets.is_empty()) > 100);
    assert!(count(&|item| item.properties["quality_category"] == "test") > 100);
    assert!(count(&|item| item.properties["ground_control"] == false) > 100);
    assert!(count(&|item| item.properties["cloud_cover"].as_f64().unwrap() > 0.5) > 1_000);
}

#[test]
fn footprints_are_valid_and_some_hold_the_whole_area_of_the_guide() {
    let aoi = geometry(oregon());
    let mut whole = 0;
    let mut part = 0;
    for item in of_type("PSScene") {
        assert!(item.footprint.is_valid(), "{}", item.id);
        if intersects(item, &aoi) {
            let contains = item.footprint.relate(&aoi).is_contains();
            *if contains { &mut whole } else { &mut part } += 1;
        }
    }
    assert!(whole > 50 && part > 50, "{whole} {part}");
}

#[test]
fn any_two_months_have_many_clear_scenes_of_oregon() {
    let months = [
        "2019-12", "2020-02", "2020-04", "2020-06", "2020-08", "2020-10", "2020-12", "2021-02", "2021-04", "2021-06",
        "2021-08", "2021-10", "2021-12",
    ];
    for pair in months.windows(2) {
        let filter = SearchFilter::parse(&json!({"type": "AndFilter", "config": [
            {"type": "GeometryFilter", "field_name": "geometry", "config": oregon()},
            {"type": "RangeFilter", "field_name": "cloud_cover", "config": {"lte": 0.1}},
            {"type": "StringInFilter", "field_name": "item_type", "config": ["PSScene"]},
            {"type": "DateRangeFilter", "field_name": "acquired",
             "config": {"gte": format!("{}-01T00:00:00Z", pair[0]), "lt": format!("{}-01T00:00:00Z", pair[1])}},
        ]}))
        .unwrap();
        let found = CATALOGUE.items().iter().filter(|item| filter.matches(item)).count();
        assert!(found >= 10, "{pair:?}: {found}");
    }
}

#[test]
fn the_areas_named_in_examples_have_scenes() {
    for (west, south) in [(-117.51, 45.26), (-91.17, 42.91), (-122.5, 37.7), (31.2, 30.0), (46.9, 8.4), (150.9, -33.9)]
    {
        let spot = geometry(square(west, south, 0.01));
        assert!(of_type("PSScene").filter(|item| intersects(item, &spot)).count() > 100, "{west} {south}");
    }
}
