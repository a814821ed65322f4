//! What is tried again, and when.

use std::time::{Duration, SystemTime};

use http::HeaderName;
use serde_json::json;
use tokio::time::Instant;

use super::*;
use crate::Clock;
use crate::auth::authority::Form;

const RETRY_AFTER: HeaderName = header::RETRY_AFTER;

fn throttled(wait: &'static str) -> Answer {
    Answer::status(429).with_header(RETRY_AFTER, HeaderValue::from_static(wait))
}

#[tokio::test(start_paused = true)]
async fn trouble_with_the_connection_is_tried_three_times_in_all() {
    let start = Instant::now();
    let (authority, script) = public([unsent(), unsent(), token()]);
    authority.refresh(&Secret::new("r")).await.unwrap();
    assert_eq!((script.requests().len(), start.elapsed()), (3, Duration::from_secs(3)));

    let (authority, script) = public([unsent(), unsent(), unsent(), token()]);
    let error = authority.refresh(&Secret::new("r")).await.unwrap_err();
    assert_eq!(script.requests().len(), 3);
    assert_eq!(failure(&error), AuthFailure::Unreachable);
    assert!(error.is_transient());
    assert!(error.to_string().contains(&format!("cannot reach {TOKEN}: cannot connect. Check the network")), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_can_be_spent_once_is_not_sent_again_after_it_may_have_been_spent() {
    for spent in ["refresh_token", "code", "device_code"] {
        let (authority, script) = public([lost(), token()]);
        let error = authority.token(Form::new([(spent, "x")])).await.unwrap_err();
        assert_eq!(script.requests().len(), 1, "{spent}");
        assert!(error.is_transient(), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_no_harm_is_sent_again_after_its_answer_was_lost() {
    let (authority, script) = authority(secret_client("sesame"), [lost(), lost(), token()]);
    authority.client_credentials().await.unwrap();
    assert_eq!(script.left(), 0);
    script.push(lost());
    script.push(Answer::status(200));
    authority.revoke(&Secret::new("r"), "refresh_token").await.unwrap();
    assert_eq!(script.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn trouble_that_will_last_is_not_tried_again_and_keeps_its_help() {
    let untrusted = Error::new(ErrorKind::Connect, "TLS failed").with_transient(false).with_help("Trust its root");
    let (authority, script) = public([Answer::failure(untrusted)]);
    let error = authority.refresh(&Secret::new("r")).await.unwrap_err();
    assert_eq!(script.requests().len(), 1);
    assert!(!error.is_transient() && error.help() == Some("Trust its root"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn trouble_of_a_transport_of_the_programs_own_is_tried_again_too() {
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let count = std::sync::Arc::clone(&asked);
    let service = tower::service_fn(move |_request: crate::middleware::Request| {
        count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        std::future::ready(Err::<crate::middleware::Response, _>(std::io::Error::other("it broke")))
    });
    let authority = Authority::new(secret_client("sesame"), Wire::own(service));
    let error = authority.client_credentials().await.unwrap_err();
    assert_eq!(failure(&error), AuthFailure::Unreachable);
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn an_authority_that_asks_to_wait_is_given_its_time() {
    let start = Instant::now();
    // A refusal to act spends nothing.
    let (authority, _) = public([throttled("7"), Answer::status(429), token()]);
    authority.refresh(&Secret::new("r")).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(9));
}

#[tokio::test(start_paused = true)]
async fn a_date_to_wait_for_is_read_by_the_clock_of_the_session() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    let script = ScriptedTransport::new([throttled("Sun, 06 Nov 1994 08:49:42 GMT"), token()]);
    let wire = Wire::own(script).with_clock(Clock::new(move || now));
    let start = Instant::now();
    Authority::new(settled(ClientAuthentication::Public), wire).refresh(&Secret::new("r")).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_longer_than_the_time_left_ends_the_request_at_once() {
    for wait in ["30", "31", "99999999999999"] {
        let start = Instant::now();
        let (authority, script) = public([throttled(wait), token()]);
        let error = authority.refresh(&Secret::new("r")).await.unwrap_err();
        assert_eq!((script.requests().len(), start.elapsed()), (1, Duration::ZERO));
        assert_eq!(failure(&error), AuthFailure::Unreachable);
        assert!(error.retry_after().unwrap() >= Duration::from_secs(30), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_authority_that_goes_on_asking_to_wait_is_asked_three_times() {
    let (authority, script) = public([throttled("0"), throttled("0"), throttled("0"), token()]);
    let error = authority.refresh(&Secret::new("r")).await.unwrap_err();
    assert_eq!(script.requests().len(), 3);
    assert!(error.is_transient() && error.to_string().contains("answered 429 Too Many Requests"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn who_polls_for_a_login_hears_at_once_that_it_is_too_fast() {
    for told in ["slow_down", "authorization_pending"] {
        let (authority, script) = public([refused(429, told), token()]);
        let error = authority.token(Form::new([("device_code", "d")])).await.unwrap_err();
        assert_eq!((script.requests().len(), code(&error)), (1, Some(told)));
        assert!(!error.is_transient());
    }
}

#[tokio::test(start_paused = true)]
async fn other_answers_are_not_tried_again() {
    for answer in [Answer::status(500), Answer::status(503), page(502), refused(400, "invalid_grant")] {
        let (authority, script) = public([answer, token()]);
        authority.refresh(&Secret::new("r")).await.unwrap_err();
        assert_eq!(script.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn half_a_minute_is_the_limit_for_all_tries() {
    let start = Instant::now();
    let (authority, script) = public([token().after(Duration::from_secs(31))]);
    let error = authority.refresh(&Secret::new("r")).await.unwrap_err();
    assert_eq!((script.requests().len(), start.elapsed()), (1, Duration::from_secs(30)));
    assert!(
        error.is_transient() && error.to_string().contains(&format!("no answer from {TOKEN} within 30 s")),
        "{error}"
    );

    let start = Instant::now();
    let (authority, _) = public([unsent().after(Duration::from_secs(20)), unsent().after(Duration::from_secs(20))]);
    let error = authority.refresh(&Secret::new("r")).await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_secs(30));
    assert!(error.to_string().contains("cannot connect"), "the reason is lost: {error}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_cut_at_a_mebibyte() {
    let (authority, script) = public([Answer::bytes(vec![b' '; (1 << 20) + 1])]);
    let error = authority.refresh(&Secret::new("r")).await.unwrap_err();
    assert_eq!((failure(&error), script.requests().len()), (AuthFailure::BadAnswer, 1));
    assert!(error.to_string().contains(&format!("{TOKEN} answers with more than 1 MiB")), "{error}");

    let mut whole = json!({"access_token": "a", "expires_in": 1}).to_string();
    whole.extend(std::iter::repeat_n(' ', (1 << 20) - whole.len()));
    public([Answer::bytes(whole)]).0.refresh(&Secret::new("r")).await.unwrap();
}
