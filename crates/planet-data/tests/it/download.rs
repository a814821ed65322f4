//! The files of assets: fetched, and checked.

use http::{HeaderValue, header};
use planet_core::testing::{Answer, ScriptedTransport};
use planet_core::{ErrorKind, Retry};
use planet_data::{Asset, DataClient, Overwrite, Verified, validate_checksum};
use serde_json::{Value, json};

const ABC: &str = "900150983cd24fb0d6963f7d28e17f72";
const HOME: &str = "https://api.planet.com/data/v1";

fn data(script: &ScriptedTransport) -> DataClient {
    DataClient::new(&script.session().retry(Retry::off()).build().unwrap())
}

fn document(token: &str) -> Value {
    json!({"type": "ortho_visual", "status": "active", "md5_digest": ABC, "_permissions": ["download"],
        "location": format!("{HOME}/download?token={token}"), "_links": {"_self": format!("{HOME}/assets/ey")}})
}

fn asset(document: Value) -> Asset {
    serde_json::from_value(document).unwrap()
}

fn file() -> Answer {
    let name = HeaderValue::from_static("attachment; filename=\"a_3B_Visual.tif\"");
    Answer::bytes("abc").with_header(header::CONTENT_DISPOSITION, name)
}

#[tokio::test]
async fn an_asset_lies_under_the_name_that_the_service_gives_it_and_is_verified() {
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new([file(), file()]));
    let (data, asset) = (data(&script), asset(document("one")));
    let report = data.download(&asset).to(dir.path()).await.unwrap();
    assert_eq!(report.path, dir.path().join("a_3B_Visual.tif"));
    assert_eq!((report.size, report.fetched, report.verified), (3, 3, Verified::Md5));
    assert_eq!(script.requests()[0].uri().path(), "/data/v1/download");
    assert_eq!(script.requests()[0].headers()[header::ACCEPT_ENCODING], "identity");

    let again = data.download(&asset).to(dir.path()).name("a_3B_Visual.tif").await.unwrap();
    assert_eq!((again.attempts, script.left()), (0, 1), "its name was known, so nothing was asked");
    let again = data.download(&asset).to(dir.path()).await.unwrap();
    assert_eq!((again.attempts, again.fetched, script.left()), (1, 0, 0));
}

#[tokio::test]
async fn an_expired_link_is_renewed_at_the_asset_itself() {
    for status in [401, 403, 404, 410] {
        let renewed = [Answer::status(status), Answer::json(&document("two")), file()];
        let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(renewed));
        data(&script).download(&asset(document("one"))).to(dir.path()).await.unwrap();
        let asked: Vec<_> = script.requests().iter().map(|request| request.uri().to_string()).collect();
        assert_eq!(asked[1..], [format!("{HOME}/assets/ey"), format!("{HOME}/download?token=two")]);
    }
}

#[tokio::test]
async fn a_link_is_not_renewed_where_there_is_nobody_to_ask_or_it_was_not_wanted() {
    let (mut foreign, mut alone) = (document("one"), document("one"));
    foreign["_links"]["_self"] = json!("https://elsewhere/assets/ey");
    alone["_links"] = json!({});
    for (document, renew) in [(foreign, true), (alone, true), (document("one"), false)] {
        let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new([Answer::status(403)]));
        let download = data(&script).download(&asset(document)).to(dir.path()).renew_link(renew);
        let error = download.await.unwrap_err();
        assert_eq!((error.kind(), script.requests().len()), (ErrorKind::Forbidden, 1));
    }
}

#[tokio::test]
async fn an_asset_that_went_to_sleep_meanwhile_is_a_conflict_with_help() {
    let asleep =
        json!({"type": "ortho_visual", "status": "inactive", "_links": {"_self": format!("{HOME}/assets/ey")}});
    let script = ScriptedTransport::new([Answer::status(403), Answer::json(&asleep)]);
    let dir = tempfile::tempdir().unwrap();
    let later = data(&script).download(&asset(document("one"))).to(dir.path()).await.unwrap_err();
    let before = data(&script).download(&asset(asleep)).await.unwrap_err();
    for error in [later, before] {
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Conflict, Some("data.download")), "{error:?}");
        let shown = error.to_string();
        assert!(shown.contains("ortho_visual is inactive") && shown.contains("data.activate"), "{shown}");
    }
    assert_eq!(script.requests().len(), 2, "nothing is asked for an asset that is not active");
}

#[tokio::test]
async fn no_credential_goes_to_another_host_and_no_token_into_messages() {
    let mut elsewhere = document("secret");
    elsewhere["location"] = json!("https://elsewhere/data/v1/download?token=secret");
    let moved =
        Answer::status(302).with_header(header::LOCATION, HeaderValue::from_static("https://storage/x?sig=secret"));
    for (document, answers) in
        [(elsewhere, vec![Answer::status(500)]), (document("secret"), vec![moved, Answer::status(500)])]
    {
        let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(answers));
        let error = data(&script).download(&asset(document)).to(dir.path()).await.unwrap_err();
        let last = script.requests().pop().unwrap();
        assert_ne!(last.uri().host(), Some("api.planet.com"));
        assert_eq!(last.headers().get(header::AUTHORIZATION), None);
        assert!(!format!("{error}{error:?}").contains("secret"), "{error:?}");
    }
    let shown = format!("{:?}", data(&ScriptedTransport::new([])).download(&asset(document("secret"))));
    assert!(!shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn wrong_bytes_are_fetched_once_more_and_never_get_the_name() {
    let script = ScriptedTransport::new(["abx", "abx", "abx", "abc"].map(Answer::bytes));
    let data = DataClient::new(&script.session().build().unwrap());
    let (dir, asset) = (tempfile::tempdir().unwrap(), asset(document("one")));
    std::fs::write(dir.path().join("a.tif"), "the good old file").unwrap();
    let download = || data.download(&asset).to(dir.path()).name("a.tif").overwrite(Overwrite::Always);
    assert_eq!(download().await.unwrap_err().kind(), ErrorKind::Integrity);
    assert_eq!(std::fs::read(dir.path().join("a.tif")).unwrap(), b"the good old file");
    assert_eq!(download().await.unwrap().attempts, 2);
    assert_eq!(std::fs::read(dir.path().join("a.tif")).unwrap(), b"abc");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_file_is_checked_against_its_assets_digest() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.tif");
    std::fs::write(&path, "abc").unwrap();
    let client = data(&ScriptedTransport::new([]));
    client.validate_checksum(&asset(json!({"md5_digest": ABC.to_uppercase()})), &path).await.unwrap();

    let other = asset(json!({"type": "ortho_visual", "md5_digest": "0".repeat(32)}));
    let error = validate_checksum(&other, &path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert!(error.to_string().contains("a.tif") && error.to_string().contains(ABC), "{error}");
    let error =
        validate_checksum(&asset(json!({"type": "ortho_visual", "md5_digest": null})), &path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("ortho_visual has no digest"), "{error}");
    let error = validate_checksum(&other, dir.path().join("b.tif")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
}
