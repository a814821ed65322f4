use std::error::Error as _;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use http::{HeaderValue, Method, StatusCode, Uri, header};
use serde_json::json;
use tokio::time::Instant;
use tower::{ServiceExt, service_fn};
use tower_http::set_header::SetRequestHeaderLayer;
use tower_http::trace::TraceLayer;
use tower_layer::layer_fn;

use super::*;
use crate::testing::{Answer, ScriptedTransport};
use crate::{Attempt, Decision, Error, ErrorKind, Outcome, Result, Retry, RetryPolicy, RetryState, Session};

/// A layer made of a function of the request and the rest of the stack.
fn layer<F, R>(run: impl Fn(Request, NextService) -> F + Clone + Send + Sync + 'static) -> impl UserLayer
where
    F: Future<Output = std::result::Result<Response, R>> + Send + 'static,
    R: Into<BoxError> + 'static,
{
    layer_fn(move |next: NextService| {
        let run = run.clone();
        service_fn(move |request: Request| run(request, next.clone())).map_err(|error: R| -> BoxError { error.into() })
    })
}

trait UserLayer: Layer<NextService, Service: Answers> + Send + Sync + 'static {}

impl<L: Layer<NextService, Service: Answers> + Send + Sync + 'static> UserLayer for L {}

trait Answers:
    Service<Request, Response = Response, Error = BoxError, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

impl<S> Answers for S where
    S: Service<Request, Response = Response, Error = BoxError, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

type Log<T> = Arc<Mutex<Vec<T>>>;

/// A layer that notes something of each request.
fn noting<T: Send + 'static>(log: &Log<T>, note: fn(&Request) -> T) -> impl UserLayer {
    let log = Arc::clone(log);
    layer(move |request: Request, next: NextService| {
        log.lock().unwrap().push(note(&request));
        next.oneshot(request)
    })
}

fn ok() -> Answer {
    Answer::json(&json!({"ok": true}))
}

async fn get(session: &Session) -> Result<serde_json::Value> {
    session.request(Method::GET, "/data/v1").await
}

async fn post(session: &Session) -> Result<serde_json::Value> {
    session.request(Method::POST, "/compute/ops/orders/v2").json(&json!({"name": "a"})).await
}

#[tokio::test]
async fn a_layer_per_call_runs_once_and_a_layer_per_attempt_each_time_and_both_know_the_call() {
    let script = ScriptedTransport::new([Answer::status(503), Answer::status(503), ok()]);
    let (calls, attempts): (Log<CallInfo>, Log<CallInfo>) = Default::default();
    let info = |request: &Request| *request.extensions().get().unwrap();
    let session = script
        .session()
        .layer_per_call(noting(&calls, info))
        .layer_per_attempt(noting(&attempts, info))
        .build()
        .unwrap();
    get(&session).await.unwrap();

    let expected =
        |attempt| CallInfo { operation: "request", route: "data", idempotent: true, streams: false, attempt };
    assert_eq!(*calls.lock().unwrap(), [expected(0)]);
    assert_eq!(*attempts.lock().unwrap(), [expected(1), expected(2), expected(3)]);
}

#[tokio::test]
async fn ordinary_layers_of_tower_http_can_be_used() {
    let script = ScriptedTransport::new([ok()]);
    let name = header::HeaderName::from_static("x-project");
    let session = script
        .session()
        .layer_per_call(SetRequestHeaderLayer::overriding(name.clone(), HeaderValue::from_static("oregon")))
        .layer_per_attempt(TraceLayer::new_for_http())
        .build()
        .unwrap();
    assert_eq!(get(&session).await.unwrap(), json!({"ok": true}));
    assert_eq!(script.requests()[0].headers()[&name], "oregon");
}

#[tokio::test]
async fn the_credential_is_hidden_from_layers_per_call_and_marked_for_layers_per_attempt() {
    let script = ScriptedTransport::new([ok()]);
    let (outer, inner): (Log<Option<HeaderValue>>, Log<Option<HeaderValue>>) = Default::default();
    let credential = |request: &Request| request.headers().get(header::AUTHORIZATION).cloned();
    let session = script
        .session()
        .layer_per_call(noting(&outer, credential))
        .layer_per_attempt(noting(&inner, credential))
        .build()
        .unwrap();
    get(&session).await.unwrap();
    assert_eq!(*outer.lock().unwrap(), [None]);
    assert!(inner.lock().unwrap()[0].as_ref().unwrap().is_sensitive());
}

