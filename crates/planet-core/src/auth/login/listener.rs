//! Waits on this machine for the browser that comes back from a login (RFC 8252, section 7.3).

use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::select_all;
use http::header::{self, HeaderValue};
use http::{Method, StatusCode, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

use super::super::problem::{AuthError, AuthFailure};
use super::callback::{is_answer, is_refusal};
use crate::endpoint::is_loopback;
use crate::{Error, Result};

/// Browsers open connections that they then do not use.
const CONNECTION: Duration = Duration::from_secs(10);
const CONNECTIONS: usize = 32;
const HEADERS_SIZE: usize = 64 * 1024;
/// What is waited if the system accepts no connection, such as when there are too many open files.
const BREATH: Duration = Duration::from_millis(100);

const ANSWERED: &str = "The login was answered. You can close this page and go back to the program.";
const REFUSED: &str = "The login was refused. You can close this page and go back to the program.";
const NOT_HERE: &str = "There is nothing here.";

/// A listener on this machine alone, at the one path that the browser is sent to.
pub(super) struct Loopback {
    sockets: Vec<TcpListener>,
    port: u16,
    path: String,
}

impl Loopback {
    /// Listens at `http://127.0.0.1[:port]/path`, or `localhost`. Without a port it is 80; 0 is any that is free.
    pub(super) async fn bind(local_redirect_uri: &str) -> Result<Self> {
        let uri: Option<Uri> = local_redirect_uri.parse().ok();
        let uri = uri.filter(|uri| uri.scheme_str() == Some("http")).ok_or_else(|| elsewhere(local_redirect_uri))?;
        let both = match uri.host() {
            Some(host) if host.eq_ignore_ascii_case("localhost") => true,
            Some("127.0.0.1") => false,
            _ => return Err(elsewhere(local_redirect_uri)),
        };
        let sockets = listen(uri.port_u16().unwrap_or(80), both).await;
        let bound = sockets.and_then(|sockets| {
            let port = sockets.first().map_or(Ok(0), |socket| Ok::<_, io::Error>(socket.local_addr()?.port()))?;
            Ok(Self { sockets, port, path: uri.path().to_owned() })
        });
        bound.map_err(|cause| {
            let message = format!("cannot listen at {local_redirect_uri} for the browser: {cause}");
            AuthError::new(AuthFailure::BadProfile, message)
                .about(local_redirect_uri)
                .into_error()
                .with_help("End the program that uses the port, or register a redirect URI with another one")
        })
    }

    /// A redirect URI to tell the authority: with the port in use, where it names none.
    pub(super) fn name(&self, redirect_uri: &str) -> String {
        let uri: Option<Uri> = redirect_uri.parse().ok();
        match uri.as_ref().and_then(Uri::authority) {
            Some(authority) if authority.port_u16() == Some(0) && is_loopback(authority.host()) => {
                let here = format!("{}:{}", authority.host(), self.port);
                redirect_uri.replacen(authority.as_str(), &here, 1)
            }
            _ => redirect_uri.to_owned(),
        }
    }

    /// The query that the browser brings.
    pub(super) async fn query(&self) -> Zeroizing<String> {
        let mut visits = JoinSet::new();
        loop {
            tokio::select! {
                stream = self.accept(), if visits.len() < CONNECTIONS => {
                    visits.spawn(visit(stream, self.path.clone()));
                }
                // A visit ends when its page has been written.
                Some(visited) = visits.join_next(), if !visits.is_empty() => {
                    if let Ok(Some(query)) = visited {
                        return query;
                    }
                }
            }
        }
    }

    async fn accept(&self) -> TcpStream {
        loop {
            match select_all(self.sockets.iter().map(|socket| Box::pin(socket.accept()))).await {
                (Ok((stream, _)), ..) => return stream,
                (Err(_), ..) => sleep(BREATH).await,
            }
        }
    }
}

fn elsewhere(redirect_uri: &str) -> Error {
    let message = format!("the redirect URI {redirect_uri} is not at http://127.0.0.1 or http://localhost");
    AuthError::new(AuthFailure::BadProfile, message)
        .about(redirect_uri)
        .into_error()
        .with_help("Copy the address that the browser ends at, and give it to BrowserLogin::complete_with")
}

/// Browsers may take `localhost` for either address, and nobody else may stand at the other.
async fn listen(port: u16, both: bool) -> io::Result<Vec<TcpListener>> {
    let mut sockets = vec![TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?];
    if both {
        let port = sockets.first().map_or(Ok(port), |socket| Ok::<_, io::Error>(socket.local_addr()?.port()))?;
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(socket) => sockets.push(socket),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            // This machine has no IPv6.
            Err(_) => {}
        }
    }
    Ok(sockets)
}

/// Answers the one request of a connection. Gives its query, if it is the one that is waited for.
async fn visit(stream: TcpStream, path: String) -> Option<Zeroizing<String>> {
    let found = OnceLock::new();
    let service = service_fn(|request| ready(Ok::<_, Infallible>(answer(&request, &path, &found))));
    let mut server = http1::Builder::new();
    server.keep_alive(false).max_buf_size(HEADERS_SIZE);
    // A browser that goes away before it has read the page has brought its query all the same.
    drop(timeout(CONNECTION, server.serve_connection(TokioIo::new(stream), service)).await);
    found.into_inner()
}

fn answer(
    request: &http::Request<Incoming>,
    path: &str,
    found: &OnceLock<Zeroizing<String>>,
) -> http::Response<Full<Bytes>> {
    let query = request.uri().query().unwrap_or_default();
    if request.uri().path() != path || !is_answer(query) {
        return page(StatusCode::NOT_FOUND, NOT_HERE);
    }
    if request.method() != Method::GET {
        let mut refusal = page(StatusCode::METHOD_NOT_ALLOWED, NOT_HERE);
        refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET"));
        return refusal;
    }
    found.get_or_init(|| Zeroizing::new(query.to_owned()));
    page(StatusCode::OK, if is_refusal(query) { REFUSED } else { ANSWERED })
}

/// Nothing of the request stands in it, and the address of the page goes nowhere.
fn page(status: StatusCode, text: &str) -> http::Response<Full<Bytes>> {
    let html =
        format!("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Login</title><p>{text}</p></html>\n");
    let mut page = http::Response::new(Full::new(Bytes::from(html)));
    *page.status_mut() = status;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in headers {
        page.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    page
}
