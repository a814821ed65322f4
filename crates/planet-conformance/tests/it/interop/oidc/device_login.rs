//! Device codes (RFC 8628).

use planet_core::{AuthFailure, LoginEvent};
use serde_json::json;
use tokio::sync::mpsc;

use super::super::authority::Authority;
use super::super::recorded;
use super::super::session::{self, Home, failure, token};

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn the_login_waits_for_the_user_and_ends_with_a_token_for_the_api() {
    let (authority, home) = (Authority::of_users().await, Home::new());
    let auth = session::device(&home, &authority);
    assert!(!auth.is_initialized());
    let login = auth.device_login().await.unwrap();
    let code = login.prompt().user_code().to_owned();
    assert!(login.prompt().verification_uri_complete().unwrap().contains(&code));

    let (sender, mut events) = mpsc::unbounded_channel();
    let completion = login.complete().progress(move |event| sender.send(event.clone()).unwrap());
    let user = async {
        let first = events.recv().await.unwrap();
        assert!(matches!(first, LoginEvent::Pending), "{first}");
        authority.decide(&code, true).await;
    };
    let (completed, ()) = tokio::join!(completion.into_future(), user);
    completed.unwrap();

    recorded::assert_all_sent("device-code", &authority).await;
    assert!(auth.is_initialized());
    let claims = session::claims(&token(&auth).await);
    assert_eq!((&claims["aud"], &claims["sub"]), (&json!("https://api.planet.com/"), &json!("fake-user")));
    assert_eq!(authority.asked().await, 4, "a token that is there is not asked for");
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_user_who_says_no_ends_the_login() {
    let (authority, home) = (Authority::of_users().await, Home::new());
    let auth = session::device(&home, &authority);
    let login = auth.device_login().await.unwrap();
    authority.decide(login.prompt().user_code(), false).await;
    let error = login.complete().await.unwrap_err();
    assert_eq!(failure(&error), (AuthFailure::Denied, Some("access_denied")), "{error}");
    recorded::assert_all_sent("device-code-denied", &authority).await;
    assert!(!auth.is_initialized());
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_code_that_nobody_used_in_time_ends_the_login() {
    let authority = Authority::start(json!({"device_code": 1})).await;
    let home = Home::new();
    let auth = session::device(&home, &authority);
    let error = auth.device_login().await.unwrap().complete().await.unwrap_err();
    assert_eq!(failure(&error).0, AuthFailure::LoginExpired, "{error}");
    assert!(!auth.is_initialized());
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_client_with_a_secret_says_it_in_a_header() {
    let (authority, home) = (Authority::of_users().await, Home::new());
    let members = json!({
        "client_id": "fake-device-secret-client",
        "client_secret": "fake-device-secret-0123456789",
        "scopes": ["planet", "offline_access"],
    });
    home.profile("office", "oidc_device_code_secret", &authority, members);
    let auth = home.auth().profile("office").unwrap();
    session::log_in(&auth, &authority).await;
    recorded::assert_all_sent("device-code-confidential", &authority).await;
    assert!(home.file(".planet/office/token.json").exists());
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_client_that_the_authority_does_not_know_is_told_so() {
    let (authority, home) = (Authority::of_users().await, Home::new());
    let auth = home.auth().auth_server(authority.url()).oauth_user_device_code("nobody").unwrap();
    let error = auth.device_login().await.unwrap_err();
    assert_eq!(failure(&error), (AuthFailure::ClientRejected, Some("invalid_client")), "{error}");
}
