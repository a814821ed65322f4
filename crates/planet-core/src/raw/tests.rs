use std::time::Duration;

use futures_util::StreamExt;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::*;
use crate::testing::{self, ScriptedTransport};
use crate::{Endpoint, Outcome};

fn ok() -> testing::Answer {
    testing::Answer::json(&json!({"ok": true}))
}

fn session(script: &ScriptedTransport) -> Session {
    script.session().build().unwrap()
}

#[tokio::test]
async fn a_path_is_joined_to_the_endpoint_and_parameters_are_encoded() {
    let script = ScriptedTransport::new([ok(), ok(), ok(), ok()]);
    let endpoint = Endpoint::parse("https://gateway.example/planet/").unwrap();
    let session = script.session().endpoint(endpoint).build().unwrap();
    session.request(Method::GET, "/data/v1").await.unwrap();
    session.request(Method::GET, "/x?a=b c#part").query("d&", "ü").query("e", 1).await.unwrap();
    session.request(Method::GET, "//evil.example/x").await.unwrap();
    session.request(Method::GET, "https://gateway.example/other").await.unwrap();
    let urls: Vec<String> = script.requests().iter().map(|request| request.uri().to_string()).collect();
    assert_eq!(
        urls,
        [
            "https://gateway.example/planet/data/v1",
            "https://gateway.example/planet/x?a=b%20c&d%26=%C3%BC&e=1",
            "https://gateway.example/planet//evil.example/x",
            "https://gateway.example/other",
        ]
    );
    assert!(script.requests().iter().all(|request| request.headers().contains_key(header::AUTHORIZATION)));
}

#[tokio::test]
async fn a_foreign_url_is_fetched_without_the_credential_and_never_in_the_clear() {
    let script = ScriptedTransport::new([ok(), ok()]);
    let session = session(&script);
    session.request(Method::GET, "https://storage.example/file?sig=1").await.unwrap();
    session.request(Method::GET, "http://127.0.0.1:1/").await.unwrap();
    assert!(script.requests().iter().all(|request| !request.headers().contains_key(header::AUTHORIZATION)));

    for bad in
        ["http://storage.example/file", "ftp://storage.example/", "data/v1", "", "https://me:pw@api.planet.com/x"]
    {
        let error = session.request(Method::GET, bad).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidInput, Outcome::NotSent), "{bad}");
        assert_eq!(error.faults()[0].path(), "url");
        assert!(!error.to_string().contains("pw"), "{error}");
    }
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test]
async fn a_get_is_sent_again_and_a_post_only_if_it_is_said_to_be_harmless() {
    for (method, declared, sent) in [
        (Method::GET, None, 2),
        (Method::HEAD, None, 2),
        (Method::GET, Some(false), 1),
        (Method::POST, None, 1),
        (Method::PUT, None, 1),
        (Method::DELETE, None, 1),
        (Method::POST, Some(true), 2),
    ] {
        let script = ScriptedTransport::new([testing::Answer::status(503), ok()]);
        let mut request = session(&script).request(method.clone(), "/x");
        if let Some(declared) = declared {
            request = request.idempotent(declared);
        }
        assert_eq!(request.await.is_ok(), sent == 2);
        assert_eq!(script.requests().len(), sent, "{method} {declared:?}");
    }
}

#[tokio::test]
async fn a_json_body_says_what_it_is_and_headers_are_added() {
    let script = ScriptedTransport::new([ok()]);
    let request = session(&script).request(Method::POST, "/x").json(&json!({"a": 1}));
    request.header(header::ACCEPT, HeaderValue::from_static("text/csv")).await.unwrap();
    let seen = &script.requests()[0];
    assert_eq!((seen.body().as_ref(), seen.method()), (&br#"{"a":1}"#[..], &Method::POST));
    assert_eq!(
        (&seen.headers()["content-type"], &seen.headers()["accept"]),
        (&HeaderValue::from_static("application/json"), &HeaderValue::from_static("text/csv"))
    );
}

#[tokio::test]
async fn an_empty_answer_is_null_and_one_that_is_no_json_an_error() {
    let script = ScriptedTransport::new([testing::Answer::status(204), testing::Answer::bytes("<html>")]);
    let session = session(&script);
    let response = session.request(Method::DELETE, "/x").send().await.unwrap();
    assert_eq!((response.value(), response.status()), (&Value::Null, StatusCode::NO_CONTENT));
    let error = session.request(Method::GET, "/x").await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Decode, Some("request")));
    assert_eq!(error.status(), Some(StatusCode::OK));
}

