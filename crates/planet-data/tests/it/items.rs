//! One item, its coverage, and counts of items.

use http::Method;
use planet_data::testing::Answer;
use planet_data::{Coverage, CoverageMode, ErrorKind, Filter, Geometry, Interval, ItemType, Stats};
use serde_json::{Value, json};

use crate::support::{json, scripted, seen, unanswered};

const ID: &str = "20220125_075509_67_1061";

#[tokio::test]
async fn an_item_is_asked_for_by_its_type_and_id() {
    let item = json(include_str!("../../fixtures/data_item_psscene.json"));
    let (script, data) = scripted([Answer::json(&item)]);
    let got = data.get_item("psscene", ID).await.unwrap();
    assert_eq!(got.id(), ID);
    assert_eq!(serde_json::to_value(&got).unwrap(), item);
    let path = format!("/data/v1/item-types/PSScene/items/{ID}");
    assert_eq!(seen(&script.requests()[0]), (Method::GET, path, Value::Null));
}

#[tokio::test]
async fn an_item_that_is_not_there_is_not_found() {
    let answer = json!({"general": [{"message": "The requested item id does not exist."}], "field": {}});
    let (_, data) = scripted([Answer::json(&answer).with_status(404)]);
    let error = data.get_item(ItemType::PSSCENE, "x").await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some("data.get_item")));
    assert!(error.to_string().contains("The requested item id does not exist."));
}

#[tokio::test]
async fn a_coverage_is_asked_for_with_its_area_and_what_was_set() {
    let clear = json(include_str!("../../fixtures/data_coverage.json"));
    let snow = json(include_str!("../../fixtures/data_coverage_band_snow.json"));
    let (script, data) = scripted([Answer::json(&clear), Answer::json(&snow)]);
    let area = Geometry::bbox(-117.6, 45.2, -117.4, 45.3).unwrap();
    let coverage = data.coverage(ItemType::PSSCENE, ID, &area).await.unwrap();
    assert_eq!((coverage.percent().unwrap(), coverage.percent_of("clear").unwrap()), (Some(95.0), Some(95.0)));
    let path = format!("/data/v1/item-types/PSScene/items/{ID}/coverage");
    assert_eq!(seen(&script.requests()[0]), (Method::POST, path.clone(), json!({"geometry": area.as_json()})));

    let reference = "pl:features/my/water-fields-RqB0NZ5/rmQEGqm";
    let coverage = data.coverage("PSSCENE", ID, reference).mode(CoverageMode::Estimate).band("snow").await.unwrap();
    assert_eq!((coverage.percent().unwrap(), coverage.percent_of("clear").unwrap()), (Some(0.0), None));
    assert_eq!(coverage.status().unwrap().as_deref(), Some("complete"));
    let body = json!({"geometry": {"type": "ref", "content": reference}});
    assert_eq!(seen(&script.requests()[1]), (Method::POST, format!("{path}?mode=estimate&band=snow"), body));
}

#[test]
fn a_coverage_keeps_what_it_has_and_guesses_nothing() {
    let read = |document: Value| serde_json::from_value::<Coverage>(document).unwrap();
    assert_eq!(read(json!({"status": "running"})).percent().unwrap(), None);
    assert_eq!(read(json!({"clear_percent": null})).percent().unwrap(), None);
    let several = read(json!({"clear_percent": 1, "snow_percent": 2}));
    assert_eq!(several.percent().unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(several.percent_of("snow").unwrap(), Some(2.0));
    let wrong = read(json!({"clear_percent": "all"}));
    assert!(wrong.percent().unwrap_err().to_string().contains("clear_percent"));
    assert_eq!(read(json!([1])).percent().unwrap_err().kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn counts_are_asked_for_as_they_were_recorded() {
    let answer = json(include_str!("../../fixtures/data_stats.json"));
    let (script, data) = scripted([Answer::json(&answer), Answer::json(&answer)]);
    let stats = data.stats(["PSScene"], Filter::empty(), Interval::Year).await.unwrap();
    let recorded = json(include_str!("../../fixtures/data_stats_request.json"));
    assert_eq!(seen(&script.requests()[0]), (Method::POST, "/data/v1/stats".to_owned(), recorded.clone()));
    let counts: Vec<_> =
        stats.buckets().iter().map(|bucket| (bucket.start_time().to_string(), bucket.count())).collect();
    let year = |year: u16| format!("{year}-01-01T00:00:00Z");
    assert_eq!(counts, [(year(2017), 374), (year(2018), 0), (year(2019), 624)]);
    assert_eq!((stats.total(), stats.interval().unwrap()), (998, Some(Interval::Year)));
    assert_eq!(stats.utc_offset().unwrap().as_deref(), Some("+0h"));
    assert_eq!(serde_json::to_value(&stats).unwrap(), answer);

    let area = [-117.6, 45.2, -117.4, 45.3];
    data.stats(["PSScene"], Filter::empty(), Interval::Year).geometry(area).await.unwrap();
    let mut with_area = recorded;
    with_area["geometry"] = Geometry::try_from(area).unwrap().as_json().clone();
    assert_eq!(seen(&script.requests()[1]).2, with_area);
}

#[test]
fn a_count_of_nothing_has_no_buckets_and_an_interval_that_is_unknown_is_kept() {
    let stats: Stats = serde_json::from_value(json!({"buckets": [], "interval": "decade"})).unwrap();
    assert_eq!((stats.buckets().len(), stats.total()), (0, 0));
    assert_eq!(stats.interval().unwrap(), Some(Interval::Unknown("decade".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn questions_that_are_posts_are_repeated() {
    let stats = json(include_str!("../../fixtures/data_stats.json"));
    let coverage = json(include_str!("../../fixtures/data_coverage.json"));
    let answers = [Answer::status(502), Answer::json(&stats), Answer::status(502), Answer::json(&coverage)];
    let (script, data) = scripted(answers);
    data.stats(["PSScene"], Filter::empty(), Interval::Year).await.unwrap();
    data.coverage("PSScene", ID, [0.0, 0.0, 1.0, 1.0]).await.unwrap();
    assert_eq!(script.left(), 0);
}

#[test]
fn every_known_item_type_is_sent_as_the_service_spells_it_however_it_is_given() {
    let (_, data) = unanswered();
    for known in planet_builders::Catalogue::embedded().item_types() {
        for given in [known.as_str().to_lowercase(), known.as_str().to_uppercase(), format!(" {known} ")] {
            let search = seen(&data.search([given.as_str()], Filter::empty()).to_request().unwrap()).2;
            assert_eq!(search["item_types"], json!([known]));
            let stats = data.stats([given.as_str()], Filter::empty(), Interval::Day).to_request().unwrap();
            assert_eq!(seen(&stats).2["item_types"], json!([known]));
            let create = data.create_search("n", [given.as_str()], Filter::empty()).to_request().unwrap();
            assert_eq!(seen(&create).2["item_types"], json!([known]));
            let path = format!("/data/v1/item-types/{known}/items/a");
            assert_eq!(seen(&data.get_item(given.as_str(), "a").to_request().unwrap()).1, path);
            let coverage = data.coverage(given.as_str(), "a", [0.0, 0.0, 1.0, 1.0]).to_request().unwrap();
            assert_eq!(seen(&coverage).1, format!("{path}/coverage"));
        }
    }
}
