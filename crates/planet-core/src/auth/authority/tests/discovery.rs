//! Where endpoints come from, and which are trusted.

use serde_json::json;

use super::*;
use crate::auth::authority::EndpointKind;

const PLACE: &str = "https://login.example.com/.well-known/openid-configuration";

fn document(more: Value) -> Answer {
    let mut document = json!({"issuer": SERVER, "token_endpoint": TOKEN});
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Answer::json(&document)
}

fn unsettled(answers: impl IntoIterator<Item = Answer>) -> (Authority, ScriptedTransport) {
    authority(client(ClientAuthentication::Public), answers)
}

async fn refusal(answer: Answer) -> Error {
    let (authority, script) = unsettled([answer]);
    let error = authority.refresh(&Secret::new("r")).await.unwrap_err();
    assert_eq!(script.requests().len(), 1, "the token went somewhere");
    error
}

#[tokio::test(start_paused = true)]
async fn the_document_is_asked_for_once() {
    let (authority, script) =
        unsettled([document(json!({})).after(std::time::Duration::from_secs(1)), token(), token()]);
    let secret = Secret::new("r");
    let (one, two) = tokio::join!(authority.refresh(&secret), authority.refresh(&secret));
    one.unwrap();
    two.unwrap();
    let asked: Vec<_> = script.requests().iter().map(|request| request.uri().to_string()).collect();
    assert_eq!(asked, [PLACE, TOKEN, TOKEN]);
    let request = &script.requests()[0];
    assert_eq!(request.method(), http::Method::GET);
    assert_eq!(request.headers()[header::ACCEPT], "application/json");
    assert!(request.body().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_document_that_could_not_be_had_is_asked_for_again_by_the_next_call() {
    let (authority, script) = unsettled([Answer::status(404), page(200), document(json!({})), token()]);
    let secret = Secret::new("r");
    let error = authority.refresh(&secret).await.unwrap_err();
    assert!(error.to_string().contains(&format!("{PLACE} answered 404 Not Found")), "{error}");
    let error = authority.refresh(&secret).await.unwrap_err();
    assert!(error.to_string().contains(&format!("{PLACE} answered 200 OK with a web page")), "{error}");
    authority.refresh(&secret).await.unwrap();
    assert_eq!(script.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_the_profile_names_needs_no_discovery_and_may_lie_anywhere() {
    let mut client = client(ClientAuthentication::Public);
    client.endpoints.token = Some("https://elsewhere.example.com/token".into());
    let (authority, script) = authority(client, [token()]);
    authority.refresh(&Secret::new("r")).await.unwrap();
    assert_eq!(script.requests()[0].uri().host(), Some("elsewhere.example.com"));
}

#[tokio::test(start_paused = true)]
async fn another_issuer_is_named_beside_the_expected_one() {
    let error = refusal(document(json!({"issuer": "https://evil.example.com/"}))).await;
    assert_eq!(failure(&error), AuthFailure::BadAnswer);
    for part in [PLACE, "https://evil.example.com/", SERVER] {
        assert!(error.to_string().contains(part), "{error}");
    }
    let error = refusal(document(json!({"issuer": 7}))).await;
    assert!(error.to_string().contains("names no issuer"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_issuer_with_or_without_a_final_slash_or_as_the_profile_has_it_is_the_right_one() {
    for (issuer, named) in [
        ("https://login.example.com", None),
        ("https://login.example.com/", None),
        ("https://other.example.com/", Some("https://other.example.com")),
    ] {
        let mut client = client(ClientAuthentication::Public);
        client.endpoints.issuer = named.map(str::to_owned);
        let (authority, _) = authority(client, [document(json!({ "issuer": issuer }))]);
        authority.endpoint(EndpointKind::Token).await.unwrap();
        assert_eq!(authority.issuer(), named.unwrap_or(SERVER));
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_at_another_origin_is_named_and_gets_nothing() {
    for foreign in [
        "https://evil.example.com/oauth/token",
        "https://login.example.com:444/oauth/token",
        "http://127.0.0.1/oauth/token",
    ] {
        let error = refusal(document(json!({ "token_endpoint": foreign }))).await;
        assert_eq!(failure(&error), AuthFailure::BadAnswer, "{error}");
        let shown = error.to_string();
        assert!(shown.contains(&format!("{PLACE} names a token_endpoint at another origin: {foreign}")), "{shown}");
        assert!(shown.contains("name it in the profile as `token_endpoint`"), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_no_protected_address_is_refused() {
    for bad in
        ["http://login.example.com/oauth/token", "https://me:pw@login.example.com/t", "/oauth/token", "mailto:a", ""]
    {
        let error = refusal(document(json!({ "token_endpoint": bad }))).await;
        assert_eq!(failure(&error), AuthFailure::BadAnswer, "{error}");
        assert!(!error.to_string().contains("pw"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_authority_that_the_profile_names_wrongly_is_sent_nothing() {
    for bad in ["http://login.example.com", "login.example.com", "https://h/?a=b", "https://me:pw@h", ""] {
        let client = OidcClient { auth_server: bad.into(), ..client(ClientAuthentication::Public) };
        let (authority, script) = authority(client, []);
        let error = authority.refresh(&Secret::new("r")).await.unwrap_err();
        assert_eq!(failure(&error), AuthFailure::BadProfile, "{error}");
        assert!(error.to_string().contains("auth_server") && !error.to_string().contains("pw"), "{error}");
        assert!(script.requests().is_empty());
    }
}
