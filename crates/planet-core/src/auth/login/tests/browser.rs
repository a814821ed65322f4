//! The flow with a browser, without one.

use super::super::BrowserLogin;
use super::*;
use crate::{ErrorKind, Result};

const REDIRECT: &str = "http://127.0.0.1:8765/callback";

fn flow() -> Flow {
    // Where nobody listens: another machine's.
    Flow::AuthorizationCode {
        redirect_uri: REDIRECT.into(),
        local_redirect_uri: "https://elsewhere.example.com/".into(),
    }
}

async fn begin(answers: impl IntoIterator<Item = Answer>) -> (BrowserLogin, ScriptedTransport, MemoryStorage) {
    let script = ScriptedTransport::new([discovery()].into_iter().chain(answers));
    let (keeper, storage) = keeper(client(flow()), &script);
    (BrowserLogin::begin(keeper).await.unwrap(), script, storage)
}

fn sent(login: &BrowserLogin) -> BTreeMap<String, String> {
    fields(login.url().split_once('?').unwrap().1)
}

async fn complete(login: &BrowserLogin, query: &str) -> Result<()> {
    let query = query.replace("OURS", &sent(login)["state"]);
    login.complete_with(format!("{REDIRECT}?{query}")).await
}

#[tokio::test(start_paused = true)]
async fn the_address_that_the_browser_ended_at_completes_a_login() {
    let (login, script, storage) = begin([token()]).await;
    complete(&login, "code=the-code&state=OURS&iss=https%3A%2F%2Flogin.example.com%2F").await.unwrap();
    assert_eq!(kept(&storage).unwrap()["refresh_token"], "the-refresh-token");

    let mut asked = sent(&login);
    assert!(login.url().starts_with("https://login.example.com/authorize?"));
    let (state, nonce, challenge) =
        (asked.remove("state").unwrap(), asked.remove("nonce").unwrap(), asked.remove("code_challenge").unwrap());
    assert!(state != nonce && state.len() == 43 && nonce.len() == 43);
    let expected = [
        ("client_id", "my-client"),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("code_challenge_method", "S256"),
        ("scope", "planet offline_access"),
        ("audience", "https://api.planet.com/"),
    ];
    assert_eq!(asked, map(expected));

    let mut redeemed = form(&script.requests()[1]);
    let verifier = redeemed.remove("code_verifier").unwrap();
    assert_eq!(super::super::pkce::challenge(&crate::Secret::new(verifier)), challenge);
    let expected = [
        ("grant_type", "authorization_code"),
        ("redirect_uri", REDIRECT),
        ("code", "the-code"),
        ("client_id", "my-client"),
    ];
    assert_eq!(redeemed, map(expected));
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_refused_before_its_code_is_used() {
    for (query, failure, code, said) in [
        (
            "error=access_denied&error_description=no%1B%5B2J+way",
            AuthFailure::Denied,
            Some("access_denied"),
            "no[2J way",
        ),
        (
            "error=invalid_token&error_description=%E2%80%AEtoo+late%E2%80%8B",
            AuthFailure::Refused,
            Some("invalid_token"),
            "refused the login: too late (invalid_token)",
        ),
        ("code=the-code&error=server_error&state=OURS", AuthFailure::Refused, Some("server_error"), "server_error"),
        ("code=the-code", AuthFailure::BadAnswer, None, "belongs to another login"),
        ("code=the-code&state=OURSx", AuthFailure::BadAnswer, None, "belongs to another login"),
        ("code=the-code&state=", AuthFailure::BadAnswer, None, "belongs to another login"),
        ("code=the-code&state=OURS&state=OURS", AuthFailure::BadAnswer, None, "more than one `state`"),
        (
            "code=the-code&state=OURS&iss=https%3A%2F%2Fevil.example.com",
            AuthFailure::BadAnswer,
            None,
            "another authority",
        ),
        ("code=the-code&state=OURS&iss=", AuthFailure::BadAnswer, None, "another authority"),
        ("code=&state=OURS", AuthFailure::BadAnswer, None, "has no code"),
        ("code=%FF&state=OURS", AuthFailure::BadAnswer, None, "no text"),
    ] {
        let (login, script, storage) = begin([]).await;
        let error = complete(&login, query).await.unwrap_err();
        let (found, name, printed) = told(&error);
        assert_eq!((found, name.as_deref()), (failure, code), "{query}: {printed}");
        assert!(printed.contains(said), "{query}: {printed}");
        assert!(kept(&storage).is_none() && script.requests().len() == 1, "{query}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_answer_is_a_fault_of_the_input_and_can_be_tried_again() {
    let (login, _, storage) = begin([token()]).await;
    let own = login.url().to_owned();
    for pasted in ["", "the-code", "http://127.0.0.1:8765/callback", "http://127.0.0.1:8765/callback?", &own] {
        let error = login.complete_with(pasted).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{pasted}");
        assert!(error.to_string().starts_with("callback_url: "), "{error}");
        assert!(!error.to_string().contains("the-code"));
    }
    let stale = complete(&login, "code=the-code&state=of-yesterday").await.unwrap_err();
    assert_eq!(told(&stale).0, AuthFailure::BadAnswer);
    complete(&login, "code=the-code&state=OURS#top").await.unwrap();
    assert!(kept(&storage).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_code_is_used_once() {
    let (login, script, _) = begin([refusal("invalid_grant"), token()]).await;
    let (failure, code, _) = told(&complete(&login, "code=the-code&state=OURS").await.unwrap_err());
    assert_eq!((failure, code.as_deref()), (AuthFailure::Refused, Some("invalid_grant")));
    let (failure, _, _) = told(&complete(&login, "code=the-code&state=OURS").await.unwrap_err());
    assert_eq!((failure, script.left()), (AuthFailure::LoginExpired, 1));
}

#[tokio::test(start_paused = true)]
async fn an_id_token_must_be_made_for_this_login() {
    use base64::Engine;
    let id_token = |claims: &Value| {
        let part = |value: &Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.x", part(&json!({"alg": "RS256"})), part(claims))
    };
    for (claims, good) in [(json!({"nonce": "OURS"}), true), (json!({"nonce": "another"}), false), (json!({}), false)] {
        let (login, script, storage) = begin([]).await;
        let claims = json!(claims).to_string().replace("OURS", &sent(&login)["nonce"]);
        let id_token = id_token(&serde_json::from_str(&claims).unwrap());
        script.push(Answer::json(&json!({"access_token": "the-access-token", "expires_in": 60, "id_token": id_token})));
        let result = complete(&login, "code=the-code&state=OURS").await;
        assert_eq!((result.is_ok(), kept(&storage).is_some()), (good, good), "{claims}");
        if let Err(error) = result {
            assert_eq!(told(&error).0, AuthFailure::BadAnswer);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_login_is_in_its_debug() {
    let (login, ..) = begin([]).await;
    let printed = format!("{login:?} {:?} {:?}", login.prompt(), LoginEvent::Browser(login.prompt().clone()));
    assert!(printed.contains("https://login.example.com/authorize?***"), "{printed}");
    assert!(!printed.contains(&sent(&login)["state"]), "{printed}");
    assert!(login.prompt().to_string().contains(login.url()));
}
