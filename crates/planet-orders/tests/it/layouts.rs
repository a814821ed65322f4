//! Where the files of an order are put, by a template.

use std::cell::Cell;
use std::path::{Component, Path};

use planet_core::ErrorKind;
use planet_core::testing::{Answer, ScriptedTransport};
use planet_orders::{Checksum, OrderReport, Result, Verify, validate_checksum};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::files::{ID, answers, entry, names_below, order, orders, own};

const VISUAL: &str = "PSScene/a_3B_Visual.tif";

fn visual() -> Value {
    entry(VISUAL, "a", "ortho_visual", "image/tiff")
}

/// The places of the files of an order with this name in a layout, or the error.
async fn placed(
    layout: &str,
    name: &str,
    entries: &[Value],
) -> Result<(Vec<String>, OrderReport), planet_orders::Error> {
    let mut asked = answers(entries, entries.len());
    let names: Vec<String> = entries.iter().map(|entry| own(entry["path"].as_str().unwrap())).collect();
    let mut named = order(&names.iter().map(String::as_str).chain([own("manifest.json").as_str()]).collect::<Vec<_>>());
    named["name"] = json!(name);
    asked[0] = Answer::json(&named);
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(asked));
    let result = orders(&script).download(ID).to(dir.path().join("in")).layout(layout).await;
    let names = names_below(dir.path());
    let Ok(report) = result else {
        assert!(names.is_empty(), "{names:?}");
        return Err(result.unwrap_err());
    };
    assert_eq!(report.validate(Checksum::Md5).await?.files, entries.len());
    let manifest = format!("in/{ID}/manifest.json");
    assert!(names.contains(&manifest), "{names:?}");
    let places = names.into_iter().filter(|name| *name != manifest);
    Ok((places.map(|name| name.strip_prefix("in/").unwrap().to_owned()).collect(), report))
}

#[tokio::test]
async fn placeholders_stand_for_what_the_order_and_the_manifest_say() {
    let metadata = entry("PSScene/a_metadata.json", "a", "", "application/json");
    for (layout, places) in [
        ("{order_name}/{item_id}/{file_name}", ["oregon/a/a_3B_Visual.tif", "oregon/a/a_metadata.json"]),
        ("{path}", [VISUAL, "PSScene/a_metadata.json"]),
        ("x-{path}", ["x-PSScene/a_3B_Visual.tif", "x-PSScene/a_metadata.json"]),
        (
            "{item_type}-{item_id}/{asset_type}/{file_name}",
            ["PSScene-a/a_metadata.json", "PSScene-a/ortho_visual/a_3B_Visual.tif"],
        ),
        (
            "all/{order_id}_{file_name}",
            [
                "all/18389c7e-1831-4de7-8187-d30ffe88b4b7_a_3B_Visual.tif",
                "all/18389c7e-1831-4de7-8187-d30ffe88b4b7_a_metadata.json",
            ],
        ),
    ] {
        let (found, report) = placed(layout, "oregon", &[visual(), metadata.clone()]).await.unwrap();
        assert_eq!(found, places, "{layout}");
        assert!(report.directory().ends_with("in"));
    }
}

