//! The path broken at each joint.

use std::error::Error as _;
use std::time::{Duration, Instant};

use planet::orders::{Checksum, LastOrder, OrderState, Reconcile, validate_checksum};
use planet::{ErrorKind, Outcome};
use planet_sandbox::{Clock, Fault, Listener, Sandbox};

use crate::setup::{STORAGE, World, files_below, guide_order, planet_at};

const CREATE: &str = "/compute/ops/orders/v2";

#[tokio::test]
async fn a_file_with_a_wrong_digest_is_refused_and_leaves_nothing() {
    let world = World::new().await;
    let order = world.finished_order().await;
    let fault = world.sandbox.fault(Fault::on("GET", "*AnalyticMS_clip.tif").corrupt_byte(500));
    let error = world.download(&order).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert!(error.to_string().contains("SHA-256"), "{error}");
    assert!(fault.hits() >= 2, "it was fetched again before it was given up");
    let left = files_below(world.dir.path());
    assert!(!left.iter().any(|path| path.to_string_lossy().contains("AnalyticMS_clip.tif")), "{left:?}");
    assert!(!left.iter().any(|path| path.extension().is_some_and(|end| end == "part")), "{left:?}");

    world.sandbox.clear_faults();
    let report = world.download(&order).await.unwrap();
    assert_eq!(report.files().iter().filter(|file| file.fetched == 0).count(), 6, "what was right was kept");
}

#[tokio::test]
async fn a_byte_that_broke_once_on_the_way_is_healed() {
    let world = World::new().await;
    let order = world.finished_order().await;
    world.sandbox.fault(Fault::on("GET", "*udm2_clip.tif").nth(1).corrupt_byte(500));
    let report = world.download(&order).await.unwrap();
    assert_eq!(report.files().iter().filter(|file| file.attempts == 2).count(), 1);
    validate_checksum(report.directory(), Checksum::Sha256).await.unwrap();
}

#[tokio::test]
async fn bodies_that_are_cut_or_reset_are_fetched_again() {
    let world = World::new().await;
    let order = world.finished_order().await;
    world.sandbox.fault(Fault::on("GET", STORAGE).nth(2).times(3).cut_at(100));
    world.sandbox.fault(Fault::on("GET", STORAGE).nth(3).reset());
    world.sandbox.fault(Fault::on("GET", STORAGE).nth(4).status(502));
    let report = world.download(&order).await.unwrap();
    validate_checksum(report.directory(), Checksum::Sha256).await.unwrap();
    assert_eq!(files_below(world.dir.path()).len(), 9);
}

#[tokio::test]
async fn a_file_that_is_gone_from_the_storage_is_named_and_the_others_stay() {
    let world = World::new().await;
    let order = world.finished_order().await;
    world.sandbox.fault(Fault::on("GET", "*20200909_182525_1014_metadata.json").status(404));
    let error = world.download(&order).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("7 of 8 files"), "{error}");
    let error = validate_checksum(world.dir.path().join(order.id()), Checksum::Md5).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert!(error.to_string().contains("20200909_182525_1014_metadata.json"), "{error}");
}

