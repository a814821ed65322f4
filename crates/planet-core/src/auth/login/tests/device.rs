//! The device flow, second by second.

use std::time::Duration;

use http::HeaderValue;
use http::header;
use tokio::time::Instant;

use super::super::DeviceLogin;
use super::*;
use crate::{ErrorKind, Outcome, Result, Secret};

fn given(expires_in: u64, interval: u64) -> Answer {
    Answer::json(&json!({
        "device_code": "the-device-code", "user_code": "SHNK-PHWH", "verification_uri": format!("{SERVER}/activate"),
        "verification_uri_complete": format!("{SERVER}/activate?user_code=SHNK-PHWH"),
        "expires_in": expires_in, "interval": interval,
    }))
}

fn lost() -> Answer {
    Answer::failure(Error::new(ErrorKind::Connect, "no route").with_outcome(Outcome::NotSent))
}

fn page(status: u16) -> Answer {
    let html = HeaderValue::from_static("text/html");
    Answer::bytes("<html>the-device-code").with_status(status).with_header(header::CONTENT_TYPE, html)
}

struct Run {
    result: Result<()>,
    script: ScriptedTransport,
    storage: MemoryStorage,
    keeper: Keeper,
    heard: Vec<String>,
    took: Duration,
}

fn run(client: OidcClient, answers: impl IntoIterator<Item = Answer>) -> impl Future<Output = Run> {
    follow(client, ScriptedTransport::new([discovery()].into_iter().chain(answers)))
}

async fn follow(client: OidcClient, script: ScriptedTransport) -> Run {
    let (keeper, storage) = keeper(client, &script);
    let (heard, start) = (Heard::default(), Instant::now());
    let result = async {
        let login = DeviceLogin::begin(keeper.clone()).await?;
        login.complete().progress(heard.listener()).await
    };
    let result = result.await;
    Run { result, script, storage, keeper, heard: heard.lines(), took: start.elapsed() }
}

fn device(answers: impl IntoIterator<Item = Answer>) -> impl Future<Output = Run> {
    run(client(Flow::DeviceCode), answers)
}

