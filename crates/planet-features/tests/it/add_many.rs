//! Adding features in chunks.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use planet_features::testing::{Answer, ScriptedTransport};
use planet_features::{AddOutcome, AddReport, Error, ErrorKind, Outcome};
use planet_sandbox::Fault;
use serde_json::{Value, json};

use crate::setup::{body, sandbox, script, square};

use AddOutcome::{Added, NotAdded, Unknown};

fn squares(count: u32) -> Vec<Value> {
    (0..count).map(square).collect()
}

fn answer(references: &[&str]) -> Answer {
    Answer::json(&json!(references))
}

fn lost() -> Answer {
    Answer::failure(Error::new(ErrorKind::Transport, "the connection broke"))
}

/// One letter a feature: its reference, `-` for not added, `?` for unknown.
fn shown(report: &AddReport) -> String {
    let letter = |outcome: &AddOutcome| match outcome {
        Added(reference) => reference.clone(),
        NotAdded => "-".to_owned(),
        _ => "?".to_owned(),
    };
    report.results().iter().map(letter).collect()
}

/// The ids of the features in each request.
fn asked(script: &ScriptedTransport) -> Vec<String> {
    let ids = |request| {
        let body: Value = body(request);
        let features = body["features"].as_array().unwrap().clone();
        features.iter().map(|feature| feature["id"].as_str().unwrap().to_owned()).collect()
    };
    script.requests().iter().map(ids).collect()
}

#[tokio::test]
async fn many_features_are_added_in_chunks_and_each_has_its_own_reference() {
    let (sandbox, client) = sandbox().await;
    let collection = client.create_collection("squares").await.unwrap();
    let report = client.add_many(collection.id(), squares(25)).chunk_size(10).property_id("number").await.unwrap();
    assert!(report.is_complete());
    let references = report.into_references().unwrap();
    for (number, reference) in references.iter().enumerate() {
        assert!(reference.contains(&format!("/{number}-")), "{reference} is not that of {number}");
    }
    let requests = sandbox.requests();
    let added: Vec<_> = requests.iter().filter(|request| request.path.ends_with("/items")).collect();
    assert_eq!(added.len(), 3);
    assert!(added.iter().all(|request| request.query_value("property_id") == Some("number")));
    assert_eq!(client.get_collection(collection.id()).await.unwrap().feature_count().unwrap(), Some(25));
}

#[tokio::test]
async fn a_chunk_has_no_more_bytes_than_allowed_but_for_a_single_feature() {
    let one = square(0).to_string().len() + 1;
    for (bytes, expected) in [(2 * one, ["01", "23", "4"].as_slice()), (0, &["0", "1", "2", "3", "4"])] {
        let answers = expected.iter().map(|ids| answer(&vec!["r"; ids.len()]));
        let (script, client) = script(answers);
        assert!(client.add_many("c", squares(5)).chunk_bytes(bytes).await.unwrap().is_complete());
        assert_eq!(asked(&script), expected);
    }
}

