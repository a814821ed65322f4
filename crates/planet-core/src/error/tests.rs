use std::error::Error as _;

use serde_json::Value;

use super::*;

/// Every error body that was recorded, with its status (fixtures/error_bodies.json).
fn recorded() -> Vec<(StatusCode, Vec<u8>, String)> {
    let text = include_str!("../../fixtures/error_bodies.json");
    let cases: Vec<Value> = serde_json::from_str(text).unwrap();
    let bytes = |case: &Value| match &case["body"] {
        Value::String(text) => text.clone().into_bytes(),
        json => json.to_string().into_bytes(),
    };
    cases
        .iter()
        .map(|case| {
            let status = StatusCode::from_u16(u16::try_from(case["status"].as_u64().unwrap()).unwrap()).unwrap();
            (status, bytes(case), case["when"].to_string())
        })
        .collect()
}

/// The strings of a document that are messages for people.
fn messages(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value.as_str() {
                    Some(text) if ["message", "reason", "description"].contains(&key.as_str()) => {
                        out.push(text.to_owned());
                    }
                    _ => messages(value, out),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| messages(value, out)),
        _ => {}
    }
}

#[test]
fn every_recorded_error_body_ends_as_a_typed_error_with_the_servers_message() {
    let cases = recorded();
    assert!(cases.len() > 20);
    for (status, body, when) in cases {
        let error = Error::from_status(status, &HeaderMap::new(), &body);
        assert_ne!(error.kind(), ErrorKind::Unexpected, "{when}");
        let document = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let mut said = Vec::new();
        messages(&document, &mut said);
        // Sentinel Hub repeats the status text under "reason" beside its message.
        said.retain(|text| text != "Bad Request");
        for text in said {
            assert!(error.to_string().contains(&text), "{when}: {error} lacks {text}");
        }
    }
}

#[test]
fn quota_is_told_apart_from_throttling() {
    let quota = br#"{"field":{},"general":[{"message":"Download quota has been exceeded."}]}"#;
    let throttled = br#"{"message":"Too many requests"}"#;
    let kind = |status, body: &[u8]| Error::from_status(status, &HeaderMap::new(), body).kind();
    assert_eq!(kind(StatusCode::TOO_MANY_REQUESTS, quota), ErrorKind::QuotaExceeded);
    assert_eq!(kind(StatusCode::TOO_MANY_REQUESTS, throttled), ErrorKind::RateLimited);
    // Another order, a smaller one, may be accepted.
    let refused = Error::from_status(StatusCode::BAD_REQUEST, &HeaderMap::new(), quota);
    assert_eq!((refused.kind(), refused.api().unwrap().is_quota()), (ErrorKind::Rejected, true));
}

#[test]
fn html_and_empty_bodies_give_a_readable_line() {
    let html = b"<!DOCTYPE html>\n<html><title>Error 404 (Not Found)!!1</title>";
    let error = Error::from_status(StatusCode::NOT_FOUND, &HeaderMap::new(), html);
    assert!(error.to_string().ends_with("Error 404 (Not Found)!!1"), "{error}");
    let empty = Error::from_status(StatusCode::BAD_GATEWAY, &HeaderMap::new(), b"");
    assert_eq!(empty.to_string(), "the service answered 502 Bad Gateway and said nothing more");
    assert_eq!(empty.outcome(), Outcome::Unknown);
}

#[test]
fn the_xml_of_a_storage_gives_its_message_and_code() {
    let xml = b"<?xml version='1.0' encoding='UTF-8'?><Error><Code>ExpiredToken</Code><Message>The link has expired.</Message></Error>";
    let error = Error::from_status(StatusCode::FORBIDDEN, &HeaderMap::new(), xml);
    assert_eq!(error.to_string(), "the service answered 403 Forbidden: The link has expired.");
    assert_eq!(error.api().unwrap().code(), Some("ExpiredToken"));
}

#[test]
fn between_what_happened_and_what_to_do_stands_one_full_stop() {
    let body = br#"{"message": "Please enter your API key."}"#;
    let error = Error::from_status(StatusCode::UNAUTHORIZED, &HeaderMap::new(), body).with_help("Check it");
    assert!(error.to_string().ends_with("Please enter your API key. Check it"), "{error}");
}

