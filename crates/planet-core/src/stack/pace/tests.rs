//! The pace against a service that keeps the times at which it was asked, under a paused clock.

use std::sync::Mutex;

use futures_util::future::join_all;
use http::Method;
use proptest::prelude::*;
use tokio::time::{Instant, sleep, timeout};
use tower::service_fn;
use tower_layer::Layer;

use super::super::around::AroundLayer;
use super::*;
use crate::call::RequestOptions;
use crate::stack::Answer;
use crate::{ErrorKind, Outcome, RequestBody};

const QUOTA: &str = r#"{"field":{},"general":[{"message":"Download quota has been exceeded."}]}"#;

/// A service that answers as told and keeps who asked when.
#[derive(Clone)]
struct Service {
    answer: fn(Duration) -> http::Response<&'static str>,
    seen: Arc<Mutex<Vec<(Duration, usize)>>>,
    started: Instant,
}

impl Service {
    fn new(answer: fn(Duration) -> http::Response<&'static str>) -> Self {
        Self { answer, seen: Arc::default(), started: Instant::now() }
    }

    fn good() -> Self {
        Self::new(|_| status(200))
    }

    fn client(&self, pace: Pace, auth: &Auth, origin: &str) -> impl Next + use<> {
        let service = self.clone();
        let leaf = service_fn(move |request: Box<Request>| {
            let service = service.clone();
            async move {
                let now = service.started.elapsed();
                let who = request.extensions().get::<usize>().copied().unwrap_or_default();
                service.seen.lock().unwrap().push((now, who));
                Ok((service.answer)(now).map(|body| ResponseBody::from(bytes::Bytes::from_static(body.as_bytes()))))
            }
        });
        let origin = Origin::of(&origin.parse().unwrap()).unwrap();
        AroundLayer::new(Paced::new(pace, auth, &origin, Clock::system())).layer(leaf)
    }

    fn alone(&self, pace: Pace) -> impl Next + use<> {
        self.client(pace.per_session(), &Auth::anonymous(), "https://api.planet.com")
    }

    fn seconds(&self) -> Vec<f64> {
        self.seen.lock().unwrap().iter().map(|(at, _)| at.as_secs_f64()).collect()
    }
}

fn status(code: u16) -> http::Response<&'static str> {
    http::Response::builder().status(code).body("").unwrap()
}

/// A request of a route with 2 requests a second.
fn request() -> Box<Request> {
    let mut request = Box::new(http::Request::new(RequestBody::default()));
    let context = CallContext::new("test", Route::new("test", 2.0), true, Answer::Whole, RequestOptions::default());
    request.extensions_mut().insert(context);
    *request.method_mut() = Method::GET;
    request
}

async fn call(client: &impl Next) {
    drop(client.clone().oneshot(request()).await.unwrap());
}

/// Equal but for what a timer rounds up.
#[track_caller]
fn assert_near(seconds: &[f64], expected: &[f64]) {
    let near = |(a, b): (&f64, &f64)| (*a - *b).abs() < 0.1;
    assert!(seconds.len() == expected.len() && seconds.iter().zip(expected).all(near), "{seconds:?}, not {expected:?}");
}

