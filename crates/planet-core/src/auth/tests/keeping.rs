//! What `store` writes, as the official tools read it.

use serde_json::json;

use super::*;

#[test]
fn a_key_becomes_a_profile_and_what_else_is_set_stays() {
    let home = Home::new(&[(".planet.json", r#"{"key":"PLAK-old","other":{"a":1}}"#)]);
    home.builder().variables([("PL_API_KEY", "PLAK0123")]).env().unwrap().store().unwrap();
    let selected = json!({"key": "PLAK-old", "other": {"a": 1}, "PL_AUTH_PROFILE": "_PL_API_KEY"});
    assert_eq!(home.json(".planet.json"), selected);
    let profile = json!({"client_type": "static_apikey", "api_key": "PLAK0123", "bearer_token_prefix": "api-key"});
    assert_eq!(home.json(".planet/_pl_api_key/auth_client.json"), profile);
    assert_eq!(home.session(&[]).explain().profile(), Some("_pl_api_key"));
}

#[test]
fn a_session_is_selected_and_its_profile_is_left_as_it_is() {
    let config = r#"{"client_type":"oidc_client_credentials_secret","auth_server":"https://a.example.com","client_id":"robot","client_secret":"sesame","mine":1}"#;
    let home = Home::new(&[(".planet/robot/auth_client.json", config)]);
    home.builder().profile("Robot").unwrap().store().unwrap();
    assert_eq!(home.json(".planet.json"), json!({"PL_AUTH_PROFILE": "robot"}));
    assert_eq!(fs::read_to_string(home.file(".planet/robot/auth_client.json")).unwrap(), config);
    home.builder().profile("planet-user").unwrap().store().unwrap();
    assert_eq!(home.json(".planet.json"), json!({"PL_AUTH_PROFILE": "planet-user"}));
}

#[test]
fn a_secret_is_not_stored_unless_that_is_allowed() {
    let home = Home::new(&[]);
    let variables = [("PL_AUTH_CLIENT_ID", "Robot"), ("PL_AUTH_CLIENT_SECRET", "sesame")];
    let error = home.session(&variables).store().unwrap_err();
    assert_eq!(error.faults()[0].path(), "store_secret");
    assert!(!home.file(".planet.json").exists() && !home.file(".planet").exists());

    let auth = home.builder().variables(variables).store_secret(true).user_default_session().unwrap();
    auth.store().unwrap();
    assert_eq!(home.json(".planet/planet-m2m-robot/auth_client.json")["client_secret"], "sesame");
    assert_eq!(home.session(&[]).explain().client_id(), Some("Robot"));
}

#[test]
fn a_session_that_keeps_nothing_is_not_stored() {
    let home = Home::new(&[]);
    let error = home.builder().save_state(false).oauth_user_device_code("its-client").unwrap().store().unwrap_err();
    assert_eq!(error.faults()[0].path(), "save_state", "{error}");
    assert!(!home.file(".planet.json").exists() && !home.file(".planet").exists());
}

#[test]
fn a_broken_file_of_preferences_is_left_and_named() {
    let home = Home::new(&[(".planet.json", "{half")]);
    let auth = home.builder().profile("planet-user").unwrap();
    let error = auth.store().unwrap_err();
    assert!(error.to_string().contains(".planet.json"), "{error}");
    assert_eq!(fs::read_to_string(home.file(".planet.json")).unwrap(), "{half");
}

#[test]
fn what_cannot_be_kept_is_an_error() {
    for auth in [Auth::anonymous(), Auth::from_provider(Anonymous), Auth::from_key("")] {
        assert_eq!(failure(&auth.store().unwrap_err()), AuthFailure::Unsupported, "{auth:?}");
    }
}

#[tokio::test]
async fn only_a_session_can_be_ended() {
    assert_eq!(Auth::from_key("PLAK0123").logout().await.unwrap_err().kind(), ErrorKind::InvalidInput);
}
