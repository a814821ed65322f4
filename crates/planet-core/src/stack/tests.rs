//! The stack over a scripted leaf, under a paused clock.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use tokio::time::Instant;
use tower::{ServiceExt, service_fn};

use super::*;
use crate::RequestBody;
use crate::call::RequestOptions;
use crate::retry::Policy;
use crate::{
    AuthHeaders, CredentialsFuture, CredentialsProvider, Error, ErrorKind, Outcome, Retry, RetryBudget, Route, Timeouts,
};

/// What a leaf answers: a status with headers and a body, or a failure of the transport.
type Scripted = Result<http::Response<&'static str>, Error>;

/// A request as the leaf saw it.
struct Seen {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Bytes,
    at: Duration,
}

/// A leaf that answers as scripted and keeps what it saw.
#[derive(Clone)]
struct Leaf {
    answers: Arc<Mutex<VecDeque<Scripted>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    started: Instant,
}

impl Leaf {
    fn new(answers: impl IntoIterator<Item = Scripted>) -> Self {
        Self {
            answers: Arc::new(Mutex::new(answers.into_iter().collect())),
            seen: Arc::default(),
            started: Instant::now(),
        }
    }

    fn stack(&self, auth: Auth, retry: Retry) -> Stack {
        let leaf = self.clone();
        let service = service_fn(move |request: Request| {
            let leaf = leaf.clone();
            async move { leaf.answer(request) }
        });
        let settings = Settings {
            auth,
            origin: Origin::of(&"https://api.planet.com".parse().unwrap()).unwrap(),
            clock: Clock::system(),
            retries: Retries::new(Policy::new(retry), RetryBudget::default()),
            pace: Pace::default().per_session(),
            permits: Permits::default(),
            timeouts: Timeouts::default(),
            user_agent: http::HeaderValue::from_static("test"),
            layers: UserLayers::default(),
            counters: Arc::default(),
        };
        build(settings, service)
    }

    fn answer(&self, request: Request) -> Result<Response, BoxError> {
        self.seen.lock().unwrap().push(Seen {
            method: request.method().clone(),
            url: request.uri().to_string(),
            headers: request.headers().clone(),
            body: request.body().bytes().clone(),
            at: self.started.elapsed(),
        });
        let answer = self.answers.lock().unwrap().pop_front().expect("the script is at its end");
        Ok(answer?.map(|body| ResponseBody::from(Bytes::from_static(body.as_bytes()))))
    }

    fn urls(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|seen| format!("{} {}", seen.method, seen.url)).collect()
    }

    fn authorizations(&self) -> Vec<Option<String>> {
        let seen = self.seen.lock().unwrap();
        let value = |seen: &Seen| Some(seen.headers.get("authorization")?.to_str().unwrap().to_owned());
        seen.iter().map(value).collect()
    }

    fn times(&self) -> Vec<Duration> {
        self.seen.lock().unwrap().iter().map(|seen| seen.at).collect()
    }
}

fn status(code: u16) -> Scripted {
    Ok(http::Response::builder().status(code).body("").unwrap())
}

fn with(code: u16, name: &'static str, value: &'static str) -> Scripted {
    Ok(http::Response::builder().status(code).header(name, value).body("").unwrap())
}

fn request(method: Method, idempotent: bool, options: RequestOptions) -> Request {
    let mut request = http::Request::new(RequestBody::default());
    *request.method_mut() = method;
    *request.uri_mut() = "https://api.planet.com/x".parse().unwrap();
    let context = CallContext::new("test", Route::new("test", 2.0), idempotent, Answer::Whole, options);
    request.extensions_mut().insert(context);
    request
}

fn get() -> Request {
    request(Method::GET, true, RequestOptions::default())
}

fn post() -> Request {
    request(Method::POST, false, RequestOptions::default())
}

fn key() -> Auth {
    Auth::from_key("KEY")
}

