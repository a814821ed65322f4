//! The order of the layers, seen from a call that runs through them, against the table in docs/architecture.md.

use std::cell::RefCell;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::Method;
use http::header::CONTENT_ENCODING;
use http_body::Frame;
use http_body_util::StreamBody;
use tower::{ServiceExt, service_fn};
use tower_layer::{Layer, layer_fn};

use crate::middleware::{NextService, Request, Response, ResponseBody, Service};
use crate::{Auth, BoxError, Session, SessionBuilder};

thread_local! {
    static RAN: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Every layer of ours that is an `Around` tells its type when a request comes to it.
pub(super) fn ran(name: &'static str) {
    RAN.with_borrow_mut(|ran| ran.push(name.rsplit("::").next().unwrap_or(name)));
}

/// What a row of the table is called when it runs. Gzip and the idle timeout work on the body, and have a test below.
fn runs_as(row: &str) -> Option<&str> {
    Some(match row {
        "call span" => "CallSpan",
        "deadline" => "Deadline",
        "identify" => "Identify",
        "your layers per call" => "PerCall",
        "retry" => "RetryAttempts",
        "collect" => "Collect",
        "permit" => "Permit",
        "authorize" => "Authorize",
        "pace" => "Paced",
        "your layers per attempt" => "PerAttempt",
        "attempt timeout" => "AttemptTimeout",
        "trace" => "Trace",
        "redirect" => "Redirect",
        "headers timeout" => "HeadersTimeout",
        "gzip" | "idle timeout" => return None,
        "transport" => "transport",
        other => other,
    })
}

fn table() -> Vec<&'static str> {
    let page = include_str!("../../../../docs/architecture.md");
    let section = page.split("\n## The stack\n").nth(1).unwrap();
    let rows = section.lines().skip_while(|line| !line.starts_with("| ---")).skip(1);
    rows.take_while(|line| line.starts_with('|')).map(|line| line.split('|').nth(1).unwrap().trim()).collect()
}

/// A layer that tells when a request comes to it.
fn telling(name: &'static str) -> impl Layer<NextService, Service = impl Answers> + Send + Sync {
    layer_fn(move |next: NextService| {
        next.map_request(move |request: Request| {
            ran(name);
            request
        })
    })
}

trait Answers: Service<Request, Response = Response, Error = BoxError, Future: Send> + Clone + Send + Sync {}

impl<S: Service<Request, Response = Response, Error = BoxError, Future: Send> + Clone + Send + Sync> Answers for S {}

fn session() -> SessionBuilder {
    Session::builder().auth(Auth::from_key("KEY"))
}

#[tokio::test(start_paused = true)]
async fn a_call_runs_through_the_layers_in_the_order_that_the_architecture_tells() {
    let leaf = service_fn(|_: Request| async {
        ran("transport");
        Ok::<_, BoxError>(http::Response::new(ResponseBody::from(Bytes::from("{}"))))
    });
    let session = session()
        .layer_per_call(telling("first per call"))
        .layer_per_call(telling("second per call"))
        .layer_per_attempt(telling("first per attempt"))
        .layer_per_attempt(telling("second per attempt"))
        .build_on(leaf)
        .unwrap();
    session.request(Method::GET, "/x").await.unwrap();

    let expected = table().into_iter().filter_map(runs_as).flat_map(|layer| match layer {
        "PerCall" => vec!["PerCall", "first per call", "second per call"],
        "PerAttempt" => vec!["PerAttempt", "first per attempt", "second per attempt"],
        layer => vec![layer],
    });
    assert_eq!(RAN.take(), expected.collect::<Vec<_>>());
}

#[test]
fn the_table_ends_with_what_works_on_the_body() {
    assert!(table().ends_with(&["headers timeout", "gzip", "idle timeout", "transport"]), "{:?}", table());
}

/// `{}`, as gzip writes it.
const COMPRESSED: [u8; 22] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0];

/// The idle timeout stands below gzip: it judges what comes from the wire, not what comes out of the decompression.
#[cfg(feature = "gzip")]
#[tokio::test(start_paused = true)]
async fn a_compressed_body_that_moves_is_not_cut_although_nothing_can_be_read_of_it_yet() {
    let leaf = service_fn(|_: Request| async {
        let slowly = stream::iter(COMPRESSED).then(|byte| async move {
            tokio::time::sleep(Duration::from_secs(40)).await;
            Ok::<_, BoxError>(Frame::data(Bytes::copy_from_slice(&[byte])))
        });
        let mut response = http::Response::new(ResponseBody::new(StreamBody::new(slowly)));
        response.headers_mut().insert(CONTENT_ENCODING, http::HeaderValue::from_static("gzip"));
        Ok::<_, BoxError>(response)
    });
    let value = session().build_on(leaf).unwrap().request(Method::GET, "/x").await.unwrap();
    assert_eq!(value, serde_json::json!({}));
}
