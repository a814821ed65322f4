//! Making, getting and deleting collections.

use planet_features::testing::Answer;
use planet_features::{Error, ErrorKind, Outcome};
use serde_json::json;

use crate::setup::{body, sandbox, script};

#[tokio::test]
async fn a_collection_is_made_got_and_deleted() {
    let (_sandbox, client) = sandbox().await;
    let made = client.create_collection("squares").description("many").title_property("name").await.unwrap();
    let got = client.get_collection(made.id()).await.unwrap();
    assert_eq!(got.title().unwrap().as_deref(), Some("squares"));
    assert_eq!(got.description().unwrap().as_deref(), Some("many"));
    assert_eq!(got.title_property().unwrap().as_deref(), Some("name"));
    assert_eq!((got.feature_count().unwrap(), got.area().unwrap()), (Some(0), Some(0.0)));
    assert_eq!(got.reference(), made.reference(), "it is told by the one and made for the other");
    client.delete_collection(made.id()).await.unwrap();
    let gone = client.get_collection(made.id()).await.unwrap_err();
    assert_eq!((gone.kind(), gone.outcome()), (ErrorKind::NotFound, Outcome::Rejected));
    assert_eq!(client.delete_collection(made.id()).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn what_is_given_is_sent_and_nothing_else() {
    let (script, client) = script([Answer::json(&json!({"id": "a"})), Answer::json(&json!({"id": "b"}))]);
    client.create_collection("a").await.unwrap();
    client.create_collection("b").description("").title_property("t").description_property("d").await.unwrap();
    let sent: Vec<_> = script.requests().iter().map(body).collect();
    assert_eq!(sent[0], json!({"title": "a"}));
    assert_eq!(sent[1], json!({"title": "b", "description": "", "title_property": "t", "description_property": "d"}));
}

#[tokio::test]
async fn a_collection_without_a_title_is_refused_before_anything_is_sent() {
    let (sandbox, client) = sandbox().await;
    let error = client.create_collection(" ").title_property("").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let paths: Vec<&str> = error.faults().iter().map(planet_features::Fault::path).collect();
    assert_eq!(paths, ["title", "title_property"]);
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_collection_whose_answer_was_lost_is_not_made_again() {
    let lost = Error::new(ErrorKind::Transport, "the connection broke");
    let (script, client) = script([Answer::failure(lost)]);
    let error = client.create_collection("a").await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown));
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_without_an_id_is_an_error_and_leaves_open_what_happened() {
    let (_script, client) = script([Answer::json(&json!({"title": "a"}))]);
    let error = client.create_collection("a").await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown));
}

#[tokio::test]
async fn a_deletion_that_finds_nothing_after_a_lost_answer_leaves_it_open() {
    let lost = || Answer::failure(Error::new(ErrorKind::Transport, "the connection broke"));
    let gone = || Answer::status(404);
    let (_script, client) = script([lost(), gone(), lost(), gone(), lost(), Answer::status(204)]);
    let collection = client.delete_collection("c").await.unwrap_err();
    let item = client.delete_item("c", "f").await.unwrap_err();
    for error in [collection, item] {
        assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::NotFound, Outcome::Unknown, 2));
    }
    client.delete_item("c", "f").await.unwrap();
}

#[tokio::test]
async fn odd_values_of_the_service_are_an_error_only_where_they_are_asked_for() {
    let odd =
        json!({"id": "c", "title": 5, "feature_count": "two", "created": "yesterday", "pl:ref": null, "new": [1]});
    let (_script, client) = script([Answer::json(&odd)]);
    let collection = client.get_collection("c").await.unwrap();
    for error in
        [collection.title().unwrap_err(), collection.feature_count().unwrap_err(), collection.created().unwrap_err()]
    {
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
    assert_eq!(collection.reference(), "pl:features/my/c");
    assert_eq!(collection.updated().unwrap(), None);
    assert_eq!(serde_json::to_value(&collection).unwrap(), odd);
}