#[tokio::test]
async fn one_invalid_feature_among_many_is_named_before_anything_is_sent() {
    let (script, client) = script([]);
    let mut features = squares(25);
    features[17]["geometry"] = json!({"type": "Point", "coordinates": [0, 0]});
    let error = client.add_many("c", features).chunk_size(10).await.unwrap_err();
    assert_eq!(error.faults()[0].path(), "features[17].geometry.type");
    assert_eq!(client.add_many("c", squares(0)).await.unwrap_err().faults()[0].path(), "features");
    assert_eq!(client.add_many("c", squares(1)).property_id("").await.unwrap_err().faults()[0].path(), "property_id");
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_refused_chunk_does_not_lose_the_references_of_the_others() {
    let refused = Answer::json(&json!({"message": "no"})).with_status(400);
    let (script, client) = script([answer(&["a", "b"]), refused, answer(&["e"])]);
    let report = client.add_many("c", squares(5)).chunk_size(2).await.unwrap();
    assert_eq!(shown(&report), "ab--e");
    let errors: Vec<_> = report.errors().map(|(range, error)| (range, error.kind())).collect();
    assert_eq!(errors, [(2..4, ErrorKind::Rejected)]);

    script.push(answer(&["c"]));
    script.push(answer(&["d"]));
    let report = client.add_many("c", squares(5)).resume(report).chunk_size(1).await.unwrap();
    assert_eq!(shown(&report), "abcde");
    assert_eq!(asked(&script), ["01", "23", "4", "2", "3"]);
}

#[tokio::test]
async fn a_lost_answer_ends_it_and_its_features_are_not_sent_again() {
    let (script, client) = script([answer(&["a", "b"]), lost()]);
    let report = client.add_many("c", squares(6)).chunk_size(2).await.unwrap();
    assert_eq!(shown(&report), "ab??--");
    assert_eq!(script.requests().len(), 2, "one attempt, and nothing after it");

    script.push(answer(&["e", "f"]));
    let mut report = client.add_many("c", squares(6)).resume(report).await.unwrap();
    assert_eq!(shown(&report), "ab??ef");

    // Someone looked into the collection.
    report.settle(2, Added("c".to_owned())).unwrap();
    report.settle(3, NotAdded).unwrap();
    script.push(answer(&["d"]));
    let report = client.add_many("c", squares(6)).resume(report).await.unwrap();
    assert_eq!(shown(&report), "abcdef");
    assert_eq!(asked(&script), ["01", "23", "45", "3"]);
}

#[tokio::test]
async fn what_would_befall_every_chunk_ends_it() {
    for (status, shows) in [(401, "----"), (403, "----"), (404, "----"), (500, "??--"), (503, "??--")] {
        let (script, client) = script([Answer::status(status)]);
        let report = client.add_many("c", squares(4)).chunk_size(2).await.unwrap();
        assert_eq!(shown(&report), shows, "{status}");
        assert_eq!(script.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn an_answer_with_too_few_references_leaves_its_chunk_open() {
    let (_script, client) = script([answer(&["a"])]);
    let report = client.add_many("c", squares(4)).chunk_size(2).await.unwrap();
    assert_eq!(shown(&report), "??--");
}

#[tokio::test(start_paused = true)]
async fn a_chunk_that_is_not_answered_in_time_is_open() {
    let (_script, client) = script([answer(&["a"]), answer(&["b"]).after(Duration::from_secs(60))]);
    let report = client.add_many("c", squares(3)).chunk_size(1).deadline(Duration::from_secs(5)).await.unwrap();
    assert_eq!(shown(&report), "a?-");
}

#[tokio::test]
async fn references_are_given_only_if_there_is_one_for_each_feature() {
    let (script, client) = script([answer(&["a"]), lost()]);
    let error = client.add_many("c", squares(3)).chunk_size(1).await.unwrap().into_references().unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::OperationFailed, Outcome::Unknown));
    assert!(error.to_string().contains("of 3 features 1 were not added, and 1 may have been"), "{error}");
    let source = std::error::Error::source(&error).unwrap().downcast_ref::<Error>().unwrap();
    assert_eq!(source.kind(), ErrorKind::Transport);

    script.push(Answer::status(404));
    let error = client.add_many("c", squares(3)).await.unwrap().into_references().unwrap_err();
    assert_eq!((error.outcome(), error.status().map(|status| status.as_u16())), (Outcome::Rejected, Some(404)));
}

#[tokio::test(start_paused = true)]
async fn a_report_that_was_kept_each_time_is_enough_to_go_on_after_the_program_was_killed() {
    let kept = Arc::new(Mutex::new(String::new()));
    let (script, client) = script([answer(&["a", "b"]), answer(&["c", "d"]).after(Duration::from_secs(3_600))]);
    let keep = Arc::clone(&kept);
    let adding = client.add_many("c", squares(5)).chunk_size(2);
    let adding = adding.on_chunk(move |report| *keep.lock().unwrap() = serde_json::to_string(report).unwrap());
    assert!(tokio::time::timeout(Duration::from_secs(60), adding.into_future()).await.is_err());

    let report: AddReport = serde_json::from_str(&kept.lock().unwrap()).unwrap();
    // Nobody knows whether the chunk that was under way was added.
    assert_eq!(shown(&report), "ab??-");
    script.push(answer(&["e"]));
    let report = client.add_many("c", squares(5)).resume(report).await.unwrap();
    assert_eq!(shown(&report), "ab??e");
    assert_eq!(asked(&script), ["01", "23", "4"]);
}

#[tokio::test(start_paused = true)]
async fn a_report_that_was_kept_as_a_clone_is_enough_to_go_on_after_the_future_was_dropped() {
    let kept = Arc::new(Mutex::new(None));
    let (script, client) = script([answer(&["a", "b"]), answer(&["c", "d"]).after(Duration::from_secs(3_600))]);
    let keep = Arc::clone(&kept);
    let adding = client.add_many("c", squares(5)).chunk_size(2);
    let adding = adding.on_chunk(move |report| *keep.lock().unwrap() = Some(report.clone()));
    assert!(tokio::time::timeout(Duration::from_secs(60), adding.into_future()).await.is_err());

    let report = kept.lock().unwrap().take().unwrap();
    script.push(answer(&["e"]));
    let report = client.add_many("c", squares(5)).resume(report).await.unwrap();
    assert_eq!(shown(&report), "ab??e");
}

#[tokio::test]
async fn a_report_is_not_taken_for_one_about_other_features() {
    let (_script, client) = script([answer(&["a", "b"])]);
    let report = client.add_many("c", squares(2)).await.unwrap();
    let kept = serde_json::to_string(&report).unwrap();
    let kept = || serde_json::from_str::<AddReport>(&kept).unwrap();
    let swapped: Vec<Value> = squares(2).into_iter().rev().collect();
    let error = client.add_many("c", swapped).resume(kept()).await.unwrap_err();
    assert_eq!(error.faults()[0].path(), "resume");
    assert_eq!(shown(&client.add_many("c", squares(2)).resume(kept()).await.unwrap()), "ab");
}

#[tokio::test]
async fn a_report_about_other_features_is_refused() {
    let (script, client) = script([]);
    let report: AddReport = serde_json::from_value(json!({"results": ["not_added"]})).unwrap();
    let error = client.add_many("c", squares(2)).resume(report).await.unwrap_err();
    assert_eq!(error.faults()[0].path(), "resume");
    let mut report: AddReport = serde_json::from_value(json!({"results": ["not_added"]})).unwrap();
    assert_eq!(report.settle(1, Unknown).unwrap_err().faults()[0].path(), "index");
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_complete_report_is_resumed_without_a_request() {
    let (script, client) = script([]);
    let report: AddReport = serde_json::from_value(json!({"results": [{"added": "a"}]})).unwrap();
    assert_eq!(shown(&client.add_many("c", squares(1)).resume(report).await.unwrap()), "a");
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn what_the_sandbox_refuses_is_not_in_the_collection() {
    let (sandbox, client) = sandbox().await;
    let collection = client.create_collection("squares").await.unwrap();
    let path = format!("/features/v1/ogc/my/collections/{}/items", collection.id());
    sandbox.fault(Fault::on("POST", &path).nth(2).status(400).body(r#"{"message": "no"}"#));
    let report = client.add_many(collection.id(), squares(6)).chunk_size(2).await.unwrap();
    assert_eq!(report.results().iter().filter(|result| **result == NotAdded).count(), 2);
    let report = client.add_many(collection.id(), squares(6)).resume(report).await.unwrap();
    assert!(report.is_complete());
    assert_eq!(client.get_collection(collection.id()).await.unwrap().feature_count().unwrap(), Some(6));
}