#[tokio::test]
async fn a_value_that_no_file_name_can_hold_is_mapped_by_a_stated_rule() {
    for (name, folder) in [
        ("a/b", "a_b/"),
        ("..", "__/"),
        ("../../etc", ".._.._etc/"),
        (r#"a\b:c<d>e"f|g?h*i"#, "a_b_c_d_e_f_g_h_i/"),
        ("a\u{0}b\nc", "a_b_c/"),
        ("con", "_con/"),
        ("NUL.txt", "_NUL.txt/"),
        ("field. ", "field__/"),
        ("", ""),
        (&"x".repeat(300), &format!("{}/", "x".repeat(100))),
        (&"ä".repeat(300), &format!("{}/", "ä".repeat(50))),
        (&format!("x{}", "ä".repeat(300)), &format!("x{}/", "ä".repeat(49))),
    ] {
        let (found, _) = placed("{order_name}/{file_name}", name, &[visual()]).await.unwrap();
        assert_eq!(found, [format!("{folder}a_3B_Visual.tif")], "{name:?}");
    }
}

#[tokio::test]
async fn a_template_that_cannot_be_read_is_refused_before_anything_is_sent() {
    let script = ScriptedTransport::new([]);
    for (layout, said) in [
        ("", "not a path"),
        ("/{path}", "not a path"),
        ("../{path}", "not a path"),
        ("a//{path}", "not a path"),
        ("{path}/", "not a path"),
        ("c:/{path}", "not a path"),
        ("nul/{path}", "not a path"),
        ("{nme}/{path}", "order_name"),
        ("{}/{path}", "order_name"),
        ("{order_name/{path}", "without its }"),
        ("{order_name}/{path", "without its }"),
        ("order_name}/{path}", "without its {"),
    ] {
        let error = orders(&script).download(ID).layout(layout).await.unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "layout"), "{layout}");
        assert!(error.to_string().contains(said), "{layout}: {error}");
    }
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn two_files_for_one_place_are_named_before_the_first_byte() {
    let file = |path: &str, item: &str| entry(path, item, "ortho_visual", "image/tiff");
    for (layout, files) in [
        ("{file_name}", [file("one/a.tif", "a"), file("two/a.tif", "b")]),
        ("{file_name}", [file("one/a.tif", "a"), file("two/A.TIF", "b")]),
        ("{item_id}/{file_name}", [file("one/b", ""), file("two/a.tif", "b")]),
        ("{item_id}/{file_name}", [file("two/a.tif", "B"), file("one/b", "")]),
        ("{item_type}/{asset_type}", [file("one/a.tif", "a"), file("two/b.tif", "b")]),
        (&format!("{ID}/{{file_name}}"), [file("one/a.tif", "a"), file("two/manifest.json", "b")]),
    ] {
        let error = placed(layout, "oregon", &files).await.unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "layout"), "{layout}");
        let other = files[1]["path"].as_str().unwrap();
        assert!(error.to_string().contains(other), "{error}");
    }
    let error =
        placed("{item_id}", "oregon", &[file("one/a.tif", "a"), file("two/composite.tif", "")]).await.unwrap_err();
    assert!(error.to_string().contains("leaves no name for two/composite.tif"), "{error}");
    let long = "{order_name}{order_name}{order_name}/{file_name}";
    let error = placed(long, &"x".repeat(100), &[visual()]).await.unwrap_err();
    assert!(error.to_string().contains(VISUAL), "{error}");
}

#[tokio::test]
async fn an_archive_is_of_no_item_so_that_its_place_has_none() {
    let archive = json!({"path": "oregon.zip", "size": 3, "media_type": "application/zip",
        "digests": {"md5": crate::files::ABC}, "annotations": {}});
    let (found, _) = placed("{order_name}/{item_type}/{item_id}/{file_name}", "oregon", &[archive]).await.unwrap();
    assert_eq!(found, ["oregon/oregon.zip"]);
}

#[tokio::test]
async fn an_unverified_download_reads_the_manifest_only_for_placeholders_that_need_it() {
    let script = ScriptedTransport::new(answers(&[visual()], 1));
    let dir = tempfile::tempdir().unwrap();
    let download = orders(&script).download(ID).to(dir.path()).verify(Verify::off());
    download.layout("{item_id}/{file_name}").await.unwrap();
    assert_eq!(names_below(dir.path()), [own("manifest.json").as_str(), "a/a_3B_Visual.tif"]);

    let script = ScriptedTransport::new([Answer::json(&order(&[&own("x/a.tif")])), Answer::bytes("any")]);
    let dir = tempfile::tempdir().unwrap();
    let download = orders(&script).download(ID).to(dir.path()).verify(Verify::off());
    download.layout("flat/{file_name}").await.unwrap();
    assert_eq!(names_below(dir.path()), ["flat/a.tif"]);
}

