//! The listeners: connections in, answers (or faults) out.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, DATE, HeaderValue};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinSet, spawn_blocking};

use crate::auth;
use crate::control;
use crate::fault::{Action, Body, Decision};
use crate::observe::Listener;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::router;
use crate::state::{Service, lock};

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
    let work = Mutex::new(JoinSet::new());
    let handler = service_fn(|request| {
        let (answer, answered) = oneshot::channel();
        let responding = respond(Arc::clone(&service), kind, request, Arc::clone(&reset));
        // Apart from the connection: a service acts on a request also when its client has gone meanwhile.
        let mut work = lock(&work);
        while work.try_join_next().is_some() {}
        work.spawn(async move { answer.send(responding.await).ok() });
        async { answered.await.unwrap_or_else(|_| Err(io::Error::other("no answer"))) }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), handler);
    let ended = (&mut connection).await;
    if ended.is_err() && reset.load(Ordering::Relaxed) {
        let stream = connection.into_parts().io.into_inner();
        // A reset instead of an orderly end. If it cannot be set, the client sees the end.
        stream.set_zero_linger().ok();
    } else {
        drop(connection);
    }
    let mut work = work.into_inner().unwrap_or_else(PoisonError::into_inner);
    while work.join_next().await.is_some() {}
}

/// Answers one request; an error ends the connection without an answer.
async fn respond(
    service: Arc<Service>,
    kind: Listener,
    request: http::Request<Incoming>,
    reset: Arc<AtomicBool>,
) -> io::Result<http::Response<Body>> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, BODY_LIMIT).collect().await.map_err(io::Error::other)?.to_bytes();
    let mut request = Request::new(kind, &parts, body);
    if kind == Listener::Api && control::is_meant(&request.path) {
        return Ok(to_hyper(&service, control::answer(&service, &request), Decision::default()));
    }
    let number = service.log.arrived(&request, service.time.now(), auth::is_good(&service, &request));
    let decision = service.faults.decide(&request).unwrap_or_default();
    if !decision.delay.is_zero() {
        tokio::time::sleep(decision.delay).await;
    }
    request.pretend = decision.pretend;
    let action = &decision.action;
    let answer = match action.loses_the_answer() && !decision.after_acting {
        true => None,
        false => Some(handle(Arc::clone(&service), request).await?),
    };
    let answer = match action {
        Action::Reset => None,
        Action::Answer => Some(decision.instead.clone()),
        Action::RedirectToItself => Some(respond::redirect(&parts.uri.to_string())),
        _ => answer,
    };
    reset.store(matches!(action, Action::Reset | Action::ResetAfterHeaders), Ordering::Relaxed);
    service.answered(number, answer.as_ref().map(|answer| answer.status.as_u16()));
    match answer {
        Some(answer) => Ok(to_hyper(&service, answer, decision)),
        None => Err(io::Error::other("reset by a fault rule")),
    }
}

/// Runs the handler where it may take its time: making files is work for the processor.
async fn handle(service: Arc<Service>, request: Request) -> io::Result<Response> {
    spawn_blocking(move || router::answer(&service, &request)).await.map_err(io::Error::other)
}

/// The answer with the body that a fault rule may ask for.
fn to_hyper(service: &Service, answer: Response, decision: Decision) -> http::Response<Body> {
    let bytes = answer.body;
    let mut length = bytes.len();
    let mut content_range = None;
    let body = match decision.action {
        Action::ResetAfterHeaders => Body::cut(bytes, 0),
        Action::Cut(at) => Body::cut(bytes, at),
        Action::Stall(at) => Body::stalled(bytes, at),
        Action::WrongLength(claimed) => {
            length = claimed;
            Body::cut(bytes, claimed)
        }
        Action::Corrupt(position) => Body::whole(corrupted(&bytes, position)),
        Action::ContentRange(text) => {
            content_range = HeaderValue::from_str(&text).ok();
            Body::whole(bytes)
        }
        Action::Pass | Action::Answer | Action::Reset | Action::RedirectToItself => Body::whole(bytes),
    };
    let body = if decision.no_length { body.unmeasured() } else { body };
    let body = if let Some(rate) = decision.slow { body.slow(rate) } else { body };
    let mut response = http::Response::new(());
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.extend(answer.headers);
    if decision.no_length {
        headers.remove(CONTENT_LENGTH);
    } else if !body.is_measured() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    if let Some(instead) = content_range {
        headers.insert(CONTENT_RANGE, instead);
    }
    // The server's clock is the sandbox's clock.
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&service.time.now());
    if let Some(date) = date.ok().and_then(|date| date.try_into().ok()) {
        headers.entry(DATE).or_insert(date);
    }
    response.map(|()| body)
}

fn corrupted(bytes: &Bytes, position: usize) -> Bytes {
    let mut bytes = bytes.to_vec();
    if let Some(byte) = bytes.get_mut(position) {
        *byte = !*byte;
    }
    bytes.into()
}
