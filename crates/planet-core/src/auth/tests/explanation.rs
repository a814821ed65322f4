//! What is told of a credential.

use super::*;
use crate::testing::Answer;

const SECRET: &str = "S3cr3tPLAKsesame0123456789abcdef";

/// One of each sort, all with the same secret.
fn all(home: &Home) -> Vec<Auth> {
    let key = format!(r#"{{"key":"{SECRET}","PL_AUTH_CLIENT_SECRET":"{SECRET}"}}"#);
    home.put(".planet.json", &key);
    let config = format!(r#"{{"client_type":"static_apikey","api_key":"{SECRET}"}}"#);
    home.put(".planet/static/auth_client.json", &config);
    home.put(".planet/legacy/token.json", &format!(r#"{{"key":"{SECRET}"}}"#));
    home.put(".planet/planet-user/token.json", &TOKEN.replace("token-of-the-file", SECRET));
    let variables = [("PL_API_KEY", SECRET)];
    let pair = [("PL_AUTH_CLIENT_ID", "robot"), ("PL_API_KEY", SECRET)];
    vec![
        Auth::from_key(SECRET),
        home.session(&variables),
        home.session(&pair),
        home.session(&[]),
        home.builder().variables(variables).env().unwrap(),
        home.builder().file().unwrap(),
        home.builder().profile("static").unwrap(),
        home.builder().profile("legacy").unwrap(),
        home.builder().profile("planet-user").unwrap(),
        home.builder().store_secret(true).oauth_m2m("robot", SECRET).unwrap(),
        home.builder().profile("robot").unwrap(),
    ]
}

#[tokio::test]
async fn no_part_of_a_secret_is_ever_shown() {
    let home = Home::new(&[]);
    for auth in all(&home) {
        let why = auth.explain();
        let mut told = format!("{auth:?} {why} {why:?} {:?}", home.builder().variables([("PL_API_KEY", SECRET)]));
        for error in [auth.ensure_initialized().await.err(), auth.value().await.err(), auth.logout().await.err()] {
            told.push_str(&format!("{error:?} {}", error.as_ref().map(ToString::to_string).unwrap_or_default()));
        }
        let login = home.builder().login("me@example.com", SECRET);
        told.push_str(&format!("{login:?}"));
        told.push_str(&format!("{:?}", login.await.err()));
        for part in SECRET.as_bytes().windows(6) {
            let part = std::str::from_utf8(part).unwrap();
            assert!(!told.contains(part), "{part} in {told}");
        }
        assert!(!format!("{auth:?}").contains('\n'));
    }
}

#[test]
fn a_password_in_the_address_of_an_authority_is_not_shown() {
    let config = DEVICE.replace("https://", "https://me:sesame@");
    let home = Home::new(&[(".planet/office/auth_client.json", &config)]);
    let auth = home.builder().profile("office").unwrap();
    assert_eq!(auth.explain().auth_server(), Some("https://login.example.com/"));
    assert!(!format!("{auth:?} {:?} {}", auth.explain(), auth.explain()).contains("sesame"));
}

#[test]
fn an_explanation_reads_as_a_few_lines() {
    let home =
        Home::new(&[(".planet.json", r#"{"PL_AUTH_PROFILE":"office"}"#), (".planet/office/auth_client.json", DEVICE)]);
    let told = home.session(&[("PL_API_KEY", "PLAK0123")]).explain().to_string();
    let (file, token) = (home.file(".planet.json"), home.file(".planet/office/token.json"));
    let (file, token) = (file.display(), token.display());
    let hidden = "the environment variable PL_API_KEY";
    let expected = format!(
        "credential: the profile office, named by `PL_AUTH_PROFILE` in {file} (OAuth session of a user, by device code)\n\
         hides: {hidden}\n\
         missing: a login, as there is no {token}\n\
         warning: {hidden} counts for nothing: `PL_AUTH_PROFILE` in {file} comes before it. Remove one of the two, or ask \
         for the one with Auth::from_env or Auth::from_profile\n\
         what to do: Log in from your program, with auth.login(), or run `planet auth login --auth-profile office`"
    );
    assert_eq!(told, expected);
}

#[tokio::test]
async fn whoever_is_refused_is_told_what_helps_with_that_sort_of_credential() {
    let told = async |auth: Auth| {
        let service = ScriptedTransport::new([Answer::status(401)]);
        let session = service.session().auth(auth).build().unwrap();
        session.request(http::Method::GET, "/data/v1").await.unwrap_err().to_string()
    };
    let shown = told(Auth::from_key("PLAK0123")).await;
    assert!(shown.contains("Put a valid API key there"), "{shown}");
    let home = Home::new(&[(".planet/legacy/token.json", r#"{"key":"PLAK0123"}"#)]);
    let shown = told(home.builder().profile("legacy").unwrap()).await;
    assert!(shown.contains("the profile legacy. Log in again") && !shown.contains("API key"), "{shown}");
}

#[test]
fn what_the_program_gave_is_explained_too() {
    let kind = |auth: Auth| auth.explain().kind();
    assert_eq!(kind(Auth::from_key("PLAK0123")), AuthKind::ApiKey);
    assert_eq!(kind(Auth::anonymous()), AuthKind::Anonymous);
    assert_eq!(kind(Auth::from_provider(Anonymous)), AuthKind::Own);
    let home = Home::new(&[(".planet.json", r#"{"key":"PLAK0123"}"#)]);
    let auth = home.builder().file().unwrap();
    assert_eq!(kind(auth.clone()), AuthKind::LegacyKey);
    assert_eq!(auth.explain().token_file(), Some(&*home.file(".planet.json")));
}
