//! Answers that are not what the service's reference says: an error with the JSON path, never a panic.

use futures_util::TryStreamExt;
use planet_data::testing::Answer;
use planet_data::{DataClient, Error, ErrorKind, Filter, Interval, Outcome};
use serde_json::{Value, json};

use crate::support::scripted;

const ID: &str = "89c6b832ec674ba09065b89686ceac2d";

#[derive(Clone, Copy, Debug)]
enum Call {
    Search,
    Run,
    List,
    Create,
    Update,
    Get,
    Stats,
    Item,
    Coverage,
}

impl Call {
    async fn fails(self, data: &DataClient) -> Error {
        let all = Filter::empty;
        let types = ["PSScene"];
        match self {
            Self::Search => data.search(types, all()).items().try_next().await.unwrap_err(),
            Self::Run => data.run_search(ID).items().try_next().await.unwrap_err(),
            Self::List => data.list_searches().items().try_next().await.unwrap_err(),
            Self::Create => data.create_search("n", types, all()).await.unwrap_err(),
            Self::Update => data.update_search(ID, "n", types, all()).await.unwrap_err(),
            Self::Get => data.get_search(ID).await.unwrap_err(),
            Self::Stats => data.stats(types, all(), Interval::Day).await.unwrap_err(),
            Self::Item => data.get_item("PSScene", "a").await.unwrap_err(),
            Self::Coverage => data.coverage("PSScene", "a", [0.0, 0.0, 1.0, 1.0]).await.unwrap_err(),
        }
    }
}

#[tokio::test]
async fn what_is_missing_or_of_another_type_is_named_by_its_path() {
    use Call::{Create, Get, Item, List, Run, Search, Stats, Update};
    let start = "2020-01-01T00:00:00Z";
    for (call, answer, place) in [
        (Search, json!({}), "the value at features is missing"),
        (Search, json!({"features": {}}), "the value at features is not of the expected type"),
        (Search, json!({"features": [{"id": "a"}, {}]}), "the value at features[1].id is missing"),
        (Search, json!({"features": [{"id": 7}]}), "the value at features[0].id is not of the expected type"),
        (Search, json!({"features": [], "_links": {"_next": 7}}), "the value at _links._next is not"),
        (Run, json!({"features": [null]}), "the value at features[0].id is missing"),
        (List, json!({"features": []}), "the value at searches is missing"),
        (List, json!({"searches": [{"name": "n"}]}), "the value at searches[0].id is missing"),
        (Create, json!({"name": "n"}), "the value at id is missing"),
        (Update, json!({"id": ["n"]}), "the value at id is not of the expected type"),
        (Get, json!({"id": null}), "the value at id is missing"),
        (Stats, json!({"interval": "day"}), "the value at buckets is missing"),
        (Stats, json!({"buckets": [{"start_time": start}]}), "the value at buckets[0].count is missing"),
        (Stats, json!({"buckets": [{"start_time": start, "count": -1}]}), "the value at buckets[0].count is not"),
        (Stats, json!({"buckets": [{"start_time": "soon", "count": 1}]}), "the value at buckets[0].start_time is not"),
        (Item, json!({"type": "Feature"}), "the value at id is missing"),
    ] {
        let (_, data) = scripted([Answer::json(&answer)]);
        let error = call.fails(&data).await;
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown), "{call:?} {answer}");
        assert!(error.to_string().contains(place), "{call:?}: {error} does not say {place}");
    }
}

#[tokio::test]
async fn what_is_no_json_is_told_without_quoting_it() {
    use Call::{Coverage, Create, Get, Item, List, Run, Search, Stats, Update};
    for call in [Search, Run, List, Create, Update, Get, Stats, Item, Coverage] {
        for text in ["", "<html>token=secret</html>", "{\"id\": \"secret", "\"secret\"x"] {
            let (_, data) = scripted([Answer::bytes(text)]);
            let error = call.fails(&data).await;
            assert_eq!(error.kind(), ErrorKind::Decode, "{call:?} {text}");
            assert!(!format!("{error:?}").contains("secret"), "{call:?} {text}");
        }
    }
}

#[tokio::test]
async fn odd_members_that_identify_nothing_cost_nothing() {
    let odd = json!({
        "id": "a", "name": 7, "search_type": [], "item_types": "x", "filter": {}, "created": 1, "properties": 3,
        "geometry": 1, "__daily_email_enabled": "yes", "_links": null,
    });
    let (_, data) = scripted([Answer::json(&odd), Answer::json(&odd), Answer::json(&odd)]);
    let search = data.get_search(ID).await.unwrap();
    assert_eq!(serde_json::to_value(&search).unwrap(), odd);
    for error in [
        search.name().unwrap_err(),
        search.filter().unwrap_err(),
        search.item_types().unwrap_err(),
        search.daily_email().unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
    let item = data.get_item("PSScene", "a").await.unwrap();
    assert_eq!((item.cloud_cover().unwrap(), item.get::<Value>("properties").unwrap()), (None, Some(json!(3))));
    assert_eq!(data.coverage("PSScene", "a", [0.0, 0.0, 1.0, 1.0]).await.unwrap().percent().unwrap(), None);
}

#[tokio::test]
async fn a_page_of_items_may_do_without_links() {
    for links in [json!(null), json!({}), json!({"_next": null})] {
        let page = json!({"features": [{"id": "a"}], "_links": links});
        let (script, data) = scripted([Answer::json(&page)]);
        let items: Vec<_> = data.run_search(ID).items().try_collect().await.unwrap();
        assert_eq!((items.len(), script.requests().len()), (1, 1));
    }
}
