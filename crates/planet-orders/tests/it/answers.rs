//! What each recorded answer is read as.

use planet_builders::Bundle;
use planet_orders::{
    CancelReport, Catalogue, ErrorKind, Manifest, Order, OrderState, OrderStats, Verdict, finished, reached, succeeded,
};
use serde_json::Value;

const RECORDED: [&str; 6] = [
    include_str!("../../fixtures/order_success.json"),
    include_str!("../../fixtures/order_queued.json"),
    include_str!("../../fixtures/order_failed.json"),
    include_str!("../../fixtures/order_partial.json"),
    include_str!("../../fixtures/order_cancelled.json"),
    include_str!("../../fixtures/order_success_cloud_delivery.json"),
];

fn order(text: &str) -> Order {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_recorded_order_is_read_and_goes_out_as_it_came() {
    for text in RECORDED {
        let order = order(text);
        let document: Value = serde_json::from_str(text).unwrap();
        assert_eq!(order.id(), document["id"]);
        assert_eq!(order.name(), document["name"]);
        assert_eq!(order.state().as_str(), document["state"]);
        assert!(order.created_on() <= order.last_modified());
        assert_eq!(serde_json::to_value(&order).unwrap(), document);
    }
}

#[test]
fn results_have_names_and_links_and_nulls_among_them_are_passed_over() {
    let order_with_null = RECORDED[0].replacen("\"results\": [", "\"results\": [null,", 1);
    assert_ne!(order_with_null, RECORDED[0]);
    let order = order(&order_with_null);
    assert_eq!(order.results().count(), 9);
    let manifest = order.results().find(|result| result.name().ends_with("/manifest.json")).unwrap();
    assert!(manifest.location().unwrap().starts_with("https://api.planet.com/compute/ops/download/?token="));
    assert_eq!(manifest.delivery(), "success");
    assert!(!format!("{order:?}").contains("eyJ"), "a link's token is not printed");
}

#[test]
fn an_odd_entry_of_a_list_does_not_cost_the_others() {
    let results =
        r#"[7, {"name": "a/b.tif", "location": 1}, {"location": "https://api.planet.com/d"}, {"name": "a/c.tif"}]"#;
    let order = order(&format!(
        r#"{{"id": "a", "state": "partial", "error_hints": ["dark", 1], "_links": {{"results": {results}}}}}"#
    ));
    let told: Vec<_> = order.results().map(|result| (result.name(), result.location().is_some())).collect();
    assert_eq!(told, [("a/b.tif", false), ("", true), ("a/c.tif", false)]);
    assert_eq!(order.error_hints(), ["dark"]);

    let failures = r#"{"result": {"failed": {"failures": [1, {"order_id": "a"}, {"message": "late"}]}}}"#;
    let report: CancelReport = serde_json::from_str(failures).unwrap();
    let told: Vec<_> = report.failures().iter().map(|failure| (failure.order_id(), failure.message())).collect();
    assert_eq!(told, [("a", ""), ("", "late")]);
}

#[test]
fn hints_tell_why_an_order_failed() {
    assert!(order(RECORDED[2]).error_hints()[0].contains("no result bands"));
    assert!(order(RECORDED[0]).error_hints().is_empty());
}

#[test]
fn conditions_say_wait_done_or_never() {
    use Verdict::{Done, Never, Wait};
    let [success, queued, failed, partial, cancelled, _] = RECORDED.map(order);
    let orders = [&success, &queued, &failed, &partial, &cancelled];
    assert_eq!(orders.map(finished), [Done, Wait, Never, Done, Never]);
    assert_eq!(orders.map(succeeded), [Done, Wait, Never, Never, Never]);
    assert_eq!(orders.map(reached(OrderState::Cancelled).unwrap()), [Never, Wait, Never, Never, Done]);
    assert_eq!(orders.map(reached(OrderState::Running).unwrap()), [Done, Wait, Done, Done, Never], "past it counts");
    assert_eq!(orders.map(reached("queued").unwrap()), [Done; 5], "each has been queued");
}

#[test]
fn a_state_that_the_service_does_not_have_is_not_waited_for() {
    for state in ["", "done", "Running", "on hold"] {
        let error = reached(state).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.faults()[0].path(), "state");
        assert!(error.to_string().contains(state), "{error}");
    }
}

#[test]
fn the_recorded_manifest_is_read() {
    let manifest = Manifest::parse(include_bytes!("../../fixtures/order_manifest.json")).unwrap();
    assert_eq!(manifest.files().len(), 4);
    let file = &manifest.files()[1];
    assert_eq!(file.path(), "PSScene/20200922_183724_23_106a_3B_AnalyticMS_reproject.tif");
    assert_eq!((file.size(), file.media_type()), (485_490_660, "image/tiff"));
    assert_eq!(file.digests().md5.as_deref(), Some("2ea463e748dabda087c11197f94ec450"));
    assert!(Manifest::parse(b"<html>").is_err());
}

#[test]
fn an_odd_value_does_not_cost_the_id_of_an_order() {
    for odd in [
        r#""name":null"#,
        r#""_links":null"#,
        r#""_links":{"results":7}"#,
        r#""created_on":"soon""#,
        r#""error_hints":[{"a":1}]"#,
        r#""last_message":5"#,
    ] {
        let order = order(&format!(r#"{{"id":"18389c7e","state":"queued",{odd}}}"#));
        assert_eq!((order.id(), order.state()), ("18389c7e", &OrderState::Queued), "{odd}");
        assert_eq!((order.results().count(), order.error_hints().len()), (0, 0), "{odd}");
    }
}

#[test]
fn reports_and_figures_go_out_as_they_came_whatever_is_in_them() {
    for text in [
        r#"{"result":{"succeeded":{"count":2},"failed":{"count":1,"failures":[{"order_id":"a","message":"b","c":1}]}}}"#,
        r#"{"result":{}}"#,
        r#"{"result":{"succeeded":{"count":"two"},"failed":{"failures":[7]}},"more":[1.0]}"#,
        "{}",
    ] {
        let report: CancelReport = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&report).unwrap(), text);
        let told = text.contains(r#""count":2"#);
        assert_eq!((report.succeeded(), report.failed()), (told.then_some(2), told.then_some(1)), "{text}");
        assert_eq!(
            report.failures().iter().map(|failure| failure.message()).collect::<String>(),
            if told { "b" } else { "" }
        );
    }
    for (text, queued) in
        [(r#"{"user":{"queued_orders":3,"x":0}}"#, Some(3)), (r#"{"user":[],"organization":1}"#, None)]
    {
        let stats: OrderStats = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&stats).unwrap(), text);
        assert_eq!((stats.user().queued(), stats.organization().running()), (queued, None), "{text}");
    }
}

#[test]
fn the_recorded_bundles_are_read_as_a_catalogue() {
    let catalogue = Catalogue::from_spec(include_bytes!("../../fixtures/bundles_spec_excerpt.json")).unwrap();
    assert_eq!(catalogue.version(), "2024-08-12");
    assert!(catalogue.bundles_of("PSScene").eq(["analytic_udm2", "visual"].map(Bundle::from).iter()));
}
