//! What orders deliver, and what is said of those that deliver nothing.

use std::error::Error as _;

use planet_core::ErrorKind;
use planet_core::testing::{Answer, ScriptedTransport};
use planet_orders::{IncompleteDownload, LastOrder, Verified, Verify};
use serde_json::json;

use crate::files::{ABC, ID, answers, entry, lines, manifest, names_below, order, orders, own};

#[tokio::test]
async fn an_order_without_files_here_says_what_became_of_it_and_what_to_do() {
    let unlinked = json!({"results": [{"name": own("manifest.json"), "delivery": "success"}]});
    for (state, more, kind, said) in [
        ("queued", json!({"last_message": "Preparing order"}), ErrorKind::Conflict, ["is queued", "Preparing order"]),
        ("running", json!({}), ErrorKind::Conflict, ["is running", "Wait for it"]),
        ("failed", json!({"error_hints": ["no bands"]}), ErrorKind::OperationFailed, ["no bands", "Order again"]),
        (
            "failed",
            json!({"last_message": "Tool failed"}),
            ErrorKind::OperationFailed,
            ["ended as failed", "Tool failed"],
        ),
        ("cancelled", json!({}), ErrorKind::OperationFailed, ["ended as cancelled", "Order again"]),
        (
            "success",
            json!({"_links": unlinked, "delivery": {"archive_type": "zip", "amazon_s3": {
                "bucket": "mine", "path_prefix": "x/", "aws_secret_access_key": "hush"}}}),
            ErrorKind::NotFound,
            ["amazon_s3 (bucket mine, path_prefix x/)", "from there"],
        ),
        (
            "partial",
            json!({"delivery": {"destination": {"ref": "pl:destinations/default"}}}),
            ErrorKind::NotFound,
            ["is partial", "pl:destinations/default"],
        ),
        ("success", json!({"hosting": {"sentinel_hub": {}}}), ErrorKind::NotFound, ["hosted", "collection"]),
        ("success", json!({"delivery": null, "hosting": null}), ErrorKind::NotFound, ["no files", "support"]),
    ] {
        let mut order = json!({"id": ID, "state": state});
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        for verify in [Verify::default(), Verify::off()] {
            let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new([Answer::json(&order)]));
            let error = orders(&script).download(ID).to(dir.path()).verify(verify).await.unwrap_err();
            let text = error.to_string();
            assert_eq!(error.kind(), kind, "{text}");
            assert!(text.contains(ID) && said.iter().all(|said| text.contains(said)), "{text}");
            assert!(!text.contains("hush"), "{text}");
            let last: &LastOrder = error.source().unwrap().downcast_ref().unwrap();
            assert_eq!(last.order().state().as_str(), state);
            assert!(names_below(dir.path()).is_empty());
        }
    }
}

#[tokio::test]
async fn a_partial_order_brings_what_is_there_and_tells_what_is_missing() {
    let mut partial = order(&[&own("manifest.json"), &own("PSScene/a.tif")]);
    partial["state"] = json!("partial");
    partial["error_hints"] = json!(["no access to PSScene/b"]);
    partial["products"] = json!([{"item_type": "PSScene", "product_bundle": "visual", "item_ids": ["a", "b"]}]);
    let unlinked = json!({"name": own("PSScene/b.tif"), "delivery": "failed"});
    partial["_links"]["results"].as_array_mut().unwrap().push(unlinked);
    let listed = manifest(&["PSScene/a.tif"]);
    let (dir, script) =
        (tempfile::tempdir().unwrap(), ScriptedTransport::new([Answer::json(&partial), listed, Answer::bytes("abc")]));
    let report = orders(&script).download(ID).to(dir.path()).await.unwrap();
    assert_eq!((report.files().len(), report.missing()), (1, &["PSScene/b.tif".to_owned()][..]));
    assert_eq!(report.order().missing_items()[0].item_id(), "b");
}