#[tokio::test(start_paused = true)]
async fn a_login_waits_for_the_approval_and_keeps_the_token() {
    let run = device([given(600, 1), refusal("authorization_pending"), token()]).await;
    run.result.unwrap();
    assert_eq!(run.heard, ["waiting for the approval", "logged in"]);
    assert_eq!(run.took, Duration::from_secs(2));
    assert_eq!(kept(&run.storage).unwrap()["access_token"], "the-access-token");
    assert_eq!(run.keeper.access_token().await.unwrap().expose(), "the-access-token");
    assert_eq!(run.script.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_requests_are_those_of_the_official_library() {
    let run = device([given(600, 1), token()]).await;
    let [_, begun, polled] = run.script.requests().try_into().unwrap();
    assert_eq!(begun.uri(), "https://login.example.com/oauth/device/code");
    let asked =
        [("scope", "planet offline_access"), ("audience", "https://api.planet.com/"), ("client_id", "my-client")];
    assert_eq!(form(&begun), map(asked));
    assert_eq!(polled.uri(), "https://login.example.com/oauth/token");
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let asked = [("grant_type", grant), ("device_code", "the-device-code"), ("client_id", "my-client")];
    assert_eq!(form(&polled), map(asked));
    for request in [begun, polled] {
        assert_eq!(request.headers()["accept"], "application/json");
        assert!(!request.headers().contains_key("authorization"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_with_a_secret_sends_it_in_the_header_alone() {
    let authentication = super::super::super::profile::ClientAuthentication::Secret(Secret::new("sesame"));
    let run = run(OidcClient { authentication, ..client(Flow::DeviceCode) }, [given(600, 1), token()]).await;
    run.result.unwrap();
    for request in &run.script.requests()[1..] {
        assert_eq!(request.headers()["authorization"], "Basic bXktY2xpZW50OnNlc2FtZQ==");
        assert!(!form(request).contains_key("client_id") && !form(request).contains_key("client_secret"));
    }
}

#[tokio::test(start_paused = true)]
async fn being_too_fast_makes_it_slower_for_good() {
    let answers =
        [given(600, 1), refusal("slow_down"), refusal("authorization_pending"), refusal("slow_down"), token()];
    let run = device(answers).await;
    run.result.unwrap();
    assert_eq!(run.heard[0], "asking every 6 s from now on");
    assert_eq!(run.heard[2], "asking every 11 s from now on");
    assert_eq!(run.took, Duration::from_secs(1 + 6 + 6 + 11));
}

#[tokio::test(start_paused = true)]
async fn what_an_authority_says_ends_it_with_a_name_for_it() {
    for (code, failure) in [
        ("access_denied", AuthFailure::Denied),
        ("expired_token", AuthFailure::LoginExpired),
        ("invalid_grant", AuthFailure::Refused),
        ("invalid_request", AuthFailure::Refused),
        ("invalid_client", AuthFailure::ClientRejected),
    ] {
        let run = device([given(600, 1), refusal(code)]).await;
        let error = run.result.unwrap_err();
        let (found, said, printed) = told(&error);
        assert_eq!((found, said.as_deref()), (failure, Some(code)), "{printed}");
        assert!(printed.contains("that is why"), "{printed}");
        assert_eq!(run.took, Duration::from_secs(1));
        assert!(kept(&run.storage).is_none() && !run.keeper.is_initialized());
    }
}

#[tokio::test(start_paused = true)]
async fn an_authority_that_cannot_be_reached_is_asked_less_and_less_often() {
    let pending = || refusal("authorization_pending");
    let run =
        device([given(600, 1), page(503), page(200), refusal("server_error"), pending(), pending(), token()]).await;
    run.result.unwrap();
    assert_eq!(run.took, Duration::from_secs(1 + 2 + 4 + 8 + 1 + 1));
    assert!(run.heard[0].starts_with("asking again later: https://login.example.com/oauth/token answered 503"));
    assert!(run.heard[1].contains("web page"), "{:?}", run.heard);
    assert_eq!(run.script.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_away_for_a_while_does_not_end_it() {
    // The way to the authority tries three times itself.
    let run = device([given(600, 5)].into_iter().chain(std::iter::repeat_with(lost).take(6)).chain([token()])).await;
    run.result.unwrap();
    assert_eq!(run.heard.iter().filter(|line| line.starts_with("asking again later: cannot reach")).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_or_a_token_that_cannot_be_used_ends_it() {
    let place = HeaderValue::from_static("https://elsewhere.example.com/");
    let redirect = page(307).with_header(header::LOCATION, place);
    let run = device([given(600, 1), redirect]).await;
    let (failure, _, printed) = told(&run.result.unwrap_err());
    assert_eq!(failure, AuthFailure::BadAnswer);
    assert!(printed.contains("redirects to https://elsewhere.example.com/"), "{printed}");
    let run = device([given(600, 1), Answer::json(&json!({"access_token": "the-access-token"}))]).await;
    let (failure, _, printed) = told(&run.result.unwrap_err());
    assert_eq!(failure, AuthFailure::BadAnswer);
    assert!(printed.contains("has no expires_in"), "{printed}");
}

#[tokio::test(start_paused = true)]
async fn nobody_approves_and_it_stops_when_the_code_is_over() {
    let pending = || refusal("authorization_pending");
    let run = device([given(20, 5), pending(), pending(), pending(), pending(), pending()]).await;
    let (failure, code, printed) = told(&run.result.unwrap_err());
    assert_eq!((failure, code), (AuthFailure::LoginExpired, None));
    assert!(printed.contains("within 20 s") && !printed.contains("at last"), "{printed}");
    assert_eq!((run.took, run.script.left()), (Duration::from_secs(25), 0));

    let run = device([given(10, 1)].into_iter().chain(std::iter::repeat_with(|| page(502)).take(5))).await;
    let (failure, _, printed) = told(&run.result.unwrap_err());
    assert_eq!(failure, AuthFailure::LoginExpired);
    assert!(printed.contains("at last, https://login.example.com/oauth/token answered 502"), "{printed}");
    assert_eq!(run.took, Duration::from_secs(11));
}

#[tokio::test(start_paused = true)]
async fn the_prompt_says_what_to_show_and_its_debug_tells_no_code() {
    let script = ScriptedTransport::new([discovery(), given(600, 5)]);
    let (keeper, _) = keeper(client(Flow::DeviceCode), &script);
    let login = DeviceLogin::begin(keeper).await.unwrap();
    let prompt = login.prompt();
    assert_eq!(prompt.user_code(), "SHNK-PHWH");
    assert_eq!(prompt.to_string(), "open https://login.example.com/activate and enter the code SHNK-PHWH within 600 s");
    let complete = "https://login.example.com/activate?user_code=SHNK-PHWH";
    assert_eq!(prompt.verification_uri_complete(), Some(complete));
    assert_eq!(prompt.expires_in(), Duration::from_secs(600));
    let printed = format!("{login:?} {:?}", login.prompt());
    assert!(!printed.contains("SHNK") && !printed.contains("the-device-code"), "{printed}");
}

#[tokio::test(start_paused = true)]
async fn a_device_answer_that_cannot_be_shown_is_refused_with_what_is_wrong() {
    let good = json!({
        "device_code": "the-device-code", "user_code": "A", "verification_uri": "https://a.example.com/", "expires_in": 1,
    });
    let run = device([Answer::json(&good), token()]).await;
    run.result.unwrap();
    assert_eq!(run.took, Duration::from_secs(5), "without an interval it is 5 s");
    for (member, value) in [
        ("device_code", Value::Null),
        ("user_code", json!("")),
        ("user_code", json!("A\u{1b}[2J")),
        ("verification_uri", json!("javascript:alert(1)")),
        ("verification_uri", json!("http://a.example.com/")),
        ("expires_in", json!(0)),
        ("expires_in", json!("600")),
        ("expires_in", json!(-1)),
    ] {
        let mut bad = good.clone();
        bad[member] = value;
        let run = device([Answer::json(&bad)]).await;
        let (failure, _, printed) = told(&run.result.unwrap_err());
        assert_eq!(failure, AuthFailure::BadAnswer);
        assert!(printed.contains(&format!("has no usable {member}")), "{printed}");
    }
}

#[tokio::test(start_paused = true)]
async fn times_beyond_reason_do_no_harm() {
    let mut given = json!({
        "device_code": "the-device-code", "user_code": "A", "verification_uri": "https://a.example.com/", "expires_in": 1e300,
    });
    let run = device([Answer::json(&given), refusal("access_denied")]).await;
    assert_eq!(told(&run.result.unwrap_err()).0, AuthFailure::Denied);
    for interval in [json!(0), json!(-3), json!("soon")] {
        given["interval"] = interval;
        let run = device([Answer::json(&given), refusal("access_denied")]).await;
        assert_eq!(run.took, Duration::from_secs(5));
    }
}

#[tokio::test(start_paused = true)]
async fn a_login_that_is_dropped_leaves_nothing_behind() {
    let script = ScriptedTransport::new([discovery(), given(600, 5), refusal("authorization_pending"), token()]);
    let (keeper, storage) = keeper(client(Flow::DeviceCode), &script);
    let login = DeviceLogin::begin(keeper.clone()).await.unwrap();
    let waiting = tokio::time::timeout(Duration::from_secs(7), login.complete().into_future());
    waiting.await.unwrap_err();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(script.left(), 1, "nobody goes on asking");
    assert!(kept(&storage).is_none() && !keeper.is_initialized());
}
