//! What is sent, compared with what the official tools send.

use http::{Method, header};
use serde_json::json;

use super::*;
use crate::auth::authority::{EndpointKind, Form};

#[tokio::test(start_paused = true)]
async fn a_refresh_sends_no_scope_and_no_audience() {
    let (authority, script) = public([token()]);
    authority.refresh(&Secret::new("a+refresh/token=")).await.unwrap();
    let requests = script.requests();
    let request = &requests[0];
    assert_eq!((request.method(), request.uri().to_string().as_str()), (&Method::POST, TOKEN));
    let sent =
        map(json!({"grant_type": "refresh_token", "refresh_token": "a+refresh/token=", "client_id": "a-client"}));
    assert_eq!(fields(request), sent);
    let headers = request.headers();
    assert_eq!(headers[header::ACCEPT], "application/json");
    assert_eq!(headers[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
    assert!(headers[header::USER_AGENT].to_str().unwrap().starts_with("planet-rust/"));
    assert_eq!(headers.len(), 3, "{headers:?}");
}

#[tokio::test(start_paused = true)]
async fn client_credentials_stand_in_the_form_and_not_in_a_header() {
    let (authority, script) = authority(secret_client("fake-m2m-secret-0123456789"), [token()]);
    authority.client_credentials().await.unwrap();
    let request = &script.requests()[0];
    let sent = json!({
        "grant_type": "client_credentials", "scope": "planet offline_access", "audience": "https://api.planet.com/",
        "client_id": "a-client", "client_secret": "fake-m2m-secret-0123456789",
    });
    assert_eq!(fields(request), map(sent));
    assert!(!request.headers().contains_key(header::AUTHORIZATION));
}

#[tokio::test(start_paused = true)]
async fn what_the_profile_leaves_out_is_not_asked_for() {
    let bare = OidcClient { scopes: vec![], audience: None, ..secret_client("sesame") };
    let full = OidcClient {
        organization: Some("an-organization".into()),
        project_id: Some("a-project".into()),
        ..secret_client("sesame")
    };
    for (client, more) in [
        (bare, json!({})),
        (
            full,
            json!({"scope": "planet offline_access", "audience": "https://api.planet.com/",
                      "organization": "an-organization", "project_id": "a-project"}),
        ),
    ] {
        let (authority, script) = authority(client, [token()]);
        authority.client_credentials().await.unwrap();
        let mut sent =
            map(json!({"grant_type": "client_credentials", "client_id": "a-client", "client_secret": "sesame"}));
        sent.extend(map(more));
        assert_eq!(fields(&script.requests()[0]), sent);
    }
}

#[tokio::test(start_paused = true)]
async fn other_requests_of_a_client_with_a_secret_carry_it_as_it_is_in_a_basic_header() {
    let client =
        OidcClient { client_id: "fake-device-secret-client".into(), ..secret_client("fake-device-secret-0123456789") };
    let (authority, script) = authority(client, [Answer::json(&json!({"device_code": "a-code"}))]);
    let uri = authority.endpoint(EndpointKind::DeviceAuthorization).await.unwrap();
    let mut form = Form::default();
    form.add_request_fields(authority.client());
    authority.post(&uri, form).await.unwrap();
    let request = &script.requests()[0];
    assert_eq!(request.uri().path(), "/oauth/device/code");
    let sent = json!({"scope": "planet offline_access", "audience": "https://api.planet.com/"});
    assert_eq!(fields(request), map(sent));
    let value = &request.headers()[header::AUTHORIZATION];
    // As it was recorded.
    assert_eq!(value, "Basic ZmFrZS1kZXZpY2Utc2VjcmV0LWNsaWVudDpmYWtlLWRldmljZS1zZWNyZXQtMDEyMzQ1Njc4OQ==");
    assert!(value.is_sensitive());
}

#[tokio::test(start_paused = true)]
async fn a_client_id_with_a_colon_is_refused_before_anything_is_sent() {
    let client = OidcClient { client_id: "a:b".into(), ..secret_client("sesame") };
    let (authority, script) = authority(client, []);
    let error = authority.refresh(&Secret::new("r")).await.unwrap_err();
    assert_eq!(failure(&error), AuthFailure::BadProfile);
    assert!(error.to_string().contains("\"a:b\" has a colon"), "{error}");
    assert!(script.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_token_is_taken_back() {
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    let (authority, script) = public([Answer::status(200).with_header(header::CONTENT_TYPE, text)]);
    authority.revoke(&Secret::new("a-refresh-token"), "refresh_token").await.unwrap();
    let request = &script.requests()[0];
    assert_eq!(request.uri().path(), "/oauth/revoke");
    let sent = json!({"token": "a-refresh-token", "token_type_hint": "refresh_token", "client_id": "a-client"});
    assert_eq!(fields(request), map(sent));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_not_taken_back_is_an_error() {
    for (answer, expected) in [
        (refused(400, "unsupported_token_type"), AuthFailure::Refused),
        (refused(200, "invalid_client"), AuthFailure::ClientRejected),
        (Answer::status(503), AuthFailure::Unreachable),
        (Answer::status(404), AuthFailure::BadAnswer),
    ] {
        let (authority, _) = public([answer]);
        let error = authority.revoke(&Secret::new("a-refresh-token"), "refresh_token").await.unwrap_err();
        assert_eq!(failure(&error), expected, "{error}");
    }
}

proptest::proptest! {
    #[test]
    fn a_form_says_what_was_put_in(values in proptest::collection::vec(".{0,12}", 1..5)) {
        let names = ["a", "b", "c", "d", "e"];
        let form = Form::new(names.into_iter().zip(values.iter().map(String::as_str)));
        let request = form.post(&TOKEN.parse().unwrap(), None).map(|body| body.bytes().clone());
        let expected: BTreeMap<_, _> = names.into_iter().map(str::to_owned).zip(values).collect();
        proptest::prop_assert_eq!(fields(&request), expected);
    }
}

#[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs")))]
#[tokio::test(start_paused = true)]
async fn without_tls_a_client_with_a_key_is_told_what_is_missing() {
    let (authority, script) = authority(settled(ClientAuthentication::PrivateKey(Secret::new("a key"))), [token()]);
    let error = authority.client_credentials().await.unwrap_err();
    assert_eq!(failure(&error), AuthFailure::Unsupported);
    assert!(error.to_string().contains("rustls-ring"), "{error}");
    assert!(script.requests().is_empty());
}
