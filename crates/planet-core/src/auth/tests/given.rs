//! Credentials that the program names, and what does not go together.

use super::*;

#[test]
fn the_client_of_a_user_has_its_profile_written_at_once() {
    let home = Home::new(&[]);
    let auth = home.builder().oauth_user_device_code("Its-Client").unwrap();
    assert_eq!(auth.explain().profile(), Some("its-client"));
    let written = home.json(".planet/its-client/auth_client.json");
    assert_eq!(written["client_type"], "oidc_device_code");
    assert_eq!(written["scopes"], serde_json::json!(["planet", "offline_access"]));
    let again = home.builder().profile("Its-Client").unwrap();
    assert_eq!(again.explain().client_id(), Some("Its-Client"));

    let callback = "http://localhost:8080/callback";
    home.builder().profile_name("Browser").oauth_user_auth_code("Its-Client", callback).unwrap();
    let written = home.json(".planet/browser/auth_client.json");
    assert_eq!((&written["redirect_uri"], &written["local_redirect_uri"]), (&callback.into(), &callback.into()));
}

#[cfg(unix)]
#[test]
fn a_profile_that_is_there_already_is_written_again_only_if_it_is_open_to_others() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let home = Home::new(&[]);
    let file = home.file(".planet/its-client/auth_client.json");
    let written = || {
        home.builder().oauth_user_device_code("Its-Client").unwrap();
        fs::metadata(&file).unwrap()
    };
    let first = written().ino();
    assert_eq!(written().ino(), first);
    fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
    let again = written();
    assert_eq!((again.mode() & 0o777, again.ino() == first), (0o600, false));
}

#[test]
fn nothing_is_written_where_nothing_is_to_be_kept() {
    let home = Home::new(&[]);
    home.builder().save_state(false).oauth_user_device_code("its-client").unwrap();
    home.builder().storage(MemoryStorage::default()).oauth_user_device_code("its-client").unwrap();
    home.builder().oauth_m2m("robot", "sesame").unwrap();
    assert!(!home.file(".planet").exists());
}

#[test]
fn the_secret_of_a_program_is_written_only_if_that_is_allowed() {
    let home = Home::new(&[]);
    home.builder().store_secret(true).scopes(["planet"]).oauth_m2m("robot", "sesame").unwrap();
    let written = home.json(".planet/robot/auth_client.json");
    assert_eq!((&written["client_secret"], &written["scopes"]), (&"sesame".into(), &serde_json::json!(["planet"])));
}

#[test]
fn a_session_that_keeps_nothing_does_not_look_at_the_file_either() {
    let home = Home::new(&[(".planet/planet-user/token.json", TOKEN)]);
    assert!(home.builder().profile("planet-user").unwrap().is_initialized());
    let auth = home.builder().save_state(false).profile("planet-user").unwrap();
    assert!(!auth.is_initialized());
    assert_eq!(auth.explain().token_file(), None);
}

#[test]
fn settings_that_do_not_go_with_an_end_are_refused_by_name() {
    let home = Home::new(&[]);
    let refused = |result: Result<Auth>, path: &str| {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.faults()[0].path(), path, "{error}");
        assert!(error.to_string().contains(path) && !error.to_string().contains("***"), "{error}");
    };
    refused(home.builder().scopes(["planet"]).user_default_session(), "scopes");
    refused(home.builder().profile_name("a").profile("b"), "profile_name");
    refused(home.builder().save_state(true).env(), "save_state");
    refused(home.builder().storage(MemoryStorage::default()).file(), "storage");
    refused(home.builder().store_secret(true).oauth_user_device_code("client"), "store_secret");
    refused(home.builder().command_line_order(true).oauth_m2m("client", "secret"), "command_line_order");
    let both = home.builder().save_state(false).storage(MemoryStorage::default());
    refused(both.oauth_user_device_code("client"), "storage");
}

fn faults(result: Result<Auth>) -> Vec<String> {
    result.unwrap_err().faults().iter().map(|fault| fault.path().to_owned()).collect()
}

#[test]
fn a_profile_is_not_given_to_another_client() {
    let home = Home::new(&[]);
    home.builder().profile_name("mine").oauth_user_device_code("first").unwrap();
    let before = home.json(".planet/mine/auth_client.json");
    let others = [
        home.builder().profile_name("mine").oauth_user_device_code("second"),
        home.builder().profile_name("mine").auth_server("https://other.test/").oauth_user_device_code("first"),
        home.builder().profile_name("mine").oauth_m2m("robot", "its-secret"),
    ];
    for refused in others {
        assert_eq!(faults(refused), ["profile_name"]);
    }
    assert_eq!(home.json(".planet/mine/auth_client.json"), before);
    home.builder().profile_name("mine").scopes(["planet"]).oauth_user_device_code("first").unwrap();
}

#[test]
fn bad_input_is_named_before_anything_is_written() {
    let home = Home::new(&[]);
    assert_eq!(faults(home.builder().oauth_m2m(" ", "")), ["client_id", "client_secret"]);
    assert_eq!(faults(home.builder().oauth_user_device_code("")), ["client_id"]);
    for bad in ["", "localhost:8080", "/callback", "mailto:me"] {
        assert_eq!(faults(home.builder().oauth_user_auth_code("client", bad)), ["callback_url"], "{bad}");
    }
    let with_more = ["https://me:sesame@login.example.com", "https://login.example.com/?a=b"];
    for bad in ["", "login.example.com", "http://login.example.com"].into_iter().chain(with_more) {
        assert_eq!(faults(home.builder().auth_server(bad).oauth_user_device_code("client")), ["auth_server"], "{bad}");
    }
    assert_eq!(faults(home.builder().profile_name("Planet-User").oauth_user_device_code("client")), ["profile_name"]);
    for bad in ["", "a/b", "..", " a", "a\0"] {
        let error = home.builder().profile_name(bad).oauth_user_device_code("client").unwrap_err();
        assert_eq!(failure(&error), AuthFailure::BadProfile);
        assert_eq!(failure(&home.builder().profile(bad).unwrap_err()), AuthFailure::BadProfile);
    }
    assert!(!home.file(".planet").exists());
}

