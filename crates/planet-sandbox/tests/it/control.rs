//! The control endpoint.

use std::time::Duration;

use planet_sandbox::{Clock, Consent, Fault, Sandbox};
use serde_json::{Value, json};

use crate::authority::{AUDIENCE, post_form};
use crate::http::{Answer, get, post, send};
use crate::orders::{delivered_order, location_of, manual, permitted, request};

async fn ask(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Answer {
    send(method, &format!("{}{path}", sandbox.control_url()), &[], body.as_bytes()).await.unwrap()
}

async fn shown(sandbox: &Sandbox, path: &str) -> Value {
    ask(sandbox, "GET", path, "").await.expect(200).json()
}

async fn refused(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> (u16, String) {
    let answer = ask(sandbox, method, path, body).await;
    (answer.status, answer.json()["error"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn it_says_what_it_is_where_it_is_and_what_it_can_do() {
    let sandbox = manual().await;
    let about = shown(&sandbox, "").await;
    assert_eq!(about["sandbox"], sandbox.about());
    assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
    let routes = about["routes"].as_array().unwrap();
    let readme = include_str!("../../README.md");
    for route in routes {
        let title = format!("| `{} {}` |", route["method"].as_str().unwrap(), route["path"].as_str().unwrap());
        assert!(readme.contains(&title), "{title} is not in the README");
    }
    // Each that only shows something can be asked as it is written.
    for route in routes.iter().filter(|route| route["method"] == "GET") {
        let path = route["path"].as_str().unwrap();
        send("GET", &format!("{}{path}", sandbox.url()), &[], b"").await.unwrap().expect(200);
    }
    send("GET", sandbox.control_url().trim_end_matches('/'), &[], b"").await.unwrap().expect(200);
}

#[tokio::test]
async fn a_web_page_can_neither_steer_nor_read_it() {
    let sandbox = manual().await;
    let url = sandbox.control_url();
    for origin in ["https://example.com", "null", sandbox.url()] {
        let answer = send("POST", &format!("{url}faults"), &[("origin", origin)], b"[]").await.unwrap().expect(403);
        assert!(answer.json()["error"].as_str().unwrap().contains("`Origin`"));
    }
    // The test client sends a `Host` of its own first, and the sandbox has to look at all: hence a request by hand.
    let renamed = raw(&sandbox, "GET /__sandbox__/ HTTP/1.1\r\nhost: example.com\r\nconnection: close\r\n\r\n").await;
    assert!(renamed.starts_with("HTTP/1.1 403") && renamed.contains("`example.com`"), "{renamed}");
    let local = raw(&sandbox, "GET /__sandbox__/ HTTP/1.1\r\nhost: localhost:80\r\nconnection: close\r\n\r\n").await;
    assert!(local.starts_with("HTTP/1.1 200"), "{local}");
}

async fn raw(sandbox: &Sandbox, request: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(sandbox.url().trim_start_matches("http://")).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn its_own_requests_are_not_logged_not_limited_and_not_struck() {
    let sandbox = Sandbox::builder().clock(Clock::Manual).requests_a_second(1).start().await.unwrap();
    let handle = sandbox.fault(Fault::on("*", "*").status(500));
    for _ in 0..20 {
        shown(&sandbox, "clock").await;
    }
    assert_eq!((handle.hits(), sandbox.requests().len()), (0, 0));
    // It exists on the API listener alone.
    let storage = format!("{}/__sandbox__/", sandbox.storage_url());
    sandbox.clear_faults();
    send("GET", &storage, &[], b"").await.unwrap().expect(403);
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn faults_are_added_listed_and_removed() {
    let sandbox = manual().await;
    drop(sandbox.fault(Fault::on("GET", "/features").reset()));
    let rules = json!([
        { "method": "GET", "path": "/data", "times": 1, "status": 503, "headers": { "Retry-After": "7" }, "body": "busy" },
        { "method": "POST", "path": "/data", "reset": true },
    ]);
    let added = ask(&sandbox, "POST", "faults", &rules.to_string()).await.expect(200).json();
    assert_eq!(added, json!({ "ids": [2, 3] }));

    let answer = get(&sandbox, "/data/v1/").await.expect(503);
    assert_eq!((answer.header("retry-after"), answer.body.as_slice()), (Some("7"), &b"busy"[..]));
    get(&sandbox, "/data/v1/").await.expect(200);
    let listed = shown(&sandbox, "faults").await;
    let first = json!({
        "method": "GET", "path": "/data", "times": 1, "status": 503, "headers": { "retry-after": "7" }, "body": "busy"
    });
    assert_eq!(listed["faults"][1], json!({ "id": 2, "hits": 1, "rule": first }));

    let removed = ask(&sandbox, "DELETE", "faults/3", "").await.expect(200).json();
    assert_eq!(removed, json!({ "removed": 1 }));
    assert_eq!(refused(&sandbox, "DELETE", "faults/3", "").await.0, 404);
    let removed = ask(&sandbox, "DELETE", "faults", "").await.expect(200).json();
    assert_eq!(removed, json!({ "removed": 2 }));
    assert_eq!(shown(&sandbox, "faults").await, json!({ "faults": [] }));
    let added = ask(&sandbox, "POST", "faults", r#"{"method": "GET", "path": "/"}"#).await.expect(200).json();
    assert_eq!(added, json!({ "ids": [4] }), "an id is not given twice");
}

#[tokio::test]
async fn of_a_list_with_a_wrong_rule_none_is_added() {
    let sandbox = manual().await;
    let rules =
        r#"[{"method": "GET", "path": "/data", "reset": true}, {"method": "GET", "path": "/data", "rest": true}]"#;
    let (status, error) = refused(&sandbox, "POST", "faults", rules).await;
    assert_eq!(status, 400);
    assert!(error.starts_with("[1].rest: unknown field `rest`, expected one of `method`, "), "{error}");
    assert_eq!(shown(&sandbox, "faults").await, json!({ "faults": [] }));
    get(&sandbox, "/data/v1/").await.expect(200);
}

#[tokio::test]
async fn what_it_does_not_know_is_refused_by_name_and_nothing_changes() {
    let sandbox = manual().await;
    let before = shown(&sandbox, "clock").await;
    let cases = [
        (
            "POST",
            "clock",
            r#"{"advance_seconds": 4, "now": 5}"#,
            400,
            "unknown field `now`, expected `advance_seconds`",
        ),
        ("POST", "clock", r#"{"advance_seconds": "4"}"#, 400, "advance_seconds: invalid type: string"),
        ("POST", "clock", r#"{"advance_seconds": -4}"#, 400, "`advance_seconds` is a number from 0 on, not -4"),
        ("POST", "clock", "[4]", 400, "not a JSON object"),
        ("POST", "clock", "", 400, "missing field `advance_seconds`"),
        ("POST", "limits", r#"{"enforced": 1}"#, 400, "enforced: invalid type"),
        ("POST", "authority/consent", r#"{"consent": "maybe"}"#, 400, "expected one of `automatic`, `page`, `denied`"),
        ("POST", "authority/approve", r#"{"user_code": "BCDF-GHJK"}"#, 404, "no login waits"),
        ("POST", "authority/revoke-all-tokens", r#"{"of": "me"}"#, 400, "unknown field `of`"),
        ("POST", "orders/fail-next", r#"{"error_hints": "no"}"#, 400, "error_hints: invalid type"),
        (
            "GET",
            "requests?methd=GET",
            "",
            400,
            "unknown parameter `methd`: GET /__sandbox__/requests knows `since`, `method`",
        ),
        ("GET", "requests?method=GET&method=PUT", "", 400, "`method` is given twice"),
        ("GET", "requests?since=x", "", 400, "`since` is a number, not `x`"),
        ("GET", "requests?listener=moon", "", 400, "one of `api`, `storage`, `authority`, not `moon`"),
        ("GET", "clock?since=1", "", 400, "knows no parameters"),
        ("DELETE", "requests?method=GET", "", 400, "knows no parameters"),
        ("DELETE", "faults", "{}", 400, "takes no body"),
        ("GET", "nonsense", "", 404, "there are: GET /__sandbox__/, GET /__sandbox__/requests"),
        ("GET", "faults/1/2", "", 404, "no route GET /__sandbox__/faults/1/2"),
        ("DELETE", "faults/x", "", 404, "no fault with the id `x`"),
        ("PUT", "clock", "{}", 405, "there are: GET, POST"),
    ];
    for (method, path, body, status, part) in cases {
        let (got, error) = refused(&sandbox, method, path, body).await;
        assert_eq!(got, status, "{method} {path} {body}: {error}");
        assert!(error.contains(part), "{method} {path} {body}: {error}");
    }
    assert_eq!(ask(&sandbox, "PUT", "clock", "{}").await.header("allow"), Some("GET, POST"));
    assert_eq!(shown(&sandbox, "clock").await, before);
}

#[tokio::test]
async fn the_clock_moves_on_and_orders_with_it() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let order = post(&sandbox, "/compute/ops/orders/v2", &request(&[&items[0]], "visual")).await.expect(202).json();
    let before = shown(&sandbox, "clock").await;
    assert_eq!(before["clock"], "manual");
    let after = ask(&sandbox, "POST", "clock", r#"{"advance_seconds": 4.5}"#).await.expect(200).json();
    let passed = |time: &Value| time["now"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(passed(&after).duration_since(passed(&before)).as_millis(), 4_500);
    let id = order["id"].as_str().unwrap();
    let order = get(&sandbox, &format!("/compute/ops/orders/v2/{id}")).await.expect(200).json();
    assert_eq!(order["state"], "success");
    assert_eq!(shown(&sandbox, "orders").await, json!({ "order_ids": [id] }));
    // As far as time goes, and no further.
    ask(&sandbox, "POST", "clock", r#"{"advance_seconds": 1.8e19}"#).await.expect(200);
    ask(&sandbox, "POST", "clock", r#"{"advance_seconds": 1.8e19}"#).await.expect(200);
}

#[tokio::test]
async fn limits_are_switched() {
    let sandbox = Sandbox::builder().clock(Clock::Manual).start().await.unwrap();
    assert_eq!(shown(&sandbox, "limits").await, json!({ "enforced": true }));
    ask(&sandbox, "POST", "limits", r#"{"enforced": false}"#).await.expect(200);
    for _ in 0..10 {
        get(&sandbox, "/compute/ops/orders/v2").await.expect(200);
    }
    let on = ask(&sandbox, "POST", "limits", r#"{"enforced": true}"#).await.expect(200).json();
    assert_eq!(on, json!({ "enforced": true }));

    let without = manual().await;
    assert_eq!(shown(&without, "limits").await, json!({ "enforced": false }));
    let (status, error) = refused(&without, "POST", "limits", r#"{"enforced": true}"#).await;
    assert_eq!((status, error.as_str()), (409, "the sandbox was started without limits"));
}

#[tokio::test]
async fn the_next_order_fails_with_the_hints_given() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    ask(&sandbox, "POST", "orders/fail-next", r#"{"error_hints": ["no clear pixels"]}"#).await.expect(200);
    let order = post(&sandbox, "/compute/ops/orders/v2", &request(&[&items[0]], "visual")).await.expect(202).json();
    sandbox.advance(Duration::from_secs(4));
    let path = format!("/compute/ops/orders/v2/{}", order["id"].as_str().unwrap());
    let order = get(&sandbox, &path).await.expect(200).json();
    assert_eq!((&order["state"], &order["error_hints"]), (&json!("failed"), &json!(["no clear pixels"])));
}

#[tokio::test]
async fn logins_are_decided_and_tokens_revoked() {
    let sandbox = manual().await;
    let begin = || async {
        let url = format!("{}oauth/device/code", sandbox.authority_url());
        let fields = [("client_id", sandbox.device_client()), ("scope", "planet offline_access"), AUDIENCE];
        post_form(&url, &fields).await.expect(200).json()
    };
    let (first, second) = (begin().await, begin().await);
    let codes = json!([first["user_code"], second["user_code"]]);
    assert_eq!(shown(&sandbox, "authority").await, json!({ "pending_user_codes": codes, "consent": "automatic" }));
    let body = |login: &Value| json!({ "user_code": login["user_code"] }).to_string();
    ask(&sandbox, "POST", "authority/approve", &body(&first)).await.expect(200);
    let left = ask(&sandbox, "POST", "authority/deny", &body(&second)).await.expect(200).json();
    assert_eq!(left["pending_user_codes"], json!([]));

    let url = format!("{}oauth/token", sandbox.authority_url());
    let token = |login: &Value| {
        let (url, code) = (url.clone(), login["device_code"].as_str().unwrap().to_owned());
        async move {
            let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
            post_form(&url, &[grant, ("client_id", "sandbox-device-client"), ("device_code", &code)]).await
        }
    };
    assert_eq!(token(&second).await.json()["error"], "access_denied");
    let tokens = token(&first).await.expect(200).json();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let data = format!("{}/data/v1/", sandbox.url());
    send("GET", &data, &[("authorization", &bearer)], b"").await.unwrap().expect(200);
    ask(&sandbox, "POST", "authority/revoke-all-tokens", "").await.expect(200);
    send("GET", &data, &[("authorization", &bearer)], b"").await.unwrap().expect(401);

    for consent in [Consent::Page, Consent::Denied, Consent::Automatic] {
        let body = json!({ "consent": consent });
        let after = ask(&sandbox, "POST", "authority/consent", &body.to_string()).await.expect(200).json();
        assert_eq!(after["consent"], body["consent"]);
    }
}

#[tokio::test]
async fn the_request_log_is_filtered_followed_and_forgotten() {
    let sandbox = manual().await;
    let order = delivered_order(&sandbox).await;
    sandbox.forget_requests();
    get(&sandbox, "/data/v1/").await.expect(200);
    get(&sandbox, "/features/v1/nothing").await;
    crate::files::storage_url(&location_of(&order, "manifest.json")).await;
    let log = shown(&sandbox, "requests").await;
    let requests = log["requests"].as_array().unwrap();
    assert_eq!((requests.len(), &requests[2]["number"]), (3, &log["last"]));
    assert_eq!(sandbox.requests()[0].number, requests[0]["number"]);

    let count = |query: String| {
        let sandbox = &sandbox;
        async move { shown(sandbox, &format!("requests?{query}")).await["requests"].as_array().unwrap().len() }
    };
    assert_eq!(count("path=/data".to_owned()).await, 1);
    assert_eq!(count("path=*/nothing&method=get&listener=api&status=501".to_owned()).await, 1);
    assert_eq!(count("method=POST".to_owned()).await, 0);
    assert_eq!(count(format!("since={}", requests[0]["number"])).await, 2);
    assert_eq!(count(format!("since={}", log["last"])).await, 0);

    let forgotten = ask(&sandbox, "DELETE", "requests", "").await.expect(200).json();
    assert_eq!(forgotten, json!({ "forgotten": 3 }));
    let empty = shown(&sandbox, "requests").await;
    assert_eq!(empty, json!({ "requests": [], "last": log["last"] }));
    get(&sandbox, "/data/v1/").await.expect(200);
    assert_eq!(shown(&sandbox, "requests").await["last"], log["last"].as_u64().unwrap() + 1);
}

#[tokio::test]
async fn a_password_in_a_url_is_masked_in_all_that_was_sent() {
    let sandbox = manual().await;
    let url = format!("{}/data/v1/", sandbox.url());
    let hook = "https://me:real-password@example.com/hook";
    let order = json!({ "name": "n", "notifications": { "webhook": { "url": hook, "per_order": true } } });
    post(&sandbox, "/compute/ops/orders/v2", &order).await.expect(501);
    let query = format!("{url}?to=https%3A%2F%2Fme%3Areal-password%40example.com%2Fhook");
    send("GET", &query, &[("referer", hook)], b"").await.unwrap();
    send("POST", &url, &[], format!("not JSON, but {hook}").as_bytes()).await.unwrap();
    post_form(&format!("{}oauth/token", sandbox.authority_url()), &[("redirect_uri", hook)]).await;

    let log = shown(&sandbox, "requests").await;
    assert!(!log.to_string().contains("real-password"), "{log}");
    let (requests, masked) = (log["requests"].as_array().unwrap(), "https://***@example.com/hook");
    let webhook = json!({ "url": masked, "per_order": true });
    assert_eq!(requests[0]["body"]["json"]["notifications"]["webhook"], webhook);
    assert_eq!(requests[1]["query"], json!([["to", masked]]));
    assert!(requests[1]["headers"].as_array().unwrap().contains(&json!(["referer", masked])));
    assert_eq!(requests[2]["body"]["text"], format!("not JSON, but {masked}"));
    assert_eq!(requests[3]["body"]["form"], json!([["redirect_uri", masked]]));
    assert_eq!(sandbox.requests()[0].json(), Some(order));
}

#[tokio::test]
async fn secrets_that_are_not_the_sandboxs_own_are_masked() {
    let sandbox = manual().await;
    let url = format!("{}/data/v1/", sandbox.url());
    let real = "PLAK-real-key-of-somebody";
    let own = format!("api-key {}", sandbox.api_key());
    send("GET", &url, &[("authorization", &format!("api-key {real}"))], b"").await.unwrap().expect(401);
    send("GET", &format!("{url}?api_key={real}"), &[], b"").await.unwrap().expect(401);
    send("GET", &format!("{url}?api_key={real}"), &[("authorization", &own)], b"").await.unwrap();
    let keys = json!({ "bucket": "b", "aws_access_key_id": real, "aws_secret_access_key": real });
    let delivery = json!({ "delivery": { "amazon_s3": keys } });
    send("POST", &url, &[("cookie", real)], delivery.to_string().as_bytes()).await.unwrap();
    let form = [("client_id", "x"), ("client_secret", real), ("refresh_token", real)];
    post_form(&format!("{}oauth/token", sandbox.authority_url()), &form).await;
    get(&sandbox, "/data/v1/").await.expect(200);

    let log = shown(&sandbox, "requests").await;
    assert!(!log.to_string().contains(real), "{log}");
    let requests = log["requests"].as_array().unwrap();
    let authorization = |request: &Value| {
        let headers = request["headers"].as_array().unwrap().iter();
        headers.filter(|pair| pair[0] == "authorization").map(|pair| pair[1].clone()).next()
    };
    assert_eq!(authorization(&requests[0]), Some(json!("***")));
    assert_eq!(authorization(&requests[5]), Some(json!(own)));
    assert_eq!(requests[1]["query"], json!([["api_key", "***"]]));
    assert_eq!(requests[3]["body"]["json"]["delivery"]["amazon_s3"]["bucket"], "b");
    assert_eq!(requests[4]["body"]["form"][0], json!(["client_id", "x"]));
    // In the process itself a test sees all that was sent.
    assert_eq!(sandbox.requests()[0].header("authorization"), Some(format!("api-key {real}").as_str()));
}
