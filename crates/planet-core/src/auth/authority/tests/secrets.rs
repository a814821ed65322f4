//! Everything that can be printed is printed, and searched for what was sent.

use std::error::Error as _;
use std::fmt::Write;

use serde_json::json;

use super::*;
use crate::auth::authority::{EndpointKind, Form};
use crate::stack::Recorder;

const SECRETS: [&str; 6] =
    ["the-client-secret", "the-refresh-token", "the-device-code", "the-access-token", "the-verifier", "the-basic"];

/// All that an error says, and the errors behind it.
fn print(error: &Error) -> String {
    let mut all = format!("{error} {error:?} {} {:?}", error.message(), error.help());
    let why = AuthError::of(error).unwrap();
    write!(all, "{why} {why:?} {:?} {:?}", why.subject(), why.code()).unwrap();
    let mut source = error.source();
    while let Some(cause) = source {
        write!(all, "{cause} {cause:?}").unwrap();
        source = cause.source();
    }
    all
}

/// Answers that tell all they were told, in every place there is.
fn echoes() -> Vec<Answer> {
    let all = SECRETS.join(" ");
    let location = HeaderValue::from_str(&format!("https://h/?{}", SECRETS.join("&"))).unwrap();
    let object = |name: &str| json!({name: all, "error_description": all, "access_token": "the-access-token"});
    vec![
        Answer::json(&object("error")),
        Answer::json(&object("errorCode")).with_status(401),
        Answer::json(&json!({"error": "invalid_grant", "error_description": all})).with_status(400),
        Answer::json(&json!({"error": {"a": all}})).with_status(500),
        Answer::json(&json!({"access_token": "the-access-token", "refresh_token": "the-refresh-token"})),
        Answer::json(&json!({"access_token": "the-access-token\u{7f}", "expires_in": 1})),
        Answer::bytes(all.clone()),
        Answer::bytes(format!("<p>{all}</p>")).with_status(404),
        Answer::status(307).with_header(header::LOCATION, location),
        unsent(),
        lost(),
    ]
}

#[tokio::test(start_paused = true)]
async fn no_error_no_event_and_no_debug_text_tells_a_secret() {
    let heard = Recorder::default();
    let guard = heard.listen();
    let mut printed = String::new();
    for authentication in [ClientAuthentication::Public, ClientAuthentication::Secret(Secret::new("the-client-secret"))]
    {
        for repeat in 0..echoes().len() {
            // A thread that met an event first while this one began to listen may have noted that nobody does.
            tracing::callsite::rebuild_interest_cache();
            let client = settled(authentication.clone());
            write!(printed, "{client:?}").unwrap();
            let answers = || echoes().into_iter().skip(repeat).chain(echoes());
            let mut fields = Form::new([("grant_type", "the-grant"), ("code_verifier", "the-verifier")]);
            fields.add("device_code", "the-device-code");
            fields.add("refresh_token", "the-refresh-token");
            fields.add("client_secret", "the-client-secret");
            fields.add("token", "the-access-token");
            fields.add("code", "the-basic");
            let (authority, script) = authority(client, answers());
            let error = authority.token(fields).await.unwrap_err();
            printed.push_str(&print(&error));
            write!(printed, "{:?}", script.requests().iter().map(http::Request::headers).collect::<Vec<_>>()).unwrap();
        }
    }
    // What stands in a header is sent, too.
    let told = json!({"error": "invalid_client", "error_description": "not the-client-secret, nor the-refresh-token"});
    let (authority, _) = authority(secret_client("the-client-secret"), [Answer::json(&told), token()]);
    let error = authority.refresh(&Secret::new("the-refresh-token")).await.unwrap_err();
    assert!(error.to_string().contains("refused: not ***, nor *** (invalid_client)"), "{error}");
    printed.push_str(&print(&error));
    let uri = authority.endpoint(EndpointKind::Token).await.unwrap();
    let document = authority.post(&uri, Form::new([("refresh_token", "the-refresh-token")])).await.unwrap();
    write!(printed, "{document:?}").unwrap();
    drop(guard);
    let seen = heard.seen();
    assert!(seen.events.iter().any(|event| event.metadata.target() == "planet"), "nothing was heard");
    write!(printed, "{:?} {:?}", seen.events, seen.spans).unwrap();
    for secret in SECRETS {
        let at = printed.find(secret);
        assert_eq!(at.map(|at| &printed[at.saturating_sub(300)..(at + 60).min(printed.len())]), None, "{secret}");
    }
}
