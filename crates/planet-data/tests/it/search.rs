//! A search goes out once with its filter; what comes back leads on.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use planet_core::{Auth, Endpoint, Pace, Retry, Session};
use planet_data::{DataClient, ErrorKind, Filter, Geometry, Item, ItemType, SearchSort};
use planet_sandbox::{Fault, Sandbox};

use crate::support::{json, seen, unanswered};

async fn sandbox() -> (Sandbox, DataClient) {
    let sandbox = Sandbox::builder().limits(false).start().await.unwrap();
    let endpoint = Endpoint::parse(sandbox.url()).unwrap();
    let session = Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(endpoint).pace(Pace::off());
    let data = DataClient::new(&session.build().unwrap());
    (sandbox, data)
}

#[tokio::test]
async fn only_what_was_set_is_sent() {
    let (sandbox, data) = sandbox().await;
    let clear = Filter::range("cloud_cover").lt(0.5).build().unwrap();
    data.search([ItemType::PSSCENE], clear).items().next().await.unwrap().unwrap();
    let area = Geometry::bbox(-117.6, 45.2, -117.4, 45.3).unwrap();
    let search = data.search(["PSScene"], Filter::empty()).geometry(area).name("mine").sort(SearchSort::AcquiredAsc);
    search.limit(7).items().next().await.unwrap().unwrap();

    let requests = sandbox.requests();
    assert_eq!((requests[0].path.as_str(), requests[0].query_value("_sort")), ("/data/v1/quick-search", None));
    assert_eq!(
        requests[0].json().unwrap(),
        serde_json::json!({
            "item_types": ["PSScene"],
            "filter": {"type": "RangeFilter", "field_name": "cloud_cover", "config": {"lt": 0.5}},
        })
    );
    let second = requests[1].json().unwrap();
    assert_eq!((&second["name"], &second["geometry"]["type"]), (&"mine".into(), &"Polygon".into()));
    assert_eq!(requests[1].query_value("_sort"), Some("acquired asc"));
    assert_eq!(requests[1].query_value("_page_size"), Some("7"));
}

#[test]
fn a_search_is_sent_as_it_was_recorded() {
    let (_, data) = unanswered();
    let recorded = json(include_str!("../../fixtures/data_quick_search_request.json"));
    let filter: Filter = serde_json::from_value(recorded["filter"].clone()).unwrap();
    let (_, path, body) = seen(&data.search(["PSScene"], filter).to_request().unwrap());
    assert_eq!((path.as_str(), body), ("/data/v1/quick-search", recorded));

    let recorded = json(include_str!("../../fixtures/data_quick_search_request_geometry_ref.json"));
    let area = recorded["geometry"]["content"].as_str().unwrap();
    let search = data.search(["psscene"], Filter::empty()).geometry(area);
    assert_eq!(seen(&search.to_request().unwrap()).2, recorded);
}

#[test]
fn only_items_with_one_of_the_asset_types_are_asked_for() {
    let (_, data) = unanswered();
    let search = data.search(["PSScene"], Filter::empty()).asset_types(["Ortho_UDM2", "a_new_one"]);
    let (_, _, body) = seen(&search.to_request().unwrap());
    assert_eq!(body["asset_types"], serde_json::json!(["ortho_udm2", "a_new_one"]));
}

#[tokio::test]
async fn an_item_is_yielded_before_the_next_page_is_fetched() {
    let (sandbox, data) = sandbox().await;
    let search = data.search([ItemType::PSSCENE], Filter::empty()).page_size(2);
    let mut items = search.items();
    items.try_next().await.unwrap();
    items.try_next().await.unwrap();
    assert_eq!(sandbox.requests().len(), 1);
    items.try_next().await.unwrap();
    assert_eq!(sandbox.requests().len(), 2);
}

#[tokio::test]
async fn a_search_is_resumed_at_the_item_where_it_was_left() {
    let (sandbox, data) = sandbox().await;
    let search = || data.search([ItemType::PSSCENE], Filter::empty()).page_size(3);
    let whole: Vec<String> = search().limit(8).items().map_ok(|item| item.id().to_owned()).try_collect().await.unwrap();
    for cut in 0..8 {
        let mut items = search().limit(cut.max(1)).items();
        for _ in 0..cut {
            items.try_next().await.unwrap();
        }
        let kept = serde_json::to_string(&items.checkpoint()).unwrap();
        let rest = search().resume(serde_json::from_str(&kept).unwrap()).limit(8 - cut).prefetch(1).items();
        let rest: Vec<String> = rest.map_ok(|item| item.id().to_owned()).try_collect().await.unwrap();
        assert_eq!(rest, whole[cut as usize..], "cut at {cut}");
    }
    assert!(sandbox.requests().iter().all(|request| request.status == Some(200)));
}

#[tokio::test]
async fn the_options_of_a_search_go_with_each_page() {
    let (sandbox, data) = sandbox().await;
    let search = data.search([ItemType::PSSCENE], Filter::empty()).page_size(2).limit(4);
    let search = search.header("x-mine".parse().unwrap(), "1".parse().unwrap()).retry(Retry::off());
    let pages: Vec<_> = search.deadline(Duration::from_secs(30)).pages().try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.items.len()).collect::<Vec<_>>(), [2, 2]);
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|request| request.header("x-mine") == Some("1")));
}

#[tokio::test]
async fn the_recorded_pages_are_read() {
    let (sandbox, data) = sandbox().await;
    let pages = [
        include_str!("../../fixtures/data_quick_search_page_1.json"),
        include_str!("../../fixtures/data_quick_search_page_2_last.json"),
    ]
    .map(|page| page.replace("https://api.planet.com", sandbox.url()));
    sandbox.fault(Fault::on("POST", "/data/v1/quick-search").status(200).body(pages[0].clone()));
    sandbox.fault(Fault::on("GET", "/data/v1/searches").nth(1).status(200).body(pages[1].clone()));
    let items: Vec<Item> = data.search(["PSScene"], Filter::empty()).limit(3).items().try_collect().await.unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(items[0].id(), "20220125_075509_67_1061");
}

#[tokio::test]
async fn the_services_objection_to_a_filter_is_told() {
    let (sandbox, data) = sandbox().await;
    let body = r#"{"field":{"filter.type":[{"message":"'type' is a required property"}]},"general":[]}"#;
    sandbox.fault(Fault::on("POST", "/data/v1/quick-search").status(400).body(body));
    let error = data.search(["PSScene"], Filter::empty()).items().try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Rejected, Some("data.search")));
    assert_eq!(error.api().unwrap().fields()[0].0, "filter.type");
}

#[tokio::test]
async fn a_search_at_the_service_s_rate_is_never_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let endpoint = Endpoint::parse(sandbox.url()).unwrap();
    let session = Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(endpoint).build().unwrap();
    let data = DataClient::new(&session);
    let search = || async { data.search(["PSScene"], Filter::empty()).limit(1).items().try_next().await };
    let all = tokio::time::timeout(Duration::from_secs(30), futures_util::future::join_all((0..8).map(|_| search())));
    assert!(all.await.unwrap().iter().all(Result::is_ok));
    assert!(
        sandbox.requests().iter().all(|request| request.status == Some(200)),
        "no request was refused for its speed"
    );
}
