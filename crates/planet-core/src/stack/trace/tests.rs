//! Spans and counters, over a scripted leaf.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;

use bytes::Bytes;
use futures_util::stream;
use http::Method;
use http_body_util::StreamBody;
use tower::service_fn;

use super::recorder::Recorder;
use super::*;
use crate::call::{RequestOptions, run};
use crate::stack::{Answer, Leaf};
use crate::{
    Auth, AuthHeaders, CredentialsFuture, CredentialsProvider, Endpoint, Operation, Pace, ResponseBody, Retry, Route,
    Session, SessionBuilder, operation,
};

/// Sends five bytes.
struct Ping;

impl Operation for Ping {
    type Output = ();
    const NAME: &'static str = "test.ping";
    const ROUTE: Route = Route::new("test", 1e9);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> crate::Result<http::Request<Bytes>> {
        operation::with_json(Method::POST, endpoint.url("/ping").query("token", "TOPSECRET").build()?, "abc")
    }

    fn decode(&self, _: &http::Response<Bytes>) -> crate::Result<()> {
        Ok(())
    }
}

type Scripted = Result<Response, BoxError>;

fn answer(status: u16, body: &'static str) -> Scripted {
    Ok(http::Response::builder().status(status).body(ResponseBody::from(Bytes::from(body))).unwrap())
}

fn failure_of(kind: ErrorKind) -> Scripted {
    Err(Error::new(kind, "it broke at https://api.planet.com/x?token=TOPSECRET").into())
}

/// A failure that is not of our making, as a transport of the program's own may have it.
fn foreign_failure() -> Scripted {
    Err(BoxError::from("no answer from https://api.planet.com/x?token=TOPSECRET"))
}

fn broken_body() -> Scripted {
    let cause = BoxError::from("cut off");
    let body = StreamBody::new(stream::iter([Ok(http_body::Frame::data(Bytes::from("ab"))), Err(cause)]));
    Ok(http::Response::new(ResponseBody::new(body)))
}

/// Answers as scripted, and then never.
fn leaf(answers: impl IntoIterator<Item = Scripted>) -> impl Leaf {
    let answers = Arc::new(Mutex::new(answers.into_iter().collect::<VecDeque<_>>()));
    service_fn(move |_: Request| {
        let answer = answers.lock().unwrap().pop_front();
        async move {
            match answer {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        }
    })
}

fn builder() -> SessionBuilder {
    Session::builder().auth(Auth::from_key("TOPSECRET")).pace(Pace::off())
}

fn session(answers: impl IntoIterator<Item = Scripted>) -> Session {
    builder().build_on(leaf(answers)).unwrap()
}

/// Everything that can be recorded: a call that succeeds after all sorts of failures, and two that fail.
async fn record_everything() -> Recorder {
    let recorder = Recorder::default();
    let _listening = recorder.listen();
    let session = session([
        answer(502, ""),
        failure_of(ErrorKind::Transport),
        answer(200, "{}"),
        answer(404, ""),
        foreign_failure(),
    ]);
    session.call(Ping).await.unwrap();
    session.call(Ping).await.unwrap_err();
    session.call(Ping).await.unwrap_err();
    recorder
}

/// The fields that the documentation promises for a span.
fn documented(span: &str) -> BTreeSet<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/observability.md");
    let text = std::fs::read_to_string(file).unwrap();
    let section = text.split_once(&format!("### `{span}`")).unwrap().1;
    let section = section.split("\n#").next().unwrap();
    let field = |line: &str| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned());
    section.lines().filter_map(field).collect()
}

