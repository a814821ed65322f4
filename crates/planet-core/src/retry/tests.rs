use http::{HeaderMap, HeaderValue, header};
use std::time::SystemTime;

use super::*;

const AGAIN: Verdict = Verdict::Again { at_least: None };

#[test]
fn only_idempotent_operations_repeat_what_may_have_reached_the_service() {
    for code in [408, 500, 502, 503, 504] {
        let status = StatusCode::from_u16(code).unwrap();
        assert_eq!(judge_status(status, false, true, None), AGAIN, "{code}");
        assert_eq!(judge_status(status, false, false, None), Verdict::Final, "{code}");
    }
    for kind in [ErrorKind::Timeout, ErrorKind::Transport] {
        assert_eq!(judge_error(&Error::new(kind, ""), true), AGAIN);
        assert_eq!(judge_error(&Error::new(kind, ""), false), Verdict::Final);
        assert_eq!(judge_error(&Error::new(kind, "").with_outcome(Outcome::NotSent), false), AGAIN);
    }
}

#[test]
fn throttling_repeats_for_every_operation_and_quota_for_none() {
    assert_eq!(judge_status(StatusCode::TOO_MANY_REQUESTS, false, false, None), AGAIN);
    assert_eq!(judge_status(StatusCode::TOO_MANY_REQUESTS, true, true, None), Verdict::Final);
}

#[test]
fn what_the_service_refused_is_final() {
    for code in [200, 302, 400, 401, 403, 404, 409, 410, 501] {
        let status = StatusCode::from_u16(code).unwrap();
        assert_eq!(judge_status(status, false, true, None), Verdict::Final, "{code}");
    }
    assert_eq!(judge_error(&Error::new(ErrorKind::Decode, ""), true), Verdict::Final);
    assert_eq!(judge_error(&Error::new(ErrorKind::Connect, ""), false), AGAIN);
}

#[test]
fn delays_double_up_to_a_ceiling_and_honour_retry_after_up_to_it() {
    let retry = Retry::default().max_attempts(100).max_elapsed(Duration::from_secs(10_000));
    let delay =
        |attempts, at_least, jitter| retry.decide(attempts, Duration::ZERO, Verdict::Again { at_least }, jitter);
    assert_eq!(delay(1, None, 1.0), Some(Duration::from_millis(500)));
    assert_eq!(delay(3, None, 1.0), Some(Duration::from_secs(2)));
    assert_eq!(delay(50, None, 1.0), Some(Duration::from_secs(64)));
    assert_eq!(delay(50, None, 0.0), Some(Duration::ZERO));
    assert_eq!(delay(1, Some(Duration::from_secs(7)), 0.3), Some(Duration::from_secs(7)));
    assert_eq!(delay(1, Some(Duration::from_secs(7000)), 0.3), Some(Duration::from_secs(64)));
}

#[test]
fn attempts_and_time_are_bounded() {
    let retry = Retry::default();
    assert!(retry.decide(5, Duration::ZERO, AGAIN, 1.0).is_some());
    assert!(retry.decide(6, Duration::ZERO, AGAIN, 1.0).is_none());
    assert!(retry.decide(1, Duration::from_secs(300), AGAIN, 1.0).is_none());
    assert!(Retry::off().decide(1, Duration::ZERO, AGAIN, 0.0).is_none());
}

#[test]
fn retry_after_is_read_as_seconds_and_as_a_date() {
    let now = SystemTime::UNIX_EPOCH;
    let read = |value: &'static str| {
        retry_after(&HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(value))]), now)
    };
    assert_eq!(read("7"), Some(Duration::from_secs(7)));
    assert_eq!(read("Thu, 01 Jan 1970 00:01:00 GMT"), Some(Duration::from_secs(60)));
    assert_eq!(read("-3"), None);
    assert_eq!(read("soon"), None);
    assert_eq!(read("1e400"), None);
}
