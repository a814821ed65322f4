//! Downloads of orders and of single results.

use std::path::Path;

use http::{HeaderValue, header};
use planet_core::ErrorKind;
use planet_core::testing::{Answer, ScriptedTransport};
use planet_orders::{Checksum, Manifest, Order, Overwrite, Verified, Verify, validate_checksum};
use serde_json::{Value, json};

use crate::files::{ABC, ID, manifest, names_below, order, orders, own};

#[tokio::test]
async fn files_lie_where_their_names_say_and_are_reported_as_the_manifest_lists_them() {
    let answers = [
        Answer::json(&order(&[&own("z/b.tif"), &own("manifest.json"), &own("a.tif"), &own("more.txt")])),
        manifest(&["a.tif", "z/b.tif"]),
        Answer::bytes("abc"),
        Answer::bytes("abc"),
        Answer::bytes("more"),
    ];
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(answers));
    let report = orders(&script).download(ID).to(dir.path()).at_once(1).await.unwrap();
    assert_eq!(report.directory(), dir.path().join(ID));
    let paths: Vec<_> = report.files().iter().map(|file| file.path.strip_prefix(report.directory()).unwrap()).collect();
    assert_eq!(paths, ["a.tif", "z/b.tif", "more.txt"].map(Path::new));
    let verified: Vec<_> = report.files().iter().map(|file| file.verified).collect();
    assert_eq!(verified, [Verified::Md5, Verified::Md5, Verified::Length]);
    assert_eq!(orders(&script).validate_checksum(report.directory(), Checksum::Md5).await.unwrap().files, 2);
}

#[tokio::test]
async fn names_without_the_orders_id_lie_in_the_directory_itself() {
    let answers = [Answer::json(&order(&["manifest.json", "x/a.tif"])), manifest(&["x/a.tif"]), Answer::bytes("abc")];
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(answers));
    orders(&script).download(ID).to(dir.path()).await.unwrap();
    assert_eq!(names_below(dir.path()), ["manifest.json", "x/a.tif"]);
}

#[tokio::test]
async fn unverified_files_come_as_they_are_offered_the_manifest_among_them() {
    let answers = [
        Answer::json(&order(&[&own("b.tif"), &own("manifest.json"), ""])),
        Answer::bytes("one"),
        Answer::bytes("no manifest"),
        Answer::bytes("three")
            .with_header(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=h.tif")),
    ];
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(answers));
    let report = orders(&script).download(ID).to(dir.path()).at_once(1).verify(Verify::off()).await.unwrap();
    let paths: Vec<_> = report.files().iter().map(|file| file.path.strip_prefix(dir.path()).unwrap()).collect();
    assert_eq!(paths, [own("b.tif"), own("manifest.json"), "h.tif".to_owned()].each_ref().map(Path::new));
    assert!(report.files().iter().all(|file| file.verified == Verified::Unchecked));
}

#[tokio::test]
async fn what_an_order_must_not_offer_ends_it_before_a_file_is_written() {
    let at_file = |location: &str| {
        let results = json!([{"name": own("a.tif"), "location": location}]);
        json!({"id": ID, "state": "success", "_links": {"results": results}})
    };
    let (on, off) = (Verify::default(), Verify::off());
    for (order, manifest, verify, kind, said) in [
        (order(&["../a.tif"]), None, off, ErrorKind::Integrity, "not safe"),
        (order(&["/etc/x"]), None, on, ErrorKind::Integrity, "not safe"),
        (order(&["a", "a"]), None, off, ErrorKind::Integrity, "two files of the name a"),
        (order(&[]), None, off, ErrorKind::NotFound, "no files"),
        (at_file("http://elsewhere/x?token=secret"), None, off, ErrorKind::Decode, "the link to"),
        (order(&[&own("a.tif")]), None, on, ErrorKind::Integrity, "offers no manifest.json"),
        (order(&[&own("manifest.json")]), Some(Answer::bytes("<html>")), on, ErrorKind::Integrity, "manifest"),
        (order(&[&own("manifest.json"), ""]), Some(manifest(&[])), on, ErrorKind::Integrity, "without a name"),
        (
            order(&[&own("manifest.json"), &own("A"), &own("a")]),
            Some(manifest(&["a"])),
            on,
            ErrorKind::Integrity,
            "case",
        ),
    ] {
        let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new([Answer::json(&order)]));
        let asked = 1 + usize::from(manifest.is_some());
        manifest.into_iter().for_each(|answer| script.push(answer));
        let error = orders(&script).download(ID).to(dir.path()).verify(verify).await.unwrap_err();
        assert_eq!((error.kind(), script.requests().len()), (kind, asked), "{said}: {error}");
        assert!(error.to_string().contains(said), "{error}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        assert!(names_below(dir.path()).is_empty(), "{said}");
    }
}

#[tokio::test]
async fn files_that_are_there_are_left_or_replaced_as_was_chosen() {
    for (overwrite, there, fetched, ends) in [
        (Overwrite::IfDifferent, "abc", 0, true),
        (Overwrite::IfDifferent, "abx", 1, true),
        (Overwrite::Always, "abc", 1, true),
        (Overwrite::Never, "abc", 0, true),
        (Overwrite::Never, "abx", 0, false),
    ] {
        let offered = Answer::json(&order(&[&own("manifest.json"), &own("a.tif")]));
        let script = ScriptedTransport::new([offered, manifest(&["a.tif"]), Answer::bytes("abc")]);
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(ID)).unwrap();
        std::fs::write(dir.path().join(own("a.tif")), there).unwrap();
        std::fs::write(dir.path().join(own("manifest.json")), "old").unwrap();
        let ended = orders(&script).download(ID).to(dir.path()).overwrite(overwrite).await;
        assert_eq!((script.requests().len() - 2, ended.is_ok()), (fetched, ends), "{overwrite:?} {there}");
        let kept = std::fs::read_to_string(dir.path().join(own("manifest.json"))).unwrap() == "old";
        assert_eq!(kept, overwrite == Overwrite::Never);
        let left = std::fs::read_to_string(dir.path().join(own("a.tif"))).unwrap();
        assert_eq!(left, if ends { "abc" } else { "abx" });
    }
}

