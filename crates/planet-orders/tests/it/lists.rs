//! The queries of lists, against what Planet's own client sent for the same arguments.

use std::path::Path;

use planet_core::{Auth, ErrorKind, Outcome, Session};
use planet_orders::{ListOrders, OrderSort, OrderState, OrdersClient, TimeWindow, Timestamp};
use serde_json::Value;

fn orders() -> OrdersClient {
    OrdersClient::new(&Session::builder().auth(Auth::from_key("k")).build().unwrap())
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).decode_utf8().unwrap().into_owned()
    };
    let mut pairs: Vec<_> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect();
    pairs.sort();
    pairs
}

fn query_of(list: &ListOrders) -> Vec<(String, String)> {
    pairs(list.to_request().unwrap().uri().query().unwrap())
}

fn window(text: &str) -> TimeWindow {
    let time = |text: &str| text.parse::<Timestamp>().unwrap();
    match text.split_once('/') {
        None => time(text).into(),
        Some(("..", end)) => (..time(end)).into(),
        Some((start, "..")) => (time(start)..).into(),
        Some((start, end)) => (time(start)..time(end)).into(),
    }
}

fn sorted(list: ListOrders, keys: &str) -> ListOrders {
    keys.split(',').fold(list, |list, key| list.sort_by(key))
}

/// The same list as the recorded arguments ask for.
fn list_of(args: &Value) -> ListOrders {
    args.as_object().unwrap().iter().fold(orders().list(), |list, (name, value)| {
        let text = value.as_str().unwrap_or_default();
        match name.as_str() {
            "state" => list.state(text),
            // A small limit is sent as the size of a page, which Python's client does not do.
            "limit" => list,
            "source_type" => list.source_type(text),
            "name" => list.name(text),
            "name__contains" => list.name_contains(text),
            "created_on" => list.created_on(window(text)),
            "last_modified" => list.last_modified(window(text)),
            "hosting" => list.hosting(value.as_bool().unwrap()),
            "destination_ref" => list.destination_ref(text),
            "sort_by" => sorted(list, text),
            "user_id" if value.is_u64() => list.user_id(value),
            "user_id" => list.user_id(text),
            other => panic!("an argument that is not known here: {other}"),
        }
    })
}

#[test]
fn the_first_request_of_every_recorded_list_has_the_recorded_query() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../planet-conformance/vectors/wire/orders_list.json");
    let recorded: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    // A state that is empty or not known is refused; a negative limit cannot be written.
    let skipped = ["state-wrong", "state-case", "state-empty", "limit-negative"];
    let mut compared = 0;
    for case in recorded["cases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        if skipped.iter().any(|name| id.ends_with(name)) {
            continue;
        }
        let expected = pairs(case["requests"][0]["raw_query"].as_str().unwrap());
        assert_eq!(query_of(&list_of(&case["args"])), expected, "{id}");
        compared += 1;
    }
    assert_eq!(compared, 34);
}

#[test]
fn a_page_is_asked_to_be_no_larger_than_a_small_limit() {
    let size = |list: &ListOrders| query_of(list).into_iter().find(|(name, _)| name == "page_size").map(|pair| pair.1);
    assert_eq!(size(&orders().list()), None);
    assert_eq!(size(&orders().list().limit(5)).as_deref(), Some("5"));
    assert_eq!(size(&orders().list().limit(5).page_size(2)).as_deref(), Some("2"));
    assert_eq!(size(&orders().list().limit(500)), None);
}

#[test]
fn several_states_are_asked_for_at_once() {
    let list = orders().list().states([OrderState::Queued, OrderState::Running]).state("partial");
    let states: Vec<_> = query_of(&list).into_iter().filter(|(name, _)| name == "state").collect();
    assert_eq!(states.iter().map(|(_, state)| state.as_str()).collect::<Vec<_>>(), ["partial", "queued", "running"]);
}

#[test]
fn a_filter_that_cannot_be_meant_is_refused_by_name_before_anything_is_sent() {
    let list = || orders().list();
    let refused = [
        (list().state("finished"), "state", "\"finished\""),
        (list().state("Success"), "state", "\"Success\""),
        (list().state(""), "state", "\"\""),
        (list().states([OrderState::Queued, OrderState::Unknown("on_hold".into())]), "state", "\"on_hold\""),
        (list().sort_by("cloud_cover"), "sort_by", "\"cloud_cover\""),
        (list().sort_by("name DOWN"), "sort_by", "\"name DOWN\""),
        (list().sort_by(""), "sort_by", "\"\""),
        (list().name(""), "name", "\"\""),
        (list().name_contains(""), "name__contains", "\"\""),
        (list().destination_ref(""), "destination_ref", "\"\""),
        (list().user_id(""), "user_id", "\"\""),
        (list().page_size(0), "page_size", "0"),
        (list().page_size(101), "page_size", "101"),
    ];
    for (list, path, value) in refused {
        let error = list.to_request().unwrap_err();
        let fault = error.faults().first().unwrap();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidInput, Outcome::NotSent), "{error}");
        assert_eq!((fault.path(), fault.value()), (path, Some(value)), "{error}");
    }
    let error = list().state("Success").sort_by("x").to_request().unwrap_err();
    assert_eq!(error.faults().len(), 2, "all at once");
    assert!(error.to_string().contains("did you mean success?"), "{error}");
    assert!(list().page_size(1).to_request().is_ok() && list().page_size(100).to_request().is_ok());
}

#[test]
fn a_field_to_sort_by_is_read_from_text_with_its_direction() {
    for (text, expected) in [
        (" name ", OrderSort::NAME),
        (" created_on  DESC ", OrderSort::CREATED_ON.descending()),
        ("last_modified asc", OrderSort::LAST_MODIFIED.ascending()),
    ] {
        assert_eq!(OrderSort::from(text), expected);
    }
}
