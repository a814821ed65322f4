//! Assets on their way to the disk, broken in every way: whatever happens, a final name never holds wrong bytes.

use std::path::Path;
use std::time::Duration;

use planet::data::{Asset, AssetType, Overwrite, Verified, validate_checksum};
use planet::orders::FileReport;
use planet::{ErrorKind, Result};
use planet_sandbox::{Clock, Fault, Listener, Sandbox};

use crate::setup::{World, files_below, planet_at};

const STORAGE: &str = "/planet-assets-live/*";
const ITEM: &str = "20200909_182525_1014";
const OLD: &str = "what was there before";

/// An active asset, with its link.
async fn active(world: &World, asset_type: AssetType) -> Asset {
    let data = world.planet.data();
    let asset = data.get_asset("PSScene", ITEM, asset_type).await.unwrap();
    data.activate(&asset).await.unwrap();
    data.wait(&asset).every(Duration::from_millis(10)).await.unwrap()
}

async fn world() -> World {
    let sandbox = Sandbox::builder().limits(false).activation_time(Duration::ZERO).start().await.unwrap();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    World { sandbox, planet, dir: tempfile::tempdir().unwrap() }
}

async fn fetch(world: &World, asset: &Asset, directory: &Path) -> Result<FileReport> {
    world.planet.data().download(asset).to(directory).await
}

#[tokio::test]
async fn an_asset_is_activated_downloaded_and_proved_right() {
    let world = world().await;
    let asset = active(&world, AssetType::ORTHO_VISUAL).await;
    let report = fetch(&world, &asset, world.dir.path()).await.unwrap();
    assert_eq!(report.path, world.dir.path().join(format!("{ITEM}_3B_Visual.tif")));
    assert_eq!(report.verified, Verified::Md5);
    validate_checksum(&asset, &report.path).await.unwrap();

    let again = fetch(&world, &asset, world.dir.path()).await.unwrap();
    assert_eq!((again.fetched, again.size), (0, report.size));
    let stored = world.sandbox.requests().into_iter().filter(|request| request.listener == Listener::Storage);
    assert!(stored.into_iter().all(|request| request.header("authorization").is_none()));
}

#[tokio::test]
async fn a_link_that_has_expired_is_renewed_by_asking_for_the_asset_again() {
    let sandbox = Sandbox::builder().limits(false).clock(Clock::Manual).activation_time(Duration::ZERO);
    let sandbox = sandbox.link_lifetime(Duration::from_secs(60)).start().await.unwrap();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    let world = World { sandbox, planet, dir: tempfile::tempdir().unwrap() };
    let asset = active(&world, AssetType::ORTHO_UDM2).await;
    world.sandbox.advance(Duration::from_secs(61));
    let before = world.requests("GET", "/data/v1/assets/");
    let report = fetch(&world, &asset, world.dir.path()).await.unwrap();
    assert_eq!(world.requests("GET", "/data/v1/assets/") - before, 1);
    validate_checksum(&asset, &report.path).await.unwrap();
}

/// A fault that may strike any request for a file, by its number. `at` lies somewhere in the file, `salt` is any number.
fn fault(kind: u64, at: usize, salt: u64) -> Fault {
    let sometimes = Fault::on("GET", STORAGE).probability(0.6, salt);
    match kind {
        0 => sometimes.cut_at(at),
        1 => sometimes.corrupt_byte(at),
        2 => sometimes.wrong_length(at),
        3 => sometimes.wrong_length(at + 100_000_000),
        4 => sometimes.reset(),
        5 => sometimes.reset_after_headers(),
        6 => sometimes.status(502),
        7 => sometimes.status(200).body("<html>please log in</html>"),
        8 => sometimes.expired_link(),
        _ => sometimes.status(206).body("a part"),
    }
}

