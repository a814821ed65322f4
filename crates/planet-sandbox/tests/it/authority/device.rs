//! Login by device code.

use std::time::Duration;

use planet_sandbox::{Clock, Listener, Sandbox};
use serde_json::json;

use super::{
    AUDIENCE, DEVICE_CODE, SCOPE, as_device, begin, error, header, is_accepted, is_signed, log_in, poll, post_form,
    refused,
};
use crate::http::send;

async fn manual() -> Sandbox {
    Sandbox::builder().scenes(10).clock(Clock::Manual).start().await.unwrap()
}

#[tokio::test]
async fn a_login_waits_until_somebody_approves_it() {
    let sandbox = manual().await;
    let (device_code, user_code) = begin(&sandbox).await;
    assert_eq!(sandbox.pending_user_codes(), std::slice::from_ref(&user_code));
    assert_eq!(error(&poll(&sandbox, &device_code).await), refused(400, "authorization_pending"));
    assert!(!sandbox.approve("BBBB-BBBB"));
    assert!(sandbox.approve(&user_code));
    assert!(sandbox.pending_user_codes().is_empty());
    let answer = poll(&sandbox, &device_code).await.expect(200).json();
    assert!(is_accepted(&sandbox, &answer["access_token"]).await);
}

#[tokio::test]
async fn a_token_bears_the_signature_of_the_key_set() {
    let sandbox = manual().await;
    let token = log_in(&sandbox).await["access_token"].as_str().unwrap().to_owned();
    let user_keys = format!("{}.well-known/jwks.json", sandbox.authority_url());
    let machine_keys = format!("{}/protocol/openid-connect/certs", sandbox.machine_authority_url());
    assert!(is_signed(&token, &user_keys).await);
    assert!(!is_signed(&token, &machine_keys).await);
    let (text, signature) = token.rsplit_once('.').unwrap();
    let altered = format!("{text}A.{signature}");
    assert!(!is_signed(&altered, &user_keys).await);
}

#[tokio::test]
async fn an_id_token_comes_with_the_scope_openid() {
    let sandbox = manual().await;
    let begun = as_device(&sandbox, "oauth/device/code", &[("scope", "openid planet"), AUDIENCE]).await.expect(200);
    let begun = begun.json();
    sandbox.approve(begun["user_code"].as_str().unwrap());
    let tokens = poll(&sandbox, begun["device_code"].as_str().unwrap()).await.expect(200).json();
    let id_token = tokens["id_token"].as_str().unwrap();
    assert_eq!(super::claims(id_token)["aud"], sandbox.device_client());
    assert!(is_signed(id_token, &format!("{}.well-known/jwks.json", sandbox.authority_url())).await);
    // Nor does a refresh token come without its scope.
    assert!(tokens.get("refresh_token").is_none());
}

#[tokio::test]
async fn a_device_code_is_good_for_one_login() {
    let sandbox = manual().await;
    let (device_code, user_code) = begin(&sandbox).await;
    sandbox.approve(&user_code);
    let tokens = poll(&sandbox, &device_code).await.expect(200).json();
    assert_eq!(error(&poll(&sandbox, &device_code).await), refused(400, "invalid_grant"));
    assert!(!is_accepted(&sandbox, &tokens["access_token"]).await, "a code used twice revokes what it brought");
}

#[tokio::test]
async fn a_device_code_is_good_for_its_own_client() {
    let sandbox = Sandbox::builder().confidential_device_client("other", "secret").scenes(10).start().await.unwrap();
    let (device_code, user_code) = begin(&sandbox).await;
    sandbox.approve(&user_code);
    let url = format!("{}oauth/token", sandbox.authority_url());
    let fields = [("grant_type", DEVICE_CODE), ("device_code", device_code.as_str())];
    let other = [("client_id", "other"), ("client_secret", "secret")];
    let answer = post_form(&url, &[&other[..], &fields].concat()).await;
    assert_eq!(error(&answer), refused(400, "invalid_grant"));
    poll(&sandbox, &device_code).await.expect(200);
}

