//! When a token is due, and how it is kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const NOW: i64 = 1_800_000_000;

fn kept(token: &Value) -> Token {
    Token::kept(&Secret::new(token.to_string()), NOW).unwrap().unwrap()
}

fn times(token: &Value) -> (i64, Option<i64>) {
    let times = kept(token).times();
    (times.issued(), times.expires())
}

fn jwt(claims: &Value) -> String {
    format!("eyJhbGciOiJub25lIn0.{}.", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

#[test]
fn the_token_itself_goes_first_then_what_was_noted_then_how_long_it_lives() {
    let claims = jwt(&json!({"iat": 100, "exp": 200}));
    assert_eq!(times(&json!({"access_token": claims, "_iat": 300, "_exp": 400, "expires_in": 9})), (100, Some(200)));
    assert_eq!(times(&json!({"access_token": "a", "_iat": 300, "_exp": 400, "expires_in": 9})), (300, Some(400)));
    assert_eq!(times(&json!({"access_token": "a", "_iat": 300, "expires_in": 9})), (300, Some(309)));
    assert_eq!(times(&json!({"access_token": "a", "expires_in": 9})), (NOW, Some(NOW + 9)));
    assert_eq!(times(&json!({"access_token": "a", "expires_in": 0})), (NOW, None));
    assert_eq!(times(&json!({"access_token": jwt(&json!({"iat": 100})), "_exp": 400})), (100, Some(400)));
    assert_eq!(
        times(&json!({"access_token": jwt(&json!({"exp": "soon"})), "_exp": "later", "expires_in": "9"})),
        (NOW, None)
    );
}

#[test]
fn a_clock_that_is_a_minute_ahead_is_believed_and_one_further_ahead_only_for_how_long() {
    let token = |ahead: i64| jwt(&json!({"iat": NOW + ahead, "exp": NOW + ahead + 500}));
    assert_eq!(times(&json!({"access_token": token(60), "expires_in": 500})), (NOW + 60, Some(NOW + 560)));
    assert_eq!(times(&json!({"access_token": token(61), "expires_in": 400})), (NOW, Some(NOW + 400)));
    assert_eq!(times(&json!({"access_token": token(61)})), (NOW, Some(NOW + 500)));
    assert_eq!(
        times(&json!({"access_token": token(61), "_iat": NOW - 50, "expires_in": 400})),
        (NOW - 50, Some(NOW + 350))
    );
    assert_eq!(times(&json!({"access_token": token(61), "_iat": NOW + 61, "expires_in": 400})), (NOW, Some(NOW + 400)));
}

#[test]
fn a_token_that_is_old_when_it_comes_lives_from_now_on() {
    let answer = json!({"access_token": jwt(&json!({"iat": NOW - 4_000, "exp": NOW - 400})), "expires_in": 3_600});
    let document = SecretDocument::parse(answer.to_string().as_bytes()).unwrap();
    let token = Token::received(document, None, NOW);
    assert_eq!((token.times().issued(), token.times().expires()), (NOW, Some(NOW + 3_600)));
}

#[test]
fn it_is_stale_after_three_quarters_and_ends_with_its_last_second() {
    let token = kept(&json!({"access_token": "a", "_iat": 100, "_exp": 110}));
    // 100 + 3 * 10 / 4 = 107.5, of which the whole seconds count.
    assert!(!token.times().is_stale(107) && token.times().is_stale(108));
    assert!(!token.times().is_expired(109) && token.times().is_expired(110));
    let endless = kept(&json!({"access_token": "a"}));
    assert!(!endless.times().is_stale(i64::MAX) && !endless.times().is_expired(i64::MAX));
}

#[test]
fn odd_times_do_no_harm() {
    for claims in [json!({"iat": 1, "exp": 1e300}), json!({"iat": i64::MIN, "exp": u64::MAX}), json!({"exp": 1e20})] {
        assert!(!kept(&json!({"access_token": jwt(&claims)})).times().is_expired(NOW), "{claims}");
    }
    for claims in [json!({"exp": -5}), json!({"iat": NOW, "exp": i64::MIN}), json!({"exp": -1e300})] {
        assert!(kept(&json!({"access_token": jwt(&claims)})).times().is_expired(NOW), "{claims}");
    }
    assert_eq!(times(&json!({"access_token": jwt(&json!({"iat": 100.9, "exp": 200.9}))})), (100, Some(200)));
}

#[test]
fn what_is_no_object_is_told_from_an_object_without_a_token() {
    for text in ["", "{", "[]", "null", "\"a\""] {
        assert!(Token::kept(&Secret::new(text), NOW).is_err(), "{text}");
    }
    for text in ["{}", r#"{"access_token":5}"#, r#"{"access_token":"","refresh_token":null}"#] {
        assert!(Token::kept(&Secret::new(text), NOW).unwrap().is_none(), "{text}");
    }
    assert!(Token::kept(&Secret::new(r#"{"id_token":"i"}"#), NOW).unwrap().is_some());
}

#[test]
fn an_answer_is_kept_as_the_official_tools_keep_it() {
    let answer = json!({
        "access_token": "a", "expires_in": 3600.9, "token_type": "Bearer", "scope": null, "__secret": "x", "not-before-policy": 0,
    });
    let document = SecretDocument::parse(answer.to_string().as_bytes()).unwrap();
    let token = Token::received(document, Some(&Secret::new("r0")), NOW);
    let text = token.to_text();
    let expected = json!({
        "_exp": NOW + 3_600, "_iat": NOW, "access_token": "a", "expires_in": 3_600, "not-before-policy": 0, "refresh_token": "r0",
        "token_type": "Bearer",
    });
    assert_eq!(serde_json::from_str::<Value>(text.expose()).unwrap(), expected);
    assert!(text.expose().starts_with("{\n  \"_exp\": "), "{}", text.expose());
    assert_eq!(format!("{token:?}").matches("r0").count(), 0);
}

#[test]
fn a_token_that_no_header_can_carry_is_none() {
    for access in ["a b", "a\nb", "ä", "a\u{7f}"] {
        assert!(kept(&json!({"access_token": access, "refresh_token": "r"})).access().is_none(), "{access:?}");
    }
}

proptest! {
    #[test]
    fn a_token_that_has_ended_is_stale_and_time_does_not_run_back(issued: i64, expires: i64, now: i64, later in 0..i64::MAX) {
        let times = kept(&json!({"access_token": "a", "_iat": issued, "_exp": expires})).times();
        prop_assert!(!times.is_expired(now) || times.is_stale(now) || expires <= issued || now == expires);
        let later = now.saturating_add(later);
        prop_assert!(times.is_stale(later) || !times.is_stale(now));
        prop_assert!(times.is_expired(later) || !times.is_expired(now));
    }

    #[test]
    fn what_is_kept_reads_as_it_was(access in "[!-~]{1,40}", refresh in "\\PC{0,20}", lifetime in 1..100_000_i64) {
        let answer = json!({"access_token": access, "refresh_token": refresh, "expires_in": lifetime});
        let document = SecretDocument::parse(answer.to_string().as_bytes()).unwrap();
        let token = Token::received(document, None, NOW);
        let again = Token::kept(&token.to_text(), NOW + 5).unwrap().unwrap();
        prop_assert!(!again.differs_from(&token));
        prop_assert_eq!(again.times(), token.times());
    }
}
