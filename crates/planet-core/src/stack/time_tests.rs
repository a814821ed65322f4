//! The time limits, under a paused clock. Each test has a limit of its own, so that what hangs fails.

use std::collections::VecDeque;
use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use tokio::time::{Instant, Sleep, sleep, timeout};
use tower::{ServiceExt, service_fn};

use super::*;
use crate::call::RequestOptions;
use crate::retry::{Policy, Retries};
use crate::transport::classify;
use crate::{Error, ErrorKind, Outcome, RequestBody, Retry, RetryBudget, Route, Session, Timeouts};

const HOUR: Duration = Duration::from_secs(3600);

/// A body whose pieces come after these delays, and after which nothing comes if it `stalls`.
struct Pieces {
    delays: VecDeque<Duration>,
    stalls: bool,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Pieces {
    fn new(delays: impl IntoIterator<Item = u64>, stalls: bool) -> Self {
        Self { delays: delays.into_iter().map(Duration::from_secs).collect(), stalls, timer: None }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(delay) = self.delays.front().copied() else {
            return if self.stalls { Poll::Pending } else { Poll::Ready(None) };
        };
        std::task::ready!(self.timer.get_or_insert_with(|| Box::pin(sleep(delay))).as_mut().poll(cx));
        self.timer = None;
        self.delays.pop_front();
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"piece")))))
    }
}

fn settings(retry: Retry, timeouts: Timeouts) -> Settings {
    Settings {
        auth: Auth::anonymous(),
        origin: Origin::of(&"https://api.planet.com".parse().unwrap()).unwrap(),
        clock: Clock::system(),
        retries: Retries::new(Policy::new(retry), RetryBudget::default()),
        pace: Pace::off(),
        permits: Permits::default(),
        timeouts,
        user_agent: http::HeaderValue::from_static("test"),
        layers: UserLayers::default(),
        counters: Arc::default(),
    }
}

/// A stack whose leaf answers at once with this body.
fn answering(retry: Retry, body: impl Fn() -> Pieces + Clone + Send + Sync + 'static) -> Stack {
    let leaf = service_fn(move |_: Request| {
        let body = body();
        async move { Ok::<_, BoxError>(http::Response::new(ResponseBody::new(body))) }
    });
    build(settings(retry, Timeouts::default()), leaf)
}

fn silent(timeouts: Timeouts) -> Stack {
    build(settings(Retry::off(), timeouts), service_fn(|_: Request| pending::<Result<Response, BoxError>>()))
}

fn request(answer: Answer, options: RequestOptions) -> Request {
    let mut request = http::Request::new(RequestBody::default());
    *request.uri_mut() = "https://api.planet.com/x".parse().unwrap();
    let context = CallContext::new("test", Route::new("test", 2.0), true, answer, options);
    request.extensions_mut().insert(context);
    request
}

fn get(answer: Answer) -> Request {
    request(answer, RequestOptions::default())
}

