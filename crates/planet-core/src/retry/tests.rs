use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, StatusCode, header};
use proptest::prelude::*;

use super::*;
use crate::{Clock, ErrorKind, Outcome};

fn headers(retry_after: &str) -> HeaderMap {
    HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_str(retry_after).unwrap())])
}

#[test]
fn retry_after_is_read_as_seconds_and_as_a_date() {
    let read = |value| retry_after(&headers(value), SystemTime::UNIX_EPOCH);
    assert_eq!(read("7"), Some(Duration::from_secs(7)));
    assert_eq!(read(" 0.5 "), Some(Duration::from_millis(500)));
    assert_eq!(read("Thu, 01 Jan 1970 00:01:00 GMT"), Some(Duration::from_secs(60)));
    assert_eq!(read("Thursday, 01-Jan-70 00:01:00 GMT"), Some(Duration::from_secs(60)));
    for unreadable in ["-3", "NaN", "-inf", "soon", "", "1 minute", "Thu, 32 Jan 1970 00:01:00 GMT"] {
        assert_eq!(read(unreadable), None, "{unreadable:?}");
    }
}

#[test]
fn a_retry_after_in_the_past_asks_for_no_wait_and_one_beyond_measure_for_a_very_long_one() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(3600);
    let read = |value| retry_after(&headers(value), now);
    assert_eq!(read("Thu, 01 Jan 1970 00:01:00 GMT"), Some(Duration::ZERO));
    for endless in ["1e400", "inf", "99999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        assert_eq!(read(endless), Some(Duration::from_secs(u64::from(u32::MAX))), "{endless}");
    }
}

#[test]
fn a_policy_sees_how_an_attempt_ended() {
    let quota = br#"{"general":[{"message":"Download quota has been exceeded."}]}"#;
    let headers = headers("9");
    let answered = Attempt::answered(StatusCode::TOO_MANY_REQUESTS, &headers, quota, &Clock::system());
    assert_eq!((answered.status(), answered.kind()), (Some(StatusCode::TOO_MANY_REQUESTS), ErrorKind::QuotaExceeded));
    assert_eq!((answered.outcome(), answered.retry_after()), (Outcome::Rejected, Some(Duration::from_secs(9))));
    assert_eq!(answered.api().unwrap().messages(), ["Download quota has been exceeded."]);
    assert!(answered.headers().is_some() && answered.error().is_none());

    let error = Error::new(ErrorKind::Timeout, "no answer").with_retry_after(Some(Duration::from_secs(3)));
    let failed = Attempt::failed(&error);
    assert_eq!((failed.kind(), failed.outcome()), (ErrorKind::Timeout, Outcome::Unknown));
    assert_eq!(failed.retry_after(), Some(Duration::from_secs(3)));
    assert!(failed.status().is_none() && failed.headers().is_none() && failed.api().is_none());
}

#[test]
fn a_printed_attempt_shows_neither_headers_nor_body() {
    let mut headers = headers("9");
    headers.insert(header::LOCATION, HeaderValue::from_static("https://h/?token=sesame"));
    let attempt = Attempt::answered(StatusCode::FORBIDDEN, &headers, b"sesame", &Clock::system());
    assert!(!format!("{attempt:?}").contains("sesame"));
}

#[test]
fn only_what_cannot_be_done_twice_may_be_repeated() {
    let lost = Error::new(ErrorKind::Transport, "lost");
    let unsent = Error::new(ErrorKind::Transport, "unsent").with_outcome(Outcome::NotSent);
    let (reading, creating) = (RetryState::new("get", true), RetryState::new("create", false));
    assert!(reading.may_repeat(&Attempt::failed(&lost)));
    assert!(!creating.may_repeat(&Attempt::failed(&lost)));
    assert!(creating.may_repeat(&Attempt::failed(&unsent)));
}

#[test]
fn attempts_end_at_their_number_and_at_their_time() {
    let lost = Error::new(ErrorKind::Transport, "lost");
    let decide = |retry: Retry, number, seconds| {
        let state = RetryState::new("get", true).with_number(number).with_elapsed(Duration::from_secs(seconds));
        retry.decide(&state, &Attempt::failed(&lost))
    };
    let fixed = || Retry::default().first_delay(Duration::ZERO);
    assert_eq!(decide(fixed(), 5, 300), Decision::Again(Duration::ZERO));
    assert_eq!(decide(fixed(), 6, 0), Decision::Exhausted);
    assert_eq!(decide(fixed(), 1, 301), Decision::Exhausted);
    assert_eq!(decide(Retry::off(), 1, 0), Decision::Exhausted);
    assert_eq!(decide(fixed().max_attempts(0), 1, 0), Decision::Exhausted);
}

#[test]
fn ceilings_double_up_to_the_longest_delay() {
    let ceiling = |attempts| Retry::default().ceiling(attempts).as_secs_f64();
    assert_eq!([1, 2, 3, 7, 8, 9, 50, u32::MAX].map(ceiling), [0.5, 1.0, 2.0, 32.0, 64.0, 64.0, 64.0, 64.0]);
}

