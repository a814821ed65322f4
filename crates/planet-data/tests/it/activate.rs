//! Activation is asked for only where it is needed, and only of the service itself.

use std::time::Duration;

use planet_core::testing::{Answer, ScriptedTransport};
use planet_data::{Activation, Asset, AssetStatus, DataClient, ErrorKind, Pace};
use serde_json::{Value, json};
use tokio::time::Instant;

const LINK: &str = "https://api.planet.com/data/v1/assets/ey";

/// An asset in this status, with its links below `link`.
fn asset_at(link: &str, status: &str) -> Asset {
    let document = json!({
        "_links": {"_self": link, "activate": format!("{link}/activate")},
        "_permissions": ["download"],
        "status": status,
        "type": "ortho_visual",
    });
    serde_json::from_value(document).unwrap()
}

fn answering(answers: impl IntoIterator<Item = Answer>) -> (ScriptedTransport, DataClient) {
    let script = ScriptedTransport::new(answers);
    let data = DataClient::new(&script.session().build().unwrap());
    (script, data)
}

#[tokio::test]
async fn an_inactive_asset_is_activated_by_its_link() {
    let (script, data) = answering([Answer::status(202), Answer::status(204)]);
    let asset = asset_at(LINK, "inactive");
    assert_eq!(data.activate(&asset).await.unwrap(), Activation::Started);
    // It became active since it was fetched.
    assert_eq!(data.activate(&asset).await.unwrap(), Activation::AlreadyActive);
    for request in script.requests() {
        assert_eq!((request.method().as_str(), request.uri().to_string()), ("GET", format!("{LINK}/activate")));
        assert!(request.headers().contains_key("authorization") && request.body().is_empty());
    }
}

#[tokio::test]
async fn nothing_is_sent_for_an_asset_that_is_active_or_becomes_so() {
    let (script, data) = answering([]);
    let outcome = async |status: &str| data.activate(&asset_at(LINK, status)).await.unwrap();
    assert_eq!(outcome("activating").await, Activation::AlreadyActivating);
    assert_eq!(outcome("active").await, Activation::AlreadyActive);
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn an_asset_that_cannot_be_activated_is_refused_by_name_before_anything_is_sent() {
    let (script, data) = answering([]);
    let links = json!({"activate": format!("{LINK}/activate")});
    let elsewhere = |link: &str| json!({"status": "inactive", "_links": {"activate": link}});
    for (document, path) in [
        (json!({}), "asset.status"),
        (json!({"_links": links}), "asset.status"),
        (json!({"_links": links, "status": null}), "asset.status"),
        (json!({"_links": links, "status": "failed"}), "asset.status"),
        (json!({"_links": links, "status": "Inactive"}), "asset.status"),
        (json!({"status": "inactive"}), "asset._links.activate"),
        (json!({"status": "inactive", "_links": {}}), "asset._links.activate"),
        (json!({"status": "inactive", "_links": {"activate": 5}}), "asset._links.activate"),
        (elsewhere("https://example.com/data/v1/assets/ey/activate"), "asset._links.activate"),
        (elsewhere("http://api.planet.com/data/v1/assets/ey/activate"), "asset._links.activate"),
        (elsewhere("https://api.planet.com:8443/data/v1/assets/ey/activate"), "asset._links.activate"),
        (elsewhere("https://api.planet.com@example.com/ey"), "asset._links.activate"),
        (elsewhere("/data/v1/assets/ey/activate"), "asset._links.activate"),
        (elsewhere("ftp://api.planet.com/ey"), "asset._links.activate"),
        (elsewhere(""), "asset._links.activate"),
    ] {
        let asset: Asset = serde_json::from_value(document.clone()).unwrap();
        let error = data.activate(&asset).await.unwrap_err();
        assert_eq!(error.faults()[0].path(), path, "{document}: {error}");
        assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, Some("data.activate")));
    }
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_link_to_another_host_is_told_without_its_query() {
    let (_, data) = answering([]);
    let asset: Asset = serde_json::from_value(
        json!({"status": "inactive", "_links": {"activate": "https://example.com/a?token=hidden"}}),
    )
    .unwrap();
    let text = format!("{:?}", data.activate(&asset).await.unwrap_err());
    assert!(text.contains("https://example.com:443") && !text.contains("hidden"), "{text}");
}

#[tokio::test]
async fn a_refusal_says_that_the_plan_may_not_cover_the_asset() {
    let body = json!({"message": "no"});
    for (permissions, help) in [(json!([]), "do not hold `download`"), (json!(["download"]), "answers so, too")] {
        let (_, data) = answering([Answer::json(&body).with_status(401)]);
        let mut document: Value = serde_json::from_str(asset_at(LINK, "inactive").as_json()).unwrap();
        document["_permissions"] = permissions;
        let error = data.activate(&serde_json::from_value(document).unwrap()).await.unwrap_err();
        assert_eq!((error.kind(), error.api().unwrap().messages()[0].as_str()), (ErrorKind::Unauthorized, "no"));
        assert!(error.help().unwrap().contains(help), "{error}");
    }
}

#[tokio::test]
async fn other_failures_keep_their_own_help() {
    let (_, data) = answering([Answer::json(&json!({"message": "gone"})).with_status(404)]);
    let error = data.activate(&asset_at(LINK, "inactive")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(!error.help().unwrap_or_default().contains("plan"));
}

#[tokio::test]
async fn a_lost_answer_is_no_reason_not_to_ask_again() {
    let (script, data) = answering([Answer::status(503), Answer::status(202)]);
    assert_eq!(data.activate(&asset_at(LINK, "inactive")).await.unwrap(), Activation::Started);
    assert_eq!(script.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn five_assets_are_activated_in_a_second() {
    let script = ScriptedTransport::new((0..6).map(|_| Answer::status(202)));
    let data = DataClient::new(&script.session().pace(Pace::default().per_session()).build().unwrap());
    let (asset, started) = (asset_at(LINK, "inactive"), Instant::now());
    for _ in 0..6 {
        data.activate(&asset).await.unwrap();
    }
    assert_eq!(started.elapsed().as_secs(), 1);
    assert!(started.elapsed() < Duration::from_millis(1100));
}

#[test]
fn the_request_can_be_looked_at() {
    let (_, data) = answering([]);
    let request = data.activate(&asset_at(LINK, "inactive")).to_request().unwrap();
    assert_eq!(request.uri().path(), "/data/v1/assets/ey/activate");
    assert_eq!(asset_at(LINK, "inactive").status(), AssetStatus::Inactive);
}