#[tokio::test(start_paused = true)]
async fn sessions_share_their_turns_if_credential_and_origin_are_the_same() {
    let (planet, key) = ("https://api.planet.com", Auth::from_key("shared turns"));
    for (pace, auth, origin, expected) in [
        (Pace::default(), Auth::from_key("shared turns"), planet, [0.0, 0.5]),
        (Pace::default(), Auth::from_key("another key"), planet, [0.0, 0.0]),
        (Pace::default(), key.clone(), "http://127.0.0.1:4000", [0.0, 0.0]),
        (Pace::default().per_session(), key.clone(), planet, [0.0, 0.0]),
    ] {
        sleep(Duration::from_secs(10)).await;
        let service = Service::good();
        let (one, other) = (service.client(Pace::default(), &key, planet), service.client(pace, &auth, origin));
        tokio::join!(call(&one), call(&other));
        assert_near(&service.seconds(), &expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_program_that_makes_a_session_for_each_call_is_paced_too() {
    let service = Service::good();
    for _ in 0..3 {
        call(&service.client(Pace::default(), &Auth::from_key("one session a call"), "https://api.planet.com")).await;
    }
    assert_near(&service.seconds(), &[0.0, 0.5, 1.0]);
}

#[tokio::test(start_paused = true)]
async fn turns_that_nobody_needs_are_forgotten() {
    let registry = Registry::default();
    let origin = Origin::of(&"https://api.planet.com".parse().unwrap()).unwrap();
    let routes = |key: &str| registry.routes(&origin, Auth::from_key(key).identity());
    let used = routes("in use");
    routes("busy").turns("test").take(Duration::from_secs(60)).await;
    for number in 0..1000 {
        drop(routes(&format!("key {number}")));
    }
    assert_eq!(registry.len(), 3, "in use, busy, and the last one");
    sleep(Duration::from_secs(61)).await;
    drop(routes("in use"));
    assert_eq!(registry.len(), 1);
    drop(used);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_nobody_polls_does_not_keep_others_from_their_turns() {
    let service = Service::good();
    let client = service.alone(Pace::default());
    call(&client).await;
    let mut left_alone = Box::pin(call(&client));
    assert!(timeout(Duration::from_millis(1), &mut left_alone).await.is_err());
    timeout(Duration::from_secs(30), join_all((0..3).map(|_| call(&client)))).await.unwrap();
    left_alone.await;
    assert_near(&service.seconds(), &[0.0, 1.0, 1.5, 2.0, 2.5]);
}

#[tokio::test(start_paused = true)]
async fn without_retry_after_the_pause_doubles_until_an_answer_is_no_429() {
    let service = Service::new(|now| status(if now.as_secs() < 5 { 429 } else { 200 }));
    let client = service.alone(Pace::default());
    for _ in 0..4 {
        call(&client).await;
    }
    // Pauses of 1, 2 and 4 s.
    assert_near(&service.seconds(), &[0.0, 1.0, 3.0, 7.0]);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_the_pause_up_to_64_seconds() {
    for (header, pause) in [("7", 7.0), ("100000", 64.0), ("0", 1.0)] {
        let service = Service::new(match header {
            "7" => |now| throttled(now, "7"),
            "0" => |now| throttled(now, "0"),
            _ => |now| throttled(now, "100000"),
        });
        let client = service.alone(Pace::default().rate("test", 1.0));
        call(&client).await;
        call(&client).await;
        assert_near(&service.seconds(), &[0.0, pause]);
    }
}

fn throttled(now: Duration, retry_after: &str) -> http::Response<&'static str> {
    let mut response = status(if now.is_zero() { 429 } else { 200 });
    response.headers_mut().insert(http::header::RETRY_AFTER, retry_after.parse().unwrap());
    response
}

#[tokio::test(start_paused = true)]
async fn a_used_up_quota_neither_pauses_nor_slows_and_its_document_can_still_be_read() {
    let service =
        Service::new(|_| http::Response::builder().status(429).header("retry-after", "30").body(QUOTA).unwrap());
    let client = service.alone(Pace::default());
    for _ in 0..3 {
        let answer = client.clone().oneshot(request()).await.unwrap();
        assert_eq!(beginning_of(answer.into_body()).await, QUOTA);
    }
    assert_near(&service.seconds(), &[0.0, 0.5, 1.0]);
}

#[tokio::test(start_paused = true)]
async fn several_429_to_requests_under_way_together_slow_the_route_once() {
    let turns = turns::Turns::new();
    let interval = Duration::from_millis(100);
    let mut left = Vec::new();
    for _ in 0..5 {
        left.push(turns.take(interval).await);
    }
    left.iter().for_each(|left| turns.throttled(*left, Some(Duration::from_secs(1))));
    left.iter().for_each(|left| turns.answered(*left));
    turns.take(interval).await;
    let halved = Instant::now();
    turns.take(interval).await;
    assert_near(&[halved.elapsed().as_secs_f64()], &[0.2]);
}

#[test]
fn rates_that_are_none_are_errors_that_name_route_and_value() {
    for (rate, shown) in [(0.0, "0"), (-1.5, "-1.5"), (f64::NAN, "NaN"), (f64::INFINITY, "inf"), (1e-300, "e-300")] {
        let pace = Pace::default().rate("orders.get", rate).rate("orders.list", 5.0);
        let error = crate::Session::builder().auth(Auth::anonymous()).pace(pace).build().unwrap_err();
        assert_eq!((error.kind(), error.faults().len()), (ErrorKind::InvalidInput, 1), "{rate}");
        let value = error.faults()[0].value().unwrap();
        assert!(error.to_string().contains("orders.get"), "{error}");
        assert!(value.contains(shown) || rate == 1e-300, "{value}");
    }
    let extremes = Pace::default().rate("a", f64::MAX).rate("b", 1.0 / 86_000.0).rate("c", f64::MIN_POSITIVE.recip());
    extremes.check().unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_operation_without_a_usable_rate_is_an_error_and_not_sent() {
    let service = Service::good();
    let mut request = request();
    let context = CallContext::new("x", Route::new("x", f64::NAN), true, Answer::Whole, RequestOptions::default());
    request.extensions_mut().insert(context);
    let Err(error) = service.alone(Pace::default()).oneshot(request).await else { panic!("it was sent") };
    let error = Error::from_boxed(error);
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidInput, Outcome::NotSent));
    assert!(service.seconds().is_empty());
}

fn in_paused_time<F: Future<Output = Result<(), TestCaseError>>>(test: F) -> Result<(), TestCaseError> {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(test)
}

fn more_than_allowed(seen: &[f64], rate: f64) -> bool {
    let enough = |first: usize, last: usize| (last - first) as f64 <= (seen[last] - seen[first]).mul_add(rate, 1e-6);
    (0..seen.len()).any(|first| (first..seen.len()).any(|last| !enough(first, last)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Callers come when they like, and some give up. If `bad`, some of the answers are 429.
    #[test]
    fn no_window_has_more_requests_than_its_length_at_the_rate_and_one(
        rate in 0.5..200.0,
        mut callers in prop::collection::vec((0_u64..3000, prop::option::of(1_u64..3000)), 1..80),
        bad in prop::bool::ANY,
    ) {
        callers.sort_unstable();
        in_paused_time(async {
            let answer = if bad {
                |now: Duration| status(if now.subsec_millis().is_multiple_of(3) { 429 } else { 200 })
            } else {
                |_| status(200)
            };
            let service = Service::new(answer);
            let client = service.alone(Pace::default().rate("test", rate));
            join_all(callers.iter().enumerate().map(async |(number, (arrival, patience))| {
                sleep(Duration::from_millis(*arrival)).await;
                let mut request = request();
                request.extensions_mut().insert(number);
                let call = client.clone().oneshot(request);
                drop(timeout(patience.map_or(Duration::MAX, Duration::from_millis), call).await);
            })).await;
            let times = service.seconds();
            prop_assert!(!more_than_allowed(&times, rate), "{times:?} at {rate} a second");
            let order: Vec<_> = service.seen.lock().unwrap().iter().map(|(_, who)| callers[*who].0).collect();
            prop_assert!(order.is_sorted(), "who came first leaves first: {order:?}");
            let waiting = callers.iter().filter(|(_, patience)| patience.is_none()).count();
            prop_assert!(times.len() >= waiting, "who waits is served");
            Ok(())
        })?;
    }

    /// However long and often the service throttles, a hundred good answers later the full rate is back.
    #[test]
    fn after_throttling_the_full_rate_comes_back(rate in 1.0..100.0, callers in 1_usize..30, header in prop::bool::ANY) {
        in_paused_time(async {
            let answer = if header {
                |now: Duration| if now.as_secs() < 40 { throttled(Duration::ZERO, "3") } else { status(200) }
            } else {
                |now: Duration| status(if now.as_secs() < 40 { 429 } else { 200 })
            };
            let service = Service::new(answer);
            let client = service.alone(Pace::default().rate("test", rate));
            join_all((0..callers).map(async |_| for _ in 0..1 + 400 / callers { call(&client).await })).await;
            let times = service.seconds();
            prop_assert!(!more_than_allowed(&times, rate));
            let good: Vec<_> = times.into_iter().filter(|at| *at >= 40.0).collect();
            prop_assert!(good.len() > 200, "{}", good.len());
            let late = &good[110..];
            let took = late[late.len() - 1] - late[0];
            let full = (late.len() - 1) as f64 / rate;
            // A timer rounds up to whole milliseconds.
            prop_assert!(took <= full + 0.002 * late.len() as f64, "{took} s instead of {full} s");
            Ok(())
        })?;
    }
}