#[tokio::test(start_paused = true)]
async fn the_documented_fields_are_those_that_are_recorded() {
    let recorder = record_everything().await;
    for name in ["planet.call", "planet.attempt"] {
        let documented = documented(name);
        assert!(documented.iter().eq(recorder.declared(name)), "{name}: {documented:?}");
        let recorded: BTreeSet<&str> = recorder.spans(name).iter().flat_map(|fields| fields.keys().copied()).collect();
        assert!(documented.iter().eq(recorded), "each field of {name} has a value at some time");
    }
    let seen = recorder.seen();
    let ours: Vec<_> =
        seen.spans.iter().chain(&seen.events).filter(|seen| seen.metadata.target() == "planet").collect();
    assert_eq!(ours.len(), 3 + 5 + 5, "three calls, five attempts, an event for each attempt");
}

#[tokio::test(start_paused = true)]
async fn a_call_records_how_it_ended_and_each_attempt_how_that_ended() {
    let recorder = record_everything().await;
    let pick = |fields: &BTreeMap<&'static str, String>, names: &[&str]| -> Vec<String> {
        names.iter().map(|name| fields.get(name).map_or("-", String::as_str).to_owned()).collect()
    };
    let names = ["operation", "route", "idempotent", "attempts", "status", "outcome", "kind"];
    let calls: Vec<_> = recorder.spans("planet.call").iter().map(|fields| pick(fields, &names)).collect();
    assert_eq!(calls[0], ["test.ping", "test", "true", "3", "200", "success", "-"]);
    assert_eq!(calls[1], ["test.ping", "test", "true", "1", "404", "rejected", "NotFound"]);
    assert_eq!(calls[2][4..], ["-", "unknown", "Unexpected"]);
    let names = ["number", "method", "url", "status", "kind"];
    let attempts: Vec<_> = recorder.spans("planet.attempt").iter().map(|fields| pick(fields, &names)).collect();
    let url = "https://api.planet.com/ping?***";
    assert_eq!(attempts[0], ["1", "POST", url, "502", "-"]);
    assert_eq!(attempts[1], ["2", "POST", url, "-", "Transport"]);
    assert_eq!(attempts[2], ["3", "POST", url, "200", "-"]);
    assert_eq!(attempts[3], ["1", "POST", url, "404", "-"]);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_call_within_its_span() {
    let recorder = Recorder::default();
    let _listening = recorder.listen();
    session([]).call(Ping).deadline(Duration::from_secs(3)).await.unwrap_err();
    let call = &recorder.spans("planet.call")[0];
    assert_eq!(
        (call["kind"].as_str(), call["outcome"].as_str(), call["elapsed_ms"].as_str()),
        ("Timeout", "unknown", "3000")
    );
    let attempt = &recorder.spans("planet.attempt")[0];
    assert!(!attempt.contains_key("elapsed_ms"), "it was given up");
}

#[tokio::test(start_paused = true)]
async fn attempts_lie_in_their_call_and_what_runs_inside_sees_the_attempt() {
    let recorder = Recorder::default();
    let _listening = recorder.listen();
    let leaf = service_fn(|_: Request| async {
        tokio::task::yield_now().await;
        tracing::info!("from inside");
        answer(200, "{}")
    });
    let call = builder().build_on(leaf).unwrap().call(Ping).into_future();
    call.instrument(tracing::info_span!("program")).await.unwrap();
    tracing::info!("from outside");
    let seen = recorder.seen();
    let parents: Vec<_> = seen.spans.iter().map(|span| (span.metadata.name(), span.parent)).collect();
    assert_eq!(parents, [("program", None), ("planet.call", Some("program")), ("planet.attempt", Some("planet.call"))]);
    let parents: Vec<_> = seen.events.iter().map(|event| (event.fields["message"].as_str(), event.parent)).collect();
    let attempt = Some("planet.attempt");
    assert_eq!(parents, [("from inside", attempt), ("answered", attempt), ("from outside", None)]);
}