#[tokio::test]
async fn a_directory_in_a_layout_is_checked_by_its_report() {
    let script = ScriptedTransport::new(answers(&[visual()], 1));
    let dir = tempfile::tempdir().unwrap();
    let report = orders(&script).download(ID).to(dir.path()).layout("{file_name}").await.unwrap();
    assert_eq!(report.validate(Checksum::Md5).await.unwrap().files, 1);
    let error = validate_checksum(dir.path().join(ID), Checksum::Md5).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "its manifest is of the order's own layout");
    std::fs::write(dir.path().join("a_3B_Visual.tif"), "abx").unwrap();
    let error = report.validate(Checksum::Md5).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Integrity && error.to_string().contains("a_3B_Visual.tif"), "{error}");
}

/// Names as the service might send them, good and bad.
fn name() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        20 => "[a-cA-C]{1,2}",
        2 => "[ -~]{0,6}",
        1 => Just("..".to_owned()),
        1 => Just(String::new()),
        1 => Just("con".to_owned()),
        1 => Just("x".repeat(300)),
        1 => any::<String>(),
    ];
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.join("/"))
}

const LAYOUTS: [Option<&str>; 6] = [
    None,
    Some("{order_name}/{item_id}/{file_name}"),
    Some("{item_id}"),
    Some("{asset_type}{order_name}.{item_type}/{path}"),
    Some("{order_name}.{item_id}"),
    Some("{order_id}/{path}"),
];

/// Each file of a report has a place of its own, below the directory, and nothing else is there; or nothing is written.
#[test]
fn whatever_the_names_files_stay_in_the_directory_and_in_places_of_their_own() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ended = Cell::new(0);
    let files = prop::collection::vec((name(), name(), name()), 1..5);
    let cases = (name(), files, prop::sample::select(LAYOUTS.to_vec()));
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) });
    let run = runner.run(&cases, |(order_name, files, layout)| {
        ended.set(ended.get() + usize::from(runtime.block_on(ends_well(&order_name, &files, layout))));
        Ok(())
    });
    run.unwrap();
    assert!(ended.get() > 3, "{} ended well", ended.get());
}

async fn ends_well(order_name: &str, files: &[(String, String, String)], layout: Option<&str>) -> bool {
    let entries: Vec<_> = files.iter().map(|(path, item, asset)| entry(path, item, asset, "image/tiff")).collect();
    let mut asked = answers(&entries, entries.len());
    let names: Vec<String> = files.iter().map(|(path, ..)| own(path)).chain([own("manifest.json")]).collect();
    let mut named = order(&names.iter().map(String::as_str).collect::<Vec<_>>());
    named["name"] = json!(order_name);
    asked[0] = Answer::json(&named);
    let script = ScriptedTransport::new(asked);
    let outside = tempfile::tempdir().unwrap();
    let inside = outside.path().join("in");
    let download = orders(&script).download(ID).to(&inside);
    let download = layout.into_iter().fold(download, |download, layout| download.layout(layout));
    let result = download.await;
    match &result {
        Ok(report) => {
            for file in report.files() {
                let below = file.path.strip_prefix(&inside).unwrap();
                assert!(below.components().all(|part| matches!(part, Component::Normal(_))), "{below:?}");
                assert_eq!(std::fs::read(&file.path).unwrap(), b"abc");
            }
            assert_eq!(report.files().len(), files.len());
        }
        Err(error) => assert!(matches!(error.kind(), ErrorKind::Integrity | ErrorKind::InvalidInput), "{error}"),
    }
    let names = names_below(outside.path());
    assert_eq!(names.len(), result.as_ref().map_or(0, |_| files.len() + 1), "{names:?}");
    assert!(names.iter().all(|name| Path::new(name).starts_with("in")), "{names:?}");
    result.is_ok()
}
