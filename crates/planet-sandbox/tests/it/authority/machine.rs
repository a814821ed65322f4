//! The machines' realm, and the legacy login.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use planet_sandbox::{Clock, Sandbox};
use serde_json::json;

use super::{AUDIENCE, claims, error, form, is_accepted, is_signed, post_form, refused};
use crate::http::{Answer, send};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

async fn manual() -> Sandbox {
    Sandbox::builder().scenes(10).clock(Clock::Manual).start().await.unwrap()
}

fn token_url(sandbox: &Sandbox) -> String {
    format!("{}/protocol/openid-connect/token", sandbox.machine_authority_url())
}

async fn log_in(sandbox: &Sandbox, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password }).to_string();
    let url = format!("{}/v0/auth/login", sandbox.url());
    send("POST", &url, &[("content-type", "application/json")], body.as_bytes()).await.unwrap()
}

#[tokio::test]
async fn a_machine_gets_a_token_for_its_secret() {
    let sandbox = manual().await;
    let (id, secret) = sandbox.m2m_client();
    let client = [("client_id", id), ("client_secret", secret)];
    let tokens = post_form(&token_url(&sandbox), &[&client[..], &[GRANT, AUDIENCE]].concat()).await.expect(200).json();
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(claims(token)["sub"], id);
    assert_eq!(claims(token)["iss"], sandbox.machine_authority_url());
    assert!(tokens.get("refresh_token").is_none());
    assert!(is_accepted(&sandbox, &tokens["access_token"]).await);
    assert!(is_signed(token, &format!("{}/protocol/openid-connect/certs", sandbox.machine_authority_url())).await);
}

#[tokio::test]
async fn the_secret_of_a_machine_stands_in_the_form() {
    let sandbox = manual().await;
    let (id, secret) = sandbox.m2m_client();
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let headers = [("authorization", basic.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let body = form([GRANT, AUDIENCE].map(|(name, value)| (name, value.to_owned())));
    let answer = send("POST", &token_url(&sandbox), &headers, body.as_bytes()).await.unwrap();
    assert_eq!(error(&answer), refused(401, "invalid_client"));
}

#[tokio::test]
async fn a_client_is_known_to_its_own_authority_only_and_for_its_own_grant() {
    let sandbox = manual().await;
    let (id, secret) = sandbox.m2m_client();
    let machine = [("client_id", id), ("client_secret", secret), GRANT, AUDIENCE];
    let user_token_url = format!("{}oauth/token", sandbox.authority_url());
    assert_eq!(error(&post_form(&user_token_url, &machine).await), refused(401, "invalid_client"));
    let user = [("client_id", sandbox.device_client()), GRANT, AUDIENCE];
    assert_eq!(error(&post_form(&token_url(&sandbox), &user).await), refused(401, "invalid_client"));
    assert_eq!(error(&post_form(&user_token_url, &user).await), refused(400, "unsupported_grant_type"));
    let code = [("client_id", sandbox.device_client()), ("grant_type", "authorization_code"), ("code", "x")];
    assert_eq!(error(&post_form(&user_token_url, &code).await), refused(400, "unauthorized_client"));
    let secret = [("client_id", sandbox.device_client()), ("client_secret", "x"), ("grant_type", "refresh_token")];
    assert_eq!(error(&post_form(&user_token_url, &secret).await), refused(401, "invalid_client"));
}

#[tokio::test]
async fn the_legacy_login_tells_the_api_key() {
    let sandbox = manual().await;
    let (email, password) = sandbox.user();
    let answer = log_in(&sandbox, email, password).await.expect(200).json();
    assert_eq!(claims(answer["token"].as_str().unwrap())["api_key"], sandbox.api_key());
    assert!(is_accepted(&sandbox, &answer["token"]).await);
    sandbox.advance(Duration::from_secs(3600));
    assert!(!is_accepted(&sandbox, &answer["token"]).await);
    assert_eq!(log_in(&sandbox, email, "").await.status, 401);
    assert_eq!(log_in(&sandbox, "other@example.com", password).await.status, 401);
    let url = format!("{}/v0/auth/login", sandbox.url());
    send("POST", &url, &[], b"nonsense").await.unwrap().expect(400);
    send("GET", &url, &[], b"").await.unwrap().expect(501);
}
