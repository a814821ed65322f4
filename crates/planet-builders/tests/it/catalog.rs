use std::collections::BTreeSet;

use planet_builders::catalog::{BASEMAP_TOOLS, FieldKind, SCENE_TOOLS, find_name, limits};
use planet_builders::{AssetType, Bundle, Catalogue, ErrorKind, Fault, FaultKind, ItemType};
use proptest::prelude::*;
use serde_json::{Value, json};

const SPEC: &str = include_str!("../../fixtures/bundles_spec.json");

fn embedded() -> &'static Catalogue {
    Catalogue::embedded()
}

/// The one that is built in, and one that was read from a document of the service's.
fn both() -> [Catalogue; 2] {
    [embedded().clone(), Catalogue::from_spec(SPEC.as_bytes()).unwrap()]
}

fn names<'a, T: AsRef<str> + 'a>(names: impl IntoIterator<Item = &'a T>) -> Vec<&'a str> {
    names.into_iter().map(AsRef::as_ref).collect()
}

/// Kind, path, value, suggestion.
fn shown(fault: &Fault) -> (FaultKind, &str, Option<&str>, Option<&str>) {
    (fault.kind(), fault.path(), fault.value(), fault.suggestion())
}

#[test]
fn what_was_read_and_what_is_built_in_answer_alike() {
    let [ours, read] = both();
    assert_eq!(read.version(), "2024-08-12");
    assert_eq!(ours.version(), read.version());
    assert_eq!(names(ours.bundles()), names(read.bundles()));
    assert_eq!(names(ours.item_types()), names(read.item_types()));
    assert_eq!(names(ours.orderable_item_types()), names(read.orderable_item_types()));
    for bundle in ours.bundles() {
        assert_eq!(names(ours.item_types_of(bundle)), names(read.item_types_of(bundle)), "{bundle}");
        for item_type in ours.item_types() {
            assert_eq!(ours.assets(bundle, item_type), read.assets(bundle, item_type), "{bundle} {item_type}");
            assert!(ours.fallbacks(bundle, item_type).eq(read.fallbacks(bundle, item_type)), "{bundle} {item_type}");
        }
    }
    for item_type in ours.item_types() {
        assert_eq!(ours.asset_types_of(item_type), read.asset_types_of(item_type), "{item_type}");
        assert!(ours.fields(item_type).eq(read.fields(item_type)), "{item_type}");
    }
}

#[test]
fn the_tables_say_what_the_document_says() {
    let document: Value = serde_json::from_str(SPEC).unwrap();
    let bundles = document["bundles"].as_object().unwrap();
    for catalogue in both() {
        assert_eq!(catalogue.bundles().count(), bundles.len());
        for (bundle, about) in bundles {
            let assets = about["assets"].as_object().unwrap();
            let covered: BTreeSet<&str> = catalogue.item_types_of(bundle).map(ItemType::as_str).collect();
            assert_eq!(covered, assets.keys().map(String::as_str).collect::<BTreeSet<_>>(), "{bundle}");
            for (item_type, assets) in assets {
                assert_eq!(json!(catalogue.assets(bundle, item_type)), *assets, "{bundle} {item_type}");
            }
        }
    }
}

#[test]
fn a_document_is_kept_as_it_came_with_its_order() {
    let spec = r#"{ "bundles": {"z": {"new": 1}, "A": {"assets": null, "bands": 7}, "m": {}}, "more": [] }"#;
    let read = Catalogue::from_spec(spec.as_bytes()).unwrap();
    assert_eq!(read.as_json(), Some(spec));
    assert_eq!(embedded().as_json(), None);
    assert_eq!(names(read.bundles()), ["z", "A", "m"]);
    assert_eq!(read.version(), "");
    assert_eq!(read.bundle("a").unwrap().as_str(), "A");
    assert_eq!(names(read.item_types()), ["SkySatVideo"]);
    assert_eq!(read.fallbacks("z", "PSScene").count(), 0);
}

#[test]
fn what_is_no_specification_is_refused() {
    for text in ["", "<html>", "[]", "{}", r#"{"bundles": []}"#, r#"{"bundles": {"a": {"assets": {"T": "x"}}}}"#] {
        assert_eq!(Catalogue::from_spec(text.as_bytes()).unwrap_err().kind(), ErrorKind::Decode, "{text}");
    }
}

#[test]
fn every_name_is_found_in_any_case() {
    for catalogue in both() {
        for name in catalogue.item_types() {
            assert_eq!(catalogue.item_type(&name.as_str().to_uppercase()).as_ref(), Ok(name));
            for asset_type in catalogue.asset_types_of(name) {
                assert_eq!(catalogue.asset_type(&asset_type.as_str().to_uppercase()).as_ref(), Ok(asset_type));
            }
        }
        for name in catalogue.bundles() {
            assert_eq!(catalogue.bundle(&name.as_str().to_uppercase()).as_ref(), Ok(name));
        }
    }
}

#[test]
fn a_name_that_is_not_there_is_told_with_those_that_are() {
    use FaultKind::Invalid;
    let fault = embedded().item_type("PSScen").unwrap_err();
    assert_eq!(shown(&fault), (Invalid, "", Some("PSScen"), Some("PSScene")));
    assert_eq!(fault.allowed(), names(embedded().item_types()));
    let fault = embedded().bundle("analytic_udm").unwrap_err();
    assert_eq!(shown(&fault), (Invalid, "", Some("analytic_udm"), Some("analytic_udm2")));
    assert_eq!(fault.allowed(), names(embedded().bundles()));
    let fault = embedded().asset_type("ortho_visuall").unwrap_err();
    assert_eq!(shown(&fault), (Invalid, "", Some("ortho_visuall"), Some("ortho_visual")));
    for name in ["", "nope", "\u{1F6F0}"] {
        assert_eq!(embedded().item_type(name).unwrap_err().suggestion(), None, "{name}");
    }
}

#[test]
fn a_pair_is_refused_at_the_item_type_before_the_bundle() {
    for catalogue in both() {
        let orderable = names(catalogue.orderable_item_types());
        for (item_type, suggestion) in [("PSScen", Some("PSScene")), ("", None)] {
            let fault = catalogue.bundle_for("nope", item_type).unwrap_err();
            assert_eq!(shown(&fault), (FaultKind::Invalid, "item_type", Some(item_type), suggestion));
            assert_eq!(fault.allowed(), orderable);
        }
    }
}

#[test]
fn a_bundle_that_does_not_cover_the_item_type_is_told_from_one_that_is_not_there() {
    for catalogue in both() {
        let fits = names(catalogue.bundles_of("PSScene"));
        let fault = catalogue.bundle_for("panchromatic", "psscene").unwrap_err();
        assert_eq!(shown(&fault), (FaultKind::Conflict, "product_bundle", Some("panchromatic"), None));
        assert_eq!(fault.message(), "a bundle for SkySatCollect, SkySatScene, not for PSScene");
        assert_eq!(fault.allowed(), fits);
        let fault = catalogue.bundle_for("analytic_8b", "PSScene").unwrap_err();
        let expected = (FaultKind::Invalid, "product_bundle", Some("analytic_8b"), Some("analytic_8b_udm2"));
        assert_eq!(shown(&fault), expected);
        assert_eq!(fault.allowed(), fits);
    }
}

#[test]
fn a_video_is_searched_but_not_ordered() {
    for catalogue in both() {
        assert_eq!(catalogue.item_type("skysatvideo"), Ok(ItemType::SKYSAT_VIDEO));
        assert_eq!(catalogue.item_types().count(), catalogue.orderable_item_types().count() + 1);
        let fault = catalogue.bundle_for("visual", "SkySatVideo").unwrap_err();
        assert_eq!((fault.kind(), fault.path()), (FaultKind::Invalid, "item_type"));
        assert_eq!(fault.suggestion(), Some("SkySatScene"));
        assert_eq!(names(catalogue.asset_types_of("SkySatVideo")), ["video_file", "video_frames", "video_metadata"]);
    }
}

#[test]
fn what_is_not_known_has_nothing() {
    assert_eq!(embedded().bundles_of("nope").count(), 0);
    assert_eq!(embedded().item_types_of("nope").count(), 0);
    assert!(embedded().assets("visual", "nope").is_empty());
    assert!(embedded().assets("nope", "PSScene").is_empty());
    assert!(embedded().asset_types_of("nope").is_empty());
    assert_eq!(embedded().fallbacks("nope", "PSScene").count(), 0);
}

#[test]
fn fallbacks_cover_the_item_type_with_the_same_measurement() {
    let fallbacks = |bundle, item_type| names(embedded().fallbacks(bundle, item_type));
    assert_eq!(fallbacks("analytic_8b_udm2", "PSScene"), ["analytic_udm2", "analytic_3b_udm2"]);
    assert_eq!(fallbacks("ANALYTIC_8B_SR_UDM2", "psscene"), ["analytic_sr_udm2"]);
    assert_eq!(fallbacks("analytic_udm2", "SkySatCollect"), ["analytic"]);
    assert_eq!(fallbacks("panchromatic_dn", "SkySatScene"), ["panchromatic_dn_udm2"]);
    assert_eq!(fallbacks("uncalibrated_dn", "SkySatScene"), ["uncalibrated_dn_udm2"]);
    assert!(fallbacks("visual", "PSScene").is_empty());
    assert!(fallbacks("methane_quicklook", "TanagerMethane").is_empty());
}

#[test]
fn tools_are_refused_only_where_the_documentation_does() {
    let missing = |bundle: &str, item_type: &str| {
        let fits: Vec<&str> = embedded().tools_for(bundle, item_type).collect();
        SCENE_TOOLS.iter().copied().filter(|tool| !fits.contains(tool)).collect::<Vec<_>>()
    };
    assert!(missing("analytic_sr_udm2", "psscene").is_empty());
    assert_eq!(missing("analytic_udm2", "PSScene"), ["harmonize"]);
    assert_eq!(missing("analytic_sr_udm2", "SkySatCollect"), ["harmonize"]);
    assert_eq!(missing("BASIC_analytic_udm2", "PSScene"), ["clip", "harmonize"]);
    assert_eq!(missing("new", "SkySatVideo"), ["clip", "harmonize"]);
    assert_eq!(missing("é", "New"), ["harmonize"]);
    assert_eq!(BASEMAP_TOOLS, ["bandmath", "clip", "reproject", "merge"]);
}

#[test]
fn limits_are_those_of_the_service() {
    assert_eq!((limits::ITEMS_PER_ORDER, limits::ITEMS_PER_ZIPPED_ORDER, limits::QUADS_PER_ORDER), (500, 50, 100));
    assert!(limits::LARGE_ITEM_TYPES.contains(&ItemType::SKYSAT_COLLECT));
}

#[test]
fn a_field_has_the_kind_of_its_values() {
    let kind = |item_types: &[ItemType], field| embedded().field(item_types, field).unwrap();
    let scenes = &[ItemType::PSSCENE];
    assert_eq!(kind(scenes, "acquired"), FieldKind::DateTime);
    assert_eq!(kind(scenes, "clear_percent"), FieldKind::Int);
    assert_eq!(kind(&["psscene".into()], "instrument"), FieldKind::String);
    assert_eq!(kind(scenes, "ground_control"), FieldKind::Boolean);
    assert_eq!(kind(scenes, "geometry"), FieldKind::Geometry);
    assert_eq!(kind(scenes, "id"), FieldKind::String);
    assert_eq!(kind(&[ItemType::PSSCENE, ItemType::SENTINEL1], "clear_percent"), FieldKind::Double);
    assert_eq!(kind(&[ItemType::PSSCENE, ItemType::SKYSAT_COLLECT], "ground_control_ratio"), FieldKind::Double);
}

#[test]
fn a_field_that_no_item_has_is_told_with_the_nearest() {
    for (field, suggestion) in
        [("cloudcover", Some("cloud_cover")), ("Acquired", Some("acquired")), ("qqq", None), ("", None)]
    {
        let fault = embedded().field(&[ItemType::PSSCENE], field).unwrap_err();
        assert_eq!(shown(&fault), (FaultKind::Invalid, "", Some(field), suggestion));
        assert!(fault.allowed().iter().any(|name| name == "id") && fault.allowed().len() == 30);
    }
    assert!(embedded().field(&[ItemType::PSSCENE], "ground_control_ratio").is_err());
}

#[test]
fn a_field_is_not_refused_where_not_all_are_known() {
    for item_types in [&[ItemType::TANAGER_METHANE][..], &[ItemType::PSSCENE, "New".into()], &[]] {
        assert_eq!(embedded().field(item_types, "methane_mass"), Ok(FieldKind::Unknown));
    }
}

#[test]
fn constants_are_the_names_of_the_catalogue() {
    let item_types = [ItemType::PSSCENE, ItemType::PELICAN_SCENE, ItemType::REORTHOTILE, ItemType::RESCENE];
    let more = [ItemType::SKYSAT_COLLECT, ItemType::TANAGER_METHANE, ItemType::SKYSAT_VIDEO, ItemType::LANDSAT8L1G];
    for item_type in item_types.iter().chain(&more) {
        assert_eq!(embedded().item_type(item_type.as_str()).as_ref(), Ok(item_type));
    }
    assert_eq!(embedded().bundle(Bundle::BASIC_L1A_DN.as_str()), Ok(Bundle::BASIC_L1A_DN));
    assert_eq!(embedded().asset_type("video_file"), Ok(AssetType::VIDEO_FILE));
}

#[test]
fn a_list_of_any_names_can_be_searched_too() {
    assert_eq!(find_name("b", &["A", "B"]), Ok(&"B"));
    let fault = find_name("c", &["A", "B"]).unwrap_err();
    assert_eq!((fault.value(), fault.allowed()), (Some("c"), &["A".to_owned(), "B".to_owned()][..]));
    assert!(find_name::<&str>("c", &[]).unwrap_err().allowed().is_empty());
}

proptest! {
    #[test]
    fn no_text_makes_a_look_up_panic(bundle in ".{0,40}", item_type in ".{0,40}", spec in any::<Vec<u8>>()) {
        let found = embedded().bundle_for(&bundle, &item_type);
        prop_assert_eq!(found.is_ok(), !embedded().assets(&bundle, &item_type).is_empty());
        prop_assert!(embedded().tools_for(&bundle, &item_type).all(|tool| SCENE_TOOLS.contains(&tool)));
        prop_assert_eq!(embedded().fallbacks(&bundle, &item_type).count(), 0);
        drop((embedded().asset_type(&bundle), embedded().field(&[item_type.into()], &bundle), Catalogue::from_spec(&spec)));
    }
}