#[tokio::test]
async fn a_raw_body_comes_whole_or_as_a_stream() {
    let script = ScriptedTransport::new([testing::Answer::bytes("abc"), testing::Answer::bytes("def")]);
    let session = session(&script);
    let whole = session.request(Method::GET, "/x").bytes().await.unwrap();
    assert_eq!((whole.value().as_ref(), whole.attempts()), (&b"abc"[..], 1));
    let stream = session.request(Method::GET, "/x").stream().await.unwrap().into_value();
    let pieces: Vec<Bytes> = stream.map(Result::unwrap).collect().await;
    assert_eq!(pieces.concat(), b"def");
    assert_eq!(script.requests()[1].headers()["accept-encoding"], "identity");
}

#[tokio::test]
async fn a_stream_that_breaks_ends_in_one_error() {
    let pieces = || {
        let broken = std::io::Error::other("reset");
        let pieces = [Ok(Bytes::from("abc")), Err(broken)];
        futures_util::stream::iter(pieces).map(|piece| piece.map(http_body::Frame::data))
    };
    let transport = tower::service_fn(move |_: crate::middleware::Request| async move {
        Ok::<_, std::io::Error>(http::Response::new(http_body_util::StreamBody::new(pieces())))
    });
    let session = Session::builder().auth(crate::Auth::from_key("KEY")).transport(transport).build().unwrap();
    let mut stream = session.request(Method::GET, "/x").stream().await.unwrap().into_value();
    assert_eq!(stream.next().await.unwrap().unwrap(), "abc");
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.operation(), error.attempts()), (ErrorKind::Transport, Some("request"), 1));
    assert!(stream.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_request_waits_for_its_turn_in_the_class_of_its_path() {
    for (path, interval) in [("/compute/ops/orders/v2/1", 333), ("/data/v1/item-types", 100), ("/basemaps/v1", 200)] {
        let script = ScriptedTransport::new([ok(), ok()]);
        let session = script.session().pace(crate::Pace::default()).build().unwrap();
        session.request(Method::GET, path).await.unwrap();
        let started = Instant::now();
        session.request(Method::GET, path).await.unwrap();
        let waited = started.elapsed();
        let turn = Duration::from_millis(interval);
        assert!(waited >= turn && waited < turn + Duration::from_millis(20), "{path} {waited:?}");
    }
}

#[test]
fn the_classes_have_the_names_and_figures_of_the_service() {
    for (method, path, name, per_second) in [
        (Method::POST, "/data/v1/quick-search", "data.search", 5.0),
        (Method::GET, "/data/v1/assets/abc/activate", "data.activate", 5.0),
        (Method::GET, "/data/v1/download", "data.download", 15.0),
        (Method::GET, "/data/v1/item-types", "data", 10.0),
        (Method::POST, "/compute/ops/orders/v2", "orders.create", 3.0),
        (Method::GET, "/compute/ops/orders/v2/", "orders.list", 3.0),
        (Method::GET, "/compute/ops/orders/v2/1", "orders.get", 3.0),
        (Method::PUT, "/compute/ops/orders/v2/1", "orders.cancel", 3.0),
        (Method::POST, "/compute/ops/bulk/orders/v2/cancel", "orders.bulk_cancel", 5.0),
        (Method::GET, "/compute/ops/stats/orders/v2", "orders.stats", 5.0),
        (Method::GET, "/compute/ops/download", "orders.download", 5.0),
        (Method::GET, "/compute/ops/bundles/spec", "orders.bundles", 10.0),
        (Method::GET, "/destinations/v1", "destinations", 3.0),
        (Method::GET, "/features/v1/ogc/my/collections", "features", 5.0),
        (Method::GET, "/subscriptions/v1", "other", 5.0),
    ] {
        assert_eq!(route_of(&method, path), Route::new(name, per_second), "{method} {path}");
    }
}

#[test]
fn the_class_is_told_by_the_path_below_the_endpoint_and_foreign_paths_are_of_none_of_ours() {
    let endpoint = Endpoint::parse("https://gateway.example/planet").unwrap();
    let session = ScriptedTransport::default().session().endpoint(endpoint).build().unwrap();
    for (url, class) in [
        ("/data/v1", "data"),
        ("https://gateway.example/planet/data/v1", "data"),
        ("https://api.planet.com/data/v1", "other"),
    ] {
        let request = session.request(Method::GET, url);
        let uri = request.to_request().unwrap().uri().clone();
        assert_eq!(request.default_route(&uri).name(), class, "{url}");
    }
}