#[tokio::test]
async fn a_login_at_what_is_no_url_is_named_before_anything_is_sent() {
    let home = Home::new(&[]);
    let more = ["https://me:sesame@api.example.com/auth", "https://api.example.com/auth?token=sesame"];
    for bad in ["", "api.example.com", "http://api.example.com/auth"].into_iter().chain(more) {
        let login = home.builder().login("me@example.com", "open-sesame").base_url(bad);
        let shown = format!("{login:?}");
        let error = login.await.unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "base_url"), "{error}");
        assert!(!format!("{shown} {error} {error:?}").contains("sesame"), "{shown} {error:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_none_ends_before_anything_is_sent() {
    for bad in ["", "  ", "PLAK 0123", "PLÄK", "PLAK\n0123"] {
        let service = ScriptedTransport::new([]);
        let auth = Auth::from_key(bad);
        let session = service.session().auth(auth.clone()).build().unwrap();
        let error = session.request(http::Method::GET, "/data/v1").await.unwrap_err();
        assert_eq!(failure(&error), AuthFailure::Missing, "{bad}");
        assert!(service.requests().is_empty());
        assert_eq!(failure(&auth.value().await.unwrap_err()), AuthFailure::Missing);
        assert!(auth.ensure_initialized().await.is_err());
        assert!(auth.explain().to_do().is_some());
    }
}

#[tokio::test]
async fn the_key_of_a_legacy_profile_is_read_when_it_is_asked_for() {
    let home = Home::new(&[]);
    let auth = home.builder().profile("legacy").unwrap();
    assert!(!auth.is_initialized());
    let error = auth.ensure_initialized().await.unwrap_err();
    assert_eq!(failure(&error), AuthFailure::LoginRequired);
    assert!(error.to_string().contains("legacy/token.json"), "{error}");

    home.put(".planet/legacy/token.json", r#"{"key":"PLAK0123","jwt":"a.b.c"}"#);
    assert!(auth.is_initialized());
    assert_eq!(auth.value().await.unwrap().expose(), "PLAK0123");
    let headers = auth.headers().await.unwrap();
    assert_eq!(headers.headers()["authorization"], "api-key PLAK0123");
    assert_eq!(auth.explain().kind(), AuthKind::LegacyKey);

    home.put(".planet/legacy/token.json", r#"{"api_key":"PLAK0123"}"#);
    assert_eq!(failure(&auth.value().await.unwrap_err()), AuthFailure::BadFile);
}

#[tokio::test]
async fn the_key_of_a_profile_is_sent_with_its_prefix() {
    let config = |rest: &str| format!(r#"{{"client_type":"static_apikey"{rest}}}"#);
    let home = Home::new(&[
        (".planet/a/auth_client.json", &config(r#","api_key":"PLAK0123""#)),
        (".planet/b/auth_client.json", &config(r#","api_key":"PLAK0123","bearer_token_prefix":"api-key""#)),
        (".planet/c/auth_client.json", &config("")),
        (".planet/c/token.json", r#"{"api_key":"PLAK0123","bearer_token_prefix":"api-key"}"#),
        (".planet/none/auth_client.json", r#"{"client_type":"none"}"#),
    ]);
    let sent = async |name: &str| {
        let auth = home.builder().profile(name).unwrap();
        assert!(auth.is_initialized());
        let headers = auth.headers().await.unwrap();
        headers.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(sent("a").await.unwrap(), "Bearer PLAK0123");
    assert_eq!(sent("b").await.unwrap(), "api-key PLAK0123");
    assert_eq!(sent("c").await.unwrap(), "api-key PLAK0123");
    assert_eq!(sent("none").await, None);

    home.put(".planet/c/token.json", r#"{"api_key":"PLAK0123"}"#);
    let error = home.builder().profile("c").unwrap().headers().await.unwrap_err();
    assert!(error.to_string().contains("token.json has no member `bearer_token_prefix`"), "{error}");
}

#[test]
fn what_is_wrong_with_a_variable_is_told_in_whole_sentences() {
    let home = Home::new(&[]);
    let error = home.builder().variables([("PL_API_KEY", "PLAK 0123")]).env().unwrap_err();
    let expected = "the environment variable PL_API_KEY holds characters that no API key has. Set PL_API_KEY to ";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn whoever_asks_the_environment_alone_is_told_of_the_default_session_if_it_is_meant() {
    let home = Home::new(&[]);
    let told = |variables: &[(&str, &str)]| {
        let error = home.builder().variables(variables.iter().copied()).env().unwrap_err();
        assert_eq!(failure(&error), AuthFailure::Missing);
        error.to_string()
    };
    assert!(!told(&[]).contains("default"));
    for name in ["PL_AUTH_PROFILE", "PL_AUTH_CLIENT_ID", "PL_AUTH_CLIENT_SECRET"] {
        let told = told(&[(name, "x")]);
        assert!(told.contains(name) && told.contains("Planet::from_default_session()"), "{told}");
    }
}
