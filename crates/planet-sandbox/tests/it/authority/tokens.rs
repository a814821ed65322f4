//! The life of tokens.

use std::time::Duration;

use planet_sandbox::{Builder, Clock, Fault, Sandbox};
use serde_json::{Value, json};

use super::{as_device, claims, error, is_accepted, log_in, refresh, refused};
use crate::http::send;

async fn started(builder: Builder) -> Sandbox {
    builder.scenes(10).clock(Clock::Manual).limits(false).start().await.unwrap()
}

async fn revoke(sandbox: &Sandbox, token: &Value, hint: &str) {
    let token = token.as_str().unwrap();
    as_device(sandbox, "oauth/revoke", &[("token", token), ("token_type_hint", hint)]).await.expect(200);
}

#[tokio::test]
async fn the_api_takes_a_token_until_it_expires() {
    let sandbox = started(Sandbox::builder().token_lifetime(Duration::from_secs(60))).await;
    let tokens = log_in(&sandbox).await;
    let told = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(tokens["expires_in"], 60);
    assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 60);
    sandbox.advance(Duration::from_secs(58));
    assert!(is_accepted(&sandbox, &tokens["access_token"]).await);
    sandbox.advance(Duration::from_secs(2));
    assert!(!is_accepted(&sandbox, &tokens["access_token"]).await);
    assert!(is_accepted(&sandbox, &json!(sandbox.access_token())).await);
}

#[tokio::test]
async fn a_token_that_was_not_given_out_is_refused_however_well_it_is_made() {
    let (one, other) = (started(Sandbox::builder()).await, started(Sandbox::builder()).await);
    // Signed with the same key.
    let token = log_in(&other).await["access_token"].clone();
    assert!(!is_accepted(&one, &token).await);
}

#[tokio::test]
async fn a_refresh_brings_a_new_pair_and_leaves_the_old_access_token_alone() {
    let sandbox = started(Sandbox::builder()).await;
    let first = log_in(&sandbox).await;
    let second = refresh(&sandbox, &first["refresh_token"]).await.expect(200).json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    for tokens in [&first, &second] {
        assert!(is_accepted(&sandbox, &tokens["access_token"]).await);
    }
    refresh(&sandbox, &second["refresh_token"]).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_whole_login() {
    let sandbox = started(Sandbox::builder()).await;
    let bystander = log_in(&sandbox).await;
    let first = log_in(&sandbox).await;
    let second = refresh(&sandbox, &first["refresh_token"]).await.expect(200).json();
    assert_eq!(error(&refresh(&sandbox, &first["refresh_token"]).await), refused(400, "invalid_grant"));
    assert_eq!(error(&refresh(&sandbox, &second["refresh_token"]).await), refused(400, "invalid_grant"));
    for tokens in [&first, &second] {
        assert!(!is_accepted(&sandbox, &tokens["access_token"]).await);
    }
    assert!(is_accepted(&sandbox, &bystander["access_token"]).await);
    refresh(&sandbox, &bystander["refresh_token"]).await.expect(200);
}

#[tokio::test]
async fn without_rotation_a_refresh_token_stays_good_and_is_not_told_again() {
    let sandbox = started(Sandbox::builder().rotate_refresh_tokens(false)).await;
    let first = log_in(&sandbox).await;
    for _ in 0..2 {
        let next = refresh(&sandbox, &first["refresh_token"]).await.expect(200).json();
        assert!(next.get("refresh_token").is_none());
        assert!(is_accepted(&sandbox, &next["access_token"]).await);
    }
}

#[tokio::test]
async fn a_revoked_access_token_ends_alone_and_a_revoked_refresh_token_ends_the_login() {
    let sandbox = started(Sandbox::builder()).await;
    let first = log_in(&sandbox).await;
    let second = refresh(&sandbox, &first["refresh_token"]).await.expect(200).json();
    revoke(&sandbox, &first["access_token"], "access_token").await;
    assert!(!is_accepted(&sandbox, &first["access_token"]).await);
    assert!(is_accepted(&sandbox, &second["access_token"]).await);
    revoke(&sandbox, &second["refresh_token"], "refresh_token").await;
    assert!(!is_accepted(&sandbox, &second["access_token"]).await);
    assert_eq!(error(&refresh(&sandbox, &second["refresh_token"]).await), refused(400, "invalid_grant"));
    revoke(&sandbox, &json!("unknown"), "refresh_token").await;
}

#[tokio::test]
async fn a_test_can_revoke_everything() {
    let sandbox = started(Sandbox::builder()).await;
    let tokens = log_in(&sandbox).await;
    sandbox.revoke_all_tokens();
    assert!(!is_accepted(&sandbox, &tokens["access_token"]).await);
    assert_eq!(error(&refresh(&sandbox, &tokens["refresh_token"]).await), refused(400, "invalid_grant"));
    assert!(is_accepted(&sandbox, &log_in(&sandbox).await["access_token"]).await);
}

#[tokio::test]
async fn opaque_tokens_are_taken_too() {
    let sandbox = started(Sandbox::builder().opaque_tokens(true)).await;
    let tokens = log_in(&sandbox).await;
    assert!(!tokens["access_token"].as_str().unwrap().contains('.'));
    assert!(is_accepted(&sandbox, &tokens["access_token"]).await);
    sandbox.advance(Duration::from_secs(3600));
    assert!(!is_accepted(&sandbox, &tokens["access_token"]).await);
}

#[tokio::test]
async fn an_answer_that_is_lost_has_used_up_the_refresh_token() {
    let sandbox = started(Sandbox::builder()).await;
    let tokens = log_in(&sandbox).await;
    sandbox.fault(Fault::on("POST", "/oauth/token").nth(1).after_acting().status(502));
    assert_eq!(refresh(&sandbox, &tokens["refresh_token"]).await.status, 502);
    assert_eq!(error(&refresh(&sandbox, &tokens["refresh_token"]).await), refused(400, "invalid_grant"));
}

#[tokio::test]
async fn faults_strike_the_authority_as_they_strike_the_api() {
    let sandbox = started(Sandbox::builder()).await;
    let tokens = log_in(&sandbox).await;
    sandbox.fault(Fault::on("POST", "/oauth/token").nth(1).reset());
    sandbox.fault(Fault::on("POST", "/oauth/token").nth(2).status(200).header("content-type", "text/html").body("<p>"));
    let body = r#"{"error":"invalid_grant"}"#;
    sandbox.fault(
        Fault::on("POST", "/oauth/token").nth(3).status(400).header("content-type", "application/json").body(body),
    );
    let url = format!("{}oauth/token", sandbox.authority_url());
    assert!(send("POST", &url, &[], b"").await.is_err());
    assert_eq!(refresh(&sandbox, &tokens["refresh_token"]).await.expect(200).body, b"<p>");
    assert_eq!(error(&refresh(&sandbox, &tokens["refresh_token"]).await), refused(400, "invalid_grant"));
    refresh(&sandbox, &tokens["refresh_token"]).await.expect(200);
}
