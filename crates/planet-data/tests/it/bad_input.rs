//! Input that cannot work ends in an error that names the argument; nothing is sent.

use planet_data::bytes::Bytes;
use planet_data::http::Request;
use planet_data::{
    CoverageMode, DataClient, ErrorKind, Filter, Interval, ItemType, Outcome, Result, SearchSort, SearchType,
    SearchesSort,
};

use crate::support::unanswered;

const ID: &str = "89c6b832ec674ba09065b89686ceac2d";
const OPEN: &str = r#"{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}"#;
const BOX: [f64; 4] = [0.0, 0.0, 1.0, 1.0];
const NONE: [ItemType; 0] = [];

/// The paths of the faults of a request that cannot be made.
#[track_caller]
fn faults(request: Result<Request<Bytes>>) -> Vec<String> {
    let error = request.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::InvalidInput, Outcome::NotSent, 0));
    error.faults().iter().map(|fault| fault.path().to_owned()).collect()
}

#[test]
fn the_argument_at_fault_is_named() {
    let (script, data) = unanswered();
    let all = Filter::empty;
    let types = ["PSScene"];
    let table: Vec<(Result<Request<Bytes>>, &str)> = vec![
        (data.search(NONE, all()).to_request(), "item_types"),
        (data.search([""], all()).to_request(), "item_types[0]"),
        (data.search(["PSScene", "PSScene3Band"], all()).to_request(), "item_types[1]"),
        (data.search(types, all()).geometry(OPEN).to_request(), "geometry.coordinates[0]"),
        (data.search(types, all()).geometry("").to_request(), "geometry.content"),
        (data.search(types, all()).geometry(serde_json::json!({})).to_request(), "geometry.type"),
        (data.search(types, all()).geometry("pl:features/my/x").to_request(), "geometry.content"),
        (data.search(types, all()).asset_types([""]).to_request(), "asset_types[0]"),
        (data.search(types, all()).asset_types(Vec::<String>::new()).to_request(), "asset_types"),
        (data.create_search("n", NONE, all()).to_request(), "item_types"),
        (data.create_search("n", ["nope"], all()).to_request(), "item_types[0]"),
        (data.create_search("n", types, all()).geometry(OPEN).to_request(), "geometry.coordinates[0]"),
        (data.update_search(ID, "n", NONE, all()).to_request(), "item_types"),
        (data.update_search(ID, "n", types, all()).geometry(OPEN).to_request(), "geometry.coordinates[0]"),
        (data.stats(NONE, all(), Interval::Day).to_request(), "item_types"),
        (data.stats(types, all(), Interval::Day).geometry(OPEN).to_request(), "geometry.coordinates[0]"),
        (data.get_item("nope", "a").to_request(), "item_type"),
        (data.get_item("", "a").to_request(), "item_type"),
        (data.coverage("nope", "a", BOX).to_request(), "item_type"),
        (data.coverage("PSScene", "a", OPEN).to_request(), "geometry.coordinates[0]"),
    ];
    for (index, (request, path)) in table.into_iter().enumerate() {
        assert_eq!(faults(request), [path], "line {index}");
    }
    assert!(script.requests().is_empty());
}

#[test]
fn what_cannot_be_an_id_is_refused_everywhere() {
    let (_, data) = unanswered();
    for bad in ["", "abc", "..", "x?y=1#z", "89c6b832ec674ba09065b89686ceac2g", "../89c6b832ec674ba09065b89686ceac2d"] {
        for request in [
            data.get_search(bad).to_request(),
            data.delete_search(bad).to_request(),
            data.run_search(bad).to_request(),
            data.update_search(bad, "n", ["PSScene"], Filter::empty()).to_request(),
        ] {
            assert_eq!(faults(request), ["search_id"], "{bad}");
        }
    }
    for bad in ["", ".", "..", "a/b", "../../../searches", "a\\b", "a\nb"] {
        assert_eq!(faults(data.get_item("PSScene", bad).to_request()), ["item_id"], "{bad:?}");
        assert_eq!(faults(data.coverage("PSScene", bad, BOX).to_request()), ["item_id"], "{bad:?}");
    }
}

#[test]
fn all_faults_are_told_at_once_each_with_what_may_be_meant() {
    let (_, data) = unanswered();
    let search = data.search(["PSScne", "SkySatCollct"], Filter::empty()).geometry(OPEN).asset_types([""]);
    let error = search.to_request().unwrap_err();
    let told: Vec<_> = error.faults().iter().map(|fault| (fault.path(), fault.suggestion())).collect();
    assert_eq!(
        told,
        [
            ("item_types[0]", Some("PSScene")),
            ("item_types[1]", Some("SkySatCollect")),
            ("geometry.coordinates[0]", None),
            ("asset_types[0]", None),
        ]
    );
    assert!(error.to_string().contains("did you mean PSScene?"), "{error}");
}

#[test]
fn an_item_type_that_the_catalogue_does_not_know_is_sent_if_that_is_asked_for() {
    let (_, data) = unanswered();
    let sent = |request: Result<Request<Bytes>>| {
        let request = request.unwrap();
        format!("{} {}", request.uri(), String::from_utf8_lossy(request.body()))
    };
    let all = Filter::empty;
    for request in [
        data.search(["NewScene"], all()).allow_unknown().to_request(),
        data.create_search("n", ["NewScene"], all()).allow_unknown().to_request(),
        data.update_search(ID, "n", ["NewScene"], all()).allow_unknown().to_request(),
        data.stats(["NewScene"], all(), Interval::Day).allow_unknown().to_request(),
        data.get_item("NewScene", "a").allow_unknown().to_request(),
        data.coverage("NewScene", "a", BOX).allow_unknown().to_request(),
    ] {
        let sent = sent(request);
        assert!(sent.contains("NewScene"), "{sent}");
    }
    let odd = data.get_item("New/Scene", "a").allow_unknown().to_request();
    assert_eq!(faults(odd), ["item_type"]);
}

#[test]
fn text_that_is_no_name_of_the_service_is_an_error_that_names_the_argument() {
    for text in ["", "cloud_cover asc", "published", "created desc;"] {
        assert_eq!(text.parse::<SearchSort>().unwrap_err().faults()[0].path(), "sort", "{text}");
        assert_eq!(text.parse::<SearchesSort>().unwrap_err().faults()[0].path(), "sort", "{text}");
        assert_eq!(text.parse::<SearchType>().unwrap_err().faults()[0].path(), "search_type", "{text}");
        assert_eq!(text.parse::<Interval>().unwrap_err().faults()[0].path(), "interval", "{text}");
        assert_eq!(text.parse::<CoverageMode>().unwrap_err().faults()[0].path(), "mode", "{text}");
    }
    let error = "acquird asc".parse::<SearchSort>().unwrap_err();
    assert_eq!(error.faults()[0].suggestion(), Some("acquired asc"));
    assert!("".parse::<SearchSort>().unwrap_err().to_string().contains("got \"\""));
}

#[tokio::test]
async fn a_faulty_call_ends_before_anything_is_sent() {
    let (script, data) = unanswered();
    let calls = |data: DataClient| async move {
        vec![
            data.get_item("nope", "a").await.unwrap_err(),
            data.delete_search("").await.unwrap_err(),
            data.create_search("n", ["nope"], Filter::empty()).await.unwrap_err(),
        ]
    };
    for error in calls(data).await {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    assert!(script.requests().is_empty());
}
