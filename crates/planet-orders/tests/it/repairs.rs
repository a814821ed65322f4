//! Files that are checked where they lie, and made right again.

use std::path::{Path, PathBuf};

use planet_core::ErrorKind;
use planet_core::testing::{Answer, ScriptedTransport};
use planet_orders::{Checksum, validate_checksum};
use serde_json::{Value, json};

use crate::files::{ABC, ID, answers, entry, names_below, order, orders, own};

const SHA256_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn entries() -> Vec<Value> {
    ["x/a.tif", "x/b.tif", "c.json"].map(|path| entry(path, "a", "ortho_visual", "image/tiff")).into()
}

/// An order's directory, as a download leaves it.
fn directory(entries: &[Value]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join(ID);
    for entry in entries {
        let path = own.join(entry["path"].as_str().unwrap());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "abc").unwrap();
    }
    std::fs::write(own.join("manifest.json"), json!({"files": entries}).to_string()).unwrap();
    (dir, own)
}

#[tokio::test]
async fn what_is_right_is_left_alone_and_nothing_is_sent() {
    let (dir, own) = directory(&entries());
    let script = ScriptedTransport::new([]);
    let report = orders(&script).repair(ID.to_uppercase()).to(dir.path()).await.unwrap();
    assert_eq!(report.right(), ["x/a.tif", "x/b.tif", "c.json"].map(|name| own.join(name)));
    assert_eq!((report.repaired().len(), report.order_id(), report.directory()), (0, ID, own.as_path()));
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn only_what_is_missing_or_wrong_is_fetched() {
    type Damage = fn(&Path);
    let damages: [(Damage, &[&str]); 5] = [
        (|own| std::fs::remove_file(own.join("x/b.tif")).unwrap(), &["x/b.tif"]),
        (|own| std::fs::write(own.join("x/b.tif"), "abx").unwrap(), &["x/b.tif"]),
        (|own| std::fs::write(own.join("x/b.tif"), "ab").unwrap(), &["x/b.tif"]),
        (|own| std::fs::remove_dir_all(own.join("x")).unwrap(), &["x/a.tif", "x/b.tif"]),
        (|own| std::fs::remove_dir_all(own).unwrap(), &["x/a.tif", "x/b.tif", "c.json"]),
    ];
    for (damage, repaired) in damages {
        let (dir, own) = directory(&entries());
        damage(&own);
        let script = ScriptedTransport::new(answers(&entries(), repaired.len()));
        let report = orders(&script).repair(ID).to(dir.path()).await.unwrap();
        let paths: Vec<_> = report.repaired().iter().map(|file| file.path.strip_prefix(&own).unwrap()).collect();
        assert_eq!(paths, repaired.iter().map(Path::new).collect::<Vec<_>>());
        assert_eq!((report.right().len(), script.left()), (3 - repaired.len(), 0));
        assert_eq!(validate_checksum(&own, Checksum::Md5).await.unwrap().files, 3);
    }
}

#[tokio::test]
async fn a_manifest_that_is_missing_or_unreadable_is_fetched_and_the_files_checked_against_it() {
    for manifest in [None, Some("not json")] {
        let (dir, own) = directory(&entries());
        match manifest {
            None => std::fs::remove_file(own.join("manifest.json")).unwrap(),
            Some(text) => std::fs::write(own.join("manifest.json"), text).unwrap(),
        }
        std::fs::write(own.join("c.json"), "abx").unwrap();
        let script = ScriptedTransport::new(answers(&entries(), 1));
        let report = orders(&script).repair(ID).to(dir.path()).await.unwrap();
        assert_eq!((report.right().len(), report.repaired().len(), script.left()), (2, 1, 0));
        validate_checksum(&own, Checksum::Md5).await.unwrap();
    }
}

#[tokio::test]
async fn a_damaged_manifest_is_replaced_by_that_of_the_order() {
    let mut wrong = entries();
    wrong[0]["digests"]["md5"] = json!("0".repeat(32));
    let (dir, own) = directory(&wrong);
    let script = ScriptedTransport::new(answers(&entries(), 0));
    let report = orders(&script).repair(ID).to(dir.path()).await.unwrap();
    assert_eq!((report.right().len(), report.repaired().len(), script.left()), (3, 0, 0));
    validate_checksum(&own, Checksum::Md5).await.unwrap();
}

#[tokio::test]
async fn every_digest_that_the_manifest_has_must_agree() {
    let mut both = entries();
    for entry in &mut both {
        entry["digests"] = json!({"md5": ABC, "sha256": SHA256_OF_ABC.to_uppercase()});
    }
    let (dir, _own) = directory(&both);
    assert!(orders(&ScriptedTransport::new([])).repair(ID).to(dir.path()).await.is_ok());

    for digest in ["md5", "sha256"] {
        let mut wrong = both.clone();
        wrong[1]["digests"][digest] = json!("0".repeat(wrong[1]["digests"][digest].as_str().unwrap().len()));
        let (dir, _own) = directory(&wrong);
        let script = ScriptedTransport::new(answers(&both, 0));
        let report = orders(&script).repair(ID).to(dir.path()).await.unwrap();
        assert_eq!((report.right().len(), script.left()), (3, 0), "{digest}: it was looked at");
    }
}

#[tokio::test]
async fn a_layout_is_repaired_where_it_was_put() {
    let layout = "{order_name}/{file_name}";
    let script = ScriptedTransport::new(answers(&entries(), 3));
    let dir = tempfile::tempdir().unwrap();
    orders(&script).download(ID).to(dir.path()).layout(layout).await.unwrap();
    std::fs::write(dir.path().join("oregon/b.tif"), "abx").unwrap();

    let mut asked = answers(&entries(), 1);
    asked.insert(0, answers(&entries(), 0).remove(0));
    let script = ScriptedTransport::new(asked);
    let report = orders(&script).repair(ID).to(dir.path()).layout(layout).await.unwrap();
    assert_eq!(report.repaired()[0].path, dir.path().join("oregon/b.tif"));
    assert_eq!((report.right().len(), report.directory(), script.left()), (2, dir.path(), 0));
}

#[tokio::test]
async fn a_repair_minds_the_filters_of_the_download() {
    let (dir, own) = directory(&entries());
    std::fs::remove_file(own.join("c.json")).unwrap();
    let script = ScriptedTransport::new([]);
    let report = orders(&script).repair(ID).to(dir.path()).paths(["*.tif"]).await.unwrap();
    assert_eq!((report.right().len(), report.repaired().len()), (2, 0));
    let script = ScriptedTransport::new(answers(&entries(), 0));
    let error = orders(&script).repair(ID).to(dir.path()).paths(["*.png"]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_file_that_the_manifest_does_not_list_is_neither_checked_nor_fetched() {
    let (dir, own_directory) = directory(&entries());
    std::fs::write(own_directory.join("more.txt"), "what was there").unwrap();
    std::fs::remove_file(own_directory.join("c.json")).unwrap();
    let mut asked = answers(&entries(), 1);
    let names = ["x/a.tif", "x/b.tif", "c.json", "more.txt", "manifest.json"].map(own);
    asked[0] = Answer::json(&order(&names.each_ref().map(String::as_str)));
    let script = ScriptedTransport::new(asked);
    let report = orders(&script).repair(ID).to(dir.path()).await.unwrap();
    assert_eq!((report.right().len(), report.repaired().len(), script.left()), (2, 1, 0));
    assert_eq!(std::fs::read_to_string(own_directory.join("more.txt")).unwrap(), "what was there");
}

#[tokio::test]
async fn a_repair_that_fails_says_what_is_missing_still() {
    let (dir, own) = directory(&entries());
    std::fs::remove_file(own.join("c.json")).unwrap();
    let mut asked = answers(&entries(), 0);
    asked.push(Answer::status(500));
    let script = ScriptedTransport::new(asked);
    let error = orders(&script).repair(ID).to(dir.path()).await.unwrap_err();
    assert!(error.to_string().contains("missing: c.json"), "{error}");
    let error = orders(&script).repair("../x").to(dir.path()).await.unwrap_err();
    assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "order_id"));
}

#[tokio::test]
async fn everything_that_is_wrong_in_a_directory_is_listed() {
    let mut listed = entries();
    listed.extend(["../out.tif", "none.tif"].map(|path| entry(path, "a", "", "")));
    listed.push(json!({"path": "d.tif", "size": 3, "digests": {"sha256": SHA256_OF_ABC}}));
    let (dir, own) = directory(&listed);
    std::fs::write(own.join("x/a.tif"), "abx").unwrap();
    std::fs::write(own.join("x/b.tif"), "ab").unwrap();
    std::fs::remove_file(own.join("none.tif")).unwrap();
    let error = validate_checksum(&own, Checksum::Md5).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    let text = error.to_string();
    for part in [
        "5 of 6 files",
        "x/a.tif: its MD5 is",
        "x/b.tif: it has 2 bytes, not 3",
        "../out.tif: the service sent a file name that is not safe",
        "none.tif: cannot read",
        "d.tif: the manifest has no MD5",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.find("x/a.tif").unwrap() < text.find("none.tif").unwrap(), "in the order of the manifest");
    assert!(dir.path().join("out.tif").exists(), "it is left alone");
}

#[tokio::test]
async fn many_files_are_checked_and_counted_whatever_the_case_of_their_digests() {
    let names: Vec<String> = (0..100).map(|number| format!("x/{number}.tif")).collect();
    let file = |name: &String| json!({"path": name, "size": 3, "digests": {"md5": ABC.to_uppercase(), "sha256": SHA256_OF_ABC}});
    let (_dir, own_directory) = directory(&names.iter().map(file).collect::<Vec<_>>());
    for checksum in [Checksum::Md5, Checksum::Sha256] {
        let checked = validate_checksum(&own_directory, checksum).await.unwrap();
        assert_eq!((checked.files, checked.bytes), (100, 300));
    }
    let names = names_below(&own_directory);
    assert_eq!(names.len(), 101, "files are only read");
}
