use std::io;
use std::time::{Duration, Instant};

use planet_sandbox::{Fault, Sandbox};
use tokio::time::timeout;

use crate::files::storage_url;
use crate::http::{Answer, Broken, call, get, post, send};
use crate::orders::{delivered_order, location_of, manual, permitted, request};

const ORDERS: &str = "/compute/ops/orders/v2";
const STORAGE: &str = "/compute-orders-live/*.tif";

/// A sandbox with a delivered file: its URL in storage and its bytes.
async fn with_file() -> (Sandbox, String, Vec<u8>) {
    let sandbox = manual().await;
    let order = delivered_order(&sandbox).await;
    let url = storage_url(&location_of(&order, "_3B_Visual.tif")).await;
    let whole = fetch(&url).await.expect(200).body;
    assert!(whole.len() > 2_000);
    (sandbox, url, whole)
}

async fn fetch(url: &str) -> Answer {
    send("GET", url, &[], b"").await.unwrap()
}

#[tokio::test]
async fn a_status_replaces_the_answer_and_nothing_happens() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let fault = Fault::on("POST", ORDERS).times(1).status(503).header("Retry-After", "7").body("busy");
    let handle = sandbox.fault(fault);
    let answer = post(&sandbox, ORDERS, &request(&[&items[0]], "visual")).await.expect(503);
    assert_eq!((answer.header("retry-after"), answer.body.as_slice()), (Some("7"), &b"busy"[..]));
    assert!(sandbox.order_ids().is_empty());
    assert_eq!(handle.hits(), 1);
    post(&sandbox, ORDERS, &request(&[&items[0]], "visual")).await.expect(202);
    assert_eq!(handle.hits(), 1);
}

#[tokio::test]
async fn an_answer_is_put_together_in_any_order() {
    let sandbox = manual().await;
    sandbox.fault(Fault::on("GET", "/data").header("X-A", "1").body("busy").status(503).header("X-B", "2"));
    let answer = get(&sandbox, "/data/v1/").await.expect(503);
    assert_eq!((answer.header("x-a"), answer.header("x-b")), (Some("1"), Some("2")));
    assert_eq!(answer.body, b"busy");
}

#[tokio::test]
async fn an_order_can_be_created_and_its_answer_lost() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let body = request(&[&items[0]], "visual");
    sandbox.fault(Fault::on("POST", ORDERS).nth(1).after_acting().status(502));
    sandbox.fault(Fault::on("POST", ORDERS).nth(2).after_acting().reset());
    post(&sandbox, ORDERS, &body).await.expect(502);
    assert_eq!(sandbox.order_ids().len(), 1);
    assert!(call(&sandbox, "POST", ORDERS, body.to_string().as_bytes()).await.is_err());
    assert_eq!(sandbox.order_ids().len(), 2);
    sandbox.fault(Fault::on("POST", ORDERS).nth(1).after_acting().redirect_to_itself());
    post(&sandbox, ORDERS, &body).await.expect(302);
    assert_eq!(sandbox.order_ids().len(), 3);
    post(&sandbox, ORDERS, &body).await.expect(202);
}

#[tokio::test]
async fn a_connection_is_reset_before_the_headers() {
    let sandbox = manual().await;
    sandbox.fault(Fault::on("GET", "/data").times(1).reset());
    let error = call(&sandbox, "GET", "/data/v1/", b"").await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(sandbox.requests()[0].status, None);
    get(&sandbox, "/data/v1/").await.expect(200);
}

