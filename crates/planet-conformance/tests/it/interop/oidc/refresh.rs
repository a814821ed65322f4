//! Refresh tokens that are used once, and sessions that end.

use std::fs;

use planet_core::AuthFailure;

use super::super::authority::Authority;
use super::super::recorded;
use super::super::session::{self, Ahead, DEVICE, Home, failure, token};

const TOKEN: &str = ".planet/fake-device-client/token.json";
/// Tokens live an hour here: this is past three quarters of it, and past all of it.
const STALE: u64 = 2800;
const EXPIRED: u64 = 3700;

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_stale_token_is_refreshed_with_the_newest_refresh_token() {
    let (authority, home) = (Authority::of_users().await, Home::new());
    let auth = session::device(&home, &authority);
    session::log_in(&auth, &authority).await;
    let mut seen = vec![token(&auth).await];
    let ahead = Ahead::default();
    let later = home.with_clock(&ahead).profile(DEVICE).unwrap();
    for round in 1..=5 {
        ahead.set(round * STALE);
        let before = authority.asked().await;
        let next = token(&later).await;
        assert!(!seen.contains(&next));
        seen.push(next);
        let sent = authority.exchanges().await.split_off(before);
        let refresh = sent.into_iter().filter(|exchange| exchange.method == "POST").collect::<Vec<_>>();
        recorded::assert_sent("refresh", &refresh);
    }
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_refresh_token_used_twice_ends_the_session_for_both() {
    let (authority, home) = (Authority::of_users().await, Home::new());
    let auth = session::device(&home, &authority);
    session::log_in(&auth, &authority).await;
    let stolen = Home::new();
    copy(&home, &stolen, ".planet/fake-device-client/auth_client.json");
    copy(&home, &stolen, TOKEN);
    let new = token(&home.ahead(STALE).profile(DEVICE).unwrap()).await;
    assert_ne!(new, token(&stolen.auth().profile(DEVICE).unwrap()).await);

    for (home, name) in [(&stolen, "who came second"), (&home, "who came first")] {
        let auth = home.ahead(EXPIRED).profile(DEVICE).unwrap();
        let error = auth.value().await.unwrap_err();
        assert_eq!(failure(&error), (AuthFailure::LoginRequired, Some("invalid_grant")), "{name}: {error}");
        let error = auth.ensure_initialized().await.unwrap_err();
        assert_eq!(failure(&error).0, AuthFailure::LoginRequired, "{name}: {error}");
    }
    assert_eq!(home.json(TOKEN)["access_token"], new.as_str(), "nothing is lost");
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_session_that_its_user_ends_is_revoked() {
    let (authority, home) = (Authority::of_users().await, Home::new());
    let auth = session::device(&home, &authority);
    session::log_in(&auth, &authority).await;
    let kept = Home::new();
    copy(&home, &kept, ".planet/fake-device-client/auth_client.json");
    copy(&home, &kept, TOKEN);
    let before = authority.asked().await;

    auth.logout().await.unwrap();
    recorded::assert_sent("revoke-refresh-token", &authority.exchanges().await.split_off(before));
    assert!(!home.file(TOKEN).exists() && home.file(".planet/fake-device-client/auth_client.json").exists());
    assert!(!auth.is_initialized());
    let error = auth.value().await.unwrap_err();
    assert_eq!(failure(&error).0, AuthFailure::LoginRequired, "{error}");
    // Also for who has a copy.
    let error = kept.ahead(EXPIRED).profile(DEVICE).unwrap().value().await.unwrap_err();
    assert_eq!(failure(&error), (AuthFailure::LoginRequired, Some("invalid_grant")), "{error}");
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn who_logs_in_again_goes_on_in_the_same_session() {
    let (authority, home) = (Authority::of_users().await, Home::new());
    let auth = session::device(&home, &authority);
    session::log_in(&auth, &authority).await;
    let other = home.ahead(STALE).profile(DEVICE).unwrap();
    auth.logout().await.unwrap();
    assert!(other.value().await.is_err());
    session::log_in(&auth, &authority).await;
    assert!(!token(&other).await.is_empty(), "a session that was open sees the login");
}

fn copy(from: &Home, to: &Home, name: &str) {
    fs::create_dir_all(to.file(name).parent().unwrap()).unwrap();
    fs::copy(from.file(name), to.file(name)).unwrap();
}
