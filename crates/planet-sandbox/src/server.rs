//! The listeners: connections in, answers (or faults) out.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, DATE, HeaderValue};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::fault::{Action, Body, Decision};
use crate::observe::Listener;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::router;
use crate::state::Service;

/// More than any request of the API needs.
const BODY_LIMIT: usize = 64 << 20;

/// Takes connections until it is dropped, and drops its connections with it.
pub(crate) async fn listen(listener: TcpListener, kind: Listener, service: Arc<Service>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, kind, Arc::clone(&service)));
                }
                // Out of file handles, most likely: some will be free again soon.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, kind: Listener, service: Arc<Service>) {
    // Without this, answers on a kept-alive connection may wait for the client's acknowledgement.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let reset = Arc::new(AtomicBool::new(false));
    let handler = service_fn(|request| respond(&service, kind, request, &reset));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), handler);
    let ended = (&mut connection).await;
    if ended.is_err() && reset.load(Ordering::Relaxed) {
        let stream = connection.into_parts().io.into_inner();
        // A reset instead of an orderly end. If it cannot be set, the client sees the end.
        stream.set_zero_linger().ok();
    }
}

/// Answers one request; an error ends the connection without an answer.
async fn respond(
    service: &Service,
    kind: Listener,
    request: http::Request<Incoming>,
    reset: &AtomicBool,
) -> io::Result<http::Response<Body>> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, BODY_LIMIT).collect().await.map_err(io::Error::other)?.to_bytes();
    let mut request = Request::new(kind, &parts, body);
    let number = service.log.arrived(&request, service.time.now());
    let Decision { delay, after_acting, action } = service.faults.decide(&request).unwrap_or_default();
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    request.expired_link = matches!(action, Action::ExpiredLink);
    request.changed_etag = matches!(action, Action::ChangeEtag);
    let mut answer = match &action {
        Action::Status { .. } | Action::Reset if !after_acting => respond::empty(http::StatusCode::OK),
        _ => router::answer(service, &request),
    };
    if let Action::Reset = action {
        reset.store(true, Ordering::Relaxed);
        service.answered(number, None);
        return Err(io::Error::other("reset by a fault rule"));
    }
    if let Action::Status { status, headers, body } = &action {
        answer = respond::empty(*status);
        for (name, value) in headers {
            respond::set_header(answer.headers_mut(), name, value);
        }
        *answer.body_mut() = body.clone();
    }
    reset.store(matches!(action, Action::ResetAfterHeaders), Ordering::Relaxed);
    set_date(service, &mut answer);
    service.answered(number, Some(answer.status().as_u16()));
    Ok(with_body(answer, &action))
}

/// The server's clock is the sandbox's clock.
fn set_date(service: &Service, answer: &mut Response) {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&service.time.now());
    if let Ok(date) = date {
        respond::set_header(answer.headers_mut(), DATE.as_str(), &date);
    }
}

/// Turns the answer's bytes into the body that the fault rule asks for.
fn with_body(answer: Response, action: &Action) -> http::Response<Body> {
    let (mut head, bytes) = answer.into_parts();
    let length = match action {
        Action::WrongLength(claimed) => Some(*claimed),
        Action::ResetAfterHeaders | Action::Cut(_) | Action::Stall(_) => Some(bytes.len() as u64),
        _ => None,
    };
    if let Some(length) = length {
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    let body = match *action {
        Action::ResetAfterHeaders => Body::cut(bytes, 0),
        Action::Cut(at) => Body::cut(bytes, at),
        Action::Stall(at) => Body::stalled(bytes, at),
        Action::WrongLength(_) => Body::unmeasured(bytes),
        Action::Corrupt(position) => Body::whole(corrupted(&bytes, position)),
        _ => Body::whole(bytes),
    };
    http::Response::from_parts(head, body)
}

fn corrupted(bytes: &Bytes, position: usize) -> Bytes {
    let mut bytes = bytes.to_vec();
    if let Some(byte) = bytes.get_mut(position) {
        *byte = !*byte;
    }
    bytes.into()
}
