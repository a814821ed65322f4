//! Configurations as the official tools leave them (recorded from planet 3.7.0), and spoilt ones.

use std::fs;

use serde_json::{Value, json};

use super::*;
use crate::{Error, Secret};

const FAKE_KEY: &str = "PLAKfake0000000000000000000000000001";

fn home_with(config: &Value) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    disk::write(&home.path().join(".planet/office/auth_client.json"), &config.to_string()).unwrap();
    home
}

fn named(name: &str) -> ProfileName {
    ProfileName::parse(name).unwrap()
}

fn load_office(config: &Value) -> Result<Client> {
    load(home_with(config).path(), &named("Office"), &mut Warnings::default())
}

fn oidc(client: Client) -> OidcClient {
    match client {
        Client::Oidc(client) => client,
        other => panic!("{other:?}"),
    }
}

fn failure(error: &Error) -> AuthFailure {
    AuthError::of(error).map(AuthError::failure).unwrap()
}

fn device() -> Value {
    json!({
        "audiences": ["https://api.planet.com/"],
        "auth_server": "https://login.planet.com/",
        "client_id": "FakeDeviceClientId",
        "client_type": "oidc_device_code",
        "scopes": ["planet", "offline_access"]
    })
}

fn m2m() -> Value {
    json!({
        "_comment": "OIDC/OAuth server used by Planet Public API endpoints",
        "_hidden": true,
        "audiences": ["https://api.planet.com/"],
        "auth_server": "https://services.sentinel-hub.com/auth/realms/main",
        "client_id": "Fake-M2M-Client",
        "client_secret": "fake-m2m-secret",
        "client_type": "oidc_client_credentials_secret",
        "scopes": []
    })
}

fn with(mut config: Value, changes: &Value) -> Value {
    config.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    config
}

#[test]
fn every_type_of_client_is_read() {
    let secret = json!({"client_secret": "s"});
    let key = json!({"client_privkey": "-----BEGIN PRIVATE KEY-----"});
    let redirect = json!({"redirect_uri": "http://localhost:8080/callback"});
    for (kind, more) in [
        ("oidc_device_code", json!({})),
        ("oidc_device_code_secret", secret.clone()),
        ("oidc_device_code_pubkey", key.clone()),
        ("oidc_auth_code", redirect.clone()),
        ("oidc_auth_code_secret", with(secret.clone(), &redirect)),
        ("oidc_auth_code_pubkey", with(key.clone(), &redirect)),
        ("oidc_client_credentials_secret", secret),
        ("oidc_client_credentials_pubkey", key),
        ("static_apikey", json!({"api_key": FAKE_KEY})),
        ("planet_legacy", json!({"legacy_auth_endpoint": "https://api.planet.com/v0/auth/login"})),
        ("none", json!({})),
    ] {
        let loaded = load_office(&with(with(device(), &json!({"client_type": kind})), &more)).unwrap();
        assert_eq!(loaded.client_type(), kind);
    }
}

#[test]
fn what_is_not_done_by_this_sdk_is_named() {
    for kind in [
        "oidc_resource_owner",
        "oidc_resource_owner_secret",
        "oidc_resource_owner_pubkey",
        "oidc_client_validator",
        "oidc_client_credentials",
        "oidc_device_code_",
        "oidc_",
        "OIDC_DEVICE_CODE",
        "something",
    ] {
        let error = load_office(&with(device(), &json!({"client_type": kind}))).unwrap_err();
        assert_eq!(failure(&error), AuthFailure::Unsupported, "{error}");
        assert!(error.message().contains("unsupported client_type") && error.message().contains(kind), "{error}");
        assert!(error.message().contains("auth_client.json"), "{error}");
    }
}

