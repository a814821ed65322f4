//! Authorization codes with PKCE (RFC 6749 section 4.1, RFC 7636) and a listener on this machine.

use std::time::Duration;

use planet_core::{Auth, AuthFailure};
use serde_json::json;

use super::super::authority::Authority;
use super::super::browser::{self, Consent};
use super::super::recorded;
use super::super::session::{self, Home, failure, token};

const CLIENT: &str = "fake-code-client";
/// A port that is free.
const CALLBACK: &str = "http://127.0.0.1:0/callback";

fn browsing(home: &Home, authority: &Authority) -> Auth {
    home.auth().auth_server(authority.url()).oauth_user_auth_code(CLIENT, CALLBACK).unwrap()
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn the_browser_comes_back_with_a_code_for_a_token() {
    let (authority, home) = (Authority::of_users().await, Home::new());
    let auth = browsing(&home, &authority);
    let login = auth.browser_login().await.unwrap();
    let user = browser::decide_and_return(login.url(), Consent::Approve);
    let (completed, page) = tokio::join!(login.complete(), user);
    completed.unwrap();
    assert_eq!(page.status, 200, "{}", page.body);

    recorded::assert_all_sent("authorization-code-pkce", &authority).await;
    let claims = session::claims(&token(&auth).await);
    assert_eq!((&claims["aud"], &claims["client_id"]), (&json!("https://api.planet.com/"), &json!(CLIENT)));
    // The session lasts: it was given a refresh token.
    let before = token(&auth).await;
    let later = home.ahead(3000).profile(CLIENT).unwrap();
    assert_ne!(token(&later).await, before);
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_user_who_says_no_ends_the_login() {
    let (authority, home) = (Authority::of_users().await, Home::new());
    let auth = browsing(&home, &authority);
    let login = auth.browser_login().await.unwrap();
    let user = browser::decide_and_return(login.url(), Consent::Deny);
    let (completed, _) = tokio::join!(login.complete(), user);
    let error = completed.unwrap_err();
    assert_eq!(failure(&error), (AuthFailure::Denied, Some("access_denied")), "{error}");
    recorded::assert_all_sent("authorization-code-denied", &authority).await;
    assert!(!auth.is_initialized());
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn the_url_that_a_browser_elsewhere_ended_at_completes_the_login() {
    let (authority, home) = (Authority::of_users().await, Home::new());
    let auth = browsing(&home, &authority);
    let login = auth.browser_login().await.unwrap();
    let ended_at = browser::decide(login.url(), Consent::Approve).await;
    login.complete_with(&ended_at).await.unwrap();
    assert!(!token(&auth).await.is_empty());
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_code_that_comes_too_late_gives_no_session() {
    let authority = Authority::start(json!({"code": 1})).await;
    let home = Home::new();
    let auth = browsing(&home, &authority);
    let login = auth.browser_login().await.unwrap();
    let ended_at = browser::decide(login.url(), Consent::Approve).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let error = login.complete_with(&ended_at).await.unwrap_err();
    assert_eq!(failure(&error).1, Some("invalid_grant"), "{error}");
    assert!(!auth.is_initialized());
}