#[test]
fn a_quota_that_is_used_up_says_what_to_do() {
    let error = Error::from_status(StatusCode::TOO_MANY_REQUESTS, &HeaderMap::new(), b"quota exceeded");
    assert!(error.help().is_some_and(|help| help.contains("raise it")), "{error}");
}

#[test]
fn the_error_is_one_pointer_wide() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

#[test]
fn display_and_debug_hide_credentials_and_display_leaves_the_cause_to_source() {
    let cause = std::io::Error::other("GET https://h/p?token=sesame failed");
    let error = Error::new(ErrorKind::Transport, "sending api-key PLAKsesame0123 broke").with_source(cause);
    let (shown, debugged) = (error.to_string(), format!("{error:?}"));
    assert!(!shown.contains("sesame") && !debugged.contains("sesame"), "{shown} {debugged}");
    assert!(!shown.contains("failed") && debugged.contains("failed"));
    assert!(error.source().is_some());
}

#[test]
fn the_message_alone_hides_what_the_service_repeats_too() {
    let body = b"bad header: api-key PLAKsesame0123; see https://h/p?token=sesame";
    let error = Error::from_status(StatusCode::BAD_REQUEST, &HeaderMap::new(), body);
    assert!(error.message().contains("bad header") && !error.message().contains("sesame"), "{}", error.message());
}

#[test]
fn faults_are_all_listed_with_their_paths() {
    let faults = vec![
        Fault::new(FaultKind::Missing, "name", "an order needs a name"),
        Fault::new(FaultKind::Invalid, "kernel", "not a kernel")
            .with_value("cubik")
            .with_suggestion("cubic")
            .under("tools[0].reproject"),
    ];
    let error = Error::invalid(faults);
    assert_eq!(
        error.to_string(),
        "name: an order needs a name; tools[0].reproject.kernel: not a kernel, got cubik; did you mean cubic?"
    );
    assert_eq!(error.faults().len(), 2);
}

#[test]
fn an_error_is_the_services_or_the_clients() {
    let refused = Error::from_status(StatusCode::BAD_REQUEST, &HeaderMap::new(), b"");
    assert!(refused.is_api_error() && !refused.is_client_error());
    for kind in [ErrorKind::InvalidInput, ErrorKind::Timeout, ErrorKind::Connect, ErrorKind::Paging] {
        let own = Error::new(kind, "");
        assert!(own.is_client_error() && !own.is_api_error());
    }
}

#[test]
fn the_kept_beginning_of_a_body_has_at_most_8_kib_also_as_text() {
    for body in [vec![b'x'; 20_000], vec![0xff; 20_000], "ä".repeat(20_000).into_bytes(), "x".repeat(8191).into_bytes()]
    {
        let error = Error::from_status(StatusCode::BAD_GATEWAY, &HeaderMap::new(), &body);
        let kept = error.api().unwrap().body().len();
        assert!(kept <= KEPT_BODY && kept > KEPT_BODY - 4, "{kept}");
    }
}

#[test]
fn error_documents_and_faults_hide_what_looks_like_a_credential() {
    let body = br#"{"message":"key PLAKsesame0123 is not good","code":"PLAKsesame0123"}"#;
    let api = ApiError::parse(body);
    let fault = Fault::new(FaultKind::Invalid, "webhook", "is no address").with_value("https://h/?token=sesame");
    let printed = format!("{api} {api:?} {fault} {fault:?} {:?}", Error::invalid(vec![fault.clone()]));
    assert!(!printed.contains("sesame"), "{printed}");
}

#[test]
fn display_is_one_line_and_debug_tells_attempts_and_the_whole_chain() {
    let cause = Error::new(ErrorKind::Server, "first\nand second").with_source(std::io::Error::other("root"));
    let error = Error::new(ErrorKind::Timeout, "two\nlines")
        .with_operation("test.get")
        .with_attempts(3, Duration::from_secs(2), true)
        .with_help("wait")
        .with_source(cause);
    assert_eq!(error.to_string(), "test.get: two lines (after 3 attempts in 2.0 s). wait");
    let debugged = format!("{error:?}");
    assert!(debugged.contains("attempts: 3 in 2.0 s (exhausted)"), "{debugged}");
    assert!(debugged.contains("caused by: first and second") && debugged.contains("caused by: root"), "{debugged}");
}