#[test]
fn a_configuration_that_lacks_something_is_named_with_what_it_lacks() {
    let code = with(device(), &json!({"client_type": "oidc_auth_code"}));
    let cases = [
        (json!({}), "client_type"),
        (with(device(), &json!({"client_type": null})), "client_type"),
        (with(device(), &json!({"client_type": 5})), "client_type"),
        (with(device(), &json!({"auth_server": ""})), "auth_server"),
        (with(device(), &json!({"client_id": null})), "client_id"),
        (with(device(), &json!({"client_id": 5})), "client_id"),
        (with(device(), &json!({"audiences": ["https://a/", "https://b/"]})), "audiences"),
        (with(device(), &json!({"audiences": "https://a/"})), "audiences"),
        (with(device(), &json!({"audiences": [5]})), "audiences"),
        (with(device(), &json!({"scopes": "planet"})), "scopes"),
        (with(device(), &json!({"token_endpoint": 5})), "token_endpoint"),
        (with(device(), &json!({"client_type": "oidc_device_code_secret"})), "client_secret"),
        (with(device(), &json!({"client_type": "oidc_device_code_pubkey"})), "client_privkey"),
        (with(m2m(), &json!({"client_secret": ""})), "client_secret"),
        (code, "redirect_uri"),
        (json!({"client_type": "planet_legacy", "api_key": FAKE_KEY}), "legacy_auth_endpoint"),
        (json!({"client_type": "static_apikey", "api_key": [FAKE_KEY]}), "api_key"),
    ];
    for (config, missing) in cases {
        let error = load_office(&config).unwrap_err();
        assert_eq!(failure(&error), AuthFailure::BadProfile, "{config}");
        assert!(error.message().contains(&format!("`{missing}`")), "{config}: {error}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("office/auth_client.json") && !shown.contains(FAKE_KEY), "{shown}");
    }
}

#[test]
fn a_profile_without_a_file_and_one_with_a_broken_file_are_named() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".planet/office/auth_client.json");
    let mut warnings = Warnings::default();
    let error = load(home.path(), &named("office"), &mut warnings).unwrap_err();
    assert_eq!(failure(&error), AuthFailure::BadProfile);
    assert!(error.message().contains("office") && error.message().contains("auth_client.json"), "{error}");
    disk::write(&file, "{not json").unwrap();
    let error = load(home.path(), &named("office"), &mut warnings).unwrap_err();
    assert_eq!(failure(&error), AuthFailure::BadFile);
    assert_eq!(AuthError::of(&error).unwrap().subject(), Some(&*file.display().to_string()));
}

#[test]
fn all_that_a_configuration_says_is_taken() {
    let config = with(
        device(),
        &json!({
            "client_type": "oidc_auth_code_secret",
            "client_secret": "s",
            "local_redirect_uri": "http://127.0.0.1:8798/callback",
            "redirect_uri": "https://example.com/callback",
            "organization": "o",
            "project_id": "p",
            "issuer": "i",
            "authorization_endpoint": "a",
            "device_authorization_endpoint": "d",
            "token_endpoint": "t",
            "revocation_endpoint": "r",
            "jwks_endpoint": "j",
        }),
    );
    let client = oidc(load_office(&config).unwrap());
    assert_eq!(client.audience.as_deref(), Some("https://api.planet.com/"));
    assert_eq!(client.scopes, ["planet", "offline_access"]);
    assert_eq!((client.organization.as_deref(), client.project_id.as_deref()), (Some("o"), Some("p")));
    let Endpoints { issuer, authorization, device_authorization, token, revocation } = client.endpoints;
    assert_eq!(
        [issuer, authorization, device_authorization, token, revocation].map(Option::unwrap),
        ["i", "a", "d", "t", "r"]
    );
    let Flow::AuthorizationCode { redirect_uri, local_redirect_uri } = client.flow else { panic!() };
    assert_eq!(
        (&*redirect_uri, &*local_redirect_uri),
        ("https://example.com/callback", "http://127.0.0.1:8798/callback")
    );
}

#[test]
fn what_may_be_missing_has_its_default() {
    let client = oidc(
        load_office(&json!({"auth_server": "https://a/", "client_id": "x", "client_type": "oidc_device_code"}))
            .unwrap(),
    );
    assert!(client.audience.is_none() && client.scopes.is_empty());
    let client = oidc(load_office(&with(device(), &json!({"audiences": [], "scopes": null}))).unwrap());
    assert!(client.audience.is_none() && client.scopes.is_empty());
    for place in ["redirect_uri", "local_redirect_uri"] {
        let config = with(device(), &json!({"client_type": "oidc_auth_code", place: "http://localhost/"}));
        let Flow::AuthorizationCode { redirect_uri, local_redirect_uri } = oidc(load_office(&config).unwrap()).flow
        else {
            panic!()
        };
        assert_eq!((&*redirect_uri, &*local_redirect_uri), ("http://localhost/", "http://localhost/"));
    }
    // Not `api-key`: the official tools send a key of such a profile as a bearer token.
    let loaded = load_office(&json!({"client_type": "static_apikey", "api_key": FAKE_KEY})).unwrap();
    assert!(matches!(loaded, Client::Key { key: Some(_), prefix } if prefix == "Bearer"));
}