#[tokio::test]
async fn a_cache_per_call_answers_without_the_service_and_its_answer_is_read_like_any_other() {
    let script = ScriptedTransport::new([ok()]);
    let kept: Arc<Mutex<Option<Bytes>>> = Arc::default();
    let cache = layer(move |request: Request, next: NextService| {
        let kept = Arc::clone(&kept);
        async move {
            let found = kept.lock().unwrap().clone();
            if let Some(bytes) = found {
                return Ok(http::Response::new(ResponseBody::from(bytes)));
            }
            let bytes = next.oneshot(request).await?.into_body().bytes().await?;
            *kept.lock().unwrap() = Some(bytes.clone());
            Ok::<_, BoxError>(http::Response::new(ResponseBody::from(bytes)))
        }
    });
    let session = script.session().layer_per_call(cache).build().unwrap();
    for _ in 0..3 {
        let response = session.request(Method::GET, "/data/v1").send().await.unwrap();
        assert_eq!((response.value(), response.attempts()), (&json!({"ok": true}), 0));
    }
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn a_refusal_by_a_layer_per_call_becomes_an_error_with_its_text() {
    let refuse = layer(|_: Request, _: NextService| async {
        let mut response = http::Response::new(ResponseBody::from(Bytes::from(r#"{"message":"not on Sundays"}"#)));
        *response.status_mut() = StatusCode::FORBIDDEN;
        Ok::<_, BoxError>(response)
    });
    let session = ScriptedTransport::default().session().layer_per_call(refuse).build().unwrap();
    let error = get(&session).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Forbidden, 0));
    assert!(error.to_string().contains("not on Sundays"), "{error}");
}

#[tokio::test]
async fn a_body_that_a_layer_per_call_changed_is_what_the_caller_gets() {
    let script = ScriptedTransport::new([ok()]);
    let change = layer(|request: Request, next: NextService| async move {
        let response = next.oneshot(request).await?;
        Ok::<_, BoxError>(response.map(|_| ResponseBody::from(Bytes::from("[]"))))
    });
    let session = script.session().layer_per_call(change).build().unwrap();
    assert_eq!(get(&session).await.unwrap(), json!([]));
}

#[tokio::test]
async fn a_foreign_error_is_kept_as_the_source_and_the_outcome_tells_whether_something_was_sent() {
    let failing = |at_once: bool| {
        layer(move |request: Request, next: NextService| async move {
            if !at_once {
                next.oneshot(request).await.map_err(io::Error::other)?;
            }
            Err::<Response, _>(io::Error::other("the audit's disk is full"))
        })
    };
    for (at_once, outcome) in [(true, Outcome::NotSent), (false, Outcome::Unknown)] {
        for per_call in [true, false] {
            let script = ScriptedTransport::new([ok()]);
            let builder = script.session();
            let session = match per_call {
                true => builder.layer_per_call(failing(at_once)),
                false => builder.layer_per_attempt(failing(at_once)),
            };
            let error = get(&session.build().unwrap()).await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unexpected, outcome));
            assert!(error.source().unwrap().downcast_ref::<io::Error>().is_some());
            assert_eq!(error.operation(), Some("request"));
            assert_eq!(script.requests().len(), usize::from(!at_once), "a layer that fails is not tried again");
        }
    }
}

