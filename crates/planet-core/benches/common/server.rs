//! The service in a process of its own, so that its time does not count: one small document, a list in pages, and files.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{Either, Full};
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
        let block = block();
        println!("{url}");
        let mut input = tokio::io::stdin();
        tokio::select! {
            () = listen(listener, pages, block) => {}
            _ = input.read_u8() => {}
        }
    });
}

async fn listen(listener: TcpListener, pages: &'static [Bytes], block: Bytes) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        connections.spawn(serve(stream, pages, block.clone()));
    }
}

async fn serve(stream: TcpStream, pages: &'static [Bytes], block: Bytes) {
    let answer = service_fn(move |request: Request<Incoming>| {
        let block = block.clone();
        async move {
            Ok::<_, Infallible>(match request.uri().path().strip_prefix("/files/") {
                Some(file) => file_of(file, block).await.map(Either::Right),
                None => answer(&request, pages).map(Either::Left),
            })
        }
    });
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

/// A file: `<size in bytes>/<milliseconds before the answer>/<any name>`.
async fn file_of(path: &str, block: Bytes) -> Response<Repeated> {
    let mut numbers = path.split('/').map(|part| part.parse().unwrap_or_default());
    let mut next = || numbers.next().unwrap_or_default();
    let (left, delay) = (next(), next());
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    Response::new(Repeated { block, left })
}

/// The bytes of all files: 1 MiB that does not repeat itself, over and over.
fn block() -> Bytes {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..128 * 1024).flat_map(|_| next()).collect()
}

/// A body that costs its server nothing to make.
struct Repeated {
    block: Bytes,
    left: u64,
}

impl Body for Repeated {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let size = self.left.min(self.block.len() as u64);
        self.left -= size;
        let bytes = self.block.slice(..usize::try_from(size).unwrap());
        Poll::Ready((size > 0).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
