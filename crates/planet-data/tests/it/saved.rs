//! Saved searches: what is asked, and what recorded answers come to.

use futures_util::TryStreamExt;
use http::Method;
use planet_data::testing::Answer;
use planet_data::{
    Document, ErrorKind, Filter, Geometry, ItemType, Outcome, SavedSearch, SearchSort, SearchType, SearchesSort,
};
use serde_json::{Value, json};

use crate::support::{json, scripted, seen, unanswered};

const SAVED: &str = include_str!("../../fixtures/data_search_saved.json");
const ID: &str = "b74387368b804debad6b2c5d3c2edebd";
const REFERENCE: &str = "pl:features/my/my-title-8vdGGZe/1231-amXKR50";

fn january() -> Filter {
    json_filter(include_str!("../../fixtures/data_search_create_request.json"))
}

fn json_filter(request: &str) -> Filter {
    serde_json::from_value(json(request)["filter"].clone()).unwrap()
}

#[tokio::test]
async fn a_search_is_saved_as_it_was_recorded() {
    let (script, data) = scripted([Answer::json(&json(SAVED))]);
    let create = data.create_search("My Feature reference search", ["PSScene"], january()).geometry(REFERENCE);
    let saved = create.await.unwrap();
    let recorded = json(include_str!("../../fixtures/data_search_create_request.json"));
    assert_eq!(seen(&script.requests()[0]), (Method::POST, "/data/v1/searches".to_owned(), recorded));
    assert_eq!((saved.id(), saved.name().unwrap().as_deref()), (ID, Some("My Feature reference search")));
}