#[tokio::test]
async fn under_any_fault_a_final_name_holds_the_right_bytes_or_what_it_held_before() {
    let world = world().await;
    let asset = active(&world, AssetType::BASIC_UDM2).await;
    let whole = fetch(&world, &asset, &world.dir.path().join("right")).await.unwrap();
    let right = std::fs::read(&whole.path).unwrap();
    let name = whole.path.file_name().unwrap().to_string_lossy().into_owned();
    let (mut ended, mut failed) = (0, 0);
    for seed in 0..200_u64 {
        // Any spread over the file will do; the same in each run.
        let at = usize::try_from(seed.wrapping_mul(2_654_435_761)).unwrap() % right.len();
        world.sandbox.fault(fault(seed % 10, at, seed));
        let directory = world.dir.path().join(seed.to_string());
        let there = seed % 3 == 0;
        if there {
            std::fs::create_dir(&directory).unwrap();
            std::fs::write(directory.join(&name), OLD).unwrap();
        }
        // Half of them know the name beforehand.
        let download = world.planet.data().download(&asset).to(&directory);
        let download = if seed % 2 == 0 { download } else { download.name(&name).overwrite(Overwrite::Always) };
        let result = download.await;
        world.sandbox.clear_faults();

        // Hidden ones are parts, for the next run.
        let mut files = files_below(&directory);
        files.retain(|path| !path.file_name().unwrap().to_string_lossy().starts_with(".planet-"));
        let held = files.first().map(|path| std::fs::read(path).unwrap());
        match &result {
            Ok(report) => {
                ended += 1;
                assert_eq!((&report.path, report.verified), (&directory.join(&name), Verified::Md5), "{seed}");
                assert_eq!(held.as_deref(), Some(right.as_slice()), "{seed}");
            }
            Err(error) => {
                failed += 1;
                assert_ne!(error.kind(), ErrorKind::Unexpected, "{seed}: {error}");
                assert_eq!(held.as_deref(), there.then_some(OLD.as_bytes()), "{seed}: {error}");
            }
        }
        assert_eq!(files.len(), usize::from(result.is_ok() || there), "{seed}: {files:?}");
    }
    assert!(ended > 60 && failed > 20, "{ended} ended well, {failed} failed");
}

#[tokio::test]
async fn an_asset_whose_download_is_dropped_leaves_nothing_and_can_be_fetched_again() {
    let world = world().await;
    let asset = active(&world, AssetType::BASIC_UDM2).await;
    world.sandbox.fault(Fault::on("GET", STORAGE).stall_at(1000));
    let directory = world.dir.path().join("x");
    let dropped = tokio::time::timeout(Duration::from_millis(300), fetch(&world, &asset, &directory)).await;
    assert!(dropped.is_err() && files_below(&directory).is_empty());
    world.sandbox.clear_faults();
    let report = fetch(&world, &asset, &directory).await.unwrap();
    validate_checksum(&asset, &report.path).await.unwrap();
}

#[tokio::test]
async fn a_web_page_in_the_place_of_a_file_is_called_one_and_the_next_run_fetches_what_is_missing() {
    let world = World::new().await;
    let order = world.finished_order().await;
    let page = |path: &str| {
        let answer = Fault::on("GET", path).status(200).header("content-type", "text/html; charset=utf-8");
        world.sandbox.fault(answer.body("<!DOCTYPE html><title>Please log in</title>"));
    };
    page("*manifest.json");
    let error = world.download(&order).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Integrity && error.to_string().contains("manifest.json"), "{error}");
    assert!(files_below(world.dir.path()).is_empty());
    world.sandbox.clear_faults();

    page("*20200909_182525_1014_3B_AnalyticMS_clip.tif");
    let error = world.download(&order).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    assert!(error.to_string().contains("the link answered with a web page"), "{error}");
    assert_eq!(files_below(world.dir.path()).len(), 8, "seven of eight files, and the manifest");
    world.sandbox.clear_faults();

    let report = world.download(&order).await.unwrap();
    let fetched: Vec<_> = report.files().iter().filter(|file| file.fetched > 0).collect();
    assert_eq!((report.files().len(), fetched.len()), (8, 1));
}