#[test]
fn delays_are_spread_over_all_lengths_up_to_the_ceiling() {
    let lost = Error::new(ErrorKind::Transport, "lost");
    let state = RetryState::new("get", true).with_number(3);
    let mut tenths = [0; 10];
    for _ in 0..2000 {
        let Decision::Again(delay) = Retry::default().decide(&state, &Attempt::failed(&lost)) else { panic!() };
        tenths[usize::try_from(delay.as_millis() / 200).unwrap().min(9)] += 1;
    }
    assert!(tenths.iter().all(|tenth| (100..400).contains(tenth)), "{tenths:?}");
}

fn durations() -> impl Strategy<Value = Duration> {
    prop_oneof![
        (0_u64..500_000).prop_map(Duration::from_millis),
        Just(Duration::ZERO),
        Just(Duration::MAX),
        any::<u64>().prop_map(Duration::from_nanos),
    ]
}

proptest! {
    #[test]
    fn no_delay_leaves_its_bounds(
        attempts in 0_u32..50, elapsed_limit in durations(), first in durations(), longest in durations(),
        number in prop_oneof![1_u32..60, Just(u32::MAX)], elapsed in durations(), asked in proptest::option::of(durations()),
    ) {
        let retry =
            Retry::default().max_attempts(attempts).max_elapsed(elapsed_limit).first_delay(first).max_delay(longest);
        let throttled = Error::new(ErrorKind::RateLimited, "").with_retry_after(asked);
        let state = RetryState::new("create", false).with_number(number).with_elapsed(elapsed);
        match retry.decide(&state, &Attempt::failed(&throttled)) {
            Decision::Again(delay) => {
                prop_assert!(delay <= longest, "never above the longest");
                prop_assert!(delay >= asked.unwrap_or_default().min(longest).min(Duration::from_secs(86_400)), "never below what was asked for");
                prop_assert!(delay <= first.saturating_mul(2_u32.saturating_pow(number - 1)).max(asked.unwrap_or_default()), "never above the ceiling");
                prop_assert!(number < attempts);
                prop_assert!(elapsed.saturating_add(delay) <= elapsed_limit);
            }
            decision => {
                prop_assert_eq!(decision, Decision::Exhausted);
                let asked = asked.unwrap_or_default().min(longest);
                let longest_delay = retry.ceiling(number).max(asked);
                prop_assert!(number >= attempts || elapsed.saturating_add(longest_delay) > elapsed_limit, "given up too early");
            }
        }
    }

    #[test]
    fn any_retry_after_is_read_or_left(bytes in proptest::collection::vec(prop_oneof![0x20_u8..0x7f, 0x80_u8..=0xff], 0..60)) {
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_bytes(&bytes).unwrap())]);
        prop_assert!(retry_after(&headers, SystemTime::UNIX_EPOCH).is_none_or(|wait| wait <= Duration::from_secs(u32::MAX.into())));
    }

    #[test]
    fn a_retry_after_that_looks_like_a_number_or_a_date_never_panics(
        value in prop_oneof![
            "[-+]?[0-9]{0,400}\\.?[0-9]{0,3}([eE][-+]?[0-9]{1,4})?",
            "(Mon|Thu|Sunday),? [0-9]{1,3}[- ](Jan|Feb|Dec)[- ][0-9]{1,5} [0-9]{1,2}:[0-9]{2}:[0-9]{2}( GMT)?",
        ],
        now in any::<u32>(),
    ) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now.into());
        let _read = retry_after(&headers(&value), now);
    }

    #[test]
    fn every_second_count_is_read(seconds in any::<u32>()) {
        prop_assert_eq!(retry_after(&headers(&seconds.to_string()), SystemTime::UNIX_EPOCH), Some(Duration::from_secs(seconds.into())));
    }
}

#[tokio::test(start_paused = true)]
async fn successes_pay_for_retries_for_a_minute() {
    let budget = Budget::new(RetryBudget::default().floor(0));
    assert!(!budget.withdraw());
    (0..10).for_each(|_| budget.deposit());
    assert!(budget.withdraw() && budget.withdraw() && !budget.withdraw());
    (0..10).for_each(|_| budget.deposit());
    tokio::time::advance(Duration::from_secs(70)).await;
    assert!(!budget.withdraw(), "what came a minute ago counts no more");
}

#[tokio::test(start_paused = true)]
async fn the_floor_is_free_and_comes_back() {
    let budget = Budget::new(RetryBudget::default().floor(1));
    assert_eq!((0..100).filter(|_| budget.withdraw()).count(), 60);
    tokio::time::advance(Duration::from_secs(70)).await;
    assert_eq!((0..100).filter(|_| budget.withdraw()).count(), 60);
}

#[test]
fn a_budget_takes_any_setting_and_needs_no_runtime() {
    for share in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e-300, 0.3, 1.0, 7.0] {
        for floor in [0, 1, u32::MAX] {
            let budget = Budget::new(RetryBudget::default().share(share).floor(floor));
            (0..10).for_each(|_| budget.deposit());
            let paid = (0..20).filter(|_| budget.withdraw()).count();
            let expected = match share {
                _ if floor > 0 => 20,
                0.3 => 3,
                share if share >= 1.0 => 10,
                _ => 0,
            };
            assert_eq!(paid, expected, "{share} {floor}");
        }
    }
    let off = Budget::new(RetryBudget::off());
    assert!((0..10_000).all(|_| off.withdraw()));
}
