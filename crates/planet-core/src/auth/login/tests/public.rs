//! Logins as programs begin them.

use super::*;
use crate::{Auth, ErrorKind};

const OFFICIAL: &str = "49lHVBYlXCdfIYqE1B9zeXt0iFHSXees";

fn builder(script: &ScriptedTransport) -> crate::auth::AuthBuilder {
    Auth::builder().storage(MemoryStorage::default()).auth_server(SERVER).transport(script.clone())
}

fn given() -> Answer {
    Answer::json(&json!({
        "device_code": "the-device-code", "user_code": "SHNK-PHWH", "verification_uri": format!("{SERVER}/activate"), "expires_in": 600,
    }))
}

#[tokio::test(start_paused = true)]
async fn a_login_shows_its_prompt_and_leaves_a_session() {
    let script = ScriptedTransport::new([discovery(), given(), token()]);
    let auth = builder(&script).oauth_user_device_code("my-client").unwrap();
    assert!(!auth.is_initialized());
    let heard = Heard::default();
    auth.login().progress(heard.listener()).await.unwrap();
    assert_eq!(heard.lines()[0], "open https://login.example.com/activate and enter the code SHNK-PHWH within 600 s");
    assert_eq!(heard.lines()[1..], ["logged in"]);
    assert_eq!(auth.value().await.unwrap().expose(), "the-access-token");
    assert_eq!(script.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_login_that_nobody_sees_is_refused_before_anything_is_sent() {
    let script = ScriptedTransport::new([]);
    let device = builder(&script).oauth_user_device_code("my-client").unwrap();
    let browser = builder(&script).oauth_user_auth_code("my-client", "http://127.0.0.1:0/").unwrap();
    for auth in [device, browser] {
        let error = auth.login().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.faults()[0].path(), "progress");
    }
    assert!(script.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn nobody_logs_in_under_the_name_of_the_official_tools() {
    let script = ScriptedTransport::new([]);
    let device = builder(&script).oauth_user_device_code(OFFICIAL).unwrap();
    let browser = builder(&script).oauth_user_auth_code(OFFICIAL, "http://127.0.0.1:0/").unwrap();
    for error in [
        device.login().progress(|_| {}).await.unwrap_err(),
        device.device_login().await.map(|_| ()).unwrap_err(),
        browser.login().progress(|_| {}).await.unwrap_err(),
        browser.browser_login().await.map(|_| ()).unwrap_err(),
    ] {
        let (failure, _, printed) = told(&error);
        assert_eq!(failure, AuthFailure::Unsupported);
        assert!(printed.contains("planet auth login") && printed.contains("from_oauth_user_device_code"), "{printed}");
    }
    assert!(script.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_key_has_nothing_to_log_in_to() {
    let auth = Auth::from_key("PLAK0123456789");
    let (failure, _, printed) = told(&auth.login().await.unwrap_err());
    assert_eq!(failure, AuthFailure::Unsupported);
    assert!(printed.contains("nothing to log in to") && !printed.contains("PLAK0"), "{printed}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_needs_no_user_fetches_a_token() {
    let script = ScriptedTransport::new([discovery(), token()]);
    let auth = builder(&script).oauth_m2m("my-robot", "sesame").unwrap();
    auth.login().await.unwrap();
    assert_eq!(script.left(), 0);
    assert_eq!(auth.value().await.unwrap().expose(), "the-access-token");
}

#[tokio::test(start_paused = true)]
async fn a_client_of_another_way_is_told_which_one() {
    let script = ScriptedTransport::new([]);
    let device = builder(&script).oauth_user_device_code("my-client").unwrap();
    let (failure, _, printed) = told(&device.browser_login().await.map(|_| ()).unwrap_err());
    assert_eq!(failure, AuthFailure::Unsupported);
    assert!(printed.contains("Auth::device_login"), "{printed}");
    let browser = builder(&script).oauth_user_auth_code("my-client", "http://127.0.0.1:0/").unwrap();
    let (failure, _, printed) = told(&browser.device_login().await.map(|_| ()).unwrap_err());
    assert_eq!(failure, AuthFailure::Unsupported);
    assert!(printed.contains("Auth::browser_login"), "{printed}");
    assert!(script.requests().is_empty());
}

#[cfg(not(feature = "oauth-browser"))]
#[tokio::test(start_paused = true)]
async fn without_the_feature_a_browser_is_not_waited_for() {
    let script = ScriptedTransport::new([]);
    let auth = builder(&script).oauth_user_auth_code("my-client", "http://127.0.0.1:0/").unwrap();
    let (failure, _, printed) = told(&auth.login().progress(|_| {}).await.unwrap_err());
    assert_eq!(failure, AuthFailure::Unsupported);
    assert!(printed.contains("oauth-browser") && printed.contains("complete_with"), "{printed}");
}

#[cfg(feature = "oauth-browser")]
#[tokio::test]
async fn a_login_with_a_browser_tells_the_page_and_then_that_it_is_done() {
    use std::io::Write;
    let script = ScriptedTransport::new([discovery(), token()]);
    let auth = builder(&script).oauth_user_auth_code("my-client", "http://127.0.0.1:0/back").unwrap();
    let heard = Heard::default();
    let mut write_down = heard.listener();
    let listener = move |event: &LoginEvent| {
        write_down(event);
        let LoginEvent::Browser(prompt) = event else { return };
        let state = fields(prompt.url().split_once('?').unwrap().1).remove("state").unwrap();
        let port = prompt.redirect_uri().parse::<http::Uri>().unwrap().port_u16().unwrap();
        let mut browser = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(browser, "GET /back?code=the-code&state={state} HTTP/1.1\r\nhost: here\r\n\r\n").unwrap();
    };
    auth.login().progress(listener).await.unwrap();
    assert!(heard.lines()[0].starts_with("open https://login.example.com/authorize?"));
    assert_eq!(heard.lines()[1..], ["logged in"]);
    assert_eq!(auth.value().await.unwrap().expose(), "the-access-token");
}
