//! One session, both at work.

use serde_json::json;

use super::super::authority::Authority;
use super::super::official::Official;
use super::super::session::{self, Ahead, DEVICE, Home, token};

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn its_refresh_is_taken_over_by_a_session_of_ours_that_is_open() {
    let authority = Authority::start(json!({"access_token": 100})).await;
    let (home, mut official) = (Home::new(), Official::start());
    let ahead = Ahead::default();
    let ours = home.with_clock(&ahead).auth_server(authority.url()).oauth_user_device_code(DEVICE).unwrap();
    session::log_in(&ours, &authority).await;
    let old = token(&ours).await;
    let theirs = official.profile(&home, DEVICE);
    authority.set(json!({"access_token": 3600})).await;
    let (header, _) = official.authorization(&theirs, 90);
    let asked = authority.asked().await;
    assert_eq!(token(&ours).await, old, "it is young yet");
    ahead.set(90);
    assert_eq!(format!("Bearer {}", token(&ours).await), header);
    assert_eq!(authority.asked().await, asked);
}

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn both_refresh_in_turns_and_the_session_lasts() {
    const ROUNDS: u64 = 20;
    /// Past three quarters of the hour that a token lives.
    const STALE: u64 = 2800;
    let (authority, home, mut official) = (Authority::of_users().await, Home::new(), Official::start());
    let auth = session::device(&home, &authority);
    session::log_in(&auth, &authority).await;
    let mut seen = vec![token(&auth).await];
    let ahead = Ahead::default();
    let ours = home.with_clock(&ahead).profile(DEVICE).unwrap();
    let theirs = official.profile(&home, DEVICE);
    for round in 1..=ROUNDS {
        // To the clocks of both, what the other has just been given is old.
        ahead.set(round * STALE);
        let (header, _) = official.authorization(&theirs, round * STALE);
        for token in [header.strip_prefix("Bearer ").unwrap().to_owned(), token(&ours).await] {
            assert!(!seen.contains(&token), "round {round}: an old token came back");
            seen.push(token);
        }
    }
    let refused = authority.exchanges().await.into_iter().filter(|exchange| exchange.status >= 400).count();
    assert_eq!(refused, 0, "each refresh used the newest refresh token");
}
