//! Login in a browser.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use planet_sandbox::{Clock, Consent, Sandbox};
use ring::digest::{SHA256, digest};

use super::{AUDIENCE, SCOPE, error, form, header, is_accepted, path_of, post_form, query, refused};
use crate::http::{Answer, send};

const VERIFIER: &str = "a-verifier-of-forty-three-characters-0123456";
const BACK: &str = "http://127.0.0.1:4711/callback";

async fn manual() -> Sandbox {
    Sandbox::builder().scenes(10).clock(Clock::Manual).start().await.unwrap()
}

/// What a client asks for, with these fields in place of the usual ones; an empty one is left out.
fn authorize_url(sandbox: &Sandbox, changed: &[(&'static str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    let mut fields = HashMap::from([
        ("client_id", sandbox.code_client()),
        ("response_type", "code"),
        ("redirect_uri", BACK),
        ("state", "a&b=c"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        SCOPE,
        AUDIENCE,
    ]);
    fields.extend(changed.iter().copied());
    let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
    format!("{}authorize?{}", sandbox.authority_url(), form(fields.map(|(name, value)| (name, value.to_owned()))))
}

async fn browse(sandbox: &Sandbox, changed: &[(&'static str, &str)]) -> Answer {
    send("GET", &authorize_url(sandbox, changed), &[], b"").await.unwrap()
}

/// Where the browser was sent, with what.
#[track_caller]
fn sent_to(answer: Answer) -> HashMap<String, String> {
    let location = header(&answer.expect(302), "location");
    assert_eq!(path_of(&location), BACK);
    query(&location)
}

async fn redeem(sandbox: &Sandbox, code: &str, redirect_uri: &str, verifier: &str) -> Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", sandbox.code_client()),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", verifier),
    ];
    post_form(&format!("{}oauth/token", sandbox.authority_url()), &fields).await
}

#[tokio::test]
async fn a_browser_is_sent_back_with_code_state_and_issuer() {
    let sandbox = manual().await;
    let back = sent_to(browse(&sandbox, &[]).await);
    assert_eq!((back["state"].as_str(), back["iss"].as_str()), ("a&b=c", sandbox.authority_url().as_str()));
    let tokens = redeem(&sandbox, &back["code"], BACK, VERIFIER).await.expect(200).json();
    assert!(is_accepted(&sandbox, &tokens["access_token"]).await);
    assert!(tokens["refresh_token"].is_string());
}

#[tokio::test]
async fn a_code_used_twice_revokes_what_it_brought() {
    let sandbox = manual().await;
    let back = sent_to(browse(&sandbox, &[]).await);
    let tokens = redeem(&sandbox, &back["code"], BACK, VERIFIER).await.expect(200).json();
    let again = redeem(&sandbox, &back["code"], BACK, VERIFIER).await;
    assert_eq!(error(&again), refused(400, "invalid_grant"));
    assert!(!is_accepted(&sandbox, &tokens["access_token"]).await);
}

#[tokio::test]
async fn a_code_is_bound_to_its_verifier_its_redirect_and_its_time() {
    let sandbox = manual().await;
    let back = sent_to(browse(&sandbox, &[]).await);
    let code = &back["code"];
    let other = "another-verifier-of-forty-three-characters-01";
    for (redirect_uri, verifier, name) in [
        (BACK, other, "invalid_grant"),
        (BACK, "short", "invalid_request"),
        (BACK, "", "invalid_request"),
        ("http://127.0.0.1:4712/callback", VERIFIER, "invalid_grant"),
    ] {
        assert_eq!(error(&redeem(&sandbox, code, redirect_uri, verifier).await), refused(400, name));
    }
    sandbox.advance(Duration::from_secs(60));
    assert_eq!(error(&redeem(&sandbox, code, BACK, VERIFIER).await), refused(400, "invalid_grant"));
    assert_eq!(error(&redeem(&sandbox, "unknown", BACK, VERIFIER).await), refused(400, "invalid_grant"));
}

#[tokio::test]
async fn a_browser_is_sent_nowhere_for_a_client_or_a_redirect_that_is_not_known() {
    let sandbox = manual().await;
    let device = sandbox.device_client().to_owned();
    for changed in [
        ("client_id", "stranger"),
        ("client_id", device.as_str()),
        ("client_id", ""),
        ("redirect_uri", "https://evil.example/callback"),
        ("redirect_uri", "http://127.0.0.1:4711/other"),
        ("redirect_uri", ""),
    ] {
        let answer = browse(&sandbox, &[changed]).await.expect(400);
        assert_eq!(answer.header("location"), None, "{changed:?}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    }
}

#[tokio::test]
async fn what_is_wrong_otherwise_is_told_by_the_redirect() {
    let sandbox = manual().await;
    for (changed, name) in [
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "everything"), "invalid_scope"),
        (("audience", ""), "invalid_request"),
        (("resource", "https://api.planet.com/"), "invalid_request"),
    ] {
        let back = sent_to(browse(&sandbox, &[changed]).await);
        assert_eq!(back["error"], name, "{changed:?}");
        assert_eq!(back["state"], "a&b=c");
        assert!(!back.contains_key("code"));
    }
}

#[tokio::test]
async fn a_page_asks_the_user_if_it_is_told_to() {
    let sandbox = manual().await;
    sandbox.set_consent(Consent::Page);
    let page = browse(&sandbox, &[("scope", "planet")]).await.expect(200);
    let text = String::from_utf8(page.body).unwrap();
    assert!(text.contains("asks for: planet.") && text.contains(sandbox.code_client()), "{text}");
    let url = authorize_url(&sandbox, &[]);
    let back = sent_to(post_form(&url, &[("decision", "deny")]).await);
    assert_eq!(back["error"], "access_denied");
    let back = sent_to(post_form(&url, &[("decision", "approve")]).await);
    redeem(&sandbox, &back["code"], BACK, VERIFIER).await.expect(200);
    post_form(&url, &[]).await.expect(400);
    sandbox.set_consent(Consent::Denied);
    assert_eq!(sent_to(browse(&sandbox, &[]).await)["error"], "access_denied");
}
