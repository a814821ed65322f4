//! Assets as they are recorded, and the ways to ask for them.

use planet_core::testing::{Answer, ScriptedTransport};
use planet_data::{Asset, AssetStatus, AssetType, Assets, DataClient, ErrorKind, FaultKind, ItemType};
use serde_json::{Value, json};

const MAP: &str = include_str!("../../fixtures/data_assets_map.json");
const NO_PERMISSION: &str = include_str!("../../fixtures/data_assets_map_no_permission.json");

const ITEM: &str = "20221003_002705_38_2461";

fn recorded() -> Assets {
    serde_json::from_str(MAP).unwrap()
}

/// A client whose service gives these answers.
fn answering(answers: impl IntoIterator<Item = Answer>) -> (ScriptedTransport, DataClient) {
    let script = ScriptedTransport::new(answers);
    let data = DataClient::new(&script.session().build().unwrap());
    (script, data)
}

fn answering_map() -> (ScriptedTransport, DataClient) {
    answering([Answer::json(&serde_json::from_str(MAP).unwrap())])
}

#[test]
fn recorded_assets_are_read_in_their_order_and_go_out_as_they_came() {
    let assets = recorded();
    let types: Vec<&str> = assets.iter().map(Asset::asset_type).collect();
    assert_eq!(types, ["basic_udm2", "ortho_analytic_4b", "ortho_udm2"]);
    assert_eq!(assets.as_json(), MAP.trim());
    let document: Value = serde_json::from_str(MAP).unwrap();
    assert_eq!(serde_json::to_value(&assets).unwrap(), document);
    for asset in &assets {
        assert_eq!(serde_json::to_value(asset).unwrap(), document[asset.asset_type()]);
    }
}

#[test]
fn an_active_asset_has_its_location_digest_and_the_time_when_that_ends() {
    let assets = recorded();
    let active = assets.get(AssetType::ORTHO_UDM2).unwrap();
    assert!(active.status().is_active() && active.may_download());
    assert!(active.location().unwrap().starts_with("https://api.planet.com/data/v1/download?token="));
    assert_eq!(active.md5_digest(), Some("0b32ee7d3cf2c8fbcfd8a4b54f4e4b62"));
    // Written without a zone.
    assert_eq!(active.expires_at().unwrap().to_string(), "2023-03-01T23:25:19.908175Z");
    assert!(active.activate_link().unwrap().ends_with("/activate"));

    let inactive = assets.get("BASIC_UDM2").unwrap();
    assert_eq!(inactive.status(), AssetStatus::Inactive);
    assert_eq!((inactive.location(), inactive.md5_digest(), inactive.expires_at()), (None, None, None));
    assert_eq!(assets.get("ortho_analytic_4b").unwrap().status(), AssetStatus::Activating);
}

#[test]
fn an_asset_that_may_not_be_downloaded_says_so() {
    let assets: Assets = serde_json::from_str(NO_PERMISSION).unwrap();
    let asset = assets.get("ortho_visual").unwrap();
    assert!(asset.permissions().is_empty() && !asset.may_download());
}

#[test]
fn odd_values_and_odd_assets_cost_nothing_but_themselves() {
    let text = r#"{"note": "x", "a": {"status": 5, "_links": [], "_permissions": {}, "expires_at": "soon", "more": {"b": 1}},
        "c": {"status": "archived", "type": 3, "_links": {"_self": null, "activate": 1}}, "d": null}"#;
    let assets: Assets = serde_json::from_str(text).unwrap();
    assert_eq!((assets.len(), assets.as_json()), (2, text));
    let odd = assets.get("a").unwrap();
    assert_eq!((odd.status(), odd.status().as_str()), (AssetStatus::Unknown(String::new()), ""));
    assert_eq!((odd.self_link(), odd.expires_at(), odd.permissions().len()), (None, None, 0));
    assert_eq!(odd.get::<u8>("more.b").unwrap(), Some(1));
    let unknown = assets.get("c").unwrap();
    assert_eq!((unknown.asset_type(), unknown.status()), ("c", AssetStatus::Unknown("archived".into())));
    assert_eq!((unknown.self_link(), unknown.activate_link()), (None, None));
}

#[test]
fn statuses_keep_their_spelling_also_unknown_ones() {
    for text in ["inactive", "activating", "active", "archived", "Active", ""] {
        let status: AssetStatus = serde_json::from_value(text.into()).unwrap();
        assert_eq!(serde_json::to_value(&status).unwrap(), text);
        assert_eq!(status.is_active(), text == "active");
    }
}

#[test]
fn a_location_is_not_shown_in_debug() {
    let shown = format!("{:?} {:?}", recorded(), recorded().get("ortho_udm2"));
    assert!(shown.contains("ortho_udm2") && !shown.contains("token") && !shown.contains("FAKE"), "{shown}");
}