#[tokio::test]
async fn an_error_of_ours_passes_a_layer_unchanged_and_is_judged_like_any_other() {
    let script = ScriptedTransport::new([ok()]);
    let tries = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&tries);
    let unlucky = layer(move |request: Request, next: NextService| {
        let first = counted.fetch_add(1, Ordering::Relaxed) == 0;
        async move {
            if first {
                let error = Error::new(ErrorKind::Connect, "the tunnel is down").with_outcome(Outcome::NotSent);
                return Err(error.into());
            }
            next.oneshot(request).await
        }
    });
    let session = script.session().layer_per_attempt(unlucky).build().unwrap();
    post(&session).await.unwrap();
    assert_eq!(tries.load(Ordering::Relaxed), 2, "nothing was sent, so even a creation is tried again");

    let refusing = layer(|_: Request, _: NextService| async {
        Err::<Response, _>(Error::new(ErrorKind::InvalidInput, "no orders on Sundays"))
    });
    let session = script.session().layer_per_call(refusing).build().unwrap();
    let error = post(&session).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidInput, Outcome::NotSent));
    assert_eq!(error.to_string(), "request: no orders on Sundays");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_lost_its_extensions_is_never_sent_twice_nor_said_to_be_unsent() {
    let script = ScriptedTransport::new([Answer::status(503), ok()]);
    let forgetful = || {
        layer(|request: Request, next: NextService| {
            let (mut parts, body) = request.into_parts();
            parts.extensions.clear();
            next.oneshot(Request::from_parts(parts, body))
        })
    };
    let session = script.session().layer_per_call(forgetful()).build().unwrap();
    let error = get(&session).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Server, Outcome::Unknown));
    assert_eq!(script.requests().len(), 1);

    let never = ScriptedTransport::new([ok().after(Duration::from_secs(3600))]);
    let error = get(&never.session().layer_per_call(forgetful()).build().unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Unknown));
}

#[tokio::test(start_paused = true)]
async fn an_order_that_lost_its_extensions_on_the_way_counts_as_sent_whatever_ends_the_call() {
    let anew = || {
        layer(|request: Request, next: NextService| {
            let mut anew = Request::new(request.body().clone());
            *anew.method_mut() = request.method().clone();
            *anew.uri_mut() = request.uri().clone();
            tokio::time::timeout(Duration::from_secs(1), next.oneshot(anew)).map(|ended| match ended {
                Ok(result) => result,
                Err(_) => Err("the layer's own time limit".into()),
            })
        })
    };
    for place in ["per call", "per attempt"] {
        let never = ScriptedTransport::new((0..3).map(|_| ok().after(Duration::from_secs(3600))));
        let builder = never.session().retry(Stubborn);
        let session = match place {
            "per call" => builder.layer_per_call(anew()),
            _ => builder.layer_per_attempt(anew()),
        };
        let error = post(&session.build().unwrap()).await.unwrap_err();
        assert_eq!((error.outcome(), never.requests().len()), (Outcome::Unknown, 1), "{place}: {error:?}");
    }
    let slow = ScriptedTransport::new([ok().after(Duration::from_secs(3600))]);
    let forgetful = layer(|request: Request, next: NextService| {
        let mut anew = Request::new(request.body().clone());
        *anew.method_mut() = request.method().clone();
        *anew.uri_mut() = request.uri().clone();
        next.oneshot(anew)
    });
    let session = slow.session().layer_per_attempt(forgetful).build().unwrap();
    let create = session.request(Method::POST, "/compute/ops/orders/v2").deadline(Duration::from_secs(5));
    assert_eq!(create.await.unwrap_err().outcome(), Outcome::Unknown, "the deadline ends it");
}

/// A policy that says Again to everything.
struct Stubborn;

impl RetryPolicy for Stubborn {
    fn decide(&self, _: &RetryState, _: &Attempt<'_>) -> Decision {
        Decision::Again(Duration::from_millis(1))
    }
}

#[tokio::test(start_paused = true)]
async fn a_layer_cannot_say_unsent_of_what_was_sent() {
    let script = ScriptedTransport::new([ok(), ok()]);
    let mistaken = layer(|request: Request, next: NextService| async move {
        drop(next.oneshot(request).await);
        Err::<Response, _>(Error::new(ErrorKind::Connect, "the layer's mirror cannot be reached"))
    });
    let error = post(&script.session().layer_per_attempt(mistaken).build().unwrap()).await.unwrap_err();
    assert_eq!((error.outcome(), script.requests().len()), (Outcome::Unknown, 1), "{error:?}");
}