#[tokio::test(start_paused = true)]
async fn nothing_secret_is_told() {
    let recorder = record_everything().await;
    let seen = recorder.seen();
    let mut count = 0;
    for (name, value) in seen.spans.iter().chain(&seen.events).flat_map(|seen| &seen.fields) {
        assert!(!value.contains("TOPSECRET") && !value.contains("abc"), "{name}: {value}");
        count += 1;
    }
    assert!(count > 30);
    assert!(
        seen.events.iter().any(|event| event.fields.get("error").is_some_and(|error| error.contains("no answer from")))
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_counts_for_all_its_clones() {
    let answers = [
        answer(502, "bad"),
        failure_of(ErrorKind::Transport),
        failure_of(ErrorKind::Connect),
        answer(429, "slow down"),
        broken_body(),
        answer(200, "{}"),
    ];
    let session = builder().retry(Retry::default().max_attempts(10)).build_on(leaf(answers)).unwrap();
    session.clone().call(Ping).await.unwrap();
    let stats = session.stats();
    assert_eq!((stats.calls(), stats.attempts(), stats.retries(), stats.throttles()), (1, 6, 5, 1));
    assert_eq!(stats.retries_after(ErrorKind::Server), 1);
    assert_eq!(stats.retries_after(ErrorKind::Transport), 2, "a broken connection, and a broken body");
    assert_eq!(stats.retries_after(ErrorKind::Connect), 1);
    assert_eq!(stats.retries_after(ErrorKind::RateLimited), 1);
    assert_eq!((stats.retries_after(ErrorKind::Timeout), stats.retries_after(ErrorKind::NotFound)), (0, 0));
    assert_eq!(stats.bytes_sent(), 6 * 5);
    assert_eq!(stats.bytes_received(), ("bad".len() + "slow down".len() + "ab".len() + "{}".len()) as u64);
    assert_eq!((stats.calls_in_flight(), stats.bodies_in_flight()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_was_given_up_is_a_timeout() {
    let session = builder().retry(Retry::default().max_attempts(2)).build_on(leaf([])).unwrap();
    session.call(Ping).attempt_timeout(Duration::from_secs(1)).await.unwrap_err();
    let stats = session.stats();
    assert_eq!((stats.attempts(), stats.retries_after(ErrorKind::Timeout)), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_replay_with_another_credential_is_a_retry_after_unauthorized() {
    struct Renewing;

    impl CredentialsProvider for Renewing {
        fn headers(&self) -> CredentialsFuture<'_> {
            Box::pin(async { AuthHeaders::authorization("Bearer TOPSECRET", 1) })
        }

        fn invalidate(&self, _: &AuthHeaders) -> bool {
            true
        }

        fn describe(&self) -> String {
            "a test".into()
        }
    }

    let leaf = leaf([answer(401, ""), answer(200, "{}")]);
    let session = Session::builder().auth(Auth::from_provider(Renewing)).pace(Pace::off()).build_on(leaf).unwrap();
    session.call(Ping).await.unwrap();
    assert_eq!(session.stats().retries_after(ErrorKind::Unauthorized), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_is_no_longer_in_flight() {
    let session = session([]);
    let mut call = session.call(Ping).into_future();
    assert!(tokio::time::timeout(Duration::from_secs(1), &mut call).await.is_err(), "nobody answers");
    assert_eq!((session.stats().calls(), session.stats().calls_in_flight()), (1, 1));
    drop(call);
    assert_eq!((session.stats().calls(), session.stats().calls_in_flight()), (1, 0));
}

#[tokio::test]
async fn a_file_that_is_held_is_in_flight() {
    let session = session([answer(200, "bytes")]);
    let context = CallContext::new("test", Route::new("files", 1e9), true, Answer::Stream, RequestOptions::default());
    let request = operation::get("https://api.planet.com/file".parse().unwrap()).unwrap();
    let file = run(&session, context, request).await.unwrap();
    let stats = session.stats();
    assert_eq!((stats.calls_in_flight(), stats.bodies_in_flight(), stats.bytes_received()), (0, 1, 0));
    http_body_util::BodyExt::collect(file.into_body()).await.unwrap();
    let stats = session.stats();
    assert_eq!((stats.bodies_in_flight(), stats.bytes_received()), (0, 5));
}
