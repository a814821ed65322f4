//! What an answer means, and what is told of it.

use http::HeaderName;
use serde_json::json;

use super::*;
use crate::auth::authority::answer::quoted;

async fn error_of(answer: Answer) -> Error {
    public([answer]).0.refresh(&Secret::new("r")).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_one_whatever_the_status() {
    for status in [200, 302, 400, 401, 403] {
        for (told, expected) in [
            ("invalid_client", AuthFailure::ClientRejected),
            ("unauthorized_client", AuthFailure::ClientRejected),
            ("access_denied", AuthFailure::Denied),
            ("expired_token", AuthFailure::LoginExpired),
            ("invalid_grant", AuthFailure::LoginRequired),
            ("invalid_scope", AuthFailure::Refused),
            ("slow_down", AuthFailure::Refused),
        ] {
            let error = error_of(refused(status, told)).await;
            // A redirect is more than what it says.
            let (expected, told) = if status == 302 { (AuthFailure::BadAnswer, None) } else { (expected, Some(told)) };
            assert_eq!((failure(&error), code(&error)), (expected, told), "{status}");
            assert!(!error.is_transient());
            assert_eq!(AuthError::of(&error).unwrap().subject(), Some(TOKEN));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_the_authority_may_pass() {
    for answer in [
        Answer::status(500),
        page(503),
        refused(500, "internal"),
        refused(200, "server_error"),
        refused(400, "temporarily_unavailable"),
    ] {
        let error = error_of(answer).await;
        assert_eq!(failure(&error), AuthFailure::Unreachable, "{error}");
        assert!(error.is_transient());
    }
    assert_eq!(failure(&error_of(refused(500, "invalid_grant")).await), AuthFailure::LoginRequired);
}

#[tokio::test(start_paused = true)]
async fn code_and_description_are_told() {
    let told = json!({"error": "invalid_client", "error_description": "client authentication failed", "hint": "no"});
    let error = error_of(Answer::json(&told).with_status(401)).await;
    let expected = format!(
        "{TOKEN} refused: client authentication failed (invalid_client). Check the client id, and its secret if it has one"
    );
    assert_eq!(error.to_string(), expected);

    // The code of another kind of authority; its summary stays there.
    let told = json!({"errorCode": "E0000011", "errorSummary": "Invalid token provided"});
    let error = error_of(Answer::json(&told).with_status(401)).await;
    assert_eq!((error.to_string(), code(&error)), (format!("{TOKEN} refused: E0000011"), Some("E0000011")));

    let error = error_of(Answer::json(&json!({"error": {"code": 7}}))).await;
    assert_eq!((error.to_string(), code(&error)), (format!("{TOKEN} refused: an error without a name"), None));
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_is_a_word_of_the_protocol_changes_no_meaning() {
    let (authority, _) = public([refused(400, "invalid_grant")]);
    let error = authority.refresh(&Secret::new("grant")).await.unwrap_err();
    assert_eq!(failure(&error), AuthFailure::LoginRequired);
    assert_eq!(error.to_string(), format!("{TOKEN} refused: invalid_***"));
}

#[tokio::test(start_paused = true)]
async fn an_empty_error_is_none() {
    let answer = json!({"error": null, "errorCode": "", "access_token": "a", "expires_in": 1});
    public([Answer::json(&answer)]).0.refresh(&Secret::new("r")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn texts_of_the_authority_are_short_and_on_one_line() {
    let long = "a\u{1b}[31m\r\n\u{202e}b\u{0}".to_owned() + &"é".repeat(5000);
    let error = error_of(Answer::json(&json!({"error": long, "error_description": long}))).await;
    let shown = error.to_string();
    assert_eq!(code(&error).unwrap().chars().count(), 200);
    assert!(code(&error).unwrap().starts_with("a[31mbé"), "{shown}");
    assert!(shown.chars().count() < 2 * 200 + 80, "{shown}");
    assert!(!shown.chars().any(|letter| letter.is_control() || letter == '\u{202e}'), "{shown:?}");
}

#[tokio::test(start_paused = true)]
async fn a_web_page_is_called_one() {
    let error = error_of(page(200)).await;
    assert_eq!(failure(&error), AuthFailure::BadAnswer);
    assert!(error.to_string().contains(&format!("{TOKEN} answered 200 OK with a web page instead of JSON")), "{error}");
    let empty = Answer::status(200).with_header(header::CONTENT_TYPE, HeaderValue::from_static("Text/HTML"));
    for answer in [page(404), page(200), page(502), empty, Answer::bytes("  <!doctype html><p>Sign in</p>")] {
        let error = error_of(answer).await;
        assert!(error.to_string().contains("with a web page") && !error.to_string().contains('<'), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_not_followed_and_says_where_to() {
    for status in [301, 302, 303, 307, 308] {
        let place = HeaderValue::from_static("https://evil.example.com/token?session=sesame");
        let (authority, script) = public([Answer::status(status).with_header(header::LOCATION, place), token()]);
        let error = authority.refresh(&Secret::new("r")).await.unwrap_err();
        assert_eq!((failure(&error), script.requests().len()), (AuthFailure::BadAnswer, 1));
        let shown = error.to_string();
        assert!(shown.contains(&format!("{TOKEN} redirects to https://evil.example.com/token?***")), "{shown}");
        assert!(!shown.contains("sesame"), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_json_object_is_refused() {
    const KIND: HeaderName = header::CONTENT_TYPE;
    let whole = json!({"access_token": "a", "expires_in": 1}).to_string();
    for (answer, told) in [
        (Answer::status(200), "answered 200 OK without a JSON object"),
        (Answer::bytes("[]"), "answered 200 OK without a JSON object"),
        (Answer::bytes("{\"access_token\":"), "answered 200 OK without a JSON object"),
        (Answer::status(404), "answered 404 Not Found"),
        (
            Answer::bytes(whole.clone()).with_header(KIND, HeaderValue::from_static("text/plain")),
            "answered 200 OK with text/plain instead of JSON",
        ),
    ] {
        let error = error_of(answer).await;
        assert_eq!(failure(&error), AuthFailure::BadAnswer);
        assert_eq!(error.to_string(), format!("{TOKEN} {told}"));
    }
    for kind in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
        let answer = Answer::bytes(whole.clone()).with_header(KIND, HeaderValue::from_static(kind));
        public([answer]).0.refresh(&Secret::new("r")).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_used_is_refused_with_the_reason() {
    for (answer, told) in [
        (json!({"expires_in": 1}), "has no access_token"),
        (json!({"access_token": "", "expires_in": 1}), "has no access_token"),
        (json!({"access_token": 7, "expires_in": 1}), "has no access_token"),
        (json!({"access_token": "a\nb", "expires_in": 1}), "has what no header can carry as its access_token"),
        (json!({"access_token": "é", "expires_in": 1}), "has what no header can carry as its access_token"),
        (json!({"access_token": "a", "expires_in": 1, "token_type": "DPoP"}), "has a token_type other than Bearer"),
        (json!({"access_token": "a"}), "has no expires_in"),
        (json!({"access_token": "a", "expires_in": null}), "has no expires_in"),
        (json!({"access_token": "a", "expires_in": "soon"}), "has an expires_in that is no positive number"),
        (json!({"access_token": "a", "expires_in": 0}), "has an expires_in that is no positive number"),
        (json!({"access_token": "a", "expires_in": -1}), "has an expires_in that is no positive number"),
    ] {
        let error = error_of(Answer::json(&answer)).await;
        assert_eq!(failure(&error), AuthFailure::BadAnswer);
        assert_eq!(error.to_string(), format!("the answer of {TOKEN} {told}"));
    }
}

proptest::proptest! {
    #[test]
    fn no_text_of_an_authority_tells_what_it_was_sent(
        before in ".{0,300}", secret in "[!-~]{8,40}", after in ".{0,300}", at in 0_usize..8,
    ) {
        let broken = format!("{}\n{}", &secret[..at], &secret[at..]);
        for echo in [&secret, &broken] {
            let text = quoted(&format!("{before}{echo}{after}"), &[Secret::new(&secret)]);
            proptest::prop_assert!(!text.contains(&secret), "{}", text);
            proptest::prop_assert!(text.chars().count() <= 200);
            proptest::prop_assert!(!text.chars().any(char::is_control));
        }
    }
}
