//! Clients that log in by themselves (RFC 6749 section 4.4), with a secret or a key.

use planet_core::{Auth, AuthFailure};
use serde_json::json;

use super::super::authority::Authority;
use super::super::recorded;
use super::super::session::{self, Home, failure, token};

const CLIENT: &str = "fake-m2m-client";
const SECRET: &str = "fake-m2m-secret-0123456789";

fn program(home: &Home, authority: &Authority, secret: &str) -> Auth {
    home.auth().auth_server(authority.url()).oauth_m2m(CLIENT, secret).unwrap()
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_secret_gets_a_token_for_the_api() {
    let (authority, home) = (Authority::of_programs().await, Home::new());
    let auth = program(&home, &authority, SECRET);
    let first = token(&auth).await;
    assert_eq!(session::claims(&first)["aud"], "https://api.planet.com/");
    recorded::assert_all_sent("m2m", &authority).await;
    assert_eq!(token(&auth).await, first);
    assert_eq!(authority.asked().await, 2, "a token that is there is not asked for");
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn scopes_are_asked_for_when_there_are_any() {
    let (authority, home) = (Authority::of_programs().await, Home::new());
    let builder = home.auth().auth_server(authority.url()).scopes(["profile", "email"]);
    let auth = builder.oauth_m2m(CLIENT, SECRET).unwrap();
    assert_eq!(session::claims(&token(&auth).await)["scope"], "profile email");
    recorded::assert_all_sent("m2m-with-scopes", &authority).await;
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_wrong_secret_is_refused_and_not_shown() {
    let (authority, home) = (Authority::of_programs().await, Home::new());
    let error = program(&home, &authority, "wrong").value().await.unwrap_err();
    assert_eq!(failure(&error), (AuthFailure::ClientRejected, Some("invalid_client")), "{error}");
    recorded::assert_all_sent("m2m-wrong-secret", &authority).await;
    assert!(!format!("{error} {error:?}").contains(SECRET));
    assert!(!home.file(".planet/fake-m2m-client/token.json").exists());
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_token_that_is_no_jwt_is_used_and_kept_as_well() {
    let authority = Authority::start(json!({"realm": true, "format": "opaque", "access_token": 600})).await;
    let home = Home::new();
    let opaque = token(&program(&home, &authority, SECRET)).await;
    assert!(!opaque.contains('.'), "{opaque}");
    assert_eq!(token(&program(&home, &authority, SECRET)).await, opaque);
    assert_eq!(authority.asked().await, 2);
    let late = home.ahead(601).auth_server(authority.url()).oauth_m2m(CLIENT, SECRET).unwrap();
    assert_ne!(token(&late).await, opaque);
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_private_key_signs_for_its_client() {
    let (authority, home) = (Authority::of_programs().await, Home::new());
    let members = json!({"client_id": "fake-key-client", "client_privkey": authority.private_key()});
    home.profile("robot", "oidc_client_credentials_pubkey", &authority, members);
    let auth = home.auth().profile("robot").unwrap();
    let claims = session::claims(&token(&auth).await);
    assert_eq!((&claims["aud"], &claims["client_id"]), (&json!("https://api.planet.com/"), &json!("fake-key-client")));

    let exchanges = authority.exchanges().await;
    let form = &exchanges.last().unwrap().fields;
    assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assert_eq!(form.get("client_id"), None);
    let assertion = session::claims(form["client_assertion"].as_str().unwrap());
    let endpoint = format!("{}/protocol/openid-connect/token", authority.url());
    assert_eq!(assertion["aud"], json!(endpoint), "{assertion}");
    assert_eq!((&assertion["iss"], &assertion["sub"]), (&json!("fake-key-client"), &json!("fake-key-client")));
}

#[tokio::test]
#[ignore = "needs oidc-provider: cargo xtask interop oidc"]
async fn a_private_key_in_a_file_signs_as_well() {
    let (authority, home) = (Authority::of_programs().await, Home::new());
    let key = home.file("key.pem");
    std::fs::write(&key, authority.private_key()).unwrap();
    let members = json!({"client_id": "fake-key-client", "client_privkey_file": key});
    home.profile("robot", "oidc_client_credentials_pubkey", &authority, members);
    assert!(!token(&home.auth().profile("robot").unwrap()).await.is_empty());
}