#[tokio::test]
async fn a_layer_that_turns_a_request_to_another_host_takes_no_credential_there() {
    let script = ScriptedTransport::new([ok(), Answer::status(401)]);
    let mirror = layer(|mut request: Request, next: NextService| {
        *request.uri_mut() = Uri::from_static("https://mirror.example/data");
        request.headers_mut().insert("x-token", HeaderValue::from_static("of the layer"));
        next.oneshot(request)
    });
    let session = script.session().layer_per_attempt(mirror).build().unwrap();
    get(&session).await.unwrap();
    assert_eq!(script.requests()[0].uri(), "https://mirror.example/data");
    let names: Vec<_> = script.requests()[0].headers().keys().map(ToString::to_string).collect();
    assert!(!names.contains(&"authorization".to_owned()) && !names.contains(&"x-token".to_owned()), "{names:?}");
    let error = get(&session).await.unwrap_err();
    assert!(error.help().is_none(), "the mirror's refusal does not blame our key: {error}");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_covers_a_slow_layer_and_the_attempt_timeout_does_not() {
    let slow = || {
        layer(|request: Request, next: NextService| async move {
            tokio::time::sleep(Duration::from_secs(5)).await;
            next.oneshot(request).await
        })
    };
    let script = ScriptedTransport::new([ok(), ok()]);
    let session = script.session().layer_per_attempt(slow()).build().unwrap();
    session.request(Method::GET, "/x").attempt_timeout(Duration::from_secs(1)).await.unwrap();

    let session = script.session().layer_per_call(slow()).build().unwrap();
    let started = Instant::now();
    let error = session.request(Method::GET, "/x").deadline(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::NotSent));
    assert_eq!(started.elapsed(), Duration::from_secs(1));
}

#[tokio::test]
async fn a_transport_of_the_programs_own_is_retried_as_the_network_is() {
    let tries = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&tries);
    let transport = service_fn(move |_: Request| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            if number == 0 {
                return Err(io::Error::other("the radio link is down"));
            }
            Ok(http::Response::new(http_body_util::Full::new(Bytes::from("7"))))
        }
    });
    let quick = Retry::default().first_delay(Duration::from_millis(1));
    let builder = Session::builder().auth(crate::Auth::from_key("KEY")).retry(quick).transport(transport);
    let session = builder.build().unwrap();
    assert_eq!(get(&session).await.unwrap(), json!(7));

    tries.store(0, Ordering::Relaxed);
    let error = post(&session).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown));
    assert!(error.source().unwrap().to_string().contains("radio link"));
    assert_eq!(tries.load(Ordering::Relaxed), 1, "it may have been sent");
}

#[tokio::test]
async fn a_script_at_its_end_fails_loudly_and_names_the_request() {
    let script = ScriptedTransport::new([]);
    let error = get(&script.session().build().unwrap()).await.unwrap_err();
    let told = "request: the script has no answer to request 1, GET https://api.planet.com/data/v1";
    assert_eq!(error.to_string(), told);
    assert_eq!(script.requests().len(), 1, "it is not tried again");
}

#[tokio::test(start_paused = true)]
async fn a_scripted_answer_may_fail_take_its_time_or_carry_headers() {
    let broken = Answer::failure(Error::new(ErrorKind::Transport, "reset"));
    let slow =
        Answer::bytes("1").with_header(header::ETAG, HeaderValue::from_static("x")).after(Duration::from_secs(9));
    let script = ScriptedTransport::new([broken]);
    script.push(slow);
    let started = Instant::now();
    let response = script.session().build().unwrap().request(Method::GET, "/x").send().await.unwrap();
    assert_eq!((response.attempts(), response.headers()["etag"].to_str().unwrap()), (2, "x"));
    assert!(started.elapsed() >= Duration::from_secs(9));
    assert_eq!(script.left(), 0);
}

#[tokio::test]
async fn a_request_to_a_foreign_url_carries_what_the_caller_added_and_no_layer_sees_our_credential() {
    let script = ScriptedTransport::new([ok()]);
    let seen: Log<bool> = Log::default();
    let credential = |request: &Request| request.headers().contains_key(header::AUTHORIZATION);
    let session = script.session().layer_per_attempt(noting(&seen, credential)).build().unwrap();
    let request = session.request(Method::GET, "https://storage.example/file");
    request.header(header::HeaderName::from_static("x-token"), HeaderValue::from_static("theirs")).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [false]);
    assert_eq!(script.requests()[0].headers()["x-token"], "theirs");
}
