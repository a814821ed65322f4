//! Downloads of some of an order's files.

use planet_core::ErrorKind;
use planet_core::testing::ScriptedTransport;
use planet_orders::{DownloadOrder, Verify};
use serde_json::Value;

use crate::files::{ID, answers, entry, names_below, orders, own};

fn entries() -> Vec<Value> {
    vec![
        entry("PSScene/a_3B_Visual.tif", "a", "ortho_visual", "image/tiff"),
        entry("PSScene/a_3B_udm2.tif", "a", "ortho_udm2", "image/tiff; application=geotiff"),
        entry("PSScene/a_metadata.json", "a", "", "application/json"),
        entry("PSScene/b_3B_udm2_clip.tif", "b", "ortho_udm2", "image/tiff"),
    ]
}

#[tokio::test]
async fn files_are_taken_that_every_filter_takes() {
    type Chosen = fn(DownloadOrder) -> DownloadOrder;
    let all: &[&str] = &["a_3B_Visual.tif", "a_3B_udm2.tif", "a_metadata.json", "b_3B_udm2_clip.tif"];
    let cases: [(Chosen, &[&str]); 8] = [
        (|download| download, all),
        (|download| download.paths(["*"]), all),
        (|download| download.paths(["PSScene/*_udm2*.tif"]), &["a_3B_udm2.tif", "b_3B_udm2_clip.tif"]),
        (|download| download.paths(["*.json", "*Visual*"]), &["a_3B_Visual.tif", "a_metadata.json"]),
        (|download| download.asset_types([planet_builders::AssetType::ORTHO_VISUAL]), &["a_3B_Visual.tif"]),
        (|download| download.asset_types(["*"]), &["a_3B_Visual.tif", "a_3B_udm2.tif", "b_3B_udm2_clip.tif"]),
        (
            |download| download.media_types(["IMAGE/TIFF", "application/*"]),
            &["a_3B_Visual.tif", "a_metadata.json", "b_3B_udm2_clip.tif"],
        ),
        (|download| download.asset_types(["ortho_udm2"]).media_types(["image/*"]).paths(["*/a*"]), &["a_3B_udm2.tif"]),
    ];
    for (chosen, names) in cases {
        let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(answers(&entries(), names.len())));
        let report = chosen(orders(&script).download(ID).to(dir.path())).await.unwrap();
        let mut right: Vec<String> = names.iter().map(|name| own(&format!("PSScene/{name}"))).collect();
        right.push(own("manifest.json"));
        right.sort();
        assert_eq!(names_below(dir.path()), right);
        assert_eq!((report.files().len(), script.left()), (names.len(), 0));
    }
}

#[tokio::test]
async fn a_filter_that_takes_nothing_is_told_with_what_is_there() {
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(answers(&entries(), 0)));
    let error = orders(&script).download(ID).to(dir.path()).asset_types(["ortho_udm3"]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let text = error.to_string();
    for part in
        [ID, r#"asset_types ["ortho_udm3"]"#, "ortho_udm2, ortho_visual", "application/json", "PSScene/a_3B_udm2.tif"]
    {
        assert!(text.contains(part), "{text}");
    }
    assert!(names_below(dir.path()).is_empty());
}

#[tokio::test]
async fn an_empty_filter_is_refused_before_anything_is_sent() {
    let none = Vec::<String>::new;
    let script = ScriptedTransport::new([]);
    let client = orders(&script);
    for (argument, download) in [
        ("paths", client.download(ID).paths(none())),
        ("asset_types", client.download(ID).asset_types([""])),
        ("media_types", client.download(ID).media_types(none())),
    ] {
        let error = download.await.unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, argument));
    }
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn unverified_files_are_chosen_by_path_without_the_manifest_and_by_type_with_it() {
    let mut asked = answers(&entries(), 2);
    asked.remove(1);
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(asked));
    let download = orders(&script).download(ID).to(dir.path()).verify(Verify::off());
    let report = download.paths(["*_udm2*"]).await.unwrap();
    assert!(report.files().len() == 2 && report.files()[0].entry.is_none());

    let script = ScriptedTransport::new(answers(&entries(), 2));
    let download = orders(&script).download(ID).to(tempfile::tempdir().unwrap().path()).verify(Verify::off());
    let report = download.asset_types(["ortho_udm2"]).await.unwrap();
    assert_eq!(report.files()[1].entry.as_ref().unwrap().item_id(), Some("b"));
}
