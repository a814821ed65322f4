//! What the official library writes, we read.

use planet_core::AuthKind;
use serde_json::json;

use super::super::authority::Authority;
use super::super::official::Official;
use super::super::session::{DEVICE, Home, token};

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn its_device_login_is_ours() {
    let (authority, home, mut official) = (Authority::of_users().await, Home::new(), Official::start());
    let arguments = json!({"client_id": DEVICE, "profile_name": "My-App"});
    let theirs = official.open(&home, Some(&authority), "from_oauth_user_device_code", &arguments);
    let auth = home.auth().profile("my-app").unwrap();
    assert!(!auth.is_initialized(), "nobody has logged in yet");

    official.log_in(&theirs, &authority).await;
    let (header, _) = official.authorization(&theirs, 0);
    let asked = authority.asked().await;
    assert!(auth.is_initialized(), "a session that was open sees the login");
    assert_eq!(format!("Bearer {}", token(&auth).await), header);
    let selected = home.auth().variables([("PL_AUTH_PROFILE", "MY-APP")]).user_default_session().unwrap();
    assert_eq!(selected.explain().kind(), AuthKind::DeviceCode);
    assert_eq!(format!("Bearer {}", token(&selected).await), header);
    assert_eq!(authority.asked().await, asked);
    assert!(selected.explain().warnings().is_empty(), "{}", selected.explain());
}

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn its_program_is_ours_with_the_secret_that_it_keeps() {
    let (authority, home, mut official) = (Authority::of_programs().await, Home::new(), Official::start());
    let arguments = json!({"client_id": "fake-m2m-client", "client_secret": "fake-m2m-secret-0123456789"});
    let theirs = official.open(&home, Some(&authority), "from_oauth_m2m", &arguments);
    let (header, _) = official.authorization(&theirs, 0);
    let asked = authority.asked().await;
    let auth = home.auth().profile("fake-m2m-client").unwrap();
    assert_eq!(auth.explain().kind(), AuthKind::M2m);
    assert_eq!(format!("Bearer {}", token(&auth).await), header);
    assert_eq!(authority.asked().await, asked);
    let later = token(&home.ahead(3000).profile("fake-m2m-client").unwrap()).await;
    assert_ne!(format!("Bearer {later}"), header);
}

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn its_browser_client_is_ours() {
    let (authority, home, mut official) = (Authority::of_users().await, Home::new(), Official::start());
    let arguments = json!({"client_id": "fake-code-client", "callback_url": "http://127.0.0.1:8798/callback"});
    official.open(&home, Some(&authority), "from_oauth_user_auth_code", &arguments);
    let explained = home.auth().profile("fake-code-client").unwrap().explain();
    assert_eq!(explained.kind(), AuthKind::AuthCode);
    assert_eq!((explained.client_id(), explained.auth_server()), (Some("fake-code-client"), Some(authority.url())));
}