#[tokio::test]
async fn a_manifest_that_lists_what_the_order_does_not_offer_is_an_error() {
    let world = World::new().await;
    let order = world.finished_order().await;
    let digest = "0".repeat(64);
    let body = format!(r#"{{"files":[{{"path":"PSScene/no.tif","size":1,"digests":{{"sha256":"{digest}"}}}}]}}"#);
    world.sandbox.fault(Fault::on("GET", "*manifest.json").status(200).body(body));
    let error = world.download(&order).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert!(error.to_string().contains("PSScene/no.tif"), "{error}");
}

#[tokio::test]
async fn names_that_leave_the_directory_are_refused_before_anything_is_written() {
    for name in ["../../evil.txt", "/tmp/evil.txt", "C:\\\\evil.txt"] {
        let world = World::new().await;
        let order = world.finished_order().await;
        let digest = "0".repeat(64);
        let file = format!(r#"{{"path":"{name}","size":1,"digests":{{"sha256":"{digest}"}}}}"#);
        world.sandbox.fault(Fault::on("GET", "*manifest.json").status(200).body(format!(r#"{{"files":[{file}]}}"#)));
        let error = world.download(&order).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity, "{name}");
        assert!(error.to_string().contains("not safe"), "{error}");
        let left = files_below(world.dir.path());
        assert!(left.iter().all(|path| path.ends_with("manifest.json")), "{left:?}");
    }
}

#[tokio::test]
async fn a_failed_order_is_an_error_with_the_services_hints() {
    let world = World::new().await;
    world.sandbox.fail_next_order(["There are no result bands produced, operation fails."]);
    let order = world.planet.orders().create(guide_order()).await.unwrap();
    let waited = world.planet.orders().wait(order.id()).every(Duration::from_millis(10)).await.unwrap_err();
    let downloaded = world.download(&order).await.unwrap_err();
    for error in [waited, downloaded] {
        assert_eq!(error.kind(), ErrorKind::OperationFailed);
        assert!(error.to_string().contains("no result bands"), "{error}");
        let ended = error.source().unwrap().downcast_ref::<LastOrder>().unwrap();
        assert_eq!(*ended.order().state(), OrderState::Failed);
    }
    assert_eq!(files_below(world.dir.path()).len(), 0);
}

#[tokio::test]
async fn an_expired_link_is_renewed_by_asking_for_the_order_again() {
    let world = World::new().await;
    let order = world.finished_order().await;
    let fault = world.sandbox.fault(Fault::on("GET", "*metadata.json").nth(1).expired_link());
    let before = world.requests("GET", CREATE);
    let report = world.download(&order).await.unwrap();
    assert_eq!(fault.hits(), 1);
    assert_eq!(world.requests("GET", CREATE) - before, 2, "once for the plan, once for the new link");
    validate_checksum(report.directory(), Checksum::Sha256).await.unwrap();
}

#[tokio::test]
async fn links_that_all_expire_during_the_download_are_all_renewed() {
    let sandbox = Sandbox::builder()
        .limits(false)
        .order_time(Duration::ZERO)
        .clock(Clock::Manual)
        .link_lifetime(Duration::from_secs(60))
        .start()
        .await
        .unwrap();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    let dir = tempfile::tempdir().unwrap();
    let order = planet.orders().create(guide_order()).await.unwrap();
    sandbox.advance(Duration::from_secs(1));
    // One file at a time, each slow enough for the others' links to expire meanwhile.
    let download = planet.orders().download(order.id()).to(dir.path()).at_once(1).progress(move |_: &_| {
        sandbox.advance(Duration::from_secs(61));
    });
    let report = download.await.unwrap();
    validate_checksum(report.directory(), Checksum::Sha256).await.unwrap();
}

#[tokio::test]
async fn a_429_with_retry_after_is_waited_for() {
    let world = World::new().await;
    let fault = world.sandbox.fault(Fault::on("POST", CREATE).nth(1).status(429).header("retry-after", "1"));
    let started = Instant::now();
    world.planet.orders().create(guide_order()).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert_eq!((fault.hits(), world.sandbox.order_ids().len()), (1, 1));
}

#[tokio::test]
async fn a_502_is_survived_where_asking_again_is_harmless() {
    let world = World::new().await;
    let order = world.finished_order().await;
    world.sandbox.fault(Fault::on("GET", CREATE).times(2).status(502));
    assert_eq!(world.planet.orders().get(order.id()).send().await.unwrap().attempts(), 3);
}

#[tokio::test]
async fn an_order_is_not_placed_twice_when_its_answer_is_lost() {
    for fault in
        [Fault::on("POST", CREATE).after_acting().status(502), Fault::on("POST", CREATE).after_acting().reset()]
    {
        let world = World::new().await;
        world.sandbox.fault(fault);
        let error = world.planet.orders().create(guide_order()).reconcile(Reconcile::off()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
        assert_eq!(world.sandbox.order_ids().len(), 1);
        assert_eq!(world.requests("POST", CREATE), 1);
    }
}

#[tokio::test]
async fn the_credential_never_reaches_the_storage() {
    let world = World::new().await;
    let order = world.finished_order().await;
    world.download(&order).await.unwrap();
    let requests = world.sandbox.requests();
    let stored: Vec<_> = requests.iter().filter(|request| request.listener == Listener::Storage).collect();
    assert_eq!(stored.len(), 9);
    for request in stored {
        assert_eq!(request.header("authorization"), None);
        let whole = format!("{request:?}");
        assert!(!whole.contains(world.sandbox.api_key()), "{whole}");
    }
}

#[tokio::test]
async fn a_poll_that_answers_with_html_does_not_end_the_wait() {
    let world = World::new().await;
    let order = world.planet.orders().create(guide_order()).await.unwrap();
    world.sandbox.fault(Fault::on("GET", CREATE).nth(1).status(200).body("<html><title>hello</title></html>"));
    let order = world.planet.orders().wait(order.id()).every(Duration::from_millis(10)).await.unwrap();
    assert_eq!(*order.state(), OrderState::Success);
}

#[tokio::test]
async fn a_wait_that_takes_too_long_ends_and_the_order_lives_on() {
    let sandbox = Sandbox::builder().limits(false).clock(Clock::Manual).start().await.unwrap();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    let order = planet.orders().create(guide_order()).await.unwrap();
    let wait = || planet.orders().wait(order.id()).every(Duration::from_millis(10));
    let error = wait().timeout(Duration::from_millis(100)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimeout);
    assert!(error.to_string().contains("still queued"), "{error}");
    sandbox.advance(Duration::from_secs(3600));
    assert_eq!(*wait().await.unwrap().state(), OrderState::Success);
}

#[tokio::test]
async fn a_download_that_is_dropped_leaves_no_partial_file_and_can_be_run_again() {
    let world = World::new().await;
    let order = world.finished_order().await;
    world.sandbox.fault(Fault::on("GET", "*.tif").stall_at(1000));
    let download = world.download(&order);
    assert!(tokio::time::timeout(Duration::from_millis(500), download).await.is_err());
    let left = files_below(world.dir.path());
    assert!(left.iter().all(|path| !path.to_string_lossy().ends_with(".tif")), "{left:?}");
    assert!(left.iter().all(|path| !path.to_string_lossy().ends_with(".part")), "{left:?}");
    world.sandbox.clear_faults();
    let report = world.download(&order).await.unwrap();
    validate_checksum(report.directory(), Checksum::Sha256).await.unwrap();
}

#[tokio::test]
async fn a_cancellation_whose_answer_was_lost_is_not_reported_as_refused() {
    let sandbox = Sandbox::builder().limits(false).order_time(Duration::from_secs(3600)).start().await.unwrap();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    let order = planet.orders().create(guide_order()).await.unwrap();
    sandbox.fault(Fault::on("PUT", CREATE).nth(1).after_acting().status(502));
    let error = planet.orders().cancel(order.id()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Conflict, Outcome::Unknown));
    assert_eq!(*planet.orders().get(order.id()).await.unwrap().state(), OrderState::Cancelled);
}

#[tokio::test]
async fn an_order_whose_answer_cannot_be_read_is_not_placed_twice() {
    let faults = [408, 500, 504].map(|code| Fault::on("POST", CREATE).after_acting().status(code));
    let unreadable = Fault::on("POST", CREATE).after_acting().status(202).body("<html>");
    for fault in faults.into_iter().chain([unreadable]) {
        let world = World::new().await;
        world.sandbox.fault(fault);
        let error = world.planet.orders().create(guide_order()).reconcile(Reconcile::off()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
        assert_eq!((world.requests("POST", CREATE), world.sandbox.order_ids().len()), (1, 1));
    }
}

#[tokio::test]
async fn names_that_differ_by_case_only_and_files_without_a_digest_are_refused() {
    let digest = "0".repeat(64);
    let twice = format!(r#"{{"files":[{{"path":"MANIFEST.json","size":1,"digests":{{"sha256":"{digest}"}}}}]}}"#);
    let bare = r#"{"files":[{"path":"PSScene/20200909_182525_1014_metadata.json","size":1,"digests":{"sha256":""}}]}"#;
    for (manifest, said) in [(twice, "case does not count"), (bare.to_owned(), "no digest")] {
        let world = World::new().await;
        let order = world.finished_order().await;
        world.sandbox.fault(Fault::on("GET", "*manifest.json").status(200).body(manifest));
        let error = world.download(&order).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity);
        assert!(error.to_string().contains(said), "{error}");
        assert!(files_below(world.dir.path()).is_empty(), "nothing was written");
    }
}

#[tokio::test]
async fn a_link_that_answers_something_else_than_the_file_is_refused() {
    let world = World::new().await;
    let order = world.finished_order().await;
    world.sandbox.fault(Fault::on("GET", "*AnalyticMS_clip.tif").status(200).body("<html>please log in</html>"));
    let error = world.download(&order).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    let left = files_below(world.dir.path());
    assert!(!left.iter().any(|path| path.to_string_lossy().contains("AnalyticMS_clip.tif")), "{left:?}");
}

#[tokio::test]
async fn two_downloads_into_one_directory_at_once_both_end_right() {
    let world = World::new().await;
    let order = world.finished_order().await;
    let (one, two) = tokio::join!(world.download(&order), world.download(&order));
    assert_eq!(one.unwrap().files().len(), two.unwrap().files().len());
    validate_checksum(world.dir.path().join(order.id()), Checksum::Sha256).await.unwrap();
    assert_eq!(files_below(world.dir.path()).len(), 9);
}

#[tokio::test]
async fn a_poll_that_stalls_does_not_hold_the_wait_beyond_its_time() {
    let sandbox = Sandbox::builder().limits(false).clock(Clock::Manual).start().await.unwrap();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    let order = planet.orders().create(guide_order()).await.unwrap();
    sandbox.fault(Fault::on("GET", CREATE).delay(Duration::from_secs(60)));
    let started = Instant::now();
    let error = planet.orders().wait(order.id()).timeout(Duration::from_millis(200)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimeout);
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert!(error.source().is_some(), "it tells what the last poll brought");
}