fn result(order: &Value) -> Order {
    serde_json::from_value(order.clone()).unwrap()
}

#[tokio::test]
async fn one_result_lies_in_the_directory_under_the_last_part_of_its_name() {
    let order = result(&order(&[&own("PSScene/a.tif")]));
    let script = ScriptedTransport::new([Answer::bytes("abc")]);
    let dir = tempfile::tempdir().unwrap();
    let report = orders(&script).download_result(order.results().next().unwrap()).to(dir.path()).await.unwrap();
    assert_eq!((report.path, report.verified), (dir.path().join("a.tif"), Verified::Length));
}

#[tokio::test]
async fn a_results_expired_link_is_renewed_by_the_order_that_its_name_tells() {
    let offered = order(&[&own("b.tif"), &own("a.tif")]);
    let order = result(&offered);
    let file = order.results().last().unwrap();
    let answers = || [Answer::status(403), Answer::json(&offered), Answer::bytes("abc")];
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(answers()));
    orders(&script).download_result(file).to(dir.path()).await.unwrap();
    assert!(script.requests()[1].uri().path().ends_with(ID));
    assert!(script.requests()[2].uri().query().unwrap().ends_with("a-tif"));

    let script = ScriptedTransport::new(answers());
    let error = orders(&script).download_result(file).to(dir.path()).renew_link(false).overwrite(Overwrite::Always);
    assert_eq!((error.await.unwrap_err().kind(), script.left()), (ErrorKind::Forbidden, 2));

    let location = file.location().unwrap();
    let script = ScriptedTransport::new(answers());
    let error = orders(&script).download_location(location).to(dir.path()).await.unwrap_err();
    assert_eq!((error.kind(), script.left()), (ErrorKind::Forbidden, 2), "a link alone does not tell its order");
}

#[tokio::test]
async fn a_result_is_checked_against_its_entry_in_the_manifest() {
    let order = result(&order(&[&own("a.tif")]));
    let text = format!(r#"{{"files": [{{"path": "a.tif", "size": 3, "digests": {{"md5": "{ABC}"}}}}]}}"#);
    let manifest = Manifest::parse(text.as_bytes()).unwrap();
    let script = ScriptedTransport::new([Answer::bytes("abx"), Answer::bytes("abc")]);
    let dir = tempfile::tempdir().unwrap();
    let client = orders(&script);
    let download =
        || client.download_result(order.results().next().unwrap()).to(dir.path()).expect(&manifest.files()[0]);
    assert_eq!(download().await.unwrap_err().kind(), ErrorKind::Integrity);
    assert!(names_below(dir.path()).is_empty());
    assert_eq!(download().await.unwrap().verified, Verified::Md5);
}

#[tokio::test]
async fn a_result_without_a_link_and_a_location_that_is_none_are_named_before_anything_is_sent() {
    let listed =
        json!({"id": ID, "state": "success", "_links": {"results": [{"name": own("a.tif"), "delivery": "pending"}]}});
    let order = result(&listed);
    let script = ScriptedTransport::new([]);
    let error = orders(&script).download_result(order.results().next().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("a.tif") && error.to_string().contains("pending"), "{error}");
    for bad in ["", "d/x", "ftp://host/x"] {
        let error = orders(&script).download_location(bad).await.unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "location"));
    }
    let error = orders(&script).download_location("/d").name("../x").await.unwrap_err();
    assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "name"));
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_manifest_that_cannot_be_read_is_named_and_paths_that_leave_the_directory_are_not_read() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("in")).unwrap();
    let path = dir.path().join("in/manifest.json");
    let error = validate_checksum(dir.path().join("in"), Checksum::Md5).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    std::fs::write(&path, "not json").unwrap();
    let error = validate_checksum(dir.path().join("in"), Checksum::Md5).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert!(error.to_string().contains("in/manifest.json"), "{error}");

    std::fs::write(dir.path().join("abc"), "abc").unwrap();
    let outside = json!({"files": [{"path": "../abc", "size": 3, "digests": {"md5": ABC}}]});
    std::fs::write(&path, outside.to_string()).unwrap();
    let error = validate_checksum(dir.path().join("in"), Checksum::Md5).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Integrity && error.to_string().contains("not safe"), "{error}");

    let absurd = ["a", "b"].map(|path| json!({"path": path, "size": u64::MAX, "digests": {"md5": ABC}}));
    std::fs::write(&path, json!({"files": absurd}).to_string()).unwrap();
    let error = validate_checksum(dir.path().join("in"), Checksum::Md5).await.unwrap_err();
    assert!(error.to_string().contains("2 of 2 files"), "{error}");

    std::fs::write(&path, r#"{"files": []}"#).unwrap();
    assert_eq!(validate_checksum(dir.path().join("in"), Checksum::Md5).await.unwrap().files, 0);
}