#[tokio::test]
async fn what_is_named_without_a_link_is_missing_and_the_others_come() {
    let mut offered = order(&[&own("manifest.json"), &own("a.tif")]);
    for (name, delivery) in [("b.tif", "pending"), ("beyond.txt", "failed")] {
        offered["_links"]["results"].as_array_mut().unwrap().push(json!({"name": own(name), "delivery": delivery}));
    }
    let listed = manifest(&["never.tif", "a.tif", "b.tif"]);
    let (dir, script) =
        (tempfile::tempdir().unwrap(), ScriptedTransport::new([Answer::json(&offered), listed, Answer::bytes("abc")]));
    let (listen, lines) = lines();
    let error = orders(&script).download(ID).to(dir.path()).progress(listen).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    let incomplete: &IncompleteDownload = error.source().unwrap().downcast_ref().unwrap();
    assert_eq!(incomplete.report().files().len(), 1);
    let failed: Vec<_> = incomplete.failed().iter().map(|(path, error)| (path.as_str(), error.to_string())).collect();
    for ((path, error), (name, said)) in
        failed.iter().zip([("never.tif", "offers no such file"), ("b.tif", "pending"), ("beyond.txt", "failed")])
    {
        assert!(*path == name && error.contains(said) && error.contains(name), "{path}: {error}");
    }
    assert!(error.to_string().contains("1 of 4 files"), "{error}");
    assert!(error.to_string().contains("missing: never.tif, b.tif, beyond.txt"), "{error}");
    let lines = lines.lock().unwrap().clone();
    assert_eq!(lines[0], format!("{ID}: 4 files"));
    assert_eq!(lines.iter().filter(|line| line.contains(": failed: ")).count(), 3, "{lines:?}");

    let mut answers = vec![Answer::json(&offered)];
    answers.extend((0..2).map(|_| Answer::bytes("abc")));
    let script = ScriptedTransport::new(answers);
    let error = orders(&script).download(ID).to(dir.path().join("x")).verify(Verify::off()).await.unwrap_err();
    assert!(error.to_string().contains("missing: b.tif, beyond.txt"), "{error}");
    assert_eq!((error.kind(), script.left()), (ErrorKind::Integrity, 0));
}

#[tokio::test]
async fn a_file_that_fails_does_not_keep_the_others_from_coming() {
    let entries = ["a.tif", "b.tif", "c.tif"].map(|path| entry(path, "a", "ortho_visual", "image/tiff"));
    let mut asked = answers(&entries, 3);
    asked[3] = Answer::bytes("abx");
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(asked));
    let (listen, lines) = lines();
    let error = orders(&script).download(ID).to(dir.path()).at_once(1).progress(listen).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    let text = error.to_string();
    assert!(text.contains("2 of 3 files") && text.contains("missing: b.tif"), "{text}");
    let incomplete: &IncompleteDownload = error.source().unwrap().downcast_ref().unwrap();
    let complete: Vec<_> = incomplete.report().files().iter().map(|file| file.path.clone()).collect();
    assert_eq!(complete, ["a.tif", "c.tif"].map(|name| dir.path().join(own(name))));
    assert!(incomplete.source().unwrap().to_string().contains("b.tif"));
    let lines = lines.lock().unwrap().clone();
    assert_eq!(lines[0], format!("{ID}: 3 files, 0.0 MB"), "it is known beforehand what there is to fetch");
}

#[tokio::test]
async fn each_bundles_archive_is_checked_against_the_manifest() {
    let zip = |name: &str| json!({"path": name, "size": 3, "media_type": "application/zip", "digests": {"md5": ABC}});
    let entries = ["one_visual.zip", "two_visual.zip"].map(zip);
    let script = ScriptedTransport::new(answers(&entries, 2));
    let dir = tempfile::tempdir().unwrap();
    let report = orders(&script).download(ID).to(dir.path()).await.unwrap();
    assert!(report.files().iter().all(|file| file.verified == Verified::Md5));
    assert_eq!(report.files()[0].entry.as_ref().unwrap().media_type(), "application/zip");

    let mut asked = answers(&entries, 2);
    asked[2] = Answer::bytes("abx");
    let script = ScriptedTransport::new(asked);
    let error = orders(&script).download(ID).to(dir.path().join("again")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Integrity && error.to_string().contains("MD5"), "{error}");
}

