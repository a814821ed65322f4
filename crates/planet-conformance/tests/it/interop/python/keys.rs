//! API keys, as either version keeps them.

use serde_json::json;

use super::super::official::{self, Official};
use super::super::session::{Home, token};

const KEY: &str = "PLAK0fake0123456789";

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn a_stored_key_is_its_default_session() {
    let (home, mut official) = (Home::new(), Official::start());
    let auth = home.auth().variables([("PL_API_KEY", KEY)]).env().unwrap();
    auth.store().unwrap();
    let session = official.default_session(&home);
    assert_eq!(
        (&session.facts["client_type"], &session.facts["profile"]),
        (&json!("static_apikey"), &json!("_pl_api_key"))
    );
    assert_eq!(official.authorization(&session, 0), (format!("api-key {KEY}"), 0));
    assert_eq!(token(&home.auth().user_default_session().unwrap()).await, KEY, "and ours");
}

#[tokio::test]
#[ignore = "needs the official library: cargo xtask interop python"]
async fn a_key_stored_in_the_older_form_is_read_by_both_versions() {
    let (home, mut official) = (Home::new(), Official::start());
    home.write(".planet.json", &json!({"theirs": true}));
    let auth = home.auth().variables([("PL_API_KEY", KEY)]).env().unwrap();
    auth.store_legacy(home.file(".planet.json")).unwrap();
    assert_eq!(official::key_read_by_version_2(&home.file(".planet.json")), KEY);
    let session = official.default_session(&home);
    assert_eq!(official.authorization(&session, 0), (format!("api-key {KEY}"), 0));
    assert_eq!(home.json(".planet.json"), json!({"key": KEY, "theirs": true}));
    assert_eq!(token(&home.auth().user_default_session().unwrap()).await, KEY, "and ours");
}