#[tokio::test]
async fn a_connection_is_reset_after_the_headers() {
    let (sandbox, url, whole) = with_file().await;
    sandbox.fault(Fault::on("GET", STORAGE).reset_after_headers());
    let answer = fetch(&url).await.expect(200);
    assert_eq!(answer.broken, Some(Broken::Reset));
    assert_eq!(answer.header("content-length"), Some(whole.len().to_string().as_str()));
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn a_body_is_cut_at_a_byte() {
    let (sandbox, url, whole) = with_file().await;
    for at in [1, 1_000, whole.len() - 1] {
        let handle = sandbox.fault(Fault::on("GET", STORAGE).times(1).cut_at(at));
        let answer = fetch(&url).await.expect(200);
        assert_eq!(answer.broken, Some(Broken::Closed));
        assert_eq!(answer.body, whole[..at]);
        assert_eq!(handle.hits(), 1);
    }
    assert_eq!(fetch(&url).await.body, whole);
}

#[tokio::test]
async fn a_cut_counts_from_the_start_of_a_range() {
    let (sandbox, url, whole) = with_file().await;
    sandbox.fault(Fault::on("GET", STORAGE).cut_at(10));
    let answer = send("GET", &url, &[("range", "bytes=100-")], b"").await.unwrap().expect(206);
    assert_eq!(answer.body, whole[100..110]);
}

#[tokio::test]
async fn a_body_stalls_at_a_byte() {
    let (sandbox, url, _) = with_file().await;
    let handle = sandbox.fault(Fault::on("GET", STORAGE).stall_at(1_000));
    assert!(timeout(Duration::from_millis(300), fetch(&url)).await.is_err());
    assert_eq!(handle.hits(), 1);
}

#[tokio::test]
async fn one_byte_is_corrupted() {
    let (sandbox, url, mut whole) = with_file().await;
    sandbox.fault(Fault::on("GET", STORAGE).corrupt_byte(1_234));
    let body = fetch(&url).await.expect(200).body;
    whole[1_234] = !whole[1_234];
    assert!(body == whole);
}

#[tokio::test]
async fn a_wrong_length_is_claimed() {
    let (sandbox, url, whole) = with_file().await;
    let length = whole.len();
    sandbox.fault(Fault::on("GET", STORAGE).nth(1).wrong_length(length + 10));
    sandbox.fault(Fault::on("GET", STORAGE).nth(2).wrong_length(length - 10));
    let long = fetch(&url).await.expect(200);
    assert_eq!((long.broken, long.body.len()), (Some(Broken::Closed), whole.len()));
    let short = fetch(&url).await.expect(200);
    assert_eq!((short.broken, short.body), (None, whole[..whole.len() - 10].to_vec()));
}

#[tokio::test]
async fn a_changed_entity_tag_breaks_a_conditional_range() {
    let (sandbox, url, whole) = with_file().await;
    let etag = fetch(&url).await.header("etag").unwrap().to_owned();
    sandbox.fault(Fault::on("GET", STORAGE).change_etag());
    let headers = [("range", "bytes=10-"), ("if-range", etag.as_str())];
    let answer = send("GET", &url, &headers, b"").await.unwrap().expect(200);
    assert_ne!(answer.header("etag"), Some(etag.as_str()));
    assert_eq!(answer.body, whole);
}

#[tokio::test]
async fn a_link_expires_early_on_either_listener() {
    let sandbox = manual().await;
    let order = delivered_order(&sandbox).await;
    let link = location_of(&order, "manifest.json");
    let url = storage_url(&link).await;
    sandbox.fault(Fault::on("GET", "/compute/ops/download").times(1).expired_link());
    sandbox.fault(Fault::on("GET", "/compute-orders-live").times(1).expired_link());
    fetch(link.as_str().unwrap()).await.expect(401);
    fetch(&url).await.expect(403);
    fetch(&storage_url(&link).await).await.expect(200);
}

#[tokio::test]
async fn an_answer_comes_late() {
    let sandbox = manual().await;
    sandbox.fault(Fault::on("*", "/data").delay(Duration::from_millis(200)));
    let start = Instant::now();
    get(&sandbox, "/data/v1/").await.expect(200);
    assert!(start.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_probability_strikes_about_as_often_as_it_says_and_always_the_same() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let sandbox = manual().await;
        let handle = sandbox.fault(Fault::on("GET", "/data").probability(0.3, 42).status(500));
        let mut statuses = Vec::new();
        for _ in 0..100 {
            statuses.push(get(&sandbox, "/data/v1/").await.status);
        }
        assert!((15..=45).contains(&handle.hits()), "{}", handle.hits());
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn the_oldest_rule_decides_and_rules_can_be_cleared() {
    let sandbox = manual().await;
    let first = sandbox.fault(Fault::on("GET", "/data").times(1).status(500));
    let second = sandbox.fault(Fault::on("GET", "/data").status(503));
    get(&sandbox, "/data/v1/").await.expect(500);
    get(&sandbox, "/data/v1/").await.expect(503);
    assert_eq!((first.hits(), second.hits()), (1, 1));
    sandbox.clear_faults();
    get(&sandbox, "/data/v1/").await.expect(200);
}

#[tokio::test]
async fn a_request_whose_client_has_gone_is_acted_upon_late() {
    let sandbox = manual().await;
    let items = permitted(&sandbox).await;
    let body = request(&[&items[0]], "visual").to_string();
    sandbox.fault(Fault::on("POST", ORDERS).nth(1).delay(Duration::from_millis(300)));
    let impatient = timeout(Duration::from_millis(50), call(&sandbox, "POST", ORDERS, body.as_bytes()));
    assert!(impatient.await.is_err());
    assert!(sandbox.order_ids().is_empty());
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if sandbox.order_ids().len() == 1 {
            return;
        }
    }
    panic!("the order was not created");
}

#[tokio::test]
async fn a_body_comes_in_chunks_without_its_length_and_may_break_all_the_same() {
    let (sandbox, url, whole) = with_file().await;
    sandbox.fault(Fault::on("GET", STORAGE).times(1).no_length().cut_at(1_000));
    sandbox.fault(Fault::on("GET", STORAGE).no_length());
    let broken = fetch(&url).await.expect(200);
    assert_eq!((broken.broken, broken.body), (Some(Broken::Closed), whole[..1_000].to_vec()));
    let answer = fetch(&url).await.expect(200);
    assert!(answer.header("content-length").is_none() && answer.broken.is_none());
    assert!(answer.body == whole);
}

#[tokio::test]
async fn a_body_comes_slowly() {
    let (sandbox, url, whole) = with_file().await;
    sandbox.fault(Fault::on("GET", STORAGE).slow(4 * whole.len() as u64));
    let start = Instant::now();
    let answer = fetch(&url).await.expect(200);
    assert!(answer.body == whole && answer.broken.is_none());
    assert!((200..2_000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn without_a_strong_entity_tag_a_conditional_range_is_the_whole_file() {
    let (sandbox, url, whole) = with_file().await;
    for (fault, tagged) in [(Fault::on("GET", STORAGE).weak_etag(), true), (Fault::on("GET", STORAGE).no_etag(), false)]
    {
        sandbox.fault(fault);
        let etag = fetch(&url).await.expect(200).header("etag").map(str::to_owned);
        assert_eq!(etag.as_ref().map(|etag| etag.starts_with("W/\"")), tagged.then_some(true));
        let headers = [("range", "bytes=10-"), ("if-range", etag.as_deref().unwrap_or("\"x\""))];
        let answer = send("GET", &url, &headers, b"").await.unwrap().expect(200);
        assert!(answer.body == whole);
        sandbox.clear_faults();
    }
}

#[tokio::test]
async fn a_storage_without_ranges_sends_everything() {
    let (sandbox, url, whole) = with_file().await;
    sandbox.fault(Fault::on("GET", STORAGE).no_ranges());
    let answer = send("GET", &url, &[("range", "bytes=10-")], b"").await.unwrap().expect(200);
    assert_eq!(answer.header("accept-ranges"), None);
    assert!(answer.body == whole);
}

#[tokio::test]
async fn a_storage_need_not_tell_a_file_s_name() {
    let (sandbox, url, whole) = with_file().await;
    assert!(fetch(&url).await.header("content-disposition").is_some());
    let rule = format!(r#"{{"method": "*", "path": "{STORAGE}", "no_file_name": true}}"#);
    sandbox.fault(Fault::from_json(&rule).unwrap().swap_remove(0));
    for (range, status) in [(None, 200), (Some(("range", "bytes=10-")), 206)] {
        let answer = send("GET", &url, range.as_slice(), b"").await.unwrap().expect(status);
        assert_eq!((answer.header("content-disposition"), answer.header("etag").is_some()), (None, true));
        assert!(whole.ends_with(&answer.body));
    }
}

#[tokio::test]
async fn a_range_is_another_than_was_asked_for() {
    let (sandbox, url, whole) = with_file().await;
    let length = whole.len();
    let range = [("range", "bytes=100-")];
    sandbox.fault(Fault::on("GET", STORAGE).nth(1).later_range(5));
    sandbox.fault(Fault::on("GET", STORAGE).nth(2).content_range("bytes 7-9/10"));
    sandbox.fault(Fault::on("GET", STORAGE).nth(3).unasked_range(20));
    let later = send("GET", &url, &range, b"").await.unwrap().expect(206);
    assert_eq!(later.header("content-range"), Some(format!("bytes 105-{}/{length}", length - 1).as_str()));
    assert!(later.body == whole[105..]);
    let lied = send("GET", &url, &range, b"").await.unwrap().expect(206);
    assert_eq!(lied.header("content-range"), Some("bytes 7-9/10"));
    assert!(lied.body == whole[100..]);
    let unasked = fetch(&url).await.expect(206);
    assert!(unasked.body == whole[20..]);
}

#[tokio::test]
async fn redirects_lead_around_as_often_as_is_said() {
    let (sandbox, url, whole) = with_file().await;
    sandbox.fault(Fault::on("GET", STORAGE).times(2).redirect_to_itself());
    for _ in 0..2 {
        let answer = fetch(&url).await.expect(302);
        assert!(url.ends_with(answer.header("location").unwrap()));
    }
    assert!(fetch(&url).await.expect(200).body == whole);
}

#[tokio::test]
async fn a_page_comes_in_place_of_the_file() {
    let (sandbox, url, _) = with_file().await;
    let page = "<html>Log in</html>";
    sandbox.fault(Fault::on("GET", STORAGE).status(200).header("content-type", "text/html").body(page));
    let answer = fetch(&url).await.expect(200);
    assert_eq!((answer.header("content-type"), answer.body.as_slice()), (Some("text/html"), page.as_bytes()));
}