#[tokio::test]
async fn one_new_answer_renews_all_links_and_what_the_files_must_be_stays() {
    let names = ["a.tif", "b.tif", "c.tif"];
    let entries = names.map(|path| entry(path, "a", "ortho_visual", "image/tiff"));
    let mut offered = order(&names.map(own).each_ref().map(String::as_str));
    for result in offered["_links"]["results"].as_array_mut().unwrap() {
        result["location"] = json!(format!("{}-fresh", result["location"].as_str().unwrap()));
    }
    for (bytes, kind) in [("abc", None), ("abx", Some(ErrorKind::Integrity))] {
        let mut asked = answers(&entries, 0);
        asked.extend([Answer::status(403), Answer::json(&offered), Answer::bytes(bytes)]);
        asked.extend([Answer::status(410), Answer::bytes(bytes), Answer::status(401), Answer::bytes(bytes)]);
        let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(asked));
        let result = orders(&script).download(ID).to(dir.path()).at_once(1).await;
        assert_eq!(result.err().map(|error| error.kind()), kind);
        let asked_again = script.requests().iter().filter(|request| request.uri().path().ends_with(ID)).count();
        assert_eq!((asked_again, script.left()), (2, 0));
        assert!(script.requests()[8].uri().query().unwrap().ends_with("c-tif-fresh"));
    }
}

#[tokio::test]
async fn names_that_cannot_be_files_are_refused_before_the_first_is_written() {
    let long = "x".repeat(300);
    for name in [
        "../a.tif",
        "a/../b.tif",
        "/etc/a.tif",
        "c:/a.tif",
        r"a\b.tif",
        "a\u{0}.tif",
        "con",
        "PSScene/NUL.tif",
        "a.tif.",
        "a//b.tif",
        long.as_str(),
        ".planet-0123456789abcdef.part",
        "PSScene/.planet-0123456789abcdef.state",
    ] {
        let named = own(name);
        for (offered, listed) in [(named.as_str(), vec![name]), (&named, vec![]), ("", vec![name])] {
            let offered = [own("manifest.json"), offered.to_owned(), own("good.tif")];
            let offered: Vec<&str> = offered.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
            let offered = Answer::json(&order(&offered));
            let script =
                ScriptedTransport::new([offered, manifest(&listed), Answer::bytes("abc"), Answer::bytes("abc")]);
            let dir = tempfile::tempdir().unwrap();
            let error = orders(&script).download(ID).to(dir.path().join("in")).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Integrity, "{name}: {error}");
            assert!(names_below(dir.path()).is_empty(), "{name}");
        }
    }
}

#[tokio::test]
async fn two_files_of_one_name_are_both_named() {
    for (offered, listed, both) in [
        (vec!["a.tif"], vec!["a.tif", "a.tif"], ["a.tif", "a.tif"]),
        (vec!["a.tif", "A.tif"], vec!["a.tif", "A.tif"], ["a.tif", "A.tif"]),
        (vec!["x/a.tif", "X/A.TIF"], vec![], ["x/a.tif", "X/A.TIF"]),
        (vec!["a", "a/b.tif"], vec!["a", "a/b.tif"], ["a", "a/b.tif"]),
        (vec!["a/b.tif", "A"], vec!["a/b.tif", "A"], ["a/b.tif", "A"]),
        (vec!["MANIFEST.json"], vec!["MANIFEST.json"], ["manifest.json", "MANIFEST.json"]),
    ] {
        let names: Vec<String> = offered.iter().chain(&["manifest.json"]).map(|name| own(name)).collect();
        let offered = Answer::json(&order(&names.iter().map(String::as_str).collect::<Vec<_>>()));
        let script = ScriptedTransport::new([offered, manifest(&listed)]);
        let dir = tempfile::tempdir().unwrap();
        let error = orders(&script).download(ID).to(dir.path()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity);
        assert!(both.iter().all(|name| error.to_string().contains(&own(name))), "{error}");
        assert!(names_below(dir.path()).is_empty());
    }
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_named() {
    let entries = [entry("a.tif", "a", "ortho_visual", "image/tiff")];
    for verify in [Verify::default(), Verify::off()] {
        let mut asked = answers(&entries, 2);
        if verify == Verify::off() {
            asked.remove(1);
        }
        let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(asked));
        let directory = dir.path().join("taken");
        std::fs::write(&directory, "a file").unwrap();
        let error = orders(&script).download(ID).to(&directory).verify(verify).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File);
        assert!(error.to_string().contains(directory.to_str().unwrap()), "{error}");
    }
}