#[tokio::test]
async fn a_code_that_nobody_approves_expires() {
    let sandbox = manual().await;
    let (device_code, user_code) = begin(&sandbox).await;
    sandbox.advance(Duration::from_secs(599));
    assert_eq!(error(&poll(&sandbox, &device_code).await), refused(400, "authorization_pending"));
    sandbox.advance(Duration::from_secs(1));
    assert!(!sandbox.approve(&user_code));
    assert_eq!(error(&poll(&sandbox, &device_code).await), refused(400, "expired_token"));
}

#[tokio::test]
async fn polls_that_come_too_fast_are_slowed_down() {
    let sandbox = manual().await;
    let (device_code, _) = begin(&sandbox).await;
    for (wait, expected) in
        [(0, "authorization_pending"), (0, "slow_down"), (5, "slow_down"), (11, "authorization_pending")]
    {
        sandbox.advance(Duration::from_secs(wait));
        assert_eq!(error(&poll(&sandbox, &device_code).await), refused(400, expected), "after {wait} s");
    }
}

#[tokio::test]
async fn a_browser_shows_the_login_and_decides_on_it() {
    let sandbox = manual().await;
    let page = format!("{}activate", sandbox.authority_url());
    for (decision, outcome) in [("approve", 200), ("deny", 400)] {
        let (device_code, user_code) = begin(&sandbox).await;
        let shown = send("GET", &format!("{page}?user_code={user_code}"), &[], b"").await.unwrap().expect(200);
        assert_eq!(header(&shown, "content-type"), "text/html; charset=utf-8");
        let text = String::from_utf8(shown.body).unwrap();
        assert!(text.contains(&user_code) && text.contains(sandbox.device_client()), "{text}");
        post_form(&page, &[("user_code", &user_code), ("decision", decision)]).await.expect(200);
        assert_eq!(poll(&sandbox, &device_code).await.status, outcome);
        send("GET", &format!("{page}?user_code={user_code}"), &[], b"").await.unwrap().expect(400);
    }
    let asks = send("GET", &page, &[], b"").await.unwrap().expect(200);
    assert!(String::from_utf8(asks.body).unwrap().contains("name=\"user_code\""));
    post_form(&page, &[("user_code", "BBBB-BBBB"), ("decision", "approve")]).await.expect(400);
    post_form(&page, &[("user_code", "BBBB-BBBB"), ("decision", "perhaps")]).await.expect(400);
}

#[tokio::test]
async fn what_is_not_known_is_refused_by_name() {
    let sandbox = manual().await;
    let path = "oauth/device/code";
    for (fields, name, text) in [
        (vec![SCOPE, ("resource", "https://api.planet.com/")], "invalid_request", "'resource'"),
        (vec![SCOPE], "invalid_request", "without an audience"),
        (vec![SCOPE, ("audience", "https://other.example/")], "invalid_request", "https://other.example/"),
        (vec![("scope", "planet everything"), AUDIENCE], "invalid_scope", "not allowed"),
        (vec![SCOPE, SCOPE, AUDIENCE], "invalid_request", "twice"),
    ] {
        let answer = as_device(&sandbox, path, &fields).await;
        assert_eq!(error(&answer), refused(400, name));
        let told = answer.json()["error_description"].as_str().unwrap().to_owned();
        assert!(told.contains(text), "{told}");
    }
    let url = format!("{}{path}", sandbox.authority_url());
    let stranger = post_form(&url, &[("client_id", "stranger"), SCOPE, AUDIENCE]).await;
    assert_eq!(error(&stranger), refused(401, "invalid_client"));
    let body = json!({ "client_id": sandbox.device_client() }).to_string();
    let json = send("POST", &url, &[("content-type", "application/json")], body.as_bytes()).await.unwrap();
    assert_eq!(error(&json), refused(400, "invalid_request"));
    let doubled = format!("{}/.well-known/openid-configuration", sandbox.authority_url());
    send("GET", &doubled, &[], b"").await.unwrap().expect(501);
}

#[tokio::test]
async fn the_log_shows_the_authority_and_its_forms() {
    let sandbox = manual().await;
    begin(&sandbox).await;
    let log = sandbox.requests();
    assert_eq!((log[0].listener, log[0].path.as_str()), (Listener::Authority, "/oauth/device/code"));
    assert_eq!(log[0].form_value("scope").as_deref(), Some("planet offline_access"));
    assert_eq!(log[0].form_value("resource"), None);
}
