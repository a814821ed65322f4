use std::time::Duration;

use md5::{Digest as _, Md5};
use planet_sandbox::Sandbox;
use serde_json::Value;

use crate::http::{Answer, authorization, send};
use crate::orders::{delivered_order, location_of, manual};

pub(crate) fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where a link leads, without any credential.
pub(crate) async fn storage_url(link: &Value) -> String {
    let answer = send("GET", link.as_str().unwrap(), &[], b"").await.unwrap().expect(302);
    answer.header("location").unwrap().to_owned()
}

/// The bytes behind a link and their file name.
pub(crate) async fn download(link: &Value) -> (Vec<u8>, String) {
    let answer = fetch(&storage_url(link).await, &[]).await.expect(200);
    let disposition = answer.header("content-disposition").unwrap();
    let name = disposition.strip_prefix("attachment; filename=\"").unwrap();
    (answer.body.clone(), name.strip_suffix('"').unwrap().to_owned())
}

async fn fetch(url: &str, headers: &[(&str, &str)]) -> Answer {
    send("GET", url, headers, b"").await.unwrap()
}

async fn visual_url(sandbox: &Sandbox) -> String {
    let order = delivered_order(sandbox).await;
    storage_url(&location_of(&order, "_3B_Visual.tif")).await
}

#[tokio::test]
async fn storage_is_another_origin_and_refuses_a_credential() {
    let sandbox = manual().await;
    let url = visual_url(&sandbox).await;
    assert!(url.starts_with(sandbox.storage_url()), "{url}");
    assert_ne!(sandbox.storage_url(), sandbox.url());
    fetch(&url, &[("authorization", &authorization(&sandbox))]).await.expect(400);
    fetch(&url, &[]).await.expect(200);
}

#[tokio::test]
async fn an_expired_or_forged_link_leads_nowhere() {
    let sandbox = Sandbox::builder()
        .clock(planet_sandbox::Clock::Manual)
        .limits(false)
        .link_lifetime(Duration::from_secs(60))
        .start()
        .await
        .unwrap();
    let order = delivered_order(&sandbox).await;
    let link = location_of(&order, "manifest.json");
    let url = storage_url(&link).await;
    let forged = url.replace("Expires=", "Expires=9");
    assert!(String::from_utf8(fetch(&forged, &[]).await.expect(403).body).unwrap().contains("Signature"));
    fetch(&link.as_str().unwrap().replace("token=e", "token=f"), &[]).await.expect(401);

    sandbox.advance(Duration::from_millis(59_900));
    fetch(&url, &[]).await.expect(200);
    sandbox.advance(Duration::from_millis(200));
    let expired = fetch(link.as_str().unwrap(), &[]).await.expect(401).json();
    assert!(expired["message"].as_str().unwrap().contains("expired"));
    assert!(String::from_utf8(fetch(&url, &[]).await.expect(403).body).unwrap().contains("Expired"));

    let id = order["id"].as_str().unwrap();
    let order = crate::http::get(&sandbox, &format!("/compute/ops/orders/v2/{id}")).await.json();
    download(&location_of(&order, "manifest.json")).await;
}

#[tokio::test]
async fn ranges_are_served_while_the_entity_tag_holds() {
    let sandbox = manual().await;
    let url = visual_url(&sandbox).await;
    let whole = fetch(&url, &[]).await.expect(200);
    let length = whole.body.len();
    let etag = whole.header("etag").unwrap();
    assert!(etag.starts_with('"'), "{etag} is not a strong one");
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    assert_eq!(whole.header("content-type"), Some("image/tiff"));

    let part = fetch(&url, &[("range", "bytes=100-199"), ("if-range", etag)]).await.expect(206);
    assert_eq!(part.body, whole.body[100..200]);
    assert_eq!(part.header("content-range"), Some(format!("bytes 100-199/{length}").as_str()));
    let tail = fetch(&url, &[("range", &format!("bytes={}-", length - 5))]).await.expect(206);
    assert_eq!(tail.body, whole.body[length - 5..]);
    let other = fetch(&url, &[("range", "bytes=100-199"), ("if-range", "\"other\"")]).await.expect(200);
    assert_eq!(other.body, whole.body);
    let outside = fetch(&url, &[("range", &format!("bytes={length}-"))]).await.expect(416);
    assert_eq!(outside.header("content-range"), Some(format!("bytes */{length}").as_str()));
    fetch(&url, &[("if-match", "\"other\"")]).await.expect(412);
}

#[tokio::test]
async fn head_tells_the_length_without_the_body() {
    let sandbox = manual().await;
    let url = visual_url(&sandbox).await;
    let whole = fetch(&url, &[]).await.expect(200);
    let head = send("HEAD", &url, &[], b"").await.unwrap().expect(200);
    assert_eq!(head.header("content-length"), whole.header("content-length"));
    assert_eq!(head.header("etag"), whole.header("etag"));
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn images_can_be_made_larger_than_they_are() {
    let builder = || Sandbox::builder().clock(planet_sandbox::Clock::Manual).limits(false);
    let (plain, padded) = (builder().start().await.unwrap(), builder().padding(100_000).start().await.unwrap());
    let image = fetch(&visual_url(&plain).await, &[]).await.expect(200).body;
    let larger = fetch(&visual_url(&padded).await, &[]).await.expect(200);
    assert_eq!(larger.body.len(), image.len() + 100_000);
    assert!(larger.body.starts_with(&image));
    assert_eq!(larger.header("etag"), Some(format!("\"{}\"", md5(&larger.body)).as_str()));
}