#[tokio::test(start_paused = true)]
async fn an_idempotent_call_survives_a_bad_gateway_and_tells_its_attempts() {
    let leaf = Leaf::new([status(502), Err(Error::new(ErrorKind::Transport, "reset")), status(200)]);
    let response = leaf.stack(key(), Retry::default()).oneshot(get()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.extensions().get::<Attempts>().unwrap().count, 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_not_idempotent_is_sent_once_when_its_outcome_is_unknown() {
    for answer in [status(502), status(504), Err(Error::new(ErrorKind::Transport, "reset"))] {
        let leaf = Leaf::new([answer]);
        drop(leaf.stack(key(), Retry::default()).oneshot(post()).await);
        assert_eq!(leaf.urls().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_sent_is_sent_again_also_when_it_is_not_idempotent() {
    let unsent = Error::new(ErrorKind::Connect, "refused").with_outcome(Outcome::NotSent);
    let leaf = Leaf::new([Err(unsent), status(202)]);
    let response = leaf.stack(key(), Retry::default()).oneshot(post()).await.unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured_and_pauses_the_route_for_everyone() {
    let leaf = Leaf::new([with(429, "retry-after", "7"), status(200), status(200)]);
    let stack = leaf.stack(key(), Retry::default());
    stack.clone().oneshot(get()).await.unwrap();
    stack.oneshot(get()).await.unwrap();
    let times = leaf.times();
    assert!(times[1] >= Duration::from_secs(7), "{times:?}");

    let leaf = Leaf::new([with(429, "retry-after", "7"), status(200)]);
    let stack = leaf.stack(key(), Retry::off());
    stack.clone().oneshot(get()).await.unwrap();
    stack.oneshot(get()).await.unwrap();
    assert!(leaf.times()[1] >= Duration::from_secs(7), "another call on the route waits as well");
}

#[tokio::test(start_paused = true)]
async fn a_used_up_quota_is_not_retried() {
    let body = r#"{"field":{},"general":[{"message":"Download quota has been exceeded."}]}"#;
    let leaf = Leaf::new([Ok(http::Response::builder().status(429).body(body).unwrap())]);
    leaf.stack(key(), Retry::default()).oneshot(get()).await.unwrap();
    assert_eq!(leaf.urls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn requests_of_a_route_are_spaced_evenly() {
    let leaf = Leaf::new([status(200), status(200), status(200)]);
    let stack = leaf.stack(key(), Retry::default());
    let (a, b, c) =
        tokio::join!(stack.clone().oneshot(get()), stack.clone().oneshot(get()), stack.clone().oneshot(get()));
    drop((a.unwrap(), b.unwrap(), c.unwrap()));
    let times = leaf.times();
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_millis(500), "{times:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_covers_delays_and_attempts() {
    let leaf = Leaf::new((0..6).map(|_| with(503, "retry-after", "60")));
    let options = RequestOptions { deadline: Some(Duration::from_secs(100)), ..RequestOptions::default() };
    let error = leaf.stack(key(), Retry::default()).oneshot(request(Method::GET, true, options)).await.unwrap_err();
    assert_eq!(Error::from_boxed(error).kind(), ErrorKind::Timeout);
    assert_eq!(leaf.started.elapsed(), Duration::from_secs(100));
}

#[tokio::test(start_paused = true)]
async fn no_credential_follows_a_redirect_to_another_origin_also_when_it_returns() {
    let leaf = Leaf::new([
        with(302, "location", "/y"),
        with(302, "location", "https://storage.example/z?sig=1"),
        with(302, "location", "https://api.planet.com/back"),
        status(200),
    ]);
    leaf.stack(key(), Retry::default()).oneshot(get()).await.unwrap();
    assert_eq!(
        leaf.urls(),
        [
            "GET https://api.planet.com/x",
            "GET https://api.planet.com/y",
            "GET https://storage.example/z?sig=1",
            "GET https://api.planet.com/back"
        ]
    );
    let key = || Some("api-key KEY".to_owned());
    assert_eq!(leaf.authorizations(), [key(), key(), None, None]);
}

#[tokio::test(start_paused = true)]
async fn a_post_follows_only_redirects_that_keep_method_and_origin() {
    let leaf = Leaf::new([with(307, "location", "/y"), status(202)]);
    leaf.stack(key(), Retry::default()).oneshot(post()).await.unwrap();
    assert_eq!(leaf.urls(), ["POST https://api.planet.com/x", "POST https://api.planet.com/y"]);

    for answer in [with(302, "location", "/y"), with(308, "location", "https://elsewhere.example/y")] {
        let leaf = Leaf::new([answer]);
        let error = leaf.stack(key(), Retry::default()).oneshot(post()).await.unwrap_err();
        assert_eq!(Error::from_boxed(error).outcome(), Outcome::Unknown);
        assert_eq!(leaf.urls().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_endless_redirect_ends_in_an_error() {
    let leaf = Leaf::new((0..21).map(|_| with(302, "location", "/x")));
    let error = leaf.stack(key(), Retry::default()).oneshot(get()).await.unwrap_err();
    assert!(error.to_string().contains("more than 20 redirects"));
}

#[tokio::test(start_paused = true)]
async fn a_foreign_address_is_asked_without_the_credential() {
    let leaf = Leaf::new([status(200)]);
    let mut request = get();
    *request.uri_mut() = "https://storage.example/a".parse().unwrap();
    leaf.stack(key(), Retry::default()).oneshot(request).await.unwrap();
    assert_eq!(leaf.authorizations(), [None]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_credential_is_refreshed_and_replayed_once() {
    struct Renewing(Mutex<u64>);

    impl CredentialsProvider for Renewing {
        fn headers(&self) -> CredentialsFuture<'_> {
            let generation = *self.0.lock().unwrap();
            Box::pin(async move { AuthHeaders::authorization(&format!("Bearer {generation}"), generation) })
        }

        fn invalidate(&self, refused: &AuthHeaders) -> bool {
            *self.0.lock().unwrap() = refused.generation() + 1;
            true
        }

        fn describe(&self) -> String {
            "a renewing test".into()
        }
    }

    let leaf = Leaf::new([status(401), status(401)]);
    let auth = Auth::from_provider(Renewing(Mutex::new(1)));
    let response = leaf.stack(auth, Retry::default()).oneshot(post()).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(leaf.authorizations(), [Some("Bearer 1".into()), Some("Bearer 2".into())]);
    assert_eq!(response.extensions().get::<Attempts>().unwrap().count, 1, "the replay costs no retry");
    assert!(leaf.times()[1] >= Duration::from_millis(500), "the replay waits for its turn");
}

#[tokio::test(start_paused = true)]
async fn a_permit_is_given_back_when_the_body_ends_or_is_dropped() {
    let leaf = Leaf::new((0..200).map(|_| status(200)));
    let stack = leaf.stack(key(), Retry::default());
    for _ in 0..60 {
        let mut request = get();
        let context =
            CallContext::new("test", Route::new("files", 1e6), true, Answer::Stream, RequestOptions::default());
        request.extensions_mut().insert(context);
        drop(stack.clone().oneshot(request).await.unwrap());
    }
    let held: Vec<_> = futures_util::future::join_all((0..60).map(|_| stack.clone().oneshot(get()))).await;
    assert!(held.iter().all(Result::is_ok), "bodies that were read whole hold no permit");
}

#[tokio::test(start_paused = true)]
async fn a_permit_is_held_as_long_as_a_file_is_being_read() {
    let leaf = Leaf::new((0..51).map(|_| status(200)));
    let stack = leaf.stack(key(), Retry::default());
    let file = || {
        let mut request = get();
        let context =
            CallContext::new("test", Route::new("files", 1e6), true, Answer::Stream, RequestOptions::default());
        request.extensions_mut().insert(context);
        stack.clone().oneshot(request)
    };
    let mut open = futures_util::future::try_join_all((0..50).map(|_| file())).await.unwrap();
    let mut further = std::pin::pin!(file());
    assert!(tokio::time::timeout(Duration::from_secs(60), &mut further).await.is_err(), "all permits are taken");
    open.pop();
    further.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_redirect_that_cannot_be_followed_leaves_the_outcome_open() {
    for location in ["ftp://elsewhere.example/y", "http://[", "mailto:someone@example.com"] {
        let leaf = Leaf::new([with(303, "location", location)]);
        let error = leaf.stack(key(), Retry::default()).oneshot(post()).await.unwrap_err();
        assert_eq!(Error::from_boxed(error).outcome(), Outcome::Unknown, "{location}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_by_the_storage_does_not_cost_the_credential() {
    let leaf = Leaf::new([with(302, "location", "https://storage.example/z"), status(401)]);
    let response = leaf.stack(key(), Retry::default()).oneshot(get()).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(response.extensions().get::<CredentialOrigin>().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_deadline_passes_before_its_turn_was_not_sent() {
    let leaf = Leaf::new([status(200)]);
    let stack = leaf.stack(key(), Retry::off());
    stack.clone().oneshot(get()).await.unwrap();
    let options = RequestOptions { deadline: Some(Duration::from_millis(100)), ..RequestOptions::default() };
    let error = Error::from_boxed(stack.oneshot(request(Method::POST, false, options)).await.unwrap_err());
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::NotSent));
    assert_eq!(leaf.urls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_dropped_while_they_wait_take_no_turn() {
    let leaf = Leaf::new([status(200), status(200)]);
    let stack = leaf.stack(key(), Retry::off());
    stack.clone().oneshot(get()).await.unwrap();
    for _ in 0..100 {
        let dropped = tokio::time::timeout(Duration::from_millis(1), stack.clone().oneshot(get()));
        assert!(dropped.await.is_err());
    }
    stack.oneshot(get()).await.unwrap();
    assert!(leaf.times()[1] <= Duration::from_millis(600), "{:?}", leaf.times());
}

#[tokio::test(start_paused = true)]
async fn a_429_pauses_also_those_who_wait_already() {
    let leaf = Leaf::new([with(429, "retry-after", "30"), status(200), status(200)]);
    let stack = leaf.stack(key(), Retry::off());
    let all = (0..3).map(|_| stack.clone().oneshot(get()));
    futures_util::future::join_all(all).await;
    let times = leaf.times();
    assert!(times[1] >= Duration::from_secs(30) && times[2] > times[1], "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn a_change_whose_first_answer_was_lost_may_have_happened_whatever_the_last_answer_says() {
    let leaf = Leaf::new([status(502), status(409)]);
    let put = request(Method::PUT, true, RequestOptions::default());
    let response = leaf.stack(key(), Retry::default()).oneshot(put).await.unwrap();
    assert!(response.extensions().get::<Attempts>().unwrap().lost_answer);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_its_own_limit() {
    let service = service_fn(|_: Request| std::future::pending::<Result<Response, BoxError>>());
    let settings = Settings {
        auth: key(),
        origin: Origin::of(&"https://api.planet.com".parse().unwrap()).unwrap(),
        clock: Clock::system(),
        retries: Retries::new(Policy::new(Retry::default().max_attempts(2)), RetryBudget::default()),
        pace: Pace::off(),
        permits: Permits::default(),
        timeouts: Timeouts::default(),
        user_agent: http::HeaderValue::from_static("test"),
        layers: UserLayers::default(),
        counters: Arc::default(),
    };
    let options = RequestOptions { attempt_timeout: Some(Duration::from_secs(3)), ..RequestOptions::default() };
    let started = Instant::now();
    let error = build(settings, service).oneshot(request(Method::GET, true, options)).await.unwrap_err();
    let error = Error::from_boxed(error);
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2));
    assert!((6..8).contains(&started.elapsed().as_secs()), "two attempts of three seconds");
}

/// A credential in a header of the provider's own choice.
struct CustomHeader;

impl CredentialsProvider for CustomHeader {
    fn headers(&self) -> CredentialsFuture<'_> {
        let headers = HeaderMap::from_iter([(http::HeaderName::from_static("x-api-key"), "KEY".parse().unwrap())]);
        Box::pin(async { Ok(AuthHeaders::new(headers, 0)) })
    }

    fn describe(&self) -> String {
        "a header of its own".into()
    }
}

#[tokio::test(start_paused = true)]
async fn only_headers_that_say_nothing_about_who_asks_follow_a_redirect_to_another_origin() {
    let leaf = Leaf::new([
        with(302, "location", "/y"),
        with(302, "location", "https://storage.example/z"),
        with(302, "location", "https://api.planet.com/back"),
        status(200),
    ]);
    let mut request = get();
    let ours = ["authorization", "cookie", "proxy-authorization", "x-token", "traceparent", "referer"];
    for name in ours {
        request.headers_mut().insert(name, "of the caller".parse().unwrap());
    }
    request.headers_mut().insert("range", "bytes=0-1".parse().unwrap());
    *request.body_mut() = RequestBody::new("of the caller");
    let mut secret: http::HeaderValue = "of the caller".parse().unwrap();
    secret.set_sensitive(true);
    request.headers_mut().insert("if-match", secret);
    leaf.stack(Auth::from_provider(CustomHeader), Retry::default()).oneshot(request).await.unwrap();

    let seen = leaf.seen.lock().unwrap();
    let names = |at: usize| seen[at].headers.keys().map(http::HeaderName::as_str).collect::<Vec<_>>();
    for name in ours.into_iter().chain(["x-api-key", "if-match"]) {
        assert!(names(0).contains(&name) && names(1).contains(&name), "{name} goes to our origin");
    }
    assert_eq!((&seen[1].body[..], &seen[2].body[..], &seen[3].body[..]), (&b"of the caller"[..], &b""[..], &b""[..]));
    for at in [2, 3] {
        let mut names = names(at);
        names.sort_unstable();
        let harmless = ["accept", "accept-encoding", "range", "user-agent", "x-planet-app"];
        names.retain(|name| !harmless.contains(name));
        assert!(names.is_empty(), "{names:?} left our origin");
        assert_eq!(seen[at].headers["range"], "bytes=0-1");
    }
}

#[tokio::test(start_paused = true)]
async fn no_request_names_the_page_that_it_came_from() {
    let leaf = Leaf::new([with(302, "location", "https://storage.example/z"), status(200)]);
    let mut request = get();
    *request.uri_mut() = "https://api.planet.com/data/v1/download?token=sesame".parse().unwrap();
    leaf.stack(key(), Retry::default()).oneshot(request).await.unwrap();
    let seen = leaf.seen.lock().unwrap();
    assert!(seen.iter().all(|seen| !seen.headers.contains_key("referer")));
    assert!(!seen[1].url.contains("sesame"));
}

#[tokio::test(start_paused = true)]
async fn a_redirect_to_plain_http_or_with_a_user_name_is_refused_and_a_fragment_dropped() {
    for location in
        ["http://storage.example/z?sig=sesame", "http://api.planet.com/y", "https://me:sesame@api.planet.com/y"]
    {
        let leaf = Leaf::new([with(302, "location", location)]);
        let error = leaf.stack(key(), Retry::default()).oneshot(get()).await.unwrap_err();
        let error = Error::from_boxed(error);
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unexpected, Outcome::Unknown), "{location}");
        assert!(!format!("{error} {error:?}").contains("sesame"), "{error}");
        assert_eq!(leaf.urls().len(), 1, "{location}");
    }
    for (location, url) in [("http://127.0.0.1:9/z", "http://127.0.0.1:9/z"), ("/y#part", "https://api.planet.com/y")] {
        let leaf = Leaf::new([with(302, "location", location), status(200)]);
        leaf.stack(key(), Retry::default()).oneshot(get()).await.unwrap();
        assert_eq!(leaf.urls()[1], format!("GET {url}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_in_plain_http_is_never_asked() {
    let leaf = Leaf::new([]);
    let mut request = get();
    *request.uri_mut() = "http://storage.example/a?sig=sesame".parse().unwrap();
    let error = leaf.stack(key(), Retry::default()).oneshot(request).await.unwrap_err();
    let error = Error::from_boxed(error);
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidInput, Outcome::NotSent));
}

#[tokio::test(start_paused = true)]
async fn the_origin_decides_and_not_only_the_host() {
    for foreign in ["https://api.planet.com:8443/x", "https://api.planet.com.evil.example/x", "http://localhost/x"] {
        let leaf = Leaf::new([status(200), with(302, "location", foreign), status(200)]);
        let stack = leaf.stack(key(), Retry::default());
        let mut request = get();
        *request.uri_mut() = foreign.parse().unwrap();
        stack.clone().oneshot(request).await.unwrap();
        stack.oneshot(get()).await.unwrap();
        assert_eq!(leaf.authorizations(), [None, Some("api-key KEY".into()), None], "{foreign}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_foreign_link_that_leads_to_us_does_not_bring_the_credential() {
    let leaf = Leaf::new([with(302, "location", "https://api.planet.com/x"), status(401)]);
    let mut request = get();
    *request.uri_mut() = "https://storage.example/a".parse().unwrap();
    leaf.stack(key(), Retry::default()).oneshot(request).await.unwrap();
    assert_eq!(leaf.authorizations(), [None, None]);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_fails_after_an_attempt_was_lost_leaves_the_outcome_open() {
    struct Once(Mutex<bool>);

    impl CredentialsProvider for Once {
        fn headers(&self) -> CredentialsFuture<'_> {
            let first = std::mem::take(&mut *self.0.lock().unwrap());
            Box::pin(async move {
                if first {
                    Ok(AuthHeaders::none())
                } else {
                    Err(Error::new(ErrorKind::Credentials, "the vault is shut"))
                }
            })
        }

        fn describe(&self) -> String {
            "a vault".into()
        }
    }

    for (answers, outcome) in [(vec![status(502)], Outcome::Unknown), (vec![], Outcome::NotSent)] {
        let auth = Auth::from_provider(Once(Mutex::new(!answers.is_empty())));
        let leaf = Leaf::new(answers);
        let error = leaf.stack(auth, Retry::default()).oneshot(get()).await.unwrap_err();
        let error = Error::from_boxed(error);
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Credentials, outcome));
    }
}