#[tokio::test]
async fn an_items_assets_are_asked_for_once_at_their_path() {
    let (script, data) = answering_map();
    let assets = data.list_assets(ItemType::PSSCENE, ITEM).await.unwrap();
    assert_eq!(assets.len(), 3);
    let requests = script.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].uri().path(), format!("/data/v1/item-types/PSScene/items/{ITEM}/assets"));
    assert_eq!((requests[0].method().as_str(), requests[0].uri().query()), ("GET", None));
}

#[tokio::test]
async fn the_item_type_is_corrected_and_one_that_is_not_known_must_be_allowed() {
    let (script, data) = answering([Answer::json(&json!({})), Answer::json(&json!({"a": {}}))]);
    data.list_assets("PSSCENE", ITEM).await.unwrap();
    data.get_asset("NewScene", ITEM, "a").allow_unknown().await.unwrap();
    data.list_assets("NewScene", ITEM).await.unwrap_err();
    let paths: Vec<String> = script.requests().iter().map(|request| request.uri().path().to_owned()).collect();
    assert_eq!(paths, ["PSScene", "NewScene"].map(|known| format!("/data/v1/item-types/{known}/items/{ITEM}/assets")));
}

#[tokio::test]
async fn an_item_may_have_no_assets() {
    let (_, data) = answering([Answer::json(&json!({}))]);
    let assets = data.list_assets("PSScene", ITEM).await.unwrap();
    assert!(assets.is_empty() && assets.into_iter().next().is_none());
}

#[tokio::test]
async fn one_asset_is_found_in_any_case() {
    let (_, data) = answering_map();
    let response = data.get_asset("PSScene", ITEM, "Ortho_UDM2").send().await.unwrap();
    assert_eq!(response.value().asset_type(), "ortho_udm2");
    assert_eq!(response.attempts(), 1);
}

#[tokio::test]
async fn an_asset_type_that_the_item_has_not_is_an_error_that_lists_those_it_has() {
    let (_, data) = answering_map();
    let error = data.get_asset("PSScene", ITEM, "ortho_analytic_8b").await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, Some("data.get_asset")));
    let fault = &error.faults()[0];
    assert_eq!((fault.path(), fault.value()), ("asset_type", Some("ortho_analytic_8b")));
    assert_eq!(fault.allowed(), ["basic_udm2", "ortho_analytic_4b", "ortho_udm2"]);
    assert_eq!(fault.suggestion(), Some("ortho_analytic_4b"));
    let text = error.to_string();
    assert!(text.contains(ITEM) && text.contains("basic_udm2, ortho_analytic_4b, ortho_udm2"), "{text}");
}

#[tokio::test]
async fn an_asset_of_an_item_without_any_is_an_error_that_says_so() {
    let (_, data) = answering([Answer::json(&json!({}))]);
    let error = data.get_asset("PSScene", ITEM, "ortho_udm2").await.unwrap_err();
    assert!(error.to_string().contains("has no assets"), "{error}");
    assert_eq!(error.faults()[0].path(), "asset_type");
}

#[tokio::test]
async fn bad_input_is_refused_by_name_before_anything_is_sent() {
    let (script, data) = answering([]);
    for (item_type, item_id, asset_type, argument) in [
        ("PSScene", "", "ortho_udm2", "item_id"),
        ("PSScene", ".", "ortho_udm2", "item_id"),
        ("PSScene", "..", "ortho_udm2", "item_id"),
        ("PSScene", "a/b", "ortho_udm2", "item_id"),
        ("PSScene", "../x", "ortho_udm2", "item_id"),
        ("PSScene", "a\\b", "ortho_udm2", "item_id"),
        ("PSScene", "a\nb", "ortho_udm2", "item_id"),
        ("", ITEM, "ortho_udm2", "item_type"),
        ("PSScne", ITEM, "ortho_udm2", "item_type"),
        ("..", ITEM, "ortho_udm2", "item_type"),
        ("PSScene", ITEM, "", "asset_type"),
    ] {
        let errors = [
            data.get_asset(item_type, item_id, asset_type).await.unwrap_err(),
            match argument {
                "asset_type" => data.get_asset(item_type, item_id, asset_type).to_request().unwrap_err(),
                _ => data.list_assets(item_type, item_id).await.unwrap_err(),
            },
        ];
        for error in errors {
            assert_eq!(error.faults()[0].path(), argument, "{item_type:?} {item_id:?} {asset_type:?}: {error}");
            assert!(matches!(error.faults()[0].kind(), FaultKind::Missing | FaultKind::Invalid));
        }
    }
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_no_map_is_a_decode_error() {
    for answer in [json!([]), json!("x"), Value::Null] {
        let (_, data) = answering([Answer::json(&answer)]);
        let error = data.list_assets("PSScene", ITEM).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Decode, Some("data.list_assets")), "{answer}");
    }
}
