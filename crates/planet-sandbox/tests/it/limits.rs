use planet_sandbox::Sandbox;
use std::time::Duration;

use crate::http::{get, send};

#[tokio::test]
async fn too_many_requests_of_one_class_are_refused_until_a_second_has_passed() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(get(&sandbox, "/compute/ops/orders/v2").await);
    }
    let refused = statuses.pop().unwrap().expect(429);
    assert_eq!(refused.header("retry-after"), Some("1"));
    let text = refused.json()["message"].as_str().unwrap().to_lowercase();
    assert!(!text.contains("quota"), "{text}");
    assert!(statuses.iter().all(|answer| answer.status == 200));
    get(&sandbox, "/compute/ops/stats/orders/v2").await.expect(200);
    sandbox.advance(Duration::from_secs(1));
    get(&sandbox, "/compute/ops/orders/v2").await.expect(200);
}

#[tokio::test]
async fn limits_can_be_switched_off() {
    let sandbox = Sandbox::builder().limits(false).start().await.unwrap();
    for _ in 0..30 {
        get(&sandbox, "/compute/ops/orders/v2").await.expect(200);
    }
}

#[tokio::test]
async fn a_refusal_for_the_rate_need_not_say_when_to_come_again() {
    let sandbox = Sandbox::builder().retry_after(false).start().await.unwrap();
    for _ in 0..3 {
        get(&sandbox, "/compute/ops/orders/v2").await.expect(200);
    }
    assert_eq!(get(&sandbox, "/compute/ops/orders/v2").await.expect(429).header("retry-after"), None);
}

#[tokio::test]
async fn a_key_and_a_token_of_the_same_user_share_the_limits() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = format!("{}/compute/ops/orders/v2", sandbox.url());
    let token = format!("Bearer {}", sandbox.access_token());
    for _ in 0..3 {
        send("GET", &url, &[("authorization", &token)], b"").await.unwrap().expect(200);
    }
    get(&sandbox, "/compute/ops/orders/v2").await.expect(429);
}

#[tokio::test]
async fn one_limit_for_all_requests_takes_the_place_of_the_documented_ones() {
    let sandbox = Sandbox::builder().requests_a_second(6).retry_after(false).start().await.unwrap();
    for path in ["/compute/ops/orders/v2", "/data/v1/"].repeat(3) {
        get(&sandbox, path).await.expect(200);
    }
    assert_eq!(get(&sandbox, "/data/v1/").await.expect(429).header("retry-after"), None);
    sandbox.advance(Duration::from_secs(1));
    for _ in 0..6 {
        get(&sandbox, "/compute/ops/orders/v2").await.expect(200);
    }
}
