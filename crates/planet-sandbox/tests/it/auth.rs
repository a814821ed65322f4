use planet_sandbox::Sandbox;
use serde_json::json;

use crate::http::{authorization, get, send};

async fn status(sandbox: &Sandbox, path: &str, headers: &[(&str, &str)]) -> u16 {
    let url = format!("{}{path}", sandbox.url());
    send("GET", &url, headers, b"").await.unwrap().status
}

#[tokio::test]
async fn every_way_to_present_the_key_is_accepted() {
    let sandbox = Sandbox::builder().api_key("key").access_token("token").start().await.unwrap();
    for value in ["api-key key", "Api-Key key", "Bearer token", "bearer token", "Basic a2V5Og=="] {
        assert_eq!(status(&sandbox, "/data/v1/", &[("authorization", value)]).await, 200, "{value}");
    }
    assert_eq!(status(&sandbox, "/data/v1/?api_key=key", &[]).await, 200);
}

#[tokio::test]
async fn a_missing_or_wrong_key_is_answered_as_recorded() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = format!("{}/compute/ops/orders/v2", sandbox.url());
    let wrong: [&[(&str, &str)]; 7] = [
        &[],
        &[("authorization", "api-key wrong")],
        &[("authorization", "Bearer sandbox-api-key")],
        &[("authorization", "api-key sandbox-access-token")],
        &[("authorization", "Basic d3Jvbmc6")],
        // The key with a password.
        &[("authorization", "Basic c2FuZGJveC1hcGkta2V5Ong=")],
        &[("authorization", "nonsense")],
    ];
    for headers in wrong {
        let answer = send("GET", &url, headers, b"").await.unwrap().expect(401);
        let text = "Please enter your API key, or email and password.";
        assert_eq!(answer.json(), json!({ "message": text, "errors": [] }));
    }
}

#[tokio::test]
async fn only_the_bundle_specification_needs_no_key() {
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(status(&sandbox, "/compute/ops/bundles/spec", &[]).await, 200);
    assert_eq!(status(&sandbox, "/data/v1/item-types", &[]).await, 401);
    assert_eq!(status(&sandbox, "/features/v1/ogc/my/collections", &[]).await, 401);
}

#[tokio::test]
async fn an_unknown_route_is_refused_by_name() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = format!("{}/auth/v1/experimental/public/users/authenticate", sandbox.url());
    send("POST", &url, &[], b"").await.unwrap().expect(501);
    get(&sandbox, "/data/v1/spec").await.expect(501);
    get(&sandbox, "/data/v1//item-types").await.expect(501);
    get(&sandbox, "//data/v1/item-types").await.expect(501);
    let answer = get(&sandbox, "/subscriptions/v1/x").await.expect(501).json();
    assert_eq!(answer["message"], "The sandbox has no route GET /subscriptions/v1/x");
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_by_name() {
    let sandbox = Sandbox::builder().limits(false).start().await.unwrap();
    for path in [
        "/compute/ops/orders/v2?name_contains=x",
        "/compute/ops/orders/v2/x?limit=1",
        "/data/v1/searches?sort=created+desc",
        "/data/v1/item-types?page=1",
        "/features/v1/ogc/my/collections?org_id=1",
        "/features/v1/ogc/my/collections?_view=full",
        "/features/v1/ogc/my/collections/x/items?title=x",
        "/features/v1/ogc/my/collections/x?limit=1",
    ] {
        let answer = get(&sandbox, path).await.expect(501).json();
        let (route, query) = path.split_once('?').unwrap();
        let name = query.split('=').next().unwrap();
        assert_eq!(answer["message"], format!("The sandbox knows no parameter '{name}' of GET {route}"));
    }
}

#[tokio::test]
async fn the_log_shows_what_was_sent_and_answered() {
    let sandbox = Sandbox::start().await.unwrap();
    let headers = [("Authorization", authorization(&sandbox)), ("X-Test", "1".to_owned())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let url = format!("{}/data/v1/quick-search?_page_size=2&_sort=acquired+asc", sandbox.url());
    send("POST", &url, &headers, br#"{"a":1}"#).await.unwrap().expect(400);
    let log = sandbox.requests();
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].method.as_str(), log[0].path.as_str()), ("POST", "/data/v1/quick-search"));
    assert_eq!(log[0].query_value("_sort"), Some("acquired asc"));
    assert_eq!(log[0].header("x-test"), Some("1"));
    assert_eq!(log[0].json(), Some(json!({ "a": 1 })));
    assert_eq!(log[0].status, Some(400));
}

#[tokio::test]
async fn dropping_the_sandbox_frees_its_port() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = format!("{}/compute/ops/bundles/spec", sandbox.url());
    send("GET", &url, &[], b"").await.unwrap().expect(200);
    drop(sandbox);
    tokio::task::yield_now().await;
    assert!(send("GET", &url, &[], b"").await.is_err());
}
