//! The service in a process of its own, so that its time does not count: one small document, and a list in pages.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The argument that makes this program the server.
pub const ARGUMENT: &str = "serve";

pub const PAGES: usize = 200;
pub const ITEMS_PER_PAGE: usize = 250;

/// As an order's state, reduced.
const SMALL: &str = r#"{"id":"18389c7e-1831-4de7-8187-d30ffe88b4b7","name":"oregon_order","state":"running","created_on":"2026-09-09T18:25:25.100Z","last_message":"Processing 2 of 8 files"}"#;

/// Prints the address, and serves until standard input ends.
pub fn run() {
    super::runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let pages: &'static [Bytes] = pages(&url).leak();
        println!("{url}");
        let mut input = tokio::io::stdin();
        tokio::select! {
            () = listen(listener, pages) => {}
            _ = input.read_u8() => {}
        }
    });
}

async fn listen(listener: TcpListener, pages: &'static [Bytes]) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        connections.spawn(serve(stream, pages));
    }
}

async fn serve(stream: TcpStream, pages: &'static [Bytes]) {
    let answer = service_fn(move |request| async move { Ok::<_, Infallible>(answer(&request, pages)) });
    // A client that goes away is no failure.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await);
}

fn answer(request: &Request<Incoming>, pages: &[Bytes]) -> Response<Full<Bytes>> {
    let path = request.uri().path();
    let body = match path.strip_prefix("/pages/") {
        Some(number) => number.parse().ok().and_then(|number: usize| pages.get(number).cloned()),
        None => (path == "/small").then_some(Bytes::from_static(SMALL.as_bytes())),
    };
    let status = if body.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("x-request-id", "b2a4f1c0d6e84f0c")
        .body(Full::new(body.unwrap_or_default()))
        .unwrap()
}

/// All pages, each with the link to the next one.
fn pages(url: &str) -> Vec<Bytes> {
    let item: Value = serde_json::from_str(include_str!("item.json")).unwrap();
    let id = item["id"].as_str().unwrap();
    let item = item.to_string();
    let page = |number: usize| {
        let items = (0..ITEMS_PER_PAGE).map(|at| item.replace(id, &format!("20260909_{:06}_1014", number * 1000 + at)));
        let items = items.collect::<Vec<_>>().join(",");
        let next = match number + 1 {
            PAGES => "null".to_owned(),
            next => format!("\"{url}/pages/{next}\""),
        };
        Bytes::from(format!(
            r#"{{"_links":{{"_self":"{url}/pages/{number}","_next":{next}}},"features":[{items}],"type":"FeatureCollection"}}"#
        ))
    };
    (0..PAGES).map(page).collect()
}