#[tokio::test]
async fn a_search_is_replaced_as_a_whole_and_its_area_checked_as_when_it_is_saved() {
    let (script, data) = scripted([Answer::json(&json(SAVED)), Answer::json(&json(SAVED))]);
    let feature = json!({"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}});
    let update = data.update_search(format!("{{{ID}}}"), "new", ["psscene"], Filter::empty());
    update.geometry(feature).asset_types(["ORTHO_UDM2", "new_asset"]).daily_email(true).await.unwrap();
    let body = json!({
        "name": "new", "item_types": ["PSScene"], "filter": {"type": "AndFilter", "config": []},
        "geometry": {"type": "Point", "coordinates": [1, 2]}, "asset_types": ["ortho_udm2", "new_asset"],
        "__daily_email_enabled": true,
    });
    assert_eq!(seen(&script.requests()[0]), (Method::PUT, format!("/data/v1/searches/{ID}"), body));

    data.update_search(ID, "", [ItemType::PSSCENE], Filter::empty()).geometry(REFERENCE).await.unwrap();
    let (_, _, body) = seen(&script.requests()[1]);
    assert_eq!(body["geometry"], json!({"type": "ref", "content": REFERENCE}));
    assert_eq!(body["__daily_email_enabled"], json!(false), "the flag is sent though nobody set it");
    assert_eq!(body.get("asset_types"), None);
}

#[tokio::test]
async fn the_ids_of_searches_are_sent_in_one_form() {
    let forms = [
        "89c6b832ec674ba09065b89686ceac2d",
        "89C6B832-EC67-4BA0-9065-B89686CEAC2D",
        "{89c6b832-ec67-4ba0-9065-b89686ceac2d}",
        "urn:uuid:89c6b832-ec67-4ba0-9065-b89686ceac2d",
    ];
    for form in forms {
        let (_, data) = unanswered();
        let path = "/data/v1/searches/89c6b832ec674ba09065b89686ceac2d";
        let (method, url, body) = seen(&data.get_search(form).to_request().unwrap());
        assert_eq!((method, url.as_str(), body), (Method::GET, path, Value::Null));
        let (method, url, body) = seen(&data.delete_search(form).to_request().unwrap());
        assert_eq!((method, url.as_str(), body), (Method::DELETE, path, Value::Null));
        let (method, url, body) = seen(&data.run_search(form).to_request().unwrap());
        assert_eq!((method, url, body), (Method::GET, format!("{path}/results"), Value::Null));
    }
}

#[tokio::test]
async fn a_recorded_search_is_read_and_goes_out_as_it_came() {
    let saved: SavedSearch = serde_json::from_str(SAVED).unwrap();
    assert_eq!(saved.search_type().unwrap(), Some(SearchType::Saved));
    assert_eq!(saved.item_types().unwrap(), [ItemType::PSSCENE]);
    assert_eq!(saved.filter().unwrap(), Some(january()));
    let area = Geometry::try_from(saved.geometry().unwrap().unwrap()).unwrap();
    assert!(area.is_reference(), "the service's form of a reference can be given again");
    assert_eq!(saved.created().unwrap().unwrap().to_string(), "2024-01-30T22:48:18.634632Z");
    assert_eq!((saved.last_executed().unwrap(), saved.daily_email().unwrap()), (None, Some(false)));
    assert_eq!(serde_json::to_value(&saved).unwrap(), json(SAVED));
    assert_eq!(saved.as_json(), SAVED.trim_end());

    let quick = include_str!("../../fixtures/data_search_quick.json");
    let quick: SavedSearch = serde_json::from_str(quick).unwrap();
    assert_eq!(quick.search_type().unwrap(), Some(SearchType::Quick));
    assert_eq!(quick.name().unwrap().as_deref(), Some(quick.id()));
    assert_eq!(quick.geometry().unwrap(), None);
}

#[test]
fn a_type_of_search_that_is_unknown_here_is_kept() {
    let search: SavedSearch = serde_json::from_value(json!({"id": ID, "search_type": "Shared"})).unwrap();
    assert_eq!(search.search_type().unwrap(), Some(SearchType::Unknown("Shared".to_owned())));
    let strange: SavedSearch = serde_json::from_value(json!({"id": ID, "search_type": 7, "created": "soon"})).unwrap();
    for error in [strange.search_type().unwrap_err(), strange.created().unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
    assert!(strange.created().unwrap_err().to_string().contains("the value at created"));
}

#[tokio::test]
async fn a_list_says_what_it_is_of_and_follows_its_links_to_the_end() {
    let page = json(include_str!("../../fixtures/data_searches_page.json"));
    let empty = json!({"searches": [], "_links": {}});
    let (script, data) = scripted([Answer::json(&page), Answer::json(&empty)]);
    let list = data.list_searches().search_type(SearchType::Saved).sort(SearchesSort::CreatedAsc).page_size(1000);
    let searches: Vec<SavedSearch> = list.items().try_collect().await.unwrap();
    assert_eq!(searches.len(), page["searches"].as_array().unwrap().len());
    let requests = script.requests();
    let first = "/data/v1/searches?_sort=created%20asc&search_type=saved&_page_size=250";
    assert_eq!(seen(&requests[0]), (Method::GET, first.to_owned(), Value::Null));
    assert_eq!(requests[1].uri().to_string(), page["_links"]["_next"].as_str().unwrap());
}

#[test]
fn a_limit_below_a_page_is_asked_for_as_its_size() {
    let (_, data) = unanswered();
    let query = |request: http::Request<bytes::Bytes>| request.uri().query().map(str::to_owned);
    let size = Some("_page_size=5".to_owned());
    assert_eq!(query(data.list_searches().limit(5).to_request().unwrap()), size);
    assert_eq!(query(data.run_search(ID).limit(5).to_request().unwrap()), size);
    assert_eq!(query(data.run_search(ID).page_size(5).limit(400).to_request().unwrap()), size);
    assert_eq!(query(data.run_search(ID).limit(250).to_request().unwrap()), None);
    assert_eq!(query(data.list_searches().to_request().unwrap()), None);
    assert_eq!(query(data.list_searches().page_size(0).to_request().unwrap()), None, "0 leaves it to the service");
    assert_eq!(query(data.run_search(ID).page_size(0).to_request().unwrap()), None);
}

#[tokio::test]
async fn a_search_that_is_run_gives_its_items_in_the_order_asked_for() {
    let page = include_str!("../../fixtures/data_quick_search_page_2_last.json");
    let (script, data) = scripted([Answer::json(&json(page))]);
    let items: Vec<Document> = data
        .run_search(ID)
        .sort(SearchSort::AcquiredDesc)
        .limit(1)
        .items()
        .map_ok(|item| serde_json::from_str(item.as_json()).unwrap())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(items.len(), 1);
    let path = format!("/data/v1/searches/{ID}/results?_sort=acquired%20desc&_page_size=1");
    assert_eq!(seen(&script.requests()[0]), (Method::GET, path, Value::Null));
}

#[tokio::test(start_paused = true)]
async fn a_search_whose_answer_was_lost_is_not_saved_again() {
    let (script, data) = scripted([Answer::status(502), Answer::json(&json(SAVED))]);
    let error = data.create_search("n", ["PSScene"], Filter::empty()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Server, Outcome::Unknown));
    assert_eq!((script.requests().len(), script.left()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_twice_is_repeated() {
    let (script, data) =
        scripted([Answer::status(502), Answer::json(&json(SAVED)), Answer::status(502), Answer::status(204)]);
    data.update_search(ID, "n", ["PSScene"], Filter::empty()).await.unwrap();
    data.delete_search(ID).await.unwrap();
    assert_eq!(script.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_search_that_is_not_there_cannot_be_deleted_and_after_a_lost_answer_that_may_be_our_doing() {
    let gone = || Answer::json(&json!({"message": "The requested search id does not exist"})).with_status(404);
    let (_, data) = scripted([gone()]);
    let error = data.delete_search(ID).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::NotFound, Outcome::Rejected));

    let (_, data) = scripted([Answer::status(502), gone()]);
    let error = data.delete_search(ID).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::NotFound, Outcome::Unknown, 2));
}
