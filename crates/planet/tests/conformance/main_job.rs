//! Search, order, wait, download, verify.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::TryStreamExt;
use planet::data::{Item, SearchSort};
use planet::orders::{Checksum, OrderState, validate_checksum};
use planet::{ErrorKind, Filter, ItemType, ProgressEvent, ProgressStep, Timestamp};
use planet_sandbox::Sandbox;

use crate::setup::{World, files_below, guide_order, oregon, planet_at};

#[tokio::test]
async fn imagery_is_found_ordered_downloaded_and_proved_right() {
    let world = World::new().await;
    let filter = Filter::geometry(oregon()).unwrap()
        & Filter::range("cloud_cover").lt(0.1).build().unwrap()
        & Filter::date_range("acquired").gte("2020-08-01".parse().unwrap()).build().unwrap();
    let items: Vec<Item> =
        world.planet.data().search([ItemType::PSSCENE], filter).limit(5).items().try_collect().await.unwrap();
    assert_eq!(items.len(), 5);
    assert!(items.iter().all(|item| item.cloud_cover().unwrap().unwrap() < 0.1));

    let order = world.finished_order().await;
    assert_eq!(*order.state(), OrderState::Success);
    let report = world.download(&order).await.unwrap();
    assert_eq!(report.directory(), world.dir.path().join(order.id()));
    assert_eq!(report.files().len(), 8);
    assert!(report.files().iter().all(|file| file.verified.by(Checksum::Sha256)));

    for checksum in [Checksum::Md5, Checksum::Sha256] {
        let checked = validate_checksum(report.directory(), checksum).await.unwrap();
        assert_eq!((checked.files, checked.bytes), (8, report.bytes()));
    }
    assert_eq!(files_below(world.dir.path()).len(), 9, "the files, the manifest, and nothing else");
}

#[tokio::test]
async fn a_search_goes_through_all_pages_in_the_order_asked_for() {
    let sandbox = Sandbox::builder().limits(false).page_cap(100).next_on_last_page(true).start().await.unwrap();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    let filter = Filter::geometry(oregon()).unwrap();
    let search = planet.data().search([ItemType::PSSCENE], filter).sort(SearchSort::AcquiredAsc);
    let items: Vec<Item> = search.items().try_collect().await.unwrap();
    assert!(items.len() > 200, "{}", items.len());
    let ids: HashSet<&str> = items.iter().map(Item::id).collect();
    assert_eq!(ids.len(), items.len(), "no item comes twice");
    let times: Vec<Timestamp> = items.iter().map(|item| item.acquired().unwrap().unwrap()).collect();
    assert!(times.is_sorted());
}

#[tokio::test]
async fn a_second_download_fetches_nothing_and_mends_what_was_damaged() {
    let world = World::new().await;
    let order = world.finished_order().await;
    let first = world.download(&order).await.unwrap();
    assert!(first.files().iter().all(|file| file.fetched == file.size));

    let second = world.download(&order).await.unwrap();
    assert!(second.files().iter().all(|file| file.fetched == 0));

    let damaged = &first.files()[0].path;
    std::fs::write(damaged, "not what it was").unwrap();
    let error = validate_checksum(first.directory(), Checksum::Md5).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    let third = world.download(&order).await.unwrap();
    assert_eq!(third.files().iter().filter(|file| file.fetched > 0).count(), 1);
    validate_checksum(first.directory(), Checksum::Md5).await.unwrap();
}

#[tokio::test]
async fn the_wait_tells_each_state_once_and_the_download_tells_each_file() {
    let sandbox = Sandbox::builder().limits(false).order_time(Duration::from_millis(400)).start().await.unwrap();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    let dir = tempfile::tempdir().unwrap();
    let states = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&states);
    let order = planet.orders().create(guide_order()).await.unwrap();
    planet
        .orders()
        .wait(order.id())
        .every(Duration::from_millis(20))
        .on_state(move |order| seen.lock().unwrap().push(order.state().clone()))
        .await
        .unwrap();
    assert_eq!(*states.lock().unwrap(), [OrderState::Queued, OrderState::Running, OrderState::Success]);

    let done = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&done);
    let progress = move |event: &ProgressEvent| {
        if let ProgressStep::Done { .. } = event.step {
            seen.lock().unwrap().push(event.name.to_string());
        }
    };
    planet.orders().download(order.id()).to(dir.path()).progress(progress).await.unwrap();
    assert_eq!(done.lock().unwrap().len(), 8);
    assert!(done.lock().unwrap().iter().any(|file| file == "PSScene/20200909_182525_1014_metadata.json"));
}

#[tokio::test]
async fn orders_are_listed_and_only_queued_ones_are_cancelled() {
    let sandbox = Sandbox::builder().limits(false).order_time(Duration::from_secs(3600)).start().await.unwrap();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    let orders = planet.orders();
    let mut placed = HashSet::new();
    for _ in 0..5 {
        placed.insert(orders.create(guide_order()).await.unwrap().id().to_owned());
    }
    let listed: Vec<_> = orders.list().page_size(2).items().try_collect().await.unwrap();
    assert_eq!(listed.iter().map(|order| order.id().to_owned()).collect::<HashSet<_>>(), placed);

    let id = listed[0].id();
    assert_eq!(*orders.cancel(id).await.unwrap().state(), OrderState::Cancelled);
    assert_eq!(orders.cancel(id).await.unwrap_err().kind(), ErrorKind::Conflict);
    let cancelled: Vec<_> = orders.list().state(OrderState::Cancelled).items().try_collect().await.unwrap();
    assert_eq!(cancelled.len(), 1);
    let error = orders.wait(id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OperationFailed);
}

#[tokio::test]
async fn a_feature_stands_where_a_geometry_is_asked_for() {
    let world = World::new().await;
    let features = world.planet.features();
    let collection = features.create_collection("fields").description("of Oregon").await.unwrap();
    let feature = serde_json::json!({"type": "Feature", "properties": {}, "geometry": oregon().as_json()});
    let references = features.add_items(collection.id(), feature).await.unwrap();
    let listed: Vec<_> = features.list_items(collection.id()).items().try_collect().await.unwrap();
    assert_eq!(listed[0].reference().unwrap().as_ref(), Some(&references[0]));

    let area = planet::Geometry::reference(references[0].clone()).unwrap();
    let by_reference = world.planet.data().search([ItemType::PSSCENE], Filter::empty()).geometry(area);
    let by_reference: Vec<Item> = by_reference.items().try_collect().await.unwrap();
    let by_shape = world.planet.data().search([ItemType::PSSCENE], Filter::geometry(oregon()).unwrap());
    let by_shape: Vec<Item> = by_shape.items().try_collect().await.unwrap();
    let ids = |items: &[Item]| items.iter().map(|item| item.id().to_owned()).collect::<Vec<_>>();
    assert!(!by_shape.is_empty());
    assert_eq!(ids(&by_reference), ids(&by_shape));
}