#[test]
fn built_in_profiles_need_no_file_and_do_not_read_one() {
    let home = tempfile::tempdir().unwrap();
    for name in ["planet-user", "legacy"] {
        disk::write(&home.path().join(".planet").join(name).join("auth_client.json"), &m2m().to_string()).unwrap();
    }
    let loaded = load(home.path(), &named("Planet-USER"), &mut Warnings::default()).unwrap();
    assert_eq!(loaded.client_type(), "oidc_device_code");
    let client = oidc(loaded);
    assert_eq!(
        (&*client.client_id, &*client.auth_server),
        ("49lHVBYlXCdfIYqE1B9zeXt0iFHSXees", "https://login.planet.com/")
    );
    let loaded = load(home.path(), &named("LEGACY"), &mut Warnings::default()).unwrap();
    assert!(
        matches!(loaded, Client::Legacy { key: None, endpoint } if endpoint == "https://api.planet.com/v0/auth/login")
    );
}

#[test]
fn the_pattern_of_machine_clients_is_no_profile_even_with_a_file() {
    let home = tempfile::tempdir().unwrap();
    disk::write(&home.path().join(".planet/planet-m2m/auth_client.json"), &m2m().to_string()).unwrap();
    let error = load(home.path(), &named("planet-m2m"), &mut Warnings::default()).unwrap_err();
    assert_eq!(failure(&error), AuthFailure::BadProfile);
}

#[test]
fn a_folder_in_upper_case_is_not_the_profile() {
    let home = tempfile::tempdir().unwrap();
    disk::write(&home.path().join(".planet/Office/auth_client.json"), &device().to_string()).unwrap();
    // Some file systems do not tell the two apart.
    if !home.path().join(".planet/office").exists() {
        assert!(load(home.path(), &named("Office"), &mut Warnings::default()).is_err());
    }
}

#[test]
fn an_encrypted_configuration_is_never_passed_over_for_the_clear_one() {
    let home = home_with(&device());
    let folder = home.path().join(".planet/office");
    fs::write(folder.join("auth_client.sops.json"), "{}").unwrap();
    let clear = fs::read(folder.join("auth_client.json")).unwrap();
    let error = load(home.path(), &named("office"), &mut Warnings::default()).unwrap_err();
    assert_eq!(failure(&error), AuthFailure::Unsupported);
    assert!(error.message().contains("auth_client.sops.json") && error.help().is_some(), "{error}");
    assert!(write(home.path(), &named("office"), &Client::None, true).is_err());
    assert_eq!(fs::read(folder.join("auth_client.json")).unwrap(), clear);
}

#[test]
fn a_private_key_is_read_from_its_file_as_the_path_stands() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("key.pem");
    let config = |more: Value| with(with(device(), &json!({"client_type": "oidc_device_code_pubkey"})), &more);
    let by_file = config(json!({"client_privkey_file": path.to_str()}));
    let error = load_office(&by_file).unwrap_err();
    assert!(error.message().contains("key.pem") && failure(&error) == AuthFailure::BadProfile, "{error}");
    disk::write(&path, "-----BEGIN PRIVATE KEY-----").unwrap();
    let client = oidc(load_office(&by_file).unwrap());
    assert!(
        matches!(client.authentication, ClientAuthentication::PrivateKey(key) if key.expose().starts_with("-----BEGIN"))
    );
    assert!(load_office(&config(json!({"client_privkey_file": "~/key.pem"}))).is_err(), "nothing is expanded");
    let locked = config(json!({"client_privkey": "-----BEGIN", "client_privkey_password": "hidden-word"}));
    let error = load_office(&locked).unwrap_err();
    assert!(failure(&error) == AuthFailure::Unsupported && error.help().is_some());
    assert!(!format!("{error} {error:?}").contains("hidden-word"));
}

