//! Waits and downloads with a retry policy of their own.

use http::{HeaderName, HeaderValue};
use planet_core::testing::{Answer, ScriptedTransport};
use planet_core::{ErrorKind, Outcome, Retry};
use planet_orders::OrdersClient;
use serde_json::{Value, json};

const ID: &str = "18389c7e-1831-4de7-8187-d30ffe88b4b7";

fn orders(script: &ScriptedTransport) -> OrdersClient {
    OrdersClient::new(&script.session().build().unwrap())
}

/// An order with a manifest and one file.
fn order() -> Value {
    let mut order: Value = serde_json::from_str(include_str!("../../fixtures/order_success.json")).unwrap();
    order["id"] = json!(ID);
    order["_links"]["results"] = json!(["manifest.json", "a.tif"].map(|name| json!({
        "name": format!("{ID}/{name}"), "delivery": "success", "expires_at": "2026-11-22T12:00:00Z",
        "location": format!("https://api.planet.com/compute/ops/download/?token={name}"),
    })));
    order
}

/// Of a file with the bytes `abc`.
fn manifest() -> Answer {
    let digests = json!({"md5": "900150983cd24fb0d6963f7d28e17f72"});
    Answer::json(&json!({"files": [{"path": "a.tif", "size": 3, "media_type": "image/tiff", "digests": digests}]}))
}

#[tokio::test(start_paused = true)]
async fn a_waits_own_policy_decides_about_each_poll() {
    let answers = || [Answer::status(503), Answer::json(&order())];
    let script = ScriptedTransport::new(answers());
    assert!(orders(&script).wait(ID).tolerate(0).await.is_ok(), "the session's policy asks again");

    let script = ScriptedTransport::new(answers());
    let error = orders(&script).wait(ID).retry(Retry::off()).tolerate(0).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), script.left()), (ErrorKind::Server, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn cancelling_some_orders_is_tried_again_and_cancelling_all_is_not() {
    let answers = || [Answer::status(502), Answer::json(&json!({"result": {}}))];
    let script = ScriptedTransport::new(answers());
    orders(&script).cancel_many([ID]).await.unwrap();
    assert_eq!(script.left(), 0);

    let script = ScriptedTransport::new(answers());
    let error = orders(&script).cancel_all().await.unwrap_err();
    assert_eq!((error.outcome(), script.left()), (Outcome::Unknown, 1), "orders may have been placed in between");
}

#[tokio::test(start_paused = true)]
async fn a_waits_headers_are_sent_with_each_poll() {
    let mut queued = order();
    queued["state"] = json!("queued");
    let script = ScriptedTransport::new([Answer::json(&queued), Answer::json(&order())]);
    let name = HeaderName::from_static("x-project");
    orders(&script).wait(ID).header(name, HeaderValue::from_static("oregon")).await.unwrap();
    let sent: Vec<_> = script.requests().iter().map(|request| request.headers()["x-project"].clone()).collect();
    assert_eq!(sent, ["oregon", "oregon"]);
}

#[tokio::test]
async fn a_downloads_own_policy_decides_about_each_request() {
    let before: [(&str, Vec<Answer>); 3] = [
        ("the order", vec![]),
        ("the manifest", vec![Answer::json(&order())]),
        ("a file", vec![Answer::json(&order()), manifest()]),
    ];
    for (what, mut answers) in before {
        answers.push(Answer::status(503));
        let (dir, asked) = (tempfile::tempdir().unwrap(), answers.len());
        let script = ScriptedTransport::new(answers);
        let error = orders(&script).download(ID).to(dir.path()).retry(Retry::off()).await.unwrap_err();
        let found = (error.kind(), error.attempts(), script.requests().len());
        assert_eq!(found, (ErrorKind::Server, 1, asked), "{what}");
    }
}

#[tokio::test]
async fn a_downloads_own_policy_decides_about_bodies_that_break() {
    let answers = || [Answer::json(&order()), manifest(), Answer::bytes("abx"), Answer::bytes("abc")];
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(answers()));
    let report = orders(&script).download(ID).to(dir.path()).await.unwrap();
    assert_eq!(report.files()[0].attempts, 2, "the session's policy fetches it again");

    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(answers()));
    let error = orders(&script).download(ID).to(dir.path()).retry(Retry::off()).await.unwrap_err();
    assert_eq!((error.kind(), script.left()), (ErrorKind::Integrity, 1));
}
