//! Orders of every kind of delivery, on their way to the disk and back into shape.

use std::error::Error as _;
use std::path::Path;
use std::time::Duration;

use planet::orders::request::{AmazonS3, Archive, Delivery, Hosting, Secret};
use planet::orders::{Checksum, LastOrder, Order, Reconcile, Verified, validate_checksum};
use planet::{Bundle, ErrorKind, ItemType, OrderRequestBuilder, Product};
use planet_sandbox::{Clock, Listener, Sandbox};

use crate::setup::{World, files_below, guide_order, planet_at};

async fn placed(world: &World, request: OrderRequestBuilder) -> Order {
    world.planet.orders().create(request.build().unwrap()).await.unwrap()
}

fn request() -> OrderRequestBuilder {
    guide_order().into_builder()
}

/// How many requests went to the storage, the manifests' among them.
fn fetched(world: &World) -> usize {
    world.sandbox.requests().iter().filter(|request| request.listener == Listener::Storage).count()
}

fn names(directory: &Path) -> Vec<String> {
    let names = files_below(directory).into_iter();
    let mut names: Vec<_> =
        names.map(|path| path.strip_prefix(directory).unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn an_archive_of_all_files_is_checked_like_a_file() {
    let world = World::new().await;
    let order = placed(&world, request().delivery(Delivery::new().archive(Archive::zip().single(true)))).await;
    let report = world.download(&order).await.unwrap();
    let archive = &report.files()[0];
    assert_eq!((report.files().len(), archive.verified), (1, Verified::Md5AndSha256));
    assert_eq!(archive.path, report.directory().join(format!("oregon_order_{}.zip", order.id())));
    assert!(std::fs::read(&archive.path).unwrap().starts_with(b"PK"));
    assert_eq!(validate_checksum(report.directory(), Checksum::Sha256).await.unwrap().files, 1);

    std::fs::write(&archive.path, "PK").unwrap();
    let repair = world.planet.orders().repair(order.id()).to(world.dir.path()).await.unwrap();
    assert_eq!(repair.repaired()[0].path, archive.path);
}

#[tokio::test]
async fn orders_without_files_here_say_where_they_are_or_what_became_of_them() {
    let world = World::new().await;
    let bucket = AmazonS3::new("imagery", "us-east-2", "KEYID", Secret::new("sesame")).path_prefix("iowa/");
    let elsewhere = placed(&world, request().delivery(Delivery::new().to(bucket))).await;
    let hosted = placed(&world, request().hosting(Hosting::sentinel_hub())).await;
    world.sandbox.fail_next_order(["a band is missing"]);
    let failed = placed(&world, request()).await;
    for (order, kind, said) in [
        (elsewhere, ErrorKind::NotFound, "amazon_s3 (bucket imagery, path_prefix iowa/)"),
        (hosted, ErrorKind::NotFound, "hosted in a collection"),
        (failed, ErrorKind::OperationFailed, "a band is missing"),
    ] {
        let error = world.download(&order).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(said) && error.to_string().contains(order.id()), "{error}");
        let last: &LastOrder = error.source().unwrap().downcast_ref().unwrap();
        assert_eq!(last.order().id(), order.id());
        assert!(!format!("{error} {error:?}").contains("sesame"));
    }
    assert!(files_below(world.dir.path()).is_empty());
}

#[tokio::test]
async fn an_order_that_runs_or_is_cancelled_is_told_from_one_without_files() {
    let sandbox = Sandbox::builder().limits(false).clock(Clock::Manual).order_time(Duration::from_secs(60));
    let sandbox = sandbox.start().await.unwrap();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    let world = World { sandbox, planet, dir: tempfile::tempdir().unwrap() };
    let (order, cancelled) = (placed(&world, request()).await, placed(&world, request()).await);
    assert_eq!(world.download(&order).await.unwrap_err().kind(), ErrorKind::Conflict);
    world.planet.orders().cancel(cancelled.id()).await.unwrap();
    let error = world.download(&cancelled).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OperationFailed);
    assert!(error.to_string().contains("cancelled"), "{error}");
}

#[tokio::test]
async fn only_the_wanted_files_are_fetched_and_lie_where_the_template_says() {
    let world = World::new().await;
    let order = world.finished_order().await;
    let before = fetched(&world);
    let download = world.planet.orders().download(order.id()).to(world.dir.path());
    let download = download.asset_types(["ortho_udm2"]).layout("{order_name}/{item_id}/{asset_type}.tif");
    let report = download.await.unwrap();
    assert_eq!((report.files().len(), fetched(&world) - before), (2, 3));
    assert_eq!(
        names(world.dir.path()),
        [
            format!("{}/manifest.json", order.id()),
            "oregon_order/20200909_182524_1014/ortho_udm2.tif".to_owned(),
            "oregon_order/20200909_182525_1014/ortho_udm2.tif".to_owned(),
        ]
    );
    assert_eq!(report.validate(Checksum::Sha256).await.unwrap().files, 2);
}

#[tokio::test]
async fn a_repair_fetches_what_is_missing_or_wrong_and_nothing_else() {
    let world = World::new().await;
    let order = world.finished_order().await;
    let report = world.download(&order).await.unwrap();
    let before = world.sandbox.requests().len();
    let repair = world.planet.orders().repair(order.id()).to(world.dir.path()).await.unwrap();
    assert_eq!((repair.right().len(), repair.repaired().len()), (8, 0));
    assert_eq!(world.sandbox.requests().len(), before);

    std::fs::remove_file(&report.files()[1].path).unwrap();
    let mut bytes = std::fs::read(&report.files()[5].path).unwrap();
    bytes[7] ^= 1;
    std::fs::write(&report.files()[5].path, bytes).unwrap();
    let before = fetched(&world);
    let repair = world.planet.orders().repair(order.id()).to(world.dir.path()).await.unwrap();
    let paths: Vec<_> = repair.repaired().iter().map(|file| &file.path).collect();
    assert_eq!(paths, [&report.files()[1].path, &report.files()[5].path]);
    assert_eq!((repair.right().len(), fetched(&world) - before), (6, 3), "two files and the manifest");
    assert_eq!(validate_checksum(report.directory(), Checksum::Sha256).await.unwrap().files, 8);
    assert_eq!(files_below(world.dir.path()).len(), 9);
}

#[tokio::test]
async fn orders_of_a_job_do_not_take_each_others_places() {
    let world = World::new().await;
    let ids = ["20200909_182525_1014"];
    let products = [Bundle::VISUAL, Bundle::ANALYTIC_UDM2].map(|bundle| Product::new(ItemType::PSSCENE, bundle, ids));
    let request = planet::OrderRequest::builder("two").products(products);
    // Nothing of another run can be on its way into the list.
    let orders = world.planet.orders().reconcile(Reconcile::default().settle(Duration::ZERO));
    let job = orders.plan(request).unwrap().run().await.unwrap();
    assert_eq!(job.order_ids().count(), 2);
    job.wait().every(Duration::from_millis(10)).await.unwrap().into_results().unwrap();
    // Each order has the description of the item.
    let error = job.download().to(world.dir.path()).layout("{item_id}/{file_name}").await.unwrap_err();
    assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "layout"));
    assert!(job.order_ids().all(|id| error.to_string().contains(id)), "{error}");

    let reports = job.download().to(world.dir.path()).layout("{item_id}/{order_id}/{file_name}").await.unwrap();
    for report in reports {
        report.validate(Checksum::Md5).await.unwrap();
    }
}
