//! Searches that are kept, counts and coverages, with areas that the Features API holds.

use futures_util::TryStreamExt;
use planet::data::{Interval, Item, SavedSearch, SearchSort, SearchType, SearchesSort};
use planet::features::Feature;
use planet::{ErrorKind, Filter, ItemType, Outcome};
use planet_sandbox::Fault;
use serde_json::json;

use crate::setup::{World, oregon};

const SEARCHES: &str = "/data/v1/searches";

fn ids(items: &[Item]) -> Vec<&str> {
    items.iter().map(Item::id).collect()
}

/// A feature that the service holds.
async fn feature(world: &World) -> Feature {
    let features = world.planet.features();
    let collection = features.create_collection("fields").await.unwrap();
    let field = json!({"type": "Feature", "properties": {}, "geometry": oregon().as_json()});
    features.add_items(collection.id(), field).await.unwrap();
    features.list_items(collection.id()).items().try_next().await.unwrap().unwrap()
}

#[tokio::test]
async fn a_search_is_saved_found_run_replaced_and_deleted() {
    let world = World::new().await;
    let data = world.planet.data();
    let clear = Filter::range("cloud_cover").lt(0.2).build().unwrap();
    let saved = data.create_search("clear", ["psscene"], clear.clone()).geometry(oregon()).await.unwrap();
    assert_eq!((saved.search_type().unwrap(), saved.daily_email().unwrap()), (Some(SearchType::Saved), Some(false)));
    assert_eq!(saved.last_executed().unwrap(), None);

    let quick = data.search([ItemType::PSSCENE], clear).geometry(oregon()).sort(SearchSort::AcquiredAsc);
    let quick: Vec<Item> = quick.items().try_collect().await.unwrap();
    let run = data.run_search(saved.id()).sort(SearchSort::AcquiredAsc).page_size(3);
    let run: Vec<Item> = run.items().try_collect().await.unwrap();
    assert!(run.len() > 3, "it takes several pages");
    assert_eq!(ids(&run), ids(&quick));
    assert!(data.get_search(saved.id()).await.unwrap().last_executed().unwrap().is_some());

    let new = data.update_search(saved.id(), "all", ["PSScene"], Filter::empty()).asset_types(["ortho_visual"]);
    let new = new.daily_email(true).await.unwrap();
    assert_eq!((new.id(), new.name().unwrap().as_deref()), (saved.id(), Some("all")));
    assert_eq!((new.daily_email().unwrap(), new.geometry().unwrap()), (Some(true), None));
    assert_eq!(new.asset_types().unwrap()[0].as_str(), "ortho_visual");
    assert!(data.run_search(saved.id()).items().try_collect::<Vec<_>>().await.unwrap().len() > quick.len());

    data.delete_search(saved.id()).await.unwrap();
    for gone in [data.get_search(saved.id()).await.unwrap_err(), data.delete_search(saved.id()).await.unwrap_err()] {
        assert_eq!((gone.kind(), gone.outcome()), (ErrorKind::NotFound, Outcome::Rejected));
    }
    let gone = data.run_search(saved.id()).items().try_next().await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn searches_are_listed_by_type_in_both_orders_and_over_several_pages() {
    let world = World::new().await;
    let data = world.planet.data();
    let mut made = Vec::new();
    for number in 0..5 {
        let search = data.create_search(format!("search {number}"), ["PSScene"], Filter::empty()).await.unwrap();
        made.push(search.id().to_owned());
    }
    data.search(["PSScene"], Filter::empty()).name("quick one").items().try_next().await.unwrap();
    let saved = || data.list_searches().search_type(SearchType::Saved).page_size(2);
    let oldest_first: Vec<SavedSearch> = saved().sort(SearchesSort::CreatedAsc).items().try_collect().await.unwrap();
    assert!(oldest_first.iter().map(SavedSearch::id).eq(made.iter()));
    let newest_first: Vec<SavedSearch> = saved().items().try_collect().await.unwrap();
    assert!(newest_first.iter().map(SavedSearch::id).eq(made.iter().rev()));
    let quick = data.list_searches().search_type(SearchType::Quick);
    let quick: Vec<SavedSearch> = quick.items().try_collect().await.unwrap();
    assert_eq!(quick.len(), 1);
    assert_eq!(quick[0].name().unwrap().as_deref(), Some("quick one"));
    assert_eq!(data.list_searches().items().try_collect::<Vec<_>>().await.unwrap().len(), 6);
    assert_eq!(data.list_searches().limit(4).items().try_collect::<Vec<_>>().await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_feature_stands_wherever_an_area_is_asked_for() {
    let world = World::new().await;
    let data = world.planet.data();
    let feature = feature(&world).await;
    let all = Filter::empty;
    let by_area = data.search(["PSScene"], all()).geometry(oregon());
    let by_area: Vec<Item> = by_area.items().try_collect().await.unwrap();
    assert!(!by_area.is_empty());
    let by_feature: Vec<Item> = data.search(["PSScene"], all()).geometry(&feature).items().try_collect().await.unwrap();
    assert_eq!(ids(&by_feature), ids(&by_area));

    let saved = data.create_search("field", ["PSScene"], all()).geometry(&feature).await.unwrap();
    let run: Vec<Item> = data.run_search(saved.id()).items().try_collect().await.unwrap();
    assert_eq!(ids(&run), ids(&by_area));
    // What the service sends back of a reference, with its version, can be given again.
    let area = saved.geometry().unwrap().unwrap();
    assert!(area["content"][0].as_str().unwrap().ends_with("#1"), "{area}");
    let same = data.update_search(saved.id(), "field", ["PSScene"], all()).geometry(&area).await.unwrap();
    assert_eq!(same.geometry().unwrap(), Some(area));

    let stats = data.stats(["PSScene"], all(), Interval::Month).geometry(&feature).await.unwrap();
    assert_eq!(stats.total(), by_area.len() as u64);
    let item = &by_area[0];
    let of_feature = data.coverage("PSScene", item.id(), &feature).await.unwrap();
    let of_area = data.coverage("PSScene", item.id(), oregon()).await.unwrap();
    assert!(of_feature.percent().unwrap().is_some());
    assert_eq!(of_feature.percent().unwrap(), of_area.percent().unwrap());
}

#[tokio::test]
async fn counts_add_up_to_what_a_search_finds_whatever_the_interval() {
    let world = World::new().await;
    let data = world.planet.data();
    let clear = Filter::range("cloud_cover").lt(0.2).build().unwrap();
    let found = data.search(["PSScene"], clear.clone()).items().try_collect::<Vec<_>>().await.unwrap().len() as u64;
    for interval in [Interval::Hour, Interval::Day, Interval::Week, Interval::Month, Interval::Year] {
        let stats = data.stats(["psscene"], clear.clone(), interval.clone()).await.unwrap();
        assert_eq!((stats.total(), stats.interval().unwrap()), (found, Some(interval)));
        assert!(stats.buckets().is_sorted_by_key(|bucket| bucket.start_time()));
    }
    let error = data.stats(["PSScene"], clear, Interval::Unknown("decade".to_owned())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(error.api().unwrap().fields()[0].0, "interval");
}

#[tokio::test]
async fn an_item_is_the_same_alone_as_in_a_search_and_tells_what_can_be_seen_of_an_area() {
    let world = World::new().await;
    let data = world.planet.data();
    let mut items = data.search([ItemType::PSSCENE], Filter::empty()).geometry(oregon()).limit(1).items();
    let listed = items.try_next().await.unwrap().unwrap();
    let alone = data.get_item("PSSCENE", listed.id()).await.unwrap();
    assert_eq!(serde_json::to_value(&alone).unwrap(), serde_json::to_value(&listed).unwrap());

    let cloud = data.coverage("psscene", listed.id(), oregon()).band("cloud").await.unwrap();
    assert!(cloud.percent().unwrap().is_some_and(|percent| (0.0..=100.0).contains(&percent)));
    assert_eq!(
        (cloud.percent_of("cloud").unwrap(), cloud.percent_of("clear").unwrap()),
        (cloud.percent().unwrap(), None)
    );
    let error = data.coverage("PSScene", listed.id(), oregon()).band("smoke").await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Rejected, Some("data.coverage")));
    assert_eq!(data.get_item("PSScene", "no_such").await.unwrap_err().kind(), ErrorKind::NotFound);
    let unknown = data.get_item("NewScene", listed.id()).allow_unknown().await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound, "it is the service that says so");
}

#[tokio::test]
async fn a_search_whose_answer_is_lost_is_saved_once_and_its_error_leaves_that_open() {
    let world = World::new().await;
    let data = world.planet.data();
    world.sandbox.fault(Fault::on("POST", SEARCHES).after_acting().reset());
    let error = data.create_search("lost", ["PSScene"], Filter::empty()).await.unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
    assert_eq!(world.requests("POST", SEARCHES), 1);
    let kept: Vec<SavedSearch> = data.list_searches().items().try_collect().await.unwrap();
    assert_eq!(kept.iter().map(|search| search.name().unwrap().unwrap()).collect::<Vec<_>>(), ["lost"]);

    world.sandbox.clear_faults();
    world.sandbox.fault(Fault::on("DELETE", "/data/v1/searches/*").nth(1).after_acting().reset());
    let error = data.delete_search(kept[0].id()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::NotFound, Outcome::Unknown, 2));
    assert_eq!(data.list_searches().items().try_collect::<Vec<_>>().await.unwrap().len(), 0);
}