#[cfg(unix)]
#[test]
fn files_and_folders_of_a_profile_that_are_open_to_others_are_warned_of_and_not_changed() {
    use std::os::unix::fs::PermissionsExt;
    let home = home_with(&device());
    let modes = [(".planet", 0o775), (".planet/office", 0o777), (".planet/office/auth_client.json", 0o644)];
    for (path, mode) in modes {
        fs::set_permissions(home.path().join(path), fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut warnings = Warnings::default();
    load(home.path(), &named("office"), &mut warnings).unwrap();
    let warnings = warnings.into_vec();
    for ((path, mode), warning) in modes.into_iter().zip(&warnings) {
        let path = home.path().join(path);
        assert_eq!(warning.subject(), path.display().to_string());
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, mode);
    }
    assert_eq!(warnings.len(), 3);
}

fn written(name: &str, client: &Client, store_secret: bool) -> Value {
    let home = tempfile::tempdir().unwrap();
    let path = write(home.path(), &named(name), client, store_secret).unwrap();
    assert_eq!(path, home.path().join(".planet").join(name.to_lowercase()).join("auth_client.json"));
    let value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let read = load(home.path(), &named(name), &mut Warnings::default());
    assert!(!store_secret || read.unwrap().client_type() == client.client_type());
    value
}

/// `from_oauth_m2m`, `from_oauth_m2m-named`, `from_oauth_user_device_code`, `from_oauth_user_auth_code` and the home
/// `api-key-cli` of the recordings.
#[test]
fn files_have_the_members_that_the_official_tools_write() {
    let client = |scopes: &[&str]| {
        let scopes = scopes.iter().map(ToString::to_string).collect();
        Client::Oidc(m2m_client("Fake-M2M-Client", Secret::new("fake-m2m-secret"), scopes))
    };
    assert_eq!(written("Fake-M2M-Client", &client(&[]), true), m2m());
    assert_eq!(written("My-Robot", &client(&["planet"]), true), with(m2m(), &json!({"scopes": ["planet"]})));
    let comment = json!({"_comment": "OIDC/OAuth server used by Planet Public API endpoints"});
    let user = Client::Oidc(user_client("FakeDeviceClientId", None, Flow::DeviceCode));
    assert_eq!(written("FakeDeviceClientId", &user, false), with(device(), &comment));
    let callback = "http://localhost:8080/callback";
    let flow = Flow::AuthorizationCode { redirect_uri: callback.into(), local_redirect_uri: callback.into() };
    let browser = json!({
        "client_id": "FakeCodeClientId", "client_type": "oidc_auth_code", "local_redirect_uri": callback, "redirect_uri": callback
    });
    let expected = with(with(device(), &comment), &browser);
    assert_eq!(written("browser", &Client::Oidc(user_client("FakeCodeClientId", None, flow)), false), expected);
    let key = Client::Key { key: Some(Secret::new(FAKE_KEY)), prefix: "api-key".into() };
    let expected = json!({"api_key": FAKE_KEY, "bearer_token_prefix": "api-key", "client_type": "static_apikey"});
    assert_eq!(written("_PL_API_KEY", &key, false), expected);
}

#[test]
fn the_secret_of_a_client_is_written_only_when_asked() {
    let client = Client::Oidc(m2m_client("id", Secret::new("hidden-word"), Vec::new()));
    assert!(!written("robot", &client, false).to_string().contains("hidden-word"));
    assert_eq!(written("robot", &client, true)["client_secret"], "hidden-word");
}

#[test]
fn what_was_in_a_file_and_is_not_ours_stays_and_what_belonged_to_another_client_goes() {
    let old = with(
        m2m(),
        &json!({"_comment": "mine", "x": {"y": 1}, "token_endpoint": "https://old/", "jwks_endpoint": "https://keys/", "n": null}),
    );
    let home = home_with(&old);
    let file = home.path().join(".planet/office/auth_client.json");
    let read = || serde_json::from_slice::<Value>(&fs::read(&file).unwrap()).unwrap();

    let same = Client::Oidc(m2m_client("Fake-M2M-Client", Secret::new("new"), Vec::new()));
    write(home.path(), &named("office"), &same, false).unwrap();
    assert_eq!(read()["client_secret"], "fake-m2m-secret", "the secret that was stored on purpose");
    write(home.path(), &named("office"), &same, true).unwrap();
    assert_eq!(read()["client_secret"], "new");

    let other = Client::Oidc(user_client("other", None, Flow::DeviceCode));
    write(home.path(), &named("office"), &other, false).unwrap();
    let expected = json!({"_comment": "mine", "_hidden": true, "x": {"y": 1}, "jwks_endpoint": "https://keys/", "client_id": "other"});
    assert_eq!(read(), with(device(), &expected));
}

#[test]
fn a_broken_configuration_is_not_written_over() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".planet/office/auth_client.json");
    disk::write(&file, "{half").unwrap();
    assert!(write(home.path(), &named("office"), &Client::None, true).is_err());
    assert_eq!(fs::read_to_string(&file).unwrap(), "{half");
}

#[test]
fn no_client_shows_its_secrets() {
    let clients = [
        Client::Oidc(m2m_client("id", Secret::new("hidden-word"), Vec::new())),
        Client::Key { key: Some(Secret::new("hidden-word")), prefix: "api-key".into() },
    ];
    assert!(!format!("{clients:?}").contains("hidden-word"));
}
