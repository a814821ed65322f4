//! The default session of a user, from the files on.

use super::*;

const PROFILE: (&str, &str) = (".planet/office/auth_client.json", DEVICE);
const SELECTED: (&str, &str) = (".planet.json", r#"{"PL_AUTH_PROFILE":"office"}"#);

#[tokio::test]
async fn a_session_of_the_official_tools_is_ours() {
    let home = Home::new(&[SELECTED, PROFILE, (".planet/office/token.json", TOKEN)]);
    let auth = home.session(&[]);
    assert!(auth.is_initialized());
    assert_eq!(auth.value().await.unwrap().expose(), "token-of-the-file");
    let why = auth.explain();
    assert_eq!((why.kind(), why.client_type()), (AuthKind::DeviceCode, Some("oidc_device_code")));
    assert_eq!((why.profile(), why.client_id()), (Some("office"), Some("Its-Client")));
    assert_eq!(why.auth_server(), Some("https://login.example.com/"));
    assert_eq!(why.token_file(), Some(&*home.file(".planet/office/token.json")));
    assert_eq!(why.to_do(), None);
}

#[test]
fn a_profile_in_the_file_hides_a_key_in_the_environment_and_says_so() {
    let home = Home::new(&[SELECTED, PROFILE]);
    let auth = home.session(&[("PL_API_KEY", "PLAK0123")]);
    assert_eq!(auth.explain().profile(), Some("office"));
    assert_eq!(shown(auth.explain().hidden()), ["environment PL_API_KEY"]);
    assert_eq!(kinds(&auth), [AuthWarningKind::EnvironmentHidden]);
    let auth = home.builder().variables([("PL_API_KEY", "PLAK0123")]).command_line_order(true);
    let auth = auth.user_default_session().unwrap();
    assert_eq!(auth.explain().profile(), Some("_PL_API_KEY"));
    assert_eq!(kinds(&auth), []);
}

#[test]
fn what_the_environment_itself_hides_is_no_warning() {
    let home = Home::new(&[PROFILE]);
    let auth = home.session(&[("PL_API_KEY", "PLAK0123"), ("PL_AUTH_PROFILE", "office")]);
    assert_eq!(shown(auth.explain().hidden()), ["environment PL_API_KEY"]);
    assert_eq!(kinds(&auth), []);
}

#[test]
fn a_profile_that_cannot_be_used_is_a_warning_and_the_search_goes_on() {
    let home = Home::new(&[SELECTED, PROFILE, (".planet/broken/auth_client.json", "{half")]);
    for unusable in ["nobody", "broken", "../office", " office", "office ", "planet-m2m"] {
        let auth = home.session(&[("PL_AUTH_PROFILE", unusable), ("PL_API_KEY", "PLAK0123")]);
        assert_eq!(kinds(&auth), [AuthWarningKind::ProfileUnusable], "{unusable}");
        assert_eq!(auth.explain().kind(), AuthKind::ApiKey, "{unusable}");

        let auth = home.session(&[("PL_AUTH_PROFILE", unusable)]);
        assert_eq!(kinds(&auth), [AuthWarningKind::ProfileUnusable, AuthWarningKind::FellBackToDefault]);
        assert_eq!(auth.explain().profile(), Some("planet-user"), "{unusable}");
        assert_eq!(shown(auth.explain().hidden()), ["file PL_AUTH_PROFILE"]);

        let builder = home.builder().variables([("PL_AUTH_PROFILE", unusable), ("PL_API_KEY", "PLAK0123")]);
        let error = builder.command_line_order(true).user_default_session().unwrap_err();
        assert!(matches!(failure(&error), AuthFailure::BadProfile | AuthFailure::BadFile), "{error}");
    }
}

#[test]
fn a_profile_that_is_no_text_cannot_be_used() {
    let home = Home::new(&[(".planet.json", r#"{"PL_AUTH_PROFILE":5,"key":"PLAK0123"}"#)]);
    let auth = home.session(&[]);
    assert_eq!(kinds(&auth), [AuthWarningKind::ProfileUnusable]);
    assert_eq!(auth.explain().profile(), Some("_PL_API_KEY"));
}

#[tokio::test]
async fn blanks_around_what_the_environment_says_do_not_count() {
    let home = Home::new(&[(".planet.json", r#"{"key":"PLAK-of-the-file"}"#)]);
    let value = async |auth: Auth| auth.value().await.unwrap().expose().to_owned();
    assert_eq!(value(home.session(&[("PL_API_KEY", " \n")])).await, "PLAK-of-the-file");
    assert_eq!(value(home.session(&[("PL_API_KEY", "PLAK0123\n"), ("PL_AUTH_PROFILE", "\t")])).await, "PLAK0123");
}

#[test]
fn a_program_in_the_environment_keeps_the_case_of_its_id_but_not_its_secret() {
    let home = Home::new(&[]);
    let auth = home.session(&[("PL_AUTH_CLIENT_ID", "Robot"), ("PL_AUTH_CLIENT_SECRET", "sesame")]);
    let why = auth.explain();
    assert_eq!((why.kind(), why.profile()), (AuthKind::M2m, Some("planet-m2m-Robot")));
    assert_eq!(why.token_file(), Some(&*home.file(".planet/planet-m2m-robot/token.json")));
    assert!(auth.is_initialized());
    assert!(!home.file(".planet").exists(), "something was written");
}

#[test]
fn a_client_id_that_can_be_no_name_is_an_error_that_says_where_it_stands() {
    let home = Home::new(&[]);
    let pair = [("PL_AUTH_CLIENT_ID", "a/b"), ("PL_AUTH_CLIENT_SECRET", "sesame")];
    let error = home.builder().variables(pair).user_default_session().unwrap_err();
    assert!(error.to_string().contains("the environment variable PL_AUTH_CLIENT_ID"), "{error}");
    let error = home.builder().oauth_m2m("a/b", "sesame").unwrap_err();
    assert!(error.to_string().contains("AuthBuilder::profile_name"), "{error}");
}

#[tokio::test]
async fn whoever_has_nothing_set_up_is_told_what_to_run_and_nothing_is_sent() {
    let home = Home::new(&[]);
    let auth = home.session(&[]);
    assert!(!auth.is_initialized());
    let service = ScriptedTransport::new([]);
    let session = service.session().auth(auth.clone()).build().unwrap();
    let error = session.request(http::Method::GET, "/data/v1").await.unwrap_err();
    assert_eq!(failure(&error), AuthFailure::LoginRequired);
    assert!(service.requests().is_empty());
    let told = error.to_string();
    for what in ["Set PL_API_KEY", "`planet auth login`", "auth.login()", "planet-user"] {
        assert!(told.contains(what), "{told}");
    }
    let error = auth.ensure_initialized().await.unwrap_err();
    assert_eq!(error.help(), auth.explain().to_do());
    assert!(error.help().is_some());
}

#[tokio::test]
async fn whoever_mistypes_the_name_of_a_profile_hears_of_it_in_the_first_error() {
    let home = Home::new(&[SELECTED, PROFILE]);
    let error = home.session(&[("PL_AUTH_PROFILE", "ofice")]).value().await.unwrap_err();
    assert!(error.to_string().contains("the environment variable PL_AUTH_PROFILE names a profile"), "{error}");
}

#[tokio::test]
async fn a_file_of_preferences_that_is_broken_counts_as_absent_with_a_warning() {
    for broken in ["", "{half", "[1, 2]", "null"] {
        let home = Home::new(&[(".planet.json", broken)]);
        let auth = home.session(&[]);
        assert_eq!(kinds(&auth), [AuthWarningKind::FileIgnored], "{broken}");
        assert!(auth.value().await.unwrap_err().to_string().contains(".planet.json"));
    }
}

#[test]
fn sessions_of_one_profile_share_their_turns() {
    let home = Home::new(&[PROFILE, (".planet/other/auth_client.json", DEVICE)]);
    let identity = |name: &str| home.builder().profile(name).unwrap().identity();
    assert_eq!(identity("office"), identity("Office"));
    assert_ne!(identity("office"), identity("other"));
    let unkept = || home.builder().save_state(false).profile("office").unwrap().identity();
    assert_ne!(unkept(), unkept());
    let robot = |name: &str| home.builder().profile_name(name).oauth_m2m("robot", "sesame").unwrap().identity();
    assert_eq!(robot("a"), robot("b"));
}
