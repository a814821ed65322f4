//! Against scripted peers that speak HTTP well.

use httpmock::MockServer;
use planet_core::{Auth, Endpoint, ErrorKind, Retry, Session};

use crate::support::{GetThing, quick, session};

#[tokio::test]
async fn a_call_says_who_asks_and_reads_the_answer() {
    let server = MockServer::start_async().await;
    let thing = server
        .mock_async(|when, then| {
            when.method("GET")
                .path("/thing")
                .header("authorization", "api-key KEY")
                .header("x-planet-app", "rust-sdk")
                .header_prefix("user-agent", "tests/1.0 planet-rust/");
            then.status(200).header("x-request-id", "r-1").body("hello");
        })
        .await;
    let response = session(&server.base_url(), Retry::off()).call(GetThing).send().await.unwrap();
    assert_eq!((response.value().as_str(), response.request_id(), response.attempts()), ("hello", Some("r-1"), 1));
    thing.assert_async().await;
}

#[cfg(feature = "gzip")]
#[tokio::test]
async fn a_compressed_answer_is_unpacked() {
    // "hello", as gzip packs it.
    let packed: &[u8] = &[
        0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86, 0xa6, 0x10, 0x36, 0x05,
        0, 0, 0,
    ];
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.path("/thing").header_includes("accept-encoding", "gzip");
            then.status(200).header("content-encoding", "gzip").body(packed);
        })
        .await;
    assert_eq!(session(&server.base_url(), Retry::off()).call(GetThing).await.unwrap(), "hello");
}

#[tokio::test]
async fn another_origin_gets_the_request_without_the_credential() {
    let (home, other) = (MockServer::start_async().await, MockServer::start_async().await);
    let stored = other
        .mock_async(|when, then| {
            when.path("/bucket/thing").header_missing("authorization");
            then.status(200).body("stored");
        })
        .await;
    home.mock_async(|when, then| {
        when.path("/thing").header_exists("authorization");
        then.status(302).header("location", other.url("/bucket/thing"));
    })
    .await;
    assert_eq!(session(&home.base_url(), Retry::off()).call(GetThing).await.unwrap(), "stored");
    stored.assert_async().await;
}

#[tokio::test]
async fn retries_that_do_not_help_end_in_the_last_answers_error() {
    let server = MockServer::start_async().await;
    let failing = server
        .mock_async(|when, then| {
            when.path("/thing");
            then.status(503).body("upstream connect error");
        })
        .await;
    let error = session(&server.base_url(), quick()).call(GetThing).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.exhausted()), (ErrorKind::Server, 3, true));
    assert_eq!(error.api().unwrap().body(), "upstream connect error");
    assert!(error.to_string().starts_with("test.get: the service answered 503"), "{error}");
    assert_eq!(failing.calls_async().await, 3);
}

#[tokio::test]
async fn a_session_without_a_credential_sends_none() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.path("/thing").header_missing("authorization");
            then.status(200).body("open to all");
        })
        .await;
    let endpoint = Endpoint::parse(&server.base_url()).unwrap();
    let session = Session::builder().auth(Auth::anonymous()).endpoint(endpoint).build().unwrap();
    assert_eq!(session.call(GetThing).await.unwrap(), "open to all");
}

#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
#[tokio::test]
async fn an_https_address_that_speaks_plain_http_is_a_connect_error() {
    let server = MockServer::start_async().await;
    let url = server.base_url().replace("http://", "https://");
    let error = session(&url, Retry::off()).call(GetThing).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, planet_core::Outcome::NotSent));
    assert!(error.to_string().contains(&server.port().to_string()), "{error}");
}

#[test]
fn the_future_of_a_call_is_small() {
    let session = session("http://127.0.0.1:1", Retry::off());
    let size = size_of_val(&session.call(GetThing).send());
    assert!(size < 4096, "{size}");
}