async fn failure(stack: Stack, request: Request) -> (Error, u64) {
    let started = Instant::now();
    let result = timeout(100 * HOUR, stack.oneshot(request)).await.expect("it hangs");
    (Error::from_boxed(result.unwrap_err()), started.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn headers_that_do_not_come_are_a_timeout() {
    let (error, seconds) = failure(silent(Timeouts::default()), get(Answer::Whole)).await;
    assert_eq!((error.kind(), error.outcome(), error.is_transient()), (ErrorKind::Timeout, Outcome::Unknown, true));
    assert_eq!(seconds, 130);
    assert!(error.to_string().contains("time to the headers"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_its_own_limit() {
    let options = RequestOptions { attempt_timeout: Some(Duration::from_secs(3)), ..RequestOptions::default() };
    let (error, seconds) = failure(silent(Timeouts::default()), request(Answer::Whole, options)).await;
    assert_eq!((error.kind(), seconds), (ErrorKind::Timeout, 3));
    assert!(error.to_string().contains("attempt's time"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_an_attempt_ends_with_the_headers() {
    let options = RequestOptions { attempt_timeout: Some(Duration::from_secs(3)), ..RequestOptions::default() };
    let stack = answering(Retry::off(), || Pieces::new([50; 10], false));
    let answer = timeout(HOUR, stack.oneshot(request(Answer::Whole, options))).await.unwrap().unwrap();
    assert_eq!(answer.body().in_memory().unwrap().len(), 50);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_covers_a_body_that_is_read_whole() {
    let options = RequestOptions { deadline: Some(Duration::from_secs(100)), ..RequestOptions::default() };
    let stack = answering(Retry::default(), || Pieces::new([50; 10], false));
    let (error, seconds) = failure(stack, request(Answer::Whole, options)).await;
    assert_eq!((error.kind(), error.outcome(), seconds), (ErrorKind::Timeout, Outcome::Unknown, 100));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_slow_but_moves_is_never_cut() {
    let day = || Pieces::new([59; 1500], false);
    for answer in [Answer::Whole, Answer::Stream] {
        let response = timeout(100 * HOUR, answering(Retry::off(), day).oneshot(get(answer))).await.unwrap().unwrap();
        let body = timeout(100 * HOUR, response.into_body().collect()).await.unwrap().unwrap();
        assert_eq!(body.to_bytes().len(), 7500, "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stalls_is_an_attempt_that_failed() {
    let stack = answering(Retry::default().max_attempts(3), || Pieces::new([1], true));
    let (error, seconds) = failure(stack, get(Answer::Whole)).await;
    assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::Timeout, Outcome::Unknown, 3));
    assert!((183..190).contains(&seconds), "three times 61 s, and the delays: {seconds}");
}

#[tokio::test(start_paused = true)]
async fn a_file_that_stalls_ends_in_an_error_that_can_be_resumed() {
    let stack = answering(Retry::default(), || Pieces::new([59, 59], true));
    let mut body = stack.oneshot(get(Answer::Stream)).await.unwrap().into_body();
    for _ in 0..2 {
        body.frame().await.unwrap().unwrap();
    }
    let started = Instant::now();
    let cause = timeout(HOUR, body.frame()).await.expect("it hangs").unwrap().unwrap_err();
    let error = classify::body_error(cause);
    assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Timeout, true));
    assert_eq!(started.elapsed(), Duration::from_secs(60));
    assert!(error.to_string().contains("stalled"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_was_away_finds_the_piece_that_came_meanwhile() {
    let stack = answering(Retry::off(), || Pieces::new([10, 10], false));
    let mut body = stack.oneshot(get(Answer::Stream)).await.unwrap().into_body();
    assert!(timeout(Duration::from_secs(1), body.frame()).await.is_err());
    sleep(HOUR).await;
    body.frame().await.unwrap().unwrap();
    sleep(HOUR).await;
    body.frame().await.unwrap().unwrap();
    assert!(body.frame().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn no_time_at_all_sends_nothing() {
    let none = Some(Duration::ZERO);
    let deadline = RequestOptions { deadline: none, ..RequestOptions::default() };
    let attempt = RequestOptions { attempt_timeout: none, ..RequestOptions::default() };
    for options in [deadline, attempt] {
        let leaf = service_fn(|_: Request| async { panic!("it was sent") });
        let stack = build(settings(Retry::off(), Timeouts::default()), leaf);
        let (error, seconds) = failure(stack, request(Answer::Whole, options)).await;
        assert_eq!((error.kind(), error.outcome(), seconds), (ErrorKind::Timeout, Outcome::NotSent, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn the_longest_duration_is_no_limit() {
    let max = Duration::MAX;
    let options = RequestOptions { deadline: Some(max), attempt_timeout: Some(max), ..RequestOptions::default() };
    let leaf = service_fn(|_: Request| async {
        sleep(100 * HOUR).await;
        Ok::<_, BoxError>(http::Response::new(ResponseBody::new(Pieces::new([500_000, 500_000], false))))
    });
    let limits = Timeouts::default().connect(max).headers(max).idle(max);
    let answer = build(settings(Retry::off(), limits), leaf).oneshot(request(Answer::Whole, options)).await.unwrap();
    assert_eq!(answer.body().in_memory().unwrap().len(), 10);
    Session::builder().auth(Auth::anonymous()).timeouts(limits).build().unwrap();
}

#[test]
fn a_session_that_could_send_nothing_is_not_built_and_all_reasons_are_told() {
    let zero = Duration::ZERO;
    let builder = Session::builder().auth(Auth::anonymous()).max_calls(0).max_files(0);
    let error = builder.clone().build().unwrap_err();
    let paths: Vec<_> = error.faults().iter().map(crate::Fault::path).collect();
    assert_eq!((error.kind(), paths), (ErrorKind::InvalidInput, vec!["max_calls", "max_files"]));

    let builder = builder.max_calls(usize::MAX).max_files(1);
    let error =
        builder.clone().timeouts(Timeouts::default().connect(zero).headers(zero).idle(zero)).build().unwrap_err();
    let paths: Vec<_> = error.faults().iter().map(crate::Fault::path).collect();
    assert_eq!(paths, ["timeouts.connect", "timeouts.headers", "timeouts.idle"]);
    builder.build().unwrap();
}
