//! What we write, the official library reads.

use serde_json::{Value, json};

use super::super::authority::Authority;
use super::super::browser::{self, Consent};
use super::super::official::Official;
use super::super::session::{self, DEVICE, Home, token};

const SECRET: &str = "fake-m2m-secret-0123456789";
const STALE: u64 = 3000;

/// The library sends our token, and asks nobody for it.
#[track_caller]
fn assert_sends(official: &mut Official, home: &Home, profile: &str, ours: &str) {
    let session = official.profile(home, profile);
    assert_eq!(session.facts["is_initialized"], true);
    assert_eq!(official.authorization(&session, 0), (format!("Bearer {ours}"), 0));
}

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn a_device_login_and_its_refresh_are_its_own() {
    let (authority, home, mut official) = (Authority::of_users().await, Home::new(), Official::start());
    let auth = session::device(&home, &authority);
    session::log_in(&auth, &authority).await;
    assert_sends(&mut official, &home, DEVICE, &token(&auth).await);

    let refreshed = token(&home.ahead(STALE).profile(DEVICE).unwrap()).await;
    assert_ne!(refreshed, token(&auth).await);
    assert_sends(&mut official, &home, DEVICE, &refreshed);
    let kept = home.json(".planet/fake-device-client/token.json");
    for time in ["_iat", "_exp", "expires_in"] {
        assert!(kept[time].as_i64().is_some_and(|seconds| seconds > 0), "{time} is no whole number: {kept}");
    }
}

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn a_browser_login_is_its_own() {
    let (authority, home, mut official) = (Authority::of_users().await, Home::new(), Official::start());
    let auth = home.auth().auth_server(authority.url());
    let auth = auth.oauth_user_auth_code("fake-code-client", "http://127.0.0.1:0/callback").unwrap();
    let login = auth.browser_login().await.unwrap();
    let user = browser::decide_and_return(login.url(), Consent::Approve);
    let (completed, _) = tokio::join!(login.complete(), user);
    completed.unwrap();
    assert_sends(&mut official, &home, "fake-code-client", &token(&auth).await);
}

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn a_token_that_no_jwt_dates_is_its_own() {
    let authority = Authority::start(json!({"realm": true, "format": "opaque"})).await;
    let (home, mut official) = (Home::new(), Official::start());
    let auth =
        home.auth().auth_server(authority.url()).store_secret(true).oauth_m2m("fake-m2m-client", SECRET).unwrap();
    assert_sends(&mut official, &home, "fake-m2m-client", &token(&auth).await);
    let session = official.profile(&home, "fake-m2m-client");
    assert_eq!(official.authorization(&session, 2600).1, 0, "before three quarters of the hour");
    assert_ne!(official.authorization(&session, 2800).1, 0, "and after");
}

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn the_profile_of_a_program_with_its_secret_is_enough_for_it() {
    let (authority, home, mut official) = (Authority::of_programs().await, Home::new(), Official::start());
    let auth =
        home.auth().auth_server(authority.url()).store_secret(true).oauth_m2m("fake-m2m-client", SECRET).unwrap();
    assert_sends(&mut official, &home, "fake-m2m-client", &token(&auth).await);
    let session = official.profile(&home, "fake-m2m-client");
    let (header, asked) = official.authorization(&session, STALE);
    assert_ne!(asked, 0);
    let (later, asked) = (token(&auth).await, authority.asked().await);
    assert_ne!(header, format!("Bearer {later}"), "ours is young yet, by our clock");
    assert_eq!(header, format!("Bearer {}", token(&home.auth().profile("fake-m2m-client").unwrap()).await));
    assert_eq!(authority.asked().await, asked);
}

/// A profile that we wrote, and the same that the library's constructor writes.
fn assert_same_profile(official: &mut Official, authority: &Authority, ours: &Home, name: &str, call: (&str, Value)) {
    let theirs = Home::new();
    let written = official.open(&theirs, Some(authority), call.0, &call.1);
    let read = official.profile(ours, name);
    for fact in ["client_type", "profile", "token_file"] {
        assert_eq!(read.facts[fact], written.facts[fact], "{fact}");
    }
    let file = format!(".planet/{name}/auth_client.json");
    assert_eq!(without_comments(ours.json(&file)), without_comments(theirs.json(&file)));
}

fn without_comments(mut profile: Value) -> Value {
    profile.as_object_mut().unwrap().retain(|name, _| !name.starts_with('_'));
    profile
}

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn profiles_are_written_as_it_writes_them() {
    let (authority, mut official) = (Authority::of_users().await, Official::start());
    let home = Home::new();
    let ours = || home.auth().auth_server(authority.url());
    ours().oauth_user_device_code("My-Device").unwrap();
    let call = ("from_oauth_user_device_code", json!({"client_id": "My-Device"}));
    assert_same_profile(&mut official, &authority, &home, "my-device", call);

    let callback = "http://127.0.0.1:8798/callback";
    ours().profile_name("Browser").scopes(["planet"]).oauth_user_auth_code("c", callback).unwrap();
    let arguments =
        json!({"client_id": "c", "callback_url": callback, "requested_scopes": ["planet"], "profile_name": "Browser"});
    assert_same_profile(&mut official, &authority, &home, "browser", ("from_oauth_user_auth_code", arguments));

    ours().store_secret(true).oauth_m2m("program", "s3cret").unwrap();
    let call = ("from_oauth_m2m", json!({"client_id": "program", "client_secret": "s3cret"}));
    assert_same_profile(&mut official, &authority, &home, "program", call);
}

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn the_stored_session_is_its_default_and_other_preferences_stay() {
    let (authority, home, mut official) = (Authority::of_users().await, Home::new(), Official::start());
    home.write(".planet.json", &json!({"key": "PLAK0old", "theirs": {"deep": [1, 2]}}));
    let auth = home.auth().auth_server(authority.url()).profile_name("Fields").oauth_user_device_code(DEVICE).unwrap();
    session::log_in(&auth, &authority).await;
    auth.store().unwrap();

    let session = official.default_session(&home);
    assert_eq!(session.facts["profile"], "fields");
    assert_eq!(official.authorization(&session, 0), (format!("Bearer {}", token(&auth).await), 0));
    let mut kept = home.json(".planet.json");
    let selected = kept.as_object_mut().unwrap().remove("PL_AUTH_PROFILE").unwrap();
    assert_eq!(selected.as_str().unwrap().to_lowercase(), "fields");
    assert_eq!(kept, json!({"key": "PLAK0old", "theirs": {"deep": [1, 2]}}));
}
